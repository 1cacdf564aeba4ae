package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/steps"
)

// TestKilledFunction: the process of a function that works is found, and the emulator tells
// that its invocation was cut.
func TestKilledFunction(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	var name atomic.Value
	arn := steps.Function(t, l, func(ctx context.Context, _ []byte) ([]byte, *messages.InvokeResponse_Error) {
		for _, p := range l.Processes() {
			if p.Function == name.Load() {
				_ = syscall.Kill(p.ID, syscall.SIGKILL)
			}
		}
		<-ctx.Done() // the connection breaks
		return nil, nil
	})
	name.Store(arn[strings.LastIndex(arn, ":")+1:])
	out, err := lambda.NewFromConfig(l.Config()).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &arn, Payload: []byte(`{}`)})
	if err != nil || out.FunctionError == nil || !strings.Contains(string(out.Payload), "Runtime.ExitError") {
		t.Errorf("told %+v %v", out, err)
	}
	if died, timedOut := l.Cut(); died[name.Load().(string)] != 1 || len(timedOut) > 0 {
		t.Errorf("the emulator tells of %v, and of time-outs %v", died, timedOut)
	}
}

// TestFunction: the payload comes here, and the answer or the named error goes back.
func TestFunction(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	arn := steps.Function(t, l, func(_ context.Context, payload []byte) ([]byte, *messages.InvokeResponse_Error) {
		if string(payload) == `"fail"` {
			return nil, &messages.InvokeResponse_Error{Type: "Expected", Message: "as asked"}
		}
		return payload, nil
	})
	client := lambda.NewFromConfig(l.Config())
	for _, c := range []struct{ in, out, fault string }{
		{`{"a":1}`, `{"a":1}`, ""},
		{`"fail"`, `{"errorMessage":"as asked","errorType":"Expected"}`, "Unhandled"},
	} {
		out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &arn, Payload: []byte(c.in)})
		if err != nil {
			t.Fatal(err)
		}
		fault := ""
		if out.FunctionError != nil {
			fault = *out.FunctionError
		}
		var got bytes.Buffer // the emulator puts blanks in
		if err := json.Compact(&got, out.Payload); err != nil || got.String() != c.out || fault != c.fault {
			t.Errorf("%s gave %s, error %q", c.in, out.Payload, fault)
		}
	}
}
