package lambdaio

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/igny8/igny8/internal/workflow"
)

// Stage runs a state machine's function. A state machine matches an error by its name,
// which Lambda takes from the Go type unless the error names itself: so the last step here
// gives each error the name that workflow.NameOf knows it by.
func Stage(f workflow.Function) func(context.Context, json.RawMessage) (json.RawMessage, error) {
	return func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
		out, err := f(ctx, payload)
		if named := workflow.NameOf(err); named != nil {
			return nil, messages.InvokeResponse_Error{Type: named.Name, Message: named.Cause}
		}
		return out, nil
	}
}
