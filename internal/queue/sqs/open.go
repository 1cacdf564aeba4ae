package sqs

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/igny8/igny8/internal/queue"
)

// Open is New with a client made from the configuration; nothing is called.
func Open(c aws.Config, urls map[queue.Name]string) *Queue { return New(sqs.NewFromConfig(c), urls) }
