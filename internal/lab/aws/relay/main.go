// Command relay is a Lambda function of the lab whose code is in a test: it posts what it
// is invoked with to the address in RELAY_ADDRESS and returns the answer. An answer of
// status 500 is an error of the name and the message that it holds.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

func main() {
	r := relay{address: os.Getenv("RELAY_ADDRESS")}
	lambda.Start(r.invoke)
}

type relay struct{ address string }

func (r relay) invoke(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.address, bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusOK:
		return body, nil
	case res.StatusCode != http.StatusInternalServerError:
		return nil, fmt.Errorf("the test answered %s: %s", res.Status, body)
	}
	var fault messages.InvokeResponse_Error
	if err := json.Unmarshal(body, &fault); err != nil {
		return nil, err
	}
	return nil, fault
}
