package lambdaio

import (
	"context"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"github.com/igny8/igny8/internal/queue"
)

// Jobs hands a batch of messages to a queue's handler and names those that have to come
// again; the event source deletes the others.
func Jobs(h queue.Handler) func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return func(ctx context.Context, ev events.SQSEvent) (events.SQSEventResponse, error) {
		batch := make([]queue.Delivery, len(ev.Records))
		for i, m := range ev.Records {
			receives, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]) // a hint: 0 when it is not told
			batch[i] = queue.Delivery{ID: m.MessageId, Receipt: m.ReceiptHandle, Group: m.Attributes["MessageGroupId"], Body: m.Body, Receives: receives}
		}
		out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for _, id := range h(ctx, batch) {
			out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
		}
		return out, nil
	}
}
