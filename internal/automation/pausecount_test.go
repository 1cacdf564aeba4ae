package automation_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/igny8/igny8/internal/workflow"
)

// TestPauseCountsWhoeverBegan lets a worker begin a call at each moment of a pause: either
// it saw the pause and called nobody, or the answer counts it.
func TestPauseCountsWhoeverBegan(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 12; n++ {
		t.Run(fmt.Sprintf("moment%d", n), func(t *testing.T) {
			t.Parallel()
			w := ready(t, 1, 100)
			w.engine = w.open("one", false) // leases of others count
			run := w.begin()
			w.step()
			entered, release, done := make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
			w.provider.during = func() { entered <- struct{}{}; <-release }
			jobs, other := w.jobs(), w.open("two", false)
			began, met := false, false
			w.power.meet(n, func() {
				met = true
				go func() { defer close(done); w.hand(other, jobs...) }()
				select {
				case <-entered:
					began = true
				case <-done:
				}
			})
			in, err := w.engine.Pause(context.Background(), w.scope, simSite, run)
			w.must(err)
			if began && in.Calls < 1 {
				t.Errorf("a call is under way and the pause names %d", in.Calls)
			}
			close(release)
			if met {
				<-done
			}
		})
	}
}

// TestPauseEndsTheExecution: the state machine is told at once, before any job was given back.
func TestPauseEndsTheExecution(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	run := w.begin()
	w.step()
	_, err := w.engine.Pause(context.Background(), w.scope, simSite, run)
	w.must(err)
	w.step()
	if x, err := w.flow.Describe(context.Background(), run); err != nil || x.Status != workflow.Succeeded {
		t.Errorf("the execution is %s: %v", x.Status, err)
	}
}
