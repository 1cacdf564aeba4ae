package sfn_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/sfn"
)

const (
	machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:pipeline"
	run     = "arn:aws:states:eu-central-1:123456789012:execution:pipeline:run_1"
)

// script answers each call with the fault, and DescribeExecution with what it is to be.
type script struct {
	fault     error
	execution *sdk.DescribeExecutionOutput // nil: it fails like the others

	calls   int
	arns    []string
	started *sdk.StartExecutionInput
	failed  *sdk.SendTaskFailureInput
	stopped *sdk.StopExecutionInput
}

func (s *script) StartExecution(_ context.Context, in *sdk.StartExecutionInput, _ ...func(*sdk.Options)) (*sdk.StartExecutionOutput, error) {
	s.calls++
	s.started, s.arns = in, append(s.arns, *in.StateMachineArn)
	return &sdk.StartExecutionOutput{}, s.fault
}

func (s *script) DescribeExecution(_ context.Context, in *sdk.DescribeExecutionInput, _ ...func(*sdk.Options)) (*sdk.DescribeExecutionOutput, error) {
	s.calls++
	s.arns = append(s.arns, *in.ExecutionArn)
	if s.execution != nil {
		return s.execution, nil
	}
	return &sdk.DescribeExecutionOutput{}, s.fault
}

func (s *script) StopExecution(_ context.Context, in *sdk.StopExecutionInput, _ ...func(*sdk.Options)) (*sdk.StopExecutionOutput, error) {
	s.calls++
	s.stopped, s.arns = in, append(s.arns, *in.ExecutionArn)
	return &sdk.StopExecutionOutput{}, s.fault
}

func (s *script) SendTaskSuccess(context.Context, *sdk.SendTaskSuccessInput, ...func(*sdk.Options)) (*sdk.SendTaskSuccessOutput, error) {
	s.calls++
	return &sdk.SendTaskSuccessOutput{}, s.fault
}

func (s *script) SendTaskFailure(_ context.Context, in *sdk.SendTaskFailureInput, _ ...func(*sdk.Options)) (*sdk.SendTaskFailureOutput, error) {
	s.calls++
	s.failed = in
	return &sdk.SendTaskFailureOutput{}, s.fault
}

// everything calls each method once and gives the errors by name.
func everything(t *testing.T, e *sfn.Engine) map[string]error {
	ctx := t.Context()
	_, described := e.Describe(ctx, "run_1")
	return map[string]error{
		"Start":    e.Start(ctx, "run_1", []byte(`{}`)),
		"Describe": described,
		"Stop":     e.Stop(ctx, "run_1", "E", "c"),
		"Succeed":  e.Succeed(ctx, "token", []byte(`{}`)),
		"Fail":     e.Fail(ctx, "token", "E", "c"),
	}
}

const done = errs.Kind(255)

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if (want == done) != (err == nil) || err != nil && errs.KindOf(err) != want {
		t.Errorf("%s: got %v, want kind %v", what, err, want)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	fault := func(code string) error { return &smithy.GenericAPIError{Code: code, Fault: smithy.FaultClient} }
	for _, c := range []struct {
		name  string
		fault error
		want  errs.Kind
	}{
		{"well", nil, done},
		{"name is taken", &types.ExecutionAlreadyExists{}, errs.Conflict},
		{"bad name", &types.InvalidName{}, errs.Invalid},
		{"bad input", &types.InvalidExecutionInput{}, errs.Invalid},
		{"bad output", &types.InvalidOutput{}, errs.Invalid},
		{"no execution", &types.ExecutionDoesNotExist{}, errs.NotFound},
		{"no task", &types.TaskDoesNotExist{}, errs.NotFound},
		{"task has ended", &types.TaskTimedOut{}, errs.NotFound},
		{"no token", &types.InvalidToken{}, errs.NotFound},
		{"no answer", errors.New("connection reset"), errs.Unavailable},
		{"ended context", &aws.RequestCanceledError{Err: context.Canceled}, errs.Unavailable},
		{"throttled", fault("ThrottlingException"), errs.Unavailable},
		{"too many executions", &types.ExecutionLimitExceeded{}, errs.Unavailable},
		{"key throttled", &types.KmsThrottlingException{}, errs.Unavailable},
		{"its fault", &smithy.GenericAPIError{Code: "InternalFailure", Fault: smithy.FaultServer}, errs.Unavailable},
		{"no machine", &types.StateMachineDoesNotExist{}, errs.Internal},
		{"bad ARN", &types.InvalidArn{}, errs.Internal},
		{"no permission", fault("AccessDeniedException"), errs.Internal},
		{"rule broken", &types.ValidationException{}, errs.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for method, err := range everything(t, sfn.New(&script{fault: c.fault}, machine)) {
				wantKind(t, method, err, c.want)
				if err != nil && !errors.Is(err, c.fault) {
					t.Errorf("%s: %v does not carry %v", method, err, c.fault)
				}
			}
		})
	}
}

// TestARNs: nothing is looked up; an execution's ARN follows from the machine's.
func TestARNs(t *testing.T) {
	t.Parallel()
	for _, arn := range []string{machine, machine + ":7", machine + ":live"} {
		api := &script{}
		for method, err := range everything(t, sfn.New(api, arn)) {
			wantKind(t, method, err, done)
		}
		if len(api.arns) != 3 || api.arns[0] != run || api.arns[1] != arn || api.arns[2] != run {
			t.Errorf("%s: called with %v", arn, api.arns)
		}
	}
	for _, arn := range []string{"", "pipeline", "arn:aws:states:eu-central-1:123456789012:activity:pipeline", "arn:aws:sqs:eu-central-1:123456789012:stateMachine:pipeline"} {
		api := &script{}
		for method, err := range everything(t, sfn.New(api, arn)) {
			want := errs.Internal
			if method == "Succeed" || method == "Fail" {
				want = done
			}
			wantKind(t, method+" with ARN "+arn, err, want)
			if err != nil && !strings.Contains(err.Error(), "state machine") {
				t.Errorf("%v says nothing of a state machine", err)
			}
		}
		if api.calls != 2 {
			t.Errorf("%d calls with ARN %q, want those of the tokens", api.calls, arn)
		}
	}
}

// TestRefused: what needs no call.
func TestRefused(t *testing.T) {
	t.Parallel()
	api, ctx := &script{}, t.Context()
	e := sfn.New(api, machine)
	_, described := e.Describe(ctx, "a b")
	wantKind(t, "Describe of no name", described, errs.NotFound)
	wantKind(t, "Stop of no name", e.Stop(ctx, "", "", ""), errs.NotFound)
	wantKind(t, "Start with no name", e.Start(ctx, "", []byte(`{}`)), errs.Invalid)
	wantKind(t, "Start with broken text", e.Start(ctx, "a", []byte("\"\xff\"")), errs.Invalid)
	wantKind(t, "Succeed with nothing", e.Succeed(ctx, "token", nil), errs.Invalid)
	for _, token := range []string{"", strings.Repeat("t", 2049)} {
		wantKind(t, "Succeed", e.Succeed(ctx, token, []byte(`{}`)), errs.NotFound)
		wantKind(t, "Fail", e.Fail(ctx, token, "E", ""), errs.NotFound)
	}
	if api.calls != 0 {
		t.Errorf("%d calls were made", api.calls)
	}
	wantKind(t, "Start with as much as goes", e.Start(ctx, strings.Repeat("n", 80), []byte(`"`+strings.Repeat("x", 256<<10-2)+`"`)), done)
}

// TestCut: names and causes are cut at the border of a character, counted as UTF-16 does.
func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cause, wantName, wantCause string }{
		{"E", "c", "E", "c"},
		{strings.Repeat("n", 257), strings.Repeat("c", 32769), strings.Repeat("n", 256), strings.Repeat("c", 32768)},
		{strings.Repeat("ü", 257), strings.Repeat("漢", 32769), strings.Repeat("ü", 256), strings.Repeat("漢", 32768)},
		{"n" + strings.Repeat("🙂", 128), "c" + strings.Repeat("🙂", 16384), "n" + strings.Repeat("🙂", 127), "c" + strings.Repeat("🙂", 16383)},
		{"a\xffb", "\xff", "a\uFFFDb", "\uFFFD"},
	} {
		api := &script{}
		e := sfn.New(api, machine)
		wantKind(t, "Fail", e.Fail(t.Context(), "token", c.name, c.cause), done)
		wantKind(t, "Stop", e.Stop(t.Context(), "run_1", c.name, c.cause), done)
		if *api.failed.Error != c.wantName || *api.failed.Cause != c.wantCause || *api.stopped.Error != c.wantName || *api.stopped.Cause != c.wantCause {
			t.Errorf("%d and %d bytes came out as %d and %d", len(c.name), len(c.cause), len(*api.failed.Error), len(*api.failed.Cause))
		}
	}
	api := &script{}
	wantKind(t, "Fail", sfn.New(api, machine).Fail(t.Context(), "token", "", ""), done)
	if api.failed.Error != nil || api.failed.Cause != nil {
		t.Errorf("an empty name and cause are sent as %v and %v", api.failed.Error, api.failed.Cause)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	at := time.Unix(1, 0)
	out := func(status types.ExecutionStatus, name, cause string) *sdk.DescribeExecutionOutput {
		return &sdk.DescribeExecutionOutput{Status: status, Input: aws.String("{}"), Output: aws.String("1"), Error: aws.String(name), Cause: aws.String(cause), StartDate: &at, StopDate: &at}
	}
	for _, c := range []struct {
		name string
		out  *sdk.DescribeExecutionOutput
		want workflow.Execution
	}{
		{"succeeded", out("SUCCEEDED", "", ""), workflow.Execution{Status: workflow.Succeeded, Output: []byte("1"), Stopped: at}},
		{"failed", out("FAILED", "E", "c"), workflow.Execution{Status: workflow.Failed, Error: "E", Cause: "c", Stopped: at}},
		{"timed out", out("TIMED_OUT", "States.Timeout", ""), workflow.Execution{Status: workflow.TimedOut, Error: "States.Timeout", Stopped: at}},
		{"by a function", out("FAILED", "E", `{"errorMessage":"c","errorType":"E","stackTrace":[]}`), workflow.Execution{Status: workflow.Failed, Error: "E", Cause: "c", Stopped: at}},
		{"by another name", out("FAILED", "E", `{"errorMessage":"c","errorType":"F"}`), workflow.Execution{Status: workflow.Failed, Error: "E", Cause: `{"errorMessage":"c","errorType":"F"}`, Stopped: at}},
		{"JSON of another kind", out("FAILED", "", `{"a":1}`), workflow.Execution{Status: workflow.Failed, Cause: `{"a":1}`, Stopped: at}},
		{"about to go on", out("PENDING_REDRIVE", "E", "c"), workflow.Execution{Status: workflow.Running}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x, err := sfn.New(&script{execution: c.out}, machine).Describe(t.Context(), "run_1")
			if err != nil || x.Name != "run_1" || string(x.Input) != "{}" || !x.Started.Equal(at) {
				t.Errorf("got %+v, %v", x, err)
			}
			if x.Status != c.want.Status || string(x.Output) != string(c.want.Output) || x.Error != c.want.Error || x.Cause != c.want.Cause || !x.Stopped.Equal(c.want.Stopped) {
				t.Errorf("got %+v, want %+v", x, c.want)
			}
		})
	}
}

// TestStopOfAnEnded: that it is refused is no error once the execution has ended.
func TestStopOfAnEnded(t *testing.T) {
	t.Parallel()
	refused := &types.ValidationException{}
	stop := func(status types.ExecutionStatus) error {
		return sfn.New(&script{fault: refused, execution: &sdk.DescribeExecutionOutput{Status: status}}, machine).Stop(t.Context(), "run_1", "E", "c")
	}
	wantKind(t, "ended", stop(types.ExecutionStatusSucceeded), done)
	wantKind(t, "running", stop(types.ExecutionStatusRunning), errs.Internal)
}
