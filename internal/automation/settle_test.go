package automation_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/queue"
)

// TestCrashAtEachWrite cuts the program off before or after each write of a run in turn and
// starts it again: a pair of writes that belong together has a moment between them here.
func TestCrashAtEachWrite(t *testing.T) {
	t.Parallel()
	for n := 1; ; n += *stride - *stride%2 - 1 { // odd, so that both sides of a write are met
		cut := false
		t.Run(fmt.Sprintf("write%d", n), func(t *testing.T) {
			w := ready(t, 2, 100)
			run := w.begin()
			w.power.set(n)
			cut = w.untilCut()
			w.verify(2, w.settle(run))
		})
		if !cut {
			return
		}
	}
}

// TestEachAnswerLostOnce loses each answer to a token in turn: the state machine waits for
// it, and tick gives it again.
func TestEachAnswerLostOnce(t *testing.T) {
	t.Parallel()
	for n, lost := 1, true; lost; n++ {
		t.Run(fmt.Sprintf("answer%d", n), func(t *testing.T) {
			w := ready(t, 2, 100)
			w.unheard.Store(int64(n))
			v := w.settle(w.begin())
			w.verify(2, v)
			lost = w.unheard.Load() <= 0
		})
	}
}

// untilCut works on until the power goes, and starts again; false when it never went.
func (w *world) untilCut() bool {
	for range 40 {
		if w.step() || w.deliver(queue.AI, 1, false) || w.deliver(queue.AI, 1, false) {
			w.crash()
			return true
		}
	}
	return false
}

// TestWaveIsChargedForItsOwnJobs: a job that was given back in a pause, and that a person
// then had done in a wave of its own, is not charged to its first wave as well.
func TestWaveIsChargedForItsOwnJobs(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	ctx := context.Background()
	run := w.begin()
	w.step()
	w.provider.during = func() { // the first job's call is under way
		w.provider.during = nil
		_, err := w.engine.Pause(ctx, w.scope, simSite, run)
		w.must(err)
		var given automation.Job
		for _, j := range w.jobs() {
			if j.State == automation.JobWaiting {
				given = j
			}
		}
		w.hand(w.engine, given) // the paused run's other job loses its marker
		_, err = w.engine.Ask(ctx, w.scope, simSite, 1, given.Item)
		w.must(err)
		w.hand(w.engine, given)
	}
	w.deliver(queue.AI, 1, false)
	w.settle(run)
	w.tick()
	w.verifyItems(2)
	w.verifyLedger()
	w.verifyNothingOpen()
}
