package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/steps"
)

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
