package sfn

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// Open is New with a client made from the configuration; nothing is called.
func Open(c aws.Config, stateMachineARN string) *Engine {
	return New(sfn.NewFromConfig(c), stateMachineARN)
}
