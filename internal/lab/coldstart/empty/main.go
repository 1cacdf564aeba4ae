// Command empty is the least that a Go function on AWS Lambda can be: it answers with its
// input. What our functions take beyond it is what we made them take.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, input json.RawMessage) (json.RawMessage, error) { return input, nil })
}
