package workflow_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
)

func TestNameOf(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"Paused":              fmt.Errorf("stage: %w", &workflow.NamedError{Name: "Paused"}),
		workflow.ServiceFault: errs.New(errs.Unavailable, "x", "later"),
		workflow.UnknownFault: errors.New("no name"),
	} {
		if got := workflow.NameOf(err); got == nil || got.Name != want {
			t.Errorf("%v is %v, want %s", err, got, want)
		}
	}
	if workflow.NameOf(nil) != nil {
		t.Error("no error has a name")
	}
}
