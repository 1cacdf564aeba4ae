// Package queuetest is the conformance suite of the queue port. It asserts what SQS
// standard queues document and the port promises, and no more: no order, no exactly-once.
// Counts of receives, waits and retention are therefore judged with room.
package queuetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// Port is both sides of the port.
type Port interface {
	queue.Sender
	queue.Receiver
}

// Driver is what a store brings to the suite.
type Driver struct {
	Port
	// Pass lets time go by for the store: a fake clock advances, a real store sleeps.
	Pass func(time.Duration)
	// MaxReceives is how often the store's queues deliver a message before it is dead.
	MaxReceives int
	// Turns says that the store takes groups strictly in turn. SQS fair queues shorten the
	// wait of quiet groups but promise no order, so their driver leaves it false.
	Turns bool
}

// Visibility is how long the suite hides what it receives, unless it says otherwise.
const Visibility = 30 * time.Second

// Run runs the suite. open gives a driver whose queues are all empty; it is called once
// for each case, and the cases run in parallel.
func Run(t *testing.T, open func(t *testing.T) Driver) {
	for name, test := range map[string]func(t *testing.T, d Driver){
		"send and receive":                  sendAndReceive,
		"empty queue":                       emptyQueue,
		"many in one send":                  manyInOneSend,
		"queues are apart":                  queuesAreApart,
		"large and odd bodies":              bodies,
		"refused messages":                  refusedMessages,
		"refused numbers":                   refusedNumbers,
		"hidden until visibility":           hiddenUntilVisibility,
		"visibility zero":                   visibilityZero,
		"done":                              done,
		"done twice":                        doneTwice,
		"done after visibility":             doneAfterVisibility,
		"done of many":                      doneOfMany,
		"old receipt":                       oldReceipt,
		"foreign receipt":                   foreignReceipt,
		"later at once":                     laterAtOnce,
		"later shortens":                    laterShortens,
		"later lengthens":                   laterLengthens,
		"old later loses nothing":           oldLaterLosesNothing,
		"delay":                             delay,
		"dead letter":                       deadLetter,
		"dead letters stay":                 deadLettersStay,
		"done message is never dead":        doneIsNeverDead,
		"partial failure":                   partialFailure,
		"quiet group beside a busy one":     quietGroup,
		"cancelled call":                    cancelled,
		"receivers side by side":            sideBySide,
		"poll deletes what succeeded":       pollDeletes,
		"poll brings failures back":         pollFailures,
		"poll brings a panicked batch back": pollPanic,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func send(t *testing.T, d Driver, q queue.Name, msgs ...queue.Message) {
	t.Helper()
	if err := d.Send(t.Context(), q, msgs...); err != nil {
		t.Fatalf("Send: %v", err)
	}
}

func receive(t *testing.T, d Driver, q queue.Name, max int, visibility time.Duration) []queue.Delivery {
	t.Helper()
	got, err := d.Receive(t.Context(), q, max, visibility, 0)
	if err != nil {
		t.Fatalf("Receive: %v", err)
	}
	if len(got) > max {
		t.Fatalf("Receive gave %d messages, asked for at most %d", len(got), max)
	}
	return got
}

// tries is how many receives a message that is there may take to show up: SQS samples its
// servers, so one receive may miss it.
const tries = 10

// gather receives until n different messages have come.
func gather(t *testing.T, d Driver, q queue.Name, n int, visibility time.Duration) map[string]queue.Delivery {
	t.Helper()
	all := make(map[string]queue.Delivery, n)
	for miss := 0; len(all) < n && miss < tries; {
		before := len(all)
		for _, m := range receive(t, d, q, queue.MaxBatch, visibility) {
			all[m.ID] = m
		}
		if len(all) == before {
			miss++
		}
	}
	if len(all) != n {
		t.Fatalf("%d messages came from %s, want %d", len(all), q, n)
	}
	return all
}

// one receives the only message of a queue.
func one(t *testing.T, d Driver, q queue.Name, visibility time.Duration) queue.Delivery {
	t.Helper()
	for range tries {
		if got := receive(t, d, q, 1, visibility); len(got) == 1 {
			return got[0]
		}
	}
	t.Fatalf("no message came from %s", q)
	return queue.Delivery{}
}

// none asserts that nothing is visible.
func none(t *testing.T, d Driver, q queue.Name) {
	t.Helper()
	for range 3 {
		if got := receive(t, d, q, queue.MaxBatch, Visibility); len(got) > 0 {
			t.Fatalf("%s gave %d messages (first: %q), want none", q, len(got), head(got[0].Body))
		}
	}
}

func finish(t *testing.T, d Driver, q queue.Name, receipts ...string) {
	t.Helper()
	if err := d.Done(t.Context(), q, receipts...); err != nil {
		t.Fatalf("Done: %v", err)
	}
}

func later(t *testing.T, d Driver, q queue.Name, receipt string, after time.Duration) {
	t.Helper()
	if err := d.Later(t.Context(), q, receipt, after); err != nil {
		t.Fatalf("Later: %v", err)
	}
}

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: error %v, want kind %s", what, err, kind)
	}
}

func head(s string) string { return s[:min(len(s), 40)] }

func numbered(group string, n int) []queue.Message {
	msgs := make([]queue.Message, n)
	for i := range msgs {
		msgs[i] = queue.Message{Group: group, Body: fmt.Sprintf(`{"job":"%s-%d"}`, group, i)}
	}
	return msgs
}

func sendAndReceive(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: `{"job":"job_1"}`})
	m := one(t, d, queue.AI, Visibility)
	if m.Body != `{"job":"job_1"}` || m.Group != "acc_1" || m.Receives != 1 {
		t.Errorf("received %+v", m)
	}
	if m.ID == "" || m.Receipt == "" {
		t.Errorf("a delivery needs id and receipt: %+v", m)
	}
}

func emptyQueue(t *testing.T, d Driver) {
	none(t, d, queue.AI)
	none(t, d, queue.AI.Dead())
	if err := d.Send(t.Context(), queue.AI); err != nil {
		t.Errorf("sending nothing: %v", err)
	}
	finish(t, d, queue.AI)
}

func manyInOneSend(t *testing.T, d Driver) {
	const n = 57 // several batches of a store that takes 10 at once, and a rest
	send(t, d, queue.AI, numbered("acc_1", n)...)
	bodies := make(map[string]bool)
	for _, m := range gather(t, d, queue.AI, n, 10*time.Minute) {
		bodies[m.Body] = true
	}
	if len(bodies) != n {
		t.Errorf("%d different bodies, want %d", len(bodies), n)
	}
}

func queuesAreApart(t *testing.T, d Driver) {
	for _, q := range queue.Names() {
		send(t, d, q, queue.Message{Group: "acc_1", Body: string(q)})
	}
	for _, q := range queue.Names() {
		if m := one(t, d, q, Visibility); m.Body != string(q) {
			t.Errorf("queue %s gave %q", q, m.Body)
		}
		none(t, d, q.Dead())
	}
}

func bodies(t *testing.T, d Driver) {
	for _, body := range []string{
		"x", strings.Repeat("a", queue.MaxBody), strings.Repeat("ü", queue.MaxBody/2),
		"tab\tline\nreturn\r \"quotes\" \\ <b>&amp;</b> 漢字 🙂 \u2028 \ufffd",
	} {
		send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: body})
		m := one(t, d, queue.AI, Visibility)
		if m.Body != body {
			t.Errorf("body of %d bytes (%q) came back as %d bytes (%q)", len(body), head(body), len(m.Body), head(m.Body))
		}
		finish(t, d, queue.AI, m.Receipt)
	}
}

func refusedMessages(t *testing.T, d Driver) {
	good := queue.Message{Group: "acc_1", Body: "good"}
	for name, m := range map[string]queue.Message{
		"empty body":        {Group: "acc_1"},
		"too large":         {Group: "acc_1", Body: strings.Repeat("a", queue.MaxBody+1)},
		"not UTF-8":         {Group: "acc_1", Body: "\xff"},
		"control character": {Group: "acc_1", Body: "a\x00b"},
		"non-character":     {Group: "acc_1", Body: "a\uffff"},
		"delay too long":    {Group: "acc_1", Body: "b", Delay: queue.MaxDelay + time.Second},
		"negative delay":    {Group: "acc_1", Body: "b", Delay: -time.Second},
		"long group":        {Group: strings.Repeat("g", 129), Body: "b"},
		"group with blank":  {Group: "acc 1", Body: "b"},
	} {
		wantKind(t, name, d.Send(t.Context(), queue.AI, good, m), errs.Invalid)
	}
	wantKind(t, "no queue", d.Send(t.Context(), "", good), errs.Invalid)
	none(t, d, queue.AI)
}

func refusedNumbers(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	for _, c := range []struct {
		max              int
		visibility, wait time.Duration
	}{
		{0, Visibility, 0}, {-1, Visibility, 0}, {11, Visibility, 0}, {1, -time.Second, 0},
		{1, queue.MaxVisibility + time.Second, 0}, {1, Visibility, -time.Second},
	} {
		_, err := d.Receive(t.Context(), queue.AI, c.max, c.visibility, c.wait)
		wantKind(t, fmt.Sprintf("Receive %+v", c), err, errs.Invalid)
	}
	m := one(t, d, queue.AI, Visibility)
	wantKind(t, "negative Later", d.Later(t.Context(), queue.AI, m.Receipt, -time.Second), errs.Invalid)
	wantKind(t, "long Later", d.Later(t.Context(), queue.AI, m.Receipt, queue.MaxVisibility+time.Second), errs.Invalid)
}

func cancelled(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := d.Receive(ctx, queue.AI, 1, Visibility, time.Minute); err == nil || len(got) > 0 {
		t.Errorf("Receive under an ended context gave %d messages and error %v", len(got), err)
	}
	if err := d.Send(ctx, queue.AI, queue.Message{Group: "acc_1", Body: "c"}); err == nil {
		t.Error("Send under an ended context gave no error")
	}
	if m := one(t, d, queue.AI, Visibility); m.Body != "b" {
		t.Errorf("received %q, want the message sent before", m.Body)
	}
}
