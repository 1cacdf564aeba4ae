package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/sqs"
)

// entryFaults are the codes by which the entries of one batch call fail, by their id.
type entryFaults map[string]string

// script answers calls with faults in turn, then with success: those that the emulator
// never shows.
type script struct {
	faults  []error
	entries []entryFaults
	sender  bool // the failed entries are the sender's fault

	calls    int
	sent     [][]types.SendMessageBatchRequestEntry
	deleted  [][]string
	received []sdk.ReceiveMessageInput
	changed  []sdk.ChangeMessageVisibilityInput
	messages []types.Message // of the last receive that was scripted
}

func (s *script) next() error {
	s.calls++
	if s.calls > len(s.faults) {
		return nil
	}
	return s.faults[s.calls-1]
}

func (s *script) failed() (out []types.BatchResultErrorEntry) {
	if s.calls > len(s.entries) {
		return nil
	}
	for id, code := range s.entries[s.calls-1] {
		out = append(out, types.BatchResultErrorEntry{Id: aws.String(id), Code: aws.String(code), SenderFault: s.sender})
	}
	return out
}

func (s *script) SendMessageBatch(_ context.Context, in *sdk.SendMessageBatchInput, _ ...func(*sdk.Options)) (*sdk.SendMessageBatchOutput, error) {
	s.sent = append(s.sent, in.Entries)
	err := s.next()
	return &sdk.SendMessageBatchOutput{Failed: s.failed()}, err
}

func (s *script) DeleteMessageBatch(_ context.Context, in *sdk.DeleteMessageBatchInput, _ ...func(*sdk.Options)) (*sdk.DeleteMessageBatchOutput, error) {
	var receipts []string
	for _, e := range in.Entries {
		receipts = append(receipts, *e.ReceiptHandle)
	}
	s.deleted = append(s.deleted, receipts)
	err := s.next()
	return &sdk.DeleteMessageBatchOutput{Failed: s.failed()}, err
}

func (s *script) ReceiveMessage(_ context.Context, in *sdk.ReceiveMessageInput, _ ...func(*sdk.Options)) (*sdk.ReceiveMessageOutput, error) {
	s.received = append(s.received, *in)
	err := s.next()
	return &sdk.ReceiveMessageOutput{Messages: s.messages}, err
}

func (s *script) ChangeMessageVisibility(_ context.Context, in *sdk.ChangeMessageVisibilityInput, _ ...func(*sdk.Options)) (*sdk.ChangeMessageVisibilityOutput, error) {
	s.changed = append(s.changed, *in)
	return &sdk.ChangeMessageVisibilityOutput{}, s.next()
}

func open(api sqs.API) *sqs.Queue {
	return sqs.New(api, map[queue.Name]string{queue.AI: "https://queues.example/ai"})
}

func fault(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultClient}
}

const done = errs.Kind(255)

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if (want == done) != (err == nil) || err != nil && errs.KindOf(err) != want {
		t.Errorf("%s: got %v, want kind %v", what, err, want)
	}
}

func TestErrorsOfCalls(t *testing.T) {
	t.Parallel()
	const unavailable = "Value AQEB for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
	const tooLong = "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
	old := &types.MessageNotInflight{ErrorCodeOverride: aws.String("AWS.SimpleQueueService.MessageNotInflight")}
	missing := &types.QueueDoesNotExist{ErrorCodeOverride: aws.String("AWS.SimpleQueueService.NonExistentQueue")}
	cases := []struct {
		name          string
		fault         error
		send, receipt errs.Kind
	}{
		{"no answer", errors.New("connection reset"), errs.Unavailable, errs.Unavailable},
		{"ended context", &aws.RequestCanceledError{Err: context.Canceled}, errs.Unavailable, errs.Unavailable},
		{"throttled", &types.RequestThrottled{}, errs.Unavailable, errs.Unavailable},
		{"throttled by another name", fault("ThrottlingException", ""), errs.Unavailable, errs.Unavailable},
		{"too many in flight", &types.OverLimit{}, errs.Unavailable, errs.Unavailable},
		{"key throttled", &types.KmsThrottled{ErrorCodeOverride: aws.String("KMS.ThrottlingException")}, errs.Unavailable, errs.Unavailable},
		{"its fault", &smithy.GenericAPIError{Code: "InternalFailure", Fault: smithy.FaultServer}, errs.Unavailable, errs.Unavailable},
		{"not in flight", &types.MessageNotInflight{}, errs.Internal, done},
		{"not in flight, old name", old, errs.Internal, done},
		{"not in flight, as SQS says it", fault("InvalidParameterValue", unavailable), errs.Invalid, done},
		{"expired", fault("InvalidParameterValue", "Reason: The receipt handle has expired."), errs.Invalid, done},
		{"no receipt", &types.ReceiptHandleIsInvalid{}, errs.Invalid, errs.Invalid},
		{"longer than is left", fault("InvalidParameterValue", tooLong), errs.Invalid, errs.Invalid},
		{"bad contents", &types.InvalidMessageContents{}, errs.Invalid, errs.Invalid},
		{"no queue", missing, errs.Internal, errs.Internal},
		{"no permission", fault("AccessDenied", ""), errs.Internal, errs.Internal},
		{"key disabled", &types.KmsDisabled{}, errs.Internal, errs.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			wantKind(t, "Send", open(&script{faults: []error{c.fault}}).Send(ctx, queue.AI, queue.Message{Body: "b"}), c.send)
			wantKind(t, "Done", open(&script{faults: []error{c.fault}}).Done(ctx, queue.AI, "r"), c.receipt)
			wantKind(t, "Later", open(&script{faults: []error{c.fault}}).Later(ctx, queue.AI, "r", time.Hour), c.receipt)
			_, err := open(&script{faults: []error{c.fault}}).Receive(ctx, queue.AI, 1, time.Minute, 0)
			wantKind(t, "Receive", err, c.send)
			if err != nil && !errors.Is(err, c.fault) {
				t.Errorf("%v does not carry %v", err, c.fault)
			}
		})
	}
}

func TestErrorsOfEntries(t *testing.T) {
	t.Parallel()
	busy := entryFaults{"1": "ServiceUnavailable", "3": "InternalError"}
	cases := []struct {
		name    string
		entries []entryFaults
		sender  bool
		calls   int
		want    errs.Kind
	}{
		{"all well", nil, false, 1, done},
		{"busy twice", []entryFaults{busy, {"1": "ServiceUnavailable"}}, false, 3, done},
		{"busy for ever", slices.Repeat([]entryFaults{busy}, 9), false, 4, errs.Unavailable},
		{"throttled, called the sender's fault", []entryFaults{{"1": "RequestThrottled", "3": "RequestThrottled"}}, true, 2, done},
		{"one is refused", []entryFaults{{"1": "InvalidMessageContents"}}, true, 1, errs.Invalid},
		{"one has no receipt", []entryFaults{{"1": "ReceiptHandleIsInvalid"}}, true, 1, errs.Invalid},
		{"no permission", []entryFaults{{"1": "AccessDenied"}}, true, 1, errs.Internal},
		{"an entry that nobody sent", []entryFaults{{"9": "ServiceUnavailable"}}, false, 1, errs.Unavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sending, deleting := &script{entries: c.entries, sender: c.sender}, &script{entries: c.entries, sender: c.sender}
				wantKind(t, "Send", open(sending).Send(t.Context(), queue.AI, bodies("a", "b", "c", "d")...), c.want)
				wantKind(t, "Done", open(deleting).Done(t.Context(), queue.AI, "a", "b", "c", "d"), c.want)
				if sending.calls != c.calls || deleting.calls != c.calls {
					t.Errorf("%d calls to send and %d to delete, want %d", sending.calls, deleting.calls, c.calls)
				}
				if c.calls == 1 {
					return
				}
				if again := sending.sent[1]; len(again) != 2 || *again[0].MessageBody+*again[1].MessageBody != "bd" && *again[0].MessageBody+*again[1].MessageBody != "db" {
					t.Errorf("%d entries were sent again, want b and d", len(again))
				}
				if again := slices.Sorted(slices.Values(deleting.deleted[1])); !slices.Equal(again, []string{"b", "d"}) {
					t.Errorf("%v were deleted again, want b and d", again)
				}
			})
		})
	}
}

func bodies(list ...string) (out []queue.Message) {
	for _, b := range list {
		out = append(out, queue.Message{Group: "acc_1", Body: b})
	}
	return out
}

func TestEndedContextEndsTheWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &script{entries: slices.Repeat([]entryFaults{{"0": "ServiceUnavailable"}}, 9)}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		err := open(api).Send(ctx, queue.AI, queue.Message{Body: "b"})
		if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.DeadlineExceeded) || api.calls != 1 {
			t.Errorf("got %v after %d calls, want unavailable with the context's error", err, api.calls)
		}
	})
}

// TestGoneEntry: an entry whose message is gone is done.
func TestGoneEntry(t *testing.T) {
	t.Parallel()
	api := &script{entries: []entryFaults{{"1": "AWS.SimpleQueueService.MessageNotInflight"}}, sender: true}
	if err := open(api).Done(t.Context(), queue.AI, "a", "b"); err != nil || api.calls != 1 {
		t.Errorf("%v after %d calls", err, api.calls)
	}
}

// TestBatches: at most 10 messages and 256 KiB a call, and what goes over the wire.
func TestBatches(t *testing.T) {
	t.Parallel()
	large, half := strings.Repeat("a", queue.MaxBody), strings.Repeat("b", queue.MaxBody/2)
	for _, c := range []struct {
		name string
		msgs []queue.Message
		want []int
	}{
		{"none", nil, nil},
		{"25", bodies(slices.Repeat([]string{"b"}, 25)...), []int{10, 10, 5}},
		{"large ones alone", bodies("b", large, "b", half, half, "b"), []int{1, 1, 2, 2}},
		{"halves in pairs", bodies(half, half, half, half, half), []int{2, 2, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			api := &script{}
			if err := open(api).Send(t.Context(), queue.AI, c.msgs...); err != nil {
				t.Fatal(err)
			}
			var got []int
			var all []queue.Message
			for _, entries := range api.sent {
				got = append(got, len(entries))
				for i, e := range entries {
					all = append(all, queue.Message{Group: *e.MessageGroupId, Body: *e.MessageBody})
					if *e.Id != fmt.Sprint(i) {
						t.Errorf("entry %d has id %s", i, *e.Id)
					}
				}
			}
			if !slices.Equal(got, c.want) || !slices.Equal(all, c.msgs) {
				t.Errorf("calls of %v messages, want %v in their order", got, c.want)
			}
		})
	}
}

// TestSeconds: times are rounded up, so that nothing is early.
func TestSeconds(t *testing.T) {
	t.Parallel()
	api := &script{}
	q := open(api)
	msgs := []queue.Message{{Body: "a"}, {Body: "b", Delay: time.Millisecond}, {Body: "c", Delay: 2 * time.Second}, {Body: "d", Delay: queue.MaxDelay}}
	if err := q.Send(t.Context(), queue.AI, msgs...); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int32{0, 1, 2, 900} {
		if e := api.sent[0][i]; e.DelaySeconds != want || e.MessageGroupId != nil {
			t.Errorf("%s is delayed by %d s in group %v, want %d s and none", *e.MessageBody, e.DelaySeconds, e.MessageGroupId, want)
		}
	}
	if err := q.Later(t.Context(), queue.AI, "r", 1001*time.Millisecond); err != nil || api.changed[0].VisibilityTimeout != 2 {
		t.Errorf("Later asks for %d s, %v", api.changed[0].VisibilityTimeout, err)
	}
}

// TestReceive: long waits are rounds of at most 20 s, and a visibility of nothing is asked
// for in a second call.
func TestReceive(t *testing.T) {
	t.Parallel()
	api := &script{}
	got, err := open(api).Receive(t.Context(), queue.AI, 7, 90*time.Second, 45500*time.Millisecond)
	if err != nil || got != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	var waits []int32
	for _, in := range api.received {
		waits = append(waits, in.WaitTimeSeconds)
		if in.MaxNumberOfMessages != 7 || in.VisibilityTimeout != 90 {
			t.Errorf("asked for %d messages, hidden for %d s", in.MaxNumberOfMessages, in.VisibilityTimeout)
		}
	}
	if !slices.Equal(waits, []int32{20, 20, 6}) {
		t.Errorf("waited %v", waits)
	}
	api = &script{messages: []types.Message{{
		MessageId: aws.String("m"), ReceiptHandle: aws.String("r"), Body: aws.String("b"),
		Attributes: map[string]string{"ApproximateReceiveCount": "4", "MessageGroupId": "acc_1"},
	}}}
	got, err = open(api).Receive(t.Context(), queue.AI, 1, 0, time.Minute)
	want := queue.Delivery{ID: "m", Receipt: "r", Body: "b", Group: "acc_1", Receives: 4}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Fatalf("got %+v, %v", got, err)
	}
	if len(api.received) != 1 || api.received[0].VisibilityTimeout != 1 || len(api.changed) != 1 || api.changed[0].VisibilityTimeout != 0 {
		t.Errorf("received with %+v, then changed with %+v", api.received, api.changed)
	}
}

// TestRefused: what is Invalid without a call.
func TestRefused(t *testing.T) {
	t.Parallel()
	api := &script{}
	q, ctx := open(api), t.Context()
	_, unnamed := q.Receive(ctx, queue.Image, 1, 0, 0)
	_, tooMany := q.Receive(ctx, queue.AI, 11, 0, 0)
	for name, err := range map[string]error{
		"Send to no address":      q.Send(ctx, queue.Image, queue.Message{Body: "b"}),
		"Receive from no address": unnamed,
		"Done at no address":      q.Done(ctx, queue.Image, "r"),
		"Later at no address":     q.Later(ctx, queue.Image, "r", 0),
		"Send a bad one":          q.Send(ctx, queue.AI, queue.Message{Body: "b"}, queue.Message{}),
		"Receive too many":        tooMany,
		"Done of nothing":         q.Done(ctx, queue.AI, "r", ""),
		"Later of nothing":        q.Later(ctx, queue.AI, "", 0),
		"Later too late":          q.Later(ctx, queue.AI, "r", 13*time.Hour),
	} {
		wantKind(t, name, err, errs.Invalid)
		if strings.Contains(name, "address") && !strings.Contains(err.Error(), `"image"`) {
			t.Errorf("%s: %v does not name the queue", name, err)
		}
	}
	if api.calls != 0 {
		t.Errorf("%d calls were made", api.calls)
	}
}
