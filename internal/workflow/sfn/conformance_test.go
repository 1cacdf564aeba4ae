package sfn_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"

	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/steps"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/sfn"
	"github.com/igny8/igny8/internal/workflow/workflowtest"
)

const swallowed = "what a function of a task with a token fails with is dropped; the task waits for its token until it times out"

var gaps = []lab.Gap{
	{
		Case: "TestConformance/the_same_start_twice_is_one_execution",
		Says: "ExecutionAlreadyExists",
		AWS:  "API Reference, StartExecution: with the name and the input of a running execution the call succeeds",
		Here: "ExecutionAlreadyExists",
	},
	{
		Case: "TestConformance/a_failure_without_a_cause_has_none",
		Says: "at error.Cause, want <nil>",
		AWS:  "Developer Guide, Handling errors, Error output: the Cause of SendTaskFailure, which may leave it out",
		Here: "an empty Cause is made up",
	},
	{
		Case: "TestConformance/a_stop_aborts_and_closes_the_token",
		Says: "got <nil>, want an error of kind not_found",
		AWS:  "API Reference, SendTaskSuccess, TaskTimedOut: the task of the token has been closed",
		Here: "the token of a stopped execution is taken until the task's time-out",
	},
	{
		Case: "TestConformance/a_token_counts_once",
		Says: "got <nil>, want an error of kind not_found",
		AWS:  "API Reference, SendTaskSuccess, TaskTimedOut: the task of the token has been closed",
		Here: "a second answer is taken until the execution has seen the first", Sometimes: true,
	},
	{
		Case: "TestConformance/a_time-out_closes_the_token,_is_tried_again,_then_caught",
		Says: "the second attempt has the first one's token",
		AWS:  "Developer Guide, Wait for a callback with the task token: after a time-out a new random token is generated",
		Here: "all attempts of a task have one token",
	},
	{
		Case: "TestConformance/a_function's_named_error_is_the_task's_error",
		Says: "never came: the end of a",
		AWS:  "Developer Guide, Handling errors: an error of the invoked function is matched by its name",
		Here: swallowed,
	},
	{
		Case: "TestConformance/an_error_without_a_name_is_not_tried_again",
		Says: "never came: the end of a",
		AWS:  "Developer Guide, Handling errors: Lambda.Unknown fails the task",
		Here: swallowed,
	},
	{
		Case: "TestConformance/a_Lambda_service_error_is_tried_again,_up_to_MaxAttempts",
		Says: "never came: call 3 of a",
		AWS:  "Developer Guide, Handling errors, Retrying after an error",
		Here: swallowed,
	},
	{
		Case: "TestConformance/an_input_without_what_a_Choice_asks_for_fails_at_run_time",
		Says: "never came: the end of a",
		AWS:  "Developer Guide, Handling errors, States.Runtime: a path that leads nowhere is a run-time error",
		Here: "the rule does not match, and Default is taken",
	},
}

// TestConformance runs the suite on the emulator: a state machine and two functions of its
// own for each case. Its clock is the machine's.
func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, gaps, func(t *testing.T) {
		l := lab.Start(t)
		client := sdk.NewFromConfig(l.Config())
		workflowtest.Run(t, func(t *testing.T, work, closing workflow.Function) workflowtest.Driver {
			names := strings.NewReplacer("${Work}", steps.Function(t, l, relayed(work)), "${Close}", steps.Function(t, l, relayed(closing)))
			machine := steps.Machine(t, l, names.Replace(workflowtest.Definition))
			return workflowtest.Driver{Engine: sfn.New(client, machine), Pass: pass}
		})
	})
}

// relayed reports errors as the programs in functions/ do.
func relayed(f workflow.Function) func(context.Context, []byte) ([]byte, *messages.InvokeResponse_Error) {
	return func(ctx context.Context, payload []byte) ([]byte, *messages.InvokeResponse_Error) {
		out, err := f(ctx, payload)
		if named := workflow.NameOf(err); named != nil {
			return nil, &messages.InvokeResponse_Error{Type: named.Name, Message: named.Cause}
		}
		return out, nil
	}
}

// pass sleeps. The emulator's clocks start a little later than the suite's, which counts
// from the call of a function, and run late on a busy machine; so what has to go by gets
// three seconds more.
func pass(d time.Duration) {
	if d > 0 {
		d += 3 * time.Second
	}
	time.Sleep(max(d, 50*time.Millisecond))
}
