package s3

import (
	"context"
	"errors"
	random "math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/errs"
)

const (
	tries     = 6
	firstWait = 50 * time.Millisecond // doubled each time, and taken between half and whole: 1.5 s in all
)

// exists is S3's code for a failed If-None-Match.
const exists = "PreconditionFailed"

// refusals tell that nothing was written and that a repeat may work: S3 is busy, or the
// write met another one of the same key (then S3 documents that it is to be repeated).
var refusals = []string{"ConditionalRequestConflict", "OperationAborted", "SlowDown"}

// damages are faults beside those of the SDK's own tables that a repeat mends.
var damages = []string{"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}

// repeat writes until S3 says yes or no, or often enough. unsure tells that an answer was
// lost, so that a later no may be to a write of our own.
func repeat(ctx context.Context, write func() error) (unsure bool, err error) {
	wait := firstWait
	for n := 1; ; n++ {
		err = write()
		if err == nil || n == tries || !passes(err) {
			return unsure, err
		}
		unsure = unsure || !slices.Contains(refusals, codeOf(err))
		timer := time.NewTimer(wait/2 + random.N(wait/2)) //nolint:gosec // spreads load, guards nothing
		select {
		case <-ctx.Done():
			timer.Stop()
			return unsure, errors.Join(ctx.Err(), err)
		case <-timer.C:
			wait *= 2
		}
	}
}

// once turns the client's own retries off: they would repeat a lost write.
func once(o *s3.Options) { o.Retryer = aws.NopRetryer{} }

func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}

// fault gives an error of S3's its kind.
func fault(op string, err error) error {
	switch code := codeOf(err); {
	case err == nil:
		return nil
	case code == "NoSuchKey" || code == "NotFound":
		return errs.New(errs.NotFound, "not_found", "not found")
	case code == exists:
		return taken()
	case passes(err):
		return lost(op, err)
	}
	e := errs.New(errs.Internal, "internal", "S3 refuses the call: look at the bucket's name and the permissions").With(err)
	e.Op = "blob " + op
	return e
}

func taken() error { return errs.New(errs.Conflict, "exists", "there is a file of that name already") }

// passes tells whether a repeat may work: no answer came, or one that the lists above or the
// SDK's own rules call a throttle or a fault of S3's.
func passes(err error) bool {
	code := codeOf(err)
	return code == "" || slices.Contains(refusals, code) || slices.Contains(damages, code) ||
		retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

func lost(op string, err error) error {
	e := errs.New(errs.Unavailable, "blob_store", "the file store did not answer: try again in a moment").With(err).After(time.Second)
	e.Op = "blob " + op
	return e
}
