package sfn

import (
	"cmp"
	"errors"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
)

func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}

// failure gives an error of Step Functions' its kind. nil gives nil.
func failure(op string, err error) error {
	if err == nil {
		return nil
	}
	e := kindOf(err)
	e.Op = cmp.Or(e.Op, "workflow "+op)
	return e
}

func kindOf(err error) *errs.Error {
	switch code := codeOf(err); code {
	case "ExecutionAlreadyExists":
		return errs.New(errs.Conflict, "execution_exists", "there was an execution of this name within 90 days: take another name").With(err)
	case "ExecutionDoesNotExist":
		return unknown(err)
	case "TaskDoesNotExist", "TaskTimedOut", "InvalidToken":
		return closed(err)
	case "InvalidName":
		return errs.Field("name", "is none that an execution can have").With(err)
	case "InvalidExecutionInput":
		return errs.Field("input", "is none that an execution can have").With(err)
	case "InvalidOutput":
		return errs.Field("output", "is none that a task can have").With(err)
	case "", "ExecutionLimitExceeded", "KmsThrottlingException":
		return lost(err)
	}
	if passes(err) {
		return lost(err)
	}
	return errs.New(errs.Internal, "internal", "Step Functions refuses the call: look at the state machine's ARN and the permissions").With(err)
}

// passes tells whether it is a fault of the service's, or the SDK's own rules call it a throttle.
func passes(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer ||
		retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

func lost(err error) *errs.Error {
	return errs.New(errs.Unavailable, "workflow", "the workflow service did not answer: try again in a moment").With(err).After(time.Second)
}

func unknown(err error) *errs.Error {
	return errs.New(errs.NotFound, "not_found", "there is no execution of this name").With(err)
}

func closed(err error) *errs.Error {
	return errs.New(errs.NotFound, "token_gone", "the task of this token has ended, or never was").With(err)
}

// cut gives the first characters of a text, counted as UTF-16 does, the strictest way;
// nothing for an empty one, which Step Functions then does not tell on.
func cut(text string, most int) *string {
	if text == "" {
		return nil
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	n := 0
	for i, r := range text {
		if n += utf16.RuneLen(r); n > most {
			text = text[:i]
			break
		}
	}
	return &text
}
