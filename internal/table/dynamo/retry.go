package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
)

// mode says after which faults a call may be repeated.
type mode bool

const (
	notDone    mode = false // only after those that tell that nothing was written
	repeatable mode = true  // after any that may pass
)

const (
	tries     = 6
	firstWait = 25 * time.Millisecond // doubled each time, and taken between half and whole: 0.8 s in all
)

// retry calls until it works, or fails for good, or has failed often enough; the last fault
// is then an errs.Unavailable. A failed condition comes back as DynamoDB's own error.
func retry(ctx context.Context, m mode, call func() error) error {
	wait := firstWait
	for n := 1; ; n++ {
		err := call()
		if err == nil {
			return nil
		}
		verdict := judge(err)
		again := verdict == refused || (verdict == unknown && m == repeatable && ctx.Err() == nil)
		if !again || n == tries {
			return failure(err, verdict)
		}
		timer := time.NewTimer(wait/2 + rand.N(wait/2)) //nolint:gosec // spreads load, guards nothing
		select {
		case <-ctx.Done():
			timer.Stop()
			return failure(errors.Join(ctx.Err(), err), verdict)
		case <-timer.C:
			wait *= 2
		}
	}
}

// verdict is what an error of DynamoDB's means.
type verdict uint8

const (
	unknown   verdict = iota // the call may have been done: no answer, or a fault on its side
	refused                  // not done, and may work later: throttled, or met another transaction
	condition                // a condition failed
	invalid                  // a limit or rule is broken
	ours                     // the set-up is wrong: no such table, no permission
)

var refusals = []string{
	"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "LimitExceededException",
	"TransactionConflictException", "TransactionInProgressException",
}

var rules = []string{"ValidationException", "ItemCollectionSizeLimitExceededException"}

func judge(err error) verdict {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return judgeReasons(cancelled.CancellationReasons)
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return unknown
	}
	switch code := api.ErrorCode(); {
	case code == "ConditionalCheckFailedException":
		return condition
	case slices.Contains(refusals, code):
		return refused
	case slices.Contains(rules, code):
		return invalid
	case code == "InternalServerError" || code == "ServiceUnavailable" || api.ErrorFault() == smithy.FaultServer:
		return unknown
	}
	return ours
}

// judgeReasons looks for a passing reason first: beside a conflict, the list of failed
// conditions need not be the whole one. When it stays, those that are known count.
func judgeReasons(reasons []types.CancellationReason) verdict {
	worst := ours
	for _, r := range reasons {
		switch aws.ToString(r.Code) {
		case "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError", "RequestLimitExceeded":
			return refused
		case "ConditionalCheckFailed":
			worst = condition
		case "ValidationError", "ItemCollectionSizeLimitExceeded":
			if worst != condition {
				worst = invalid
			}
		}
	}
	return worst
}

// failure gives an error its kind. A failed condition passes, for the caller knows the
// places.
func failure(err error, v verdict) error {
	switch v {
	case condition:
		return err
	case invalid:
		return errs.New(errs.Invalid, "invalid", "table: DynamoDB refuses the call: a limit or rule is broken").With(err)
	case ours:
		return errs.New(errs.Internal, "internal", "table: DynamoDB refuses the call: look at the table's name and the permissions").With(err)
	case refused:
		return errs.New(errs.Unavailable, "unavailable", "the table is busy: try again in a moment").With(err).After(time.Second)
	}
	return errs.New(errs.Unavailable, "unavailable", "the table did not answer: try again in a moment").With(err).After(time.Second)
}
