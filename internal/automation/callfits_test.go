package automation

import (
	"context"
	"testing"
	"time"
)

// TestCallFits: a call that could not end within the lease is not begun.
func TestCallFits(t *testing.T) {
	t.Parallel()
	e := New(Config{Limits: Limits{Call: time.Minute}})
	for _, c := range []struct {
		left time.Duration
		want bool
	}{{2 * time.Minute, true}, {50 * time.Second, false}, {-time.Second, false}} {
		ctx, cancel := context.WithTimeout(t.Context(), c.left)
		if got := e.callFits(ctx); got != c.want {
			t.Errorf("%v left: %v", c.left, got)
		}
		cancel()
	}
	if !e.callFits(t.Context()) {
		t.Error("without a deadline a call fits")
	}
}
