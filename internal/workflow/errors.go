package workflow

import (
	"errors"

	"github.com/igny8/igny8/internal/errs"
)

// The error names that the runtime itself gives to a failed invocation.
const (
	// ServiceFault is a passing fault of the function's surroundings: the machine tries again.
	ServiceFault = "Lambda.ServiceException"
	// UnknownFault is a function that failed without naming an error: the machine does not try again.
	UnknownFault = "Lambda.Unknown"
)

// NameOf maps an error of a Function to the name that a state machine sees: a NamedError
// is itself, kind Unavailable is a passing ServiceFault, all others are UnknownFault (as
// the Step Functions Developer Guide, Handling errors, calls unhandled errors of a
// function). It is the one table of this edge. nil gives nil.
func NameOf(err error) *NamedError {
	var named *NamedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &named):
		return named
	case errs.Is(err, errs.Unavailable):
		return &NamedError{Name: ServiceFault, Cause: err.Error()}
	}
	return &NamedError{Name: UnknownFault, Cause: err.Error()}
}
