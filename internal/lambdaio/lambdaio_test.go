package lambdaio_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/config"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/lambdaio"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/workflow"
)

// event reads the event that a function ships.
func event[E any](t *testing.T, function string) (e E) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "functions", function, "event.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestJobs(t *testing.T) {
	t.Parallel()
	ev := event[events.SQSEvent](t, "worker-ai")
	second := ev.Records[0]
	second.MessageId, second.Attributes = "two", nil
	ev.Records = append(ev.Records, second)
	var got []queue.Delivery
	out, err := lambdaio.Jobs(func(_ context.Context, batch []queue.Delivery) []string {
		got = batch
		return []string{"two"}
	})(t.Context(), ev)
	first := queue.Delivery{ID: ev.Records[0].MessageId, Receipt: "example", Group: "acc_00000000000000000000000000", Body: ev.Records[0].Body, Receives: 1}
	if d := cmp.Diff([]queue.Delivery{first, {ID: "two", Receipt: "example", Body: second.Body}}, got); d != "" || err != nil {
		t.Errorf("%s %v", d, err)
	}
	if d := cmp.Diff([]events.SQSBatchItemFailure{{ItemIdentifier: "two"}}, out.BatchItemFailures); d != "" {
		t.Error(d)
	}
	out, _ = lambdaio.Jobs(func(context.Context, []queue.Delivery) []string { return nil })(t.Context(), ev)
	if raw, err := json.Marshal(out); string(raw) != `{"batchItemFailures":[]}` {
		t.Errorf("%s %v: a missing list would bring the whole batch back", raw, err)
	}
}

// TestMemory: Go knows of the function's memory.
func TestMemory(t *testing.T) { // not beside others: the limit is the process's
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	lambdaio.NewBase(config.Common{Memory: 640})
	if got := debug.SetMemoryLimit(-1) >> 20; got != 544 {
		t.Errorf("%d MB of 640 are Go's, not 85 %%", got)
	}
}

func TestStage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		name string
	}{
		{nil, ""},
		{&workflow.NamedError{Name: "Paused", Cause: "by a person"}, "Paused"},
		{errs.Wrap("stage", errs.New(errs.Unavailable, "x", "busy")), workflow.ServiceFault},
		{errors.New("unknown"), workflow.UnknownFault},
	} {
		out, err := lambdaio.Stage(func(_ context.Context, in []byte) ([]byte, error) { return in, c.err })(t.Context(), json.RawMessage(`{"a":1}`))
		var named messages.InvokeResponse_Error
		switch {
		case c.name == "" && (err != nil || string(out) != `{"a":1}`):
			t.Errorf("%s %v", out, err)
		case c.name != "" && (!errors.As(err, &named) || named.Type != c.name):
			t.Errorf("%v: %#v, want the name %s", c.err, err, c.name)
		}
	}
}
