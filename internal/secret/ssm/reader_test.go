package ssm_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/secret"
	"github.com/igny8/igny8/internal/secret/secrettest"
	"github.com/igny8/igny8/internal/secret/ssm"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	lab.Conform(t, nil, func(t *testing.T) {
		config := lab.Start(t).Config()
		client := sdk.NewFromConfig(config)
		secrettest.Run(t, func(t *testing.T, secrets map[string]string) secret.Reader {
			for name, value := range secrets {
				if _, err := client.PutParameter(t.Context(), &sdk.PutParameterInput{
					Name: &name, Value: &value, Type: types.ParameterTypeSecureString, Overwrite: aws.Bool(true),
				}); err != nil {
					t.Fatal(err)
				}
			}
			return ssm.Open(config, clock.Real{})
		})
	})
}

// store is an SSM whose answers take a second.
type store struct {
	mu    sync.Mutex
	value string
	err   error
	calls int
	plain bool // a call that did not ask for decryption
}

func (s *store) set(value string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.err = value, err
}

func (s *store) GetParameter(ctx context.Context, in *sdk.GetParameterInput, _ ...func(*sdk.Options)) (*sdk.GetParameterOutput, error) {
	s.mu.Lock()
	s.calls++
	s.plain = s.plain || !aws.ToBool(in.WithDecryption)
	value, err := s.value, s.err
	s.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Second):
	}
	if err != nil {
		return nil, err
	}
	return &sdk.GetParameterOutput{Parameter: &types.Parameter{Value: aws.String(value)}}, nil
}

func want(t *testing.T, r *ssm.Reader, value string) {
	t.Helper()
	if got, err := r.Read(t.Context(), "n"); got != value || err != nil {
		t.Errorf("read %q, %v; want %q", got, err, value)
	}
}

// TestKept: one call for all who ask within the time, and a rotated secret after it.
func TestKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &store{value: "old"}
		r := ssm.New(s, clock.Real{})
		if s.calls != 0 {
			t.Error("New calls")
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { want(t, r, "old") })
		}
		wg.Wait()
		s.set("new", nil)
		time.Sleep(ssm.Kept - 2*time.Second)
		want(t, r, "old")
		if s.calls != 1 || s.plain {
			t.Errorf("%d calls, want 1; without decryption: %v", s.calls, s.plain)
		}
		time.Sleep(2 * time.Second)
		for range 8 {
			wg.Go(func() { want(t, r, "new") })
		}
		wg.Wait()
		if s.calls != 2 {
			t.Errorf("%d calls, want 2", s.calls)
		}
	})
}

// TestFailedReadIsNotKept: all who waited are told, and the next one reads.
func TestFailedReadIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &store{err: errors.New("connection reset")}
		r := ssm.New(s, clock.Real{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if got, err := r.Read(t.Context(), "n"); !errs.Is(err, errs.Unavailable) || got != "" {
					t.Errorf("read %q, %v; want unavailable", got, err)
				}
			})
		}
		wg.Wait()
		if s.calls != 1 {
			t.Errorf("%d calls, want 1", s.calls)
		}
		s.set("value", nil)
		want(t, r, "value")
	})
}

// TestImpatientReader: whose context ends goes alone; those who waited for it read on.
func TestImpatientReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &store{value: "value"}
		r := ssm.New(s, clock.Real{})
		short := func() {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if _, err := r.Read(ctx, "n"); !errs.Is(err, errs.Unavailable) {
				t.Errorf("%v, want unavailable", err)
			}
		}
		var wg sync.WaitGroup
		wg.Go(short)
		synctest.Wait() // it calls
		for range 4 {
			wg.Go(func() { want(t, r, "value") })
		}
		wg.Wait()
		if s.calls != 2 {
			t.Errorf("%d calls, want 2", s.calls)
		}
		time.Sleep(ssm.Kept)
		wg.Go(func() { want(t, r, "value") })
		synctest.Wait()
		short() // waits for the other
		wg.Wait()
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int // 0: the connection breaks
		code   string
		want   errs.Kind
	}{
		{400, "ParameterNotFound", errs.NotFound},
		{400, "ParameterVersionNotFound", errs.NotFound},
		{400, "ThrottlingException", errs.Unavailable},
		{500, "InternalServerError", errs.Unavailable},
		{503, "", errs.Unavailable},
		{0, "", errs.Unavailable},
		{400, "AccessDeniedException", errs.Internal},
		{400, "InvalidKeyId", errs.Internal},
		{400, "ValidationException", errs.Internal},
	} {
		r := ssm.New(sdk.NewFromConfig(lab.Failing(c.status, c.code)), clock.Real{})
		if _, err := r.Read(t.Context(), "n"); errs.KindOf(err) != c.want {
			t.Errorf("%d %s: %v, want %v", c.status, c.code, err, c.want)
		}
	}
}
