// Package sfn is the workflow's driver on AWS Step Functions.
package sfn

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
)

// API is what the driver needs of a Step Functions client; *sfn.Client has it.
type API interface {
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
	StopExecution(context.Context, *sfn.StopExecutionInput, ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error)
	SendTaskSuccess(context.Context, *sfn.SendTaskSuccessInput, ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error)
	SendTaskFailure(context.Context, *sfn.SendTaskFailureInput, ...func(*sfn.Options)) (*sfn.SendTaskFailureOutput, error)
}

// Limits of the service (API Reference; Developer Guide, Service quotas).
const (
	maxData  = 256 << 10 // bytes of an input or an output
	maxToken = 2048
	maxError = 256 // characters
	maxCause = 32768
)

var goodName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._-]{1,80}$`) })

// Engine is a workflow.Engine on Step Functions. It is safe for concurrent use.
type Engine struct {
	api        API
	machine    string // its ARN
	executions string // what the ARNs of its executions begin with; "" when machine is none
}

var _ workflow.Engine = (*Engine)(nil)

// New makes an Engine of the state machine with this ARN, of type STANDARD. With an empty
// ARN it can answer tokens and nothing else: that is for a function which the machine itself
// invokes, so that the two do not name each other; Start, Describe and Stop are Internal.
//
// The client's own retries may be on: a Start that is repeated finds its own execution, and
// an answer to a token that is repeated finds it answered, which is NotFound.
func New(client API, stateMachineARN string) *Engine {
	return &Engine{api: client, machine: stateMachineARN, executions: executionsOf(stateMachineARN)}
}

// executionsOf makes arn:aws:states:<region>:<account>:execution:<machine>: of
// arn:aws:states:<region>:<account>:stateMachine:<machine>, which may have a version or an
// alias behind it. Step Functions documents no other form.
func executionsOf(machine string) string {
	parts := strings.Split(machine, ":")
	if len(parts) < 7 || parts[2] != "states" || parts[5] != "stateMachine" {
		return ""
	}
	parts[5] = "execution"
	return strings.Join(parts[:7], ":") + ":"
}

func (e *Engine) hasMachine() error {
	switch {
	case e.machine == "":
		return errs.New(errs.Internal, "internal", "this program was given no state machine: it only answers the tokens of its tasks")
	case e.executions == "":
		return errs.New(errs.Internal, "internal", "the ARN of the state machine is none: "+e.machine)
	}
	return nil
}

// Start implements workflow.Engine. Invalid: a bad name, no JSON, too large.
func (e *Engine) Start(ctx context.Context, name string, input []byte) error {
	if err := e.hasMachine(); err != nil {
		return err
	}
	if !goodName().MatchString(name) {
		return errs.Field("name", "1 to 80 letters, digits, dots, dashes or underscores")
	}
	if err := document("input", input); err != nil {
		return err
	}
	_, err := e.api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &e.machine, Name: &name, Input: aws.String(string(input))})
	return failure("start", err)
}

// Describe implements workflow.Engine.
func (e *Engine) Describe(ctx context.Context, name string) (workflow.Execution, error) {
	arn, err := e.execution(name)
	if err != nil {
		return workflow.Execution{}, err
	}
	out, err := e.api.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: arn})
	if err != nil {
		return workflow.Execution{}, failure("describe", err)
	}
	x := workflow.Execution{
		Name: name, Status: workflow.Status(out.Status), Input: []byte(aws.ToString(out.Input)),
		Error: aws.ToString(out.Error), Cause: plain(aws.ToString(out.Error), aws.ToString(out.Cause)),
		Started: aws.ToTime(out.StartDate), Stopped: aws.ToTime(out.StopDate),
	}
	switch out.Status {
	case types.ExecutionStatusSucceeded:
		x.Output = []byte(aws.ToString(out.Output))
	case types.ExecutionStatusPendingRedrive: // an operator has it started again
		x.Status, x.Error, x.Cause, x.Stopped = workflow.Running, "", "", time.Time{}
	}
	return x, nil
}

// Stop implements workflow.Engine. NotFound: the name was never started.
func (e *Engine) Stop(ctx context.Context, name, errName, cause string) error {
	arn, err := e.execution(name)
	if err != nil {
		return err
	}
	_, err = e.api.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: arn, Error: cut(errName, maxError), Cause: cut(cause, maxCause)})
	if codeOf(err) == "ValidationException" {
		// What AWS answers when the execution has ended is not documented.
		if x, fault := e.Describe(ctx, name); fault == nil && x.Status != workflow.Running {
			return nil
		}
	}
	return failure("stop", err)
}

// execution gives the ARN of an execution. A name that none can have was never started.
func (e *Engine) execution(name string) (*string, error) {
	if err := e.hasMachine(); err != nil {
		return nil, err
	}
	if !goodName().MatchString(name) {
		return nil, unknown(nil)
	}
	return aws.String(e.executions + name), nil
}

// Succeed implements workflow.Engine. Invalid: the output is no JSON, or too large.
func (e *Engine) Succeed(ctx context.Context, token string, output []byte) error {
	if err := document("output", output); err != nil {
		return err
	}
	if token == "" || len(token) > maxToken {
		return closed(nil)
	}
	_, err := e.api.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String(string(output))})
	return failure("succeed", err)
}

// Fail implements workflow.Engine. The name is cut to 256 characters, the cause to 32,768.
func (e *Engine) Fail(ctx context.Context, token, errName, cause string) error {
	if token == "" || len(token) > maxToken {
		return closed(nil)
	}
	_, err := e.api.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{TaskToken: &token, Error: cut(errName, maxError), Cause: cut(cause, maxCause)})
	return failure("fail", err)
}

// document tells whether Step Functions takes the data.
func document(field string, data []byte) error {
	switch {
	case len(data) > maxData:
		return errs.Field(field, "larger than 256 KiB")
	case !utf8.Valid(data) || !json.Valid(data):
		return errs.Field(field, "has to be one JSON value")
	}
	return nil
}

// plain gives the words of a failed function out of the cause: Step Functions puts the
// whole that Lambda told it there, {"errorMessage":…,"errorType":…} (Developer Guide,
// Handling errors).
func plain(errName, cause string) string {
	var told struct{ ErrorMessage, ErrorType string }
	if json.Unmarshal([]byte(cause), &told) != nil || told.ErrorType == "" || told.ErrorType != errName {
		return cause
	}
	return told.ErrorMessage
}
