package sqs

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
)

const (
	tries     = 4
	firstWait = 100 * time.Millisecond // doubled each time, and taken between half and whole: 0.7 s in all
)

// whole makes a batch call, and again for the entries that failed by a passing fault: the
// client's own retries do not see those, since the call itself succeeded. An entry's id is
// its place in all. When some are left after the tries it is Unavailable; one that fails
// for good ends it at once.
func whole[E any](ctx context.Context, op string, all []E, call func([]E) ([]types.BatchResultErrorEntry, error)) error {
	wait := firstWait
	for n, left := 1, all; ; n++ {
		failed, err := call(left)
		if err != nil {
			return failure(op, err)
		}
		left = nil
		var last error
		for _, f := range failed {
			err := entryError(f)
			place, fault := strconv.Atoi(aws.ToString(f.Id))
			switch v := judge(op, err); {
			case v == passing && fault == nil && place < len(all):
				left, last = append(left, all[place]), err
			case v != gone:
				return failure(op, err)
			}
		}
		if len(left) == 0 || n == tries {
			return failure(op, last)
		}
		if err := pause(ctx, wait/2+rand.N(wait/2)); err != nil { //nolint:gosec // spreads load, guards nothing
			return failure(op, errors.Join(err, last))
		}
		wait *= 2
	}
}

// entryError is what is wrong with an entry, as the error of a call of its own would be.
func entryError(f types.BatchResultErrorEntry) error {
	fault := smithy.FaultServer
	if f.SenderFault {
		fault = smithy.FaultClient
	}
	return &smithy.GenericAPIError{Code: aws.ToString(f.Code), Message: aws.ToString(f.Message), Fault: fault}
}

// verdict is what an error of SQS's means.
type verdict uint8

const (
	passing verdict = iota // busy, a fault on its side, or no answer: it may have been done
	gone                   // the message is visible, was delivered anew, or is deleted
	alien                  // the receipt is none of this queue's
	invalid                // a limit or rule is broken
	ours                   // the set-up is wrong: no such queue, no permission
)

// The codes beside those of the SDK's own tables. An error that the service's model knows
// comes under its old name, with a prefix, when SQS sends that along.
var (
	passingCodes = []string{"OverLimit", "KmsThrottled", "KMS.ThrottlingException"}
	rules        = []string{"InvalidMessageContents", "InvalidParameterValue", "BatchRequestTooLong"}
)

const oldPrefix = "AWS.SimpleQueueService."

// notThere are the reasons by which an InvalidParameterValue tells that the receipt's
// message is not in flight. The API's reference has MessageNotInflight for that.
var notThere = []string{"does not exist or is not available for visibility timeout change", "receipt handle has expired"}

// judge tells what an error of the operation means. Only one about a receipt can find its
// message gone; a Send that did not send is never well.
func judge(op string, err error) verdict {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return passing
	}
	text := func(s string) bool { return strings.Contains(api.ErrorMessage(), s) }
	receipt := op == "done" || op == "later"
	switch code := strings.TrimPrefix(api.ErrorCode(), oldPrefix); {
	case receipt && (code == "MessageNotInflight" || code == "InvalidParameterValue" && slices.ContainsFunc(notThere, text)):
		return gone
	case code == "ReceiptHandleIsInvalid":
		return alien
	case slices.Contains(rules, code):
		return invalid
	case slices.Contains(passingCodes, code), api.ErrorFault() == smithy.FaultServer, repeatable(err):
		return passing
	}
	return ours
}

// repeatable tells whether the SDK's own rules call it a throttle or a fault of the service's.
func repeatable(err error) bool {
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// failure gives an error its kind; nil when there is none, or when it says only that the
// message is not there any more.
func failure(op string, err error) error {
	if err == nil {
		return nil
	}
	var e *errs.Error
	switch judge(op, err) {
	case gone:
		return nil
	case alien:
		e = foreign(err)
	case invalid:
		e = errs.New(errs.Invalid, "invalid", "SQS refuses the call: a limit or rule is broken").With(err)
	case ours:
		e = errs.New(errs.Internal, "internal", "SQS refuses the call: look at the queue's URL and the permissions").With(err)
	default:
		e = errs.New(errs.Unavailable, "queue", "the queue did not answer: try again in a moment").With(err).After(time.Second)
	}
	e.Op = cmp.Or(e.Op, "queue "+op)
	return e
}

// pause waits for d, or gives the error of ctx when that ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
