// Package sqs is the queue's driver on SQS. Queues are standard ones; a message's group is
// its MessageGroupId, which makes them fair. Times are whole seconds there, so those that
// callers give are rounded up.
package sqs

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// API is what the driver needs of an SQS client; *sqs.Client has it.
type API interface {
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
}

// Queue is a queue.Sender and a queue.Receiver on SQS. It is safe for concurrent use.
type Queue struct {
	api  API
	urls map[queue.Name]string
}

var (
	_ queue.Sender   = (*Queue)(nil)
	_ queue.Receiver = (*Queue)(nil)
)

// New makes a Queue of the queues at these URLs; other names are Invalid. The queues need
// their default DelaySeconds and ReceiveMessageWaitTimeSeconds, 0: the client leaves a 0 out
// of its requests, and SQS then takes the queue's own. Retention, and how often a message is
// received before it is dead, are the queues' too.
//
// The client's own retries may be on, since every call here is safe to repeat: a message
// that was sent twice is received twice, which receivers bear, and one whose delivery was
// lost comes again after its visibility. Its HTTP time-out has to be longer than 20 s.
func New(client API, urls map[queue.Name]string) *Queue {
	return &Queue{api: client, urls: maps.Clone(urls)}
}

func (q *Queue) url(name queue.Name) (*string, error) {
	url := q.urls[name]
	if url == "" {
		return nil, errs.Field("queue", fmt.Sprintf("%q has no address here: set the URL of the queue", name))
	}
	return &url, nil
}

// seconds rounds up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
