package sqs

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/igny8/igny8/internal/queue"
)

// The most that one call takes: messages, and bytes of their bodies together.
const (
	maxEntries = 10
	maxBytes   = 256 << 10
)

// Send implements queue.Sender.
func (q *Queue) Send(ctx context.Context, name queue.Name, msgs ...queue.Message) error {
	url, err := q.url(name)
	if err != nil {
		return err
	}
	for _, m := range msgs {
		if err := m.Check(); err != nil {
			return err
		}
	}
	for len(msgs) > 0 {
		n := batch(msgs)
		if err := q.send(ctx, url, msgs[:n]); err != nil {
			return err
		}
		msgs = msgs[n:]
	}
	return nil
}

// batch is how many of the first messages fit into one call: one at least, since a body is
// no larger than what a call takes.
func batch(msgs []queue.Message) int {
	bytes := 0
	for n, m := range msgs {
		if bytes += len(m.Body); n == maxEntries || n > 0 && bytes > maxBytes {
			return n
		}
	}
	return len(msgs)
}

func (q *Queue) send(ctx context.Context, url *string, msgs []queue.Message) error {
	entries := make([]types.SendMessageBatchRequestEntry, len(msgs))
	for i, m := range msgs {
		entries[i] = types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), MessageBody: &m.Body, DelaySeconds: int32(seconds(m.Delay)), //nolint:gosec // at most MaxDelay
		}
		if m.Group != "" {
			entries[i].MessageGroupId = &m.Group
		}
	}
	return whole(ctx, "send", entries, func(some []types.SendMessageBatchRequestEntry) ([]types.BatchResultErrorEntry, error) {
		out, err := q.api.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: some})
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	})
}
