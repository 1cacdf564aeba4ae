// Package workflow is the port to the state machine service that drives a run. The file in
// statemachines/ is run by AWS Step Functions (driver sfn) or by the durable interpreter
// of the same language (driver embedded); both pass the same conformance suite (workflowtest).
package workflow

import (
	"context"
	"time"
)

// Status of an execution.
type Status string

// The statuses, as AWS names them.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Execution is what Describe knows.
type Execution struct {
	Name    string
	Status  Status
	Input   []byte
	Output  []byte // when Succeeded
	Error   string // error name, when Failed, TimedOut or Aborted
	Cause   string
	Started time.Time
	Stopped time.Time // zero while running
}

// Engine starts, stops and describes executions of one state machine and answers the
// tokens of its waiting tasks. Executions are known by name, unique for 90 days.
type Engine interface {
	// Start begins an execution. The same name and the same input while it runs is no
	// error (AWS answers 200 with the same execution); otherwise Conflict.
	Start(ctx context.Context, name string, input []byte) error
	// Describe tells how an execution stands; NotFound when the name was never started.
	Describe(ctx context.Context, name string) (Execution, error)
	// Stop aborts an execution; stopping an ended one is no error.
	Stop(ctx context.Context, name, errName, cause string) error
	// Succeed answers a waiting task's token. NotFound: the token is unknown, was answered
	// before, or its task or execution has ended.
	Succeed(ctx context.Context, token string, output []byte) error
	// Fail answers a waiting task's token with a named error. Errors as for Succeed.
	Fail(ctx context.Context, token, errName, cause string) error
}

// Function is what a Task state invokes, by the name in its Parameters.FunctionName.
// The payload is the state's Payload. An error is matched by name, see NamedError.
type Function func(ctx context.Context, payload []byte) ([]byte, error)

// NamedError is an error that a state machine can catch by name.
type NamedError struct{ Name, Cause string }

// Error is the name and the cause.
func (e *NamedError) Error() string { return e.Name + ": " + e.Cause }
