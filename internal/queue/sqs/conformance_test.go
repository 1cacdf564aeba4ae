package sqs_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/queuetest"
	"github.com/igny8/igny8/internal/queue/sqs"
)

const maxReceives = 3

// gaps: the emulator keeps the newest receipt of a message and nothing else.
var gaps = []lab.Gap{
	{
		Case: "TestConformance/done_twice",
		Says: "ReceiptHandleIsInvalid",
		AWS:  "API Reference, DeleteMessage: with an old receipt handle the request succeeds",
		Here: "ReceiptHandleIsInvalid once the message is deleted",
	},
	{
		Case: "TestConformance/old_receipt",
		Says: "ReceiptHandleIsInvalid",
		AWS:  "API Reference, DeleteMessage: with an old receipt handle the request succeeds, but the message might not be deleted",
		Here: "ReceiptHandleIsInvalid for a receipt that a later delivery replaced",
	},
	{
		Case: "TestConformance/old_later_loses_nothing",
		Says: "ReceiptHandleIsInvalid",
		AWS:  "API Reference, ChangeMessageVisibility: MessageNotInflight; ReceiptHandleIsInvalid is for what is no receipt handle",
		Here: "ReceiptHandleIsInvalid for a receipt that a later delivery replaced",
	},
}

// TestConformance runs the suite on the emulator, queues of its own for each case. Its
// clock is the machine's, so the whole takes as long as its longest case, about a minute.
func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, gaps, func(t *testing.T) {
		client := sdk.NewFromConfig(lab.Start(t).Config())
		queuetest.Run(t, func(t *testing.T) queuetest.Driver {
			q := sqs.New(client, queues(t, client))
			return queuetest.Driver{Port: q, Pass: time.Sleep, MaxReceives: maxReceives}
		})
	})
}

// queues makes the product's queues with their dead ones, and what the suite asks of a dead
// one's own. Their default visibility is minutes, as that of the template's is.
func queues(t *testing.T, client *sdk.Client) map[queue.Name]string {
	t.Helper()
	prefix, urls := lab.Name(t, "q"), map[queue.Name]string{}
	add := func(name queue.Name, dead queue.Name) {
		attributes := map[string]string{"VisibilityTimeout": "600", "MessageRetentionPeriod": strconv.Itoa(int(queue.Retention.Seconds()))}
		if dead != "" {
			arn := "arn:aws:sqs:" + lab.Region + ":" + lab.Account + ":" + prefix + "-" + string(dead)
			attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, arn, maxReceives)
		}
		out, err := client.CreateQueue(t.Context(), &sdk.CreateQueueInput{QueueName: aws.String(prefix + "-" + string(name)), Attributes: attributes})
		if err != nil {
			t.Fatal(err)
		}
		urls[name] = *out.QueueUrl
	}
	for _, name := range queue.Names() {
		add(name.Dead(), "")
		add(name, name.Dead())
	}
	add(queue.AI.Dead().Dead(), "")
	t.Cleanup(func() {
		for _, url := range urls {
			if _, err := client.DeleteQueue(context.WithoutCancel(t.Context()), &sdk.DeleteQueueInput{QueueUrl: &url}); err != nil {
				t.Error(err)
			}
		}
	})
	return urls
}
