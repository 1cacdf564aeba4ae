// Package ssm is the secret driver on AWS: SecureString parameters of Systems Manager, by
// their name. The role that calls needs ssm:GetParameter on each, and kms:Decrypt on the key
// that encrypts them unless that is AWS's own.
package ssm

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/secret"
)

// Kept is how long an instance gives a secret before it reads it anew: a rotated one is
// taken up within that time.
const Kept = 5 * time.Minute

// API is what the driver needs of an SSM client; *ssm.Client has it.
type API interface {
	GetParameter(context.Context, *ssm.GetParameterInput, ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
}

// Reader is the driver.
type Reader struct {
	api   API
	clock clock.Clock
	mu    sync.Mutex
	held  map[string]*entry
}

// entry is one read, under way or done. Its fields are set before done is closed.
type entry struct {
	asked time.Time
	done  chan struct{}
	value func() string // a function, so that printing shows no secret
	err   error
	ended bool // the context of the one who reads ended, which is no business of those who wait
}

var _ secret.Reader = (*Reader)(nil)

// New makes a Reader, which reads nothing yet. The client's own retries are used.
func New(client API, c clock.Clock) *Reader {
	return &Reader{api: client, clock: c, held: map[string]*entry{}}
}

// Open is New with a client made from the configuration; nothing is called.
func Open(config aws.Config, c clock.Clock) *Reader { return New(ssm.NewFromConfig(config), c) }

// Read implements secret.Reader. Of those who ask for one name at once, one calls and the
// others wait for its answer; a failed read is told to all of them and not kept.
func (r *Reader) Read(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", secret.Absent(name)
	}
	for {
		if ctx.Err() != nil {
			return "", secret.Cancelled(ctx)
		}
		e, first := r.entry(name)
		if first {
			r.fill(ctx, name, e)
			return e.value(), e.err
		}
		select {
		case <-ctx.Done():
			return "", secret.Cancelled(ctx)
		case <-e.done:
		}
		if !e.ended {
			return e.value(), e.err
		}
	}
}

// entry is the read that is under way or fresh; first tells the caller to do a new one.
func (r *Reader) entry(name string) (e *entry, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if e = r.held[name]; e != nil && now.Sub(e.asked) < Kept {
		return e, false
	}
	e = &entry{asked: now, done: make(chan struct{})}
	r.held[name] = e
	return e, true
}

func (r *Reader) fill(ctx context.Context, name string, e *entry) {
	defer close(e.done)
	value, err := r.fetch(ctx, name)
	e.value, e.err = func() string { return value }, err
	if err == nil {
		return
	}
	e.ended = ctx.Err() != nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[name] == e {
		delete(r.held, name)
	}
}

func (r *Reader) fetch(ctx context.Context, name string) (string, error) {
	out, err := r.api.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", fault(name, err)
	}
	if out.Parameter == nil {
		return "", secret.Absent(name)
	}
	return aws.ToString(out.Parameter.Value), nil
}

// fault gives an error of SSM's its kind.
func fault(name string, err error) error {
	var api smithy.APIError
	known := errors.As(err, &api)
	switch {
	case known && (api.ErrorCode() == "ParameterNotFound" || api.ErrorCode() == "ParameterVersionNotFound"):
		return secret.Absent(name)
	case !known || api.ErrorFault() == smithy.FaultServer ||
		retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary:
		return errs.New(errs.Unavailable, "secret", "the secret "+name+" could not be read: try again in a moment").With(err).After(time.Second)
	}
	return errs.New(errs.Internal, "internal", "SSM refuses the secret "+name+": look at its name and the permissions").With(err)
}
