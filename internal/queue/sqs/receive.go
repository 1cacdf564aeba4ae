package sqs

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// longest is how many seconds one call of Receive waits at most.
const longest = 20

var attributes = []types.MessageSystemAttributeName{
	types.MessageSystemAttributeNameApproximateReceiveCount, types.MessageSystemAttributeNameMessageGroupId,
}

// Receive implements queue.Receiver. When ctx ends while it waits, messages that were on
// their way are lost to this caller and come again after their visibility.
func (q *Queue) Receive(ctx context.Context, name queue.Name, max int, visibility, wait time.Duration) ([]queue.Delivery, error) {
	url, err := q.url(name)
	if err != nil {
		return nil, err
	}
	if err := queue.CheckReceive(max, visibility, wait); err != nil {
		return nil, err
	}
	in := &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: int32(max), //nolint:gosec // at most MaxBatch
		VisibilityTimeout:           int32(seconds(visibility)), //nolint:gosec // at most MaxVisibility
		MessageSystemAttributeNames: attributes,
	}
	if visibility == 0 {
		in.VisibilityTimeout = 1
	}
	for left := seconds(wait); ; left -= longest {
		in.WaitTimeSeconds = int32(min(left, longest)) //nolint:gosec // at most longest
		out, err := q.api.ReceiveMessage(ctx, in)
		if err != nil {
			return nil, failure("receive", err)
		}
		if len(out.Messages) > 0 || left <= longest {
			got := deliveries(out.Messages)
			if visibility == 0 {
				q.release(ctx, url, got)
			}
			return got, nil
		}
	}
}

func deliveries(msgs []types.Message) []queue.Delivery {
	var out []queue.Delivery
	for _, m := range msgs {
		receives, _ := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
		out = append(out, queue.Delivery{
			ID: aws.ToString(m.MessageId), Receipt: aws.ToString(m.ReceiptHandle), Body: aws.ToString(m.Body),
			Group:    m.Attributes[string(types.MessageSystemAttributeNameMessageGroupId)],
			Receives: receives,
		})
	}
	return out
}

// release shows messages again at once. Receive can't ask for that: the client leaves a
// visibility of 0 out of the request, and the queue's own would count, which is minutes.
// What a fault keeps hidden is visible after the second that was asked for.
func (q *Queue) release(ctx context.Context, url *string, got []queue.Delivery) {
	for _, d := range got {
		_, _ = q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: &d.Receipt})
	}
}

// Done implements queue.Receiver.
func (q *Queue) Done(ctx context.Context, name queue.Name, receipts ...string) error {
	url, err := q.url(name)
	if err != nil {
		return err
	}
	if slices.Contains(receipts, "") {
		return foreign(nil)
	}
	for some := range slices.Chunk(receipts, maxEntries) {
		if err := q.done(ctx, url, some); err != nil {
			return err
		}
	}
	return nil
}

func (q *Queue) done(ctx context.Context, url *string, receipts []string) error {
	entries := make([]types.DeleteMessageBatchRequestEntry, len(receipts))
	for i, r := range receipts {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &r}
	}
	return whole(ctx, "done", entries, func(some []types.DeleteMessageBatchRequestEntry) ([]types.BatchResultErrorEntry, error) {
		out, err := q.api.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: some})
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	})
}

// Later implements queue.Receiver. SQS hides a message for at most 12 hours from when it
// was received; a time beyond that is Invalid too, and changes nothing.
func (q *Queue) Later(ctx context.Context, name queue.Name, receipt string, d time.Duration) error {
	url, err := q.url(name)
	if err != nil {
		return err
	}
	if err := queue.CheckLater(d); err != nil {
		return err
	}
	if receipt == "" {
		return foreign(nil)
	}
	_, err = q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: url, ReceiptHandle: &receipt, VisibilityTimeout: int32(seconds(d)), //nolint:gosec // at most MaxVisibility
	})
	return failure("later", err)
}

// foreign is the error about a receipt that the queue did not give.
func foreign(err error) *errs.Error {
	return errs.Field("receipt", "is none that this queue gave").With(err)
}
