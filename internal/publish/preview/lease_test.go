package preview_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/publish"
)

// TestLeaseEndsWithItsCaller: a publication that died with its function is gone on with soon
// after the function's deadline, not a quarter of an hour later; and not before.
func TestLeaseEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	publishBy := func(owner string, step func(string) error) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		s := publish.New(w.store.Table, w, w.clock, w.ids, publish.Options{Owner: owner, Step: step, Looks: [2]time.Duration{time.Minute, time.Hour}})
		_, err := s.Publish(ctx, scope, siteID, publish.Request{Destination: "preview", Article: article(1), Status: "publish"})
		return err
	}
	killed := errors.New("killed")
	if err := publishBy("first", func(string) error { return killed }); !errors.Is(err, killed) {
		t.Fatal(err)
	}
	w.clock.Advance(70 * time.Second)
	if err := publishBy("second", nil); !errs.Is(err, errs.Conflict) || errs.Of(err).RetryAfter > 10*time.Second {
		t.Errorf("70 s after: %v, come again in %v; want a conflict for less than 10 s", err, errs.Of(err).RetryAfter)
	}
	w.clock.Advance(11 * time.Second)
	if err := publishBy("second", nil); err != nil {
		t.Errorf("81 s after: %v", err)
	}
}
