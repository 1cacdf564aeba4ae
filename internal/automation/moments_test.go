package automation_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/workflow"
)

var stride = flag.Int("stride", 9, "every how many-th moment of a run is met by another action")

// TestAtEachMoment lets one action happen between two calls of the ports, at each moment of
// a run in turn, and then checks all invariants: whatever a protocol's order protects is
// met here in the other order as well.
func TestAtEachMoment(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]func(w *world, run string){
		"pause":        (*world).pauseAndCount,
		"pause resume": func(w *world, run string) { w.pauseAndCount(run); w.resume(run) },
		"tick":         func(w *world, _ string) { w.must(w.engine.Tick(context.Background())) },
		"late tick": func(w *world, _ string) {
			w.clock.Advance(11 * time.Minute)
			w.must(w.engine.Tick(context.Background()))
		},
		"other worker": func(w *world, _ string) { w.otherWorker(0) },
		"takeover":     func(w *world, _ string) { w.otherWorker(6 * time.Minute) },
		"stage again":  func(w *world, run string) { w.stageAgain(run); w.otherWorker(0) },
		"stage again, pause": func(w *world, run string) {
			w.stageAgain(run)
			w.pauseAndCount(run)
			w.otherWorker(0)
		},
		"a person asks": func(w *world, _ string) {
			_, err := w.open("asks", false).Ask(context.Background(), w.scope, simSite, 1, "item00")
			w.mustOrConflict(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n += *stride {
				met := false
				t.Run(fmt.Sprintf("moment%d", n), func(t *testing.T) { met = meet(t, n, action, checks[name]) })
				if !met || n > 75 {
					return
				}
			}
		})
	}
}

const momentItems = 2

// checks are the actions whose outcome is not judged by verify alone.
var checks = map[string]func(w *world, run string){
	// Nothing is broken off: the run ends without a tick, and each stage with one wave.
	"other worker": func(w *world, run string) { w.endsByItself(run); w.verify(momentItems, w.settle(run)) },
	// The asked item is in a wave without a run, so the run does not tell of it.
	"a person asks": func(w *world, run string) {
		w.settle(run)
		w.tick()
		w.verifyItems(momentItems)
		w.verifyPurchases()
		w.verifyLedger()
		w.verifyNothingOpen()
	},
}

// meet runs with the action at the n-th moment and then checks.
func meet(t *testing.T, n int, action, check func(w *world, run string)) bool {
	w := newWorld(t, uint64(n))
	w.engine = w.open("one", false)
	w.seedItems(momentItems)
	w.grant(100)
	run := w.begin()
	w.power.meet(n, func() { action(w, run) })
	for range 4 { // the action falls into the first or second stage
		w.step()
		w.deliver(queue.AI, 1, false)
	}
	met := w.power.met()
	w.power.meet(0, nil)
	if v := w.view(run); v.Status == automation.StatusPaused {
		w.afterPause(v)
	}
	if check == nil {
		check = func(w *world, run string) { w.verify(momentItems, w.settle(run)) }
	}
	check(w, run)
	return met
}

// endsByItself: no repair is needed when nothing was broken off, and a wave that could be
// closed while it was being written would have a second one after it.
func (w *world) endsByItself(run string) {
	for range 60 {
		w.step()
		w.deliver(queue.AI, 10, false)
	}
	v := w.view(run)
	if v.Status != automation.StatusCompleted {
		w.t.Errorf("without a tick the run is %s in stage %d", v.Status, v.Stage)
	}
	for _, st := range v.Stages {
		if st.Waves > 1 {
			w.t.Errorf("stage %d took %d waves for %d items", st.Stage, st.Waves, momentItems)
		}
	}
}

func (w *world) view(run string) automation.View {
	v, err := w.engine.View(context.Background(), w.scope, simSite, run)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// pauseAndCount pauses and keeps what the answer promises: that many calls may still begin.
func (w *world) pauseAndCount(run string) {
	n, err := w.engine.Pause(context.Background(), w.scope, simSite, run)
	w.must(err)
	w.provider.mu.Lock()
	defer w.provider.mu.Unlock()
	w.provider.allowed = w.provider.calls + n.Calls
}

func (w *world) resume(run string) {
	_, err := w.engine.Resume(context.Background(), w.scope, simSite, run)
	if errs.Is(err, errs.Conflict) && w.view(run).Status == automation.StatusCompleted {
		return // the pause came when all stages were closed: there was nothing to pause
	}
	w.must(err)
}

// afterPause: without tick, the execution ends, the queued jobs lose their markers without
// a call, and the holds are settled.
func (w *world) afterPause(v automation.View) {
	for range 6 {
		w.step()
		w.deliver(queue.AI, 10, false)
	}
	if w.provider.calls > w.provider.allowed {
		w.t.Errorf("%d calls were begun, the pause promised %d at most", w.provider.calls, w.provider.allowed)
	}
	name := v.ID
	if v.Executions > 1 {
		name = fmt.Sprintf("%s-%d", v.ID, v.Executions)
	}
	if x, err := w.flow.Describe(context.Background(), name); err != nil || x.Status != workflow.Succeeded {
		w.t.Errorf("the paused run's execution is %s: %v", x.Status, err)
	}
	if open := w.all("OPEN#"); len(open) > 0 {
		w.t.Errorf("%d markers left", len(open))
	}
}

// otherWorker does all messages there are in another process, after a while; those of the
// others are delivered twice then.
func (w *world) otherWorker(after time.Duration) {
	w.clock.Advance(after)
	other := w.open("two", false)
	var batch []queue.Delivery
	for _, it := range w.all("JOB#") {
		body, err := json.Marshal(automation.Envelope{Account: simAccount, Site: simSite, Job: it.Attrs["id"].(string)})
		w.must(err)
		batch = append(batch, queue.Delivery{ID: it.Key.Sort, Body: string(body)})
	}
	if after > 0 {
		w.provider.crashed() // whoever is in a call is too late: its answer counts as lost
	}
	other.HandleJobs(context.Background(), batch)
}

// stageAgain calls the stage function again with the token that is stored.
func (w *world) stageAgain(run string) {
	v := w.view(run)
	for _, it := range w.all("STAGE#") {
		token, _ := it.Attrs["token"].(string)
		if n, _ := it.Attrs["stage"].(int64); token != "" && int(n) == v.Stage {
			in, err := json.Marshal(automation.StageInput{Account: simAccount, Site: simSite, Run: run, Execution: run, Stage: v.Stage, Token: token})
			w.must(err)
			_, err = w.engine.HandleStage(context.Background(), in)
			w.must(err)
		}
	}
}

// TestCancelAtEachMoment: a cancelled run's jobs are not lost to the run that follows at
// once, its paid results are folded, and nothing is bought twice.
func TestCancelAtEachMoment(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 75; n += *stride {
		t.Run(fmt.Sprintf("moment%d", n), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, uint64(n))
			w.seedItems(momentItems)
			w.grant(100)
			first, second := w.begin(), ""
			w.power.meet(n, func() {
				answer, err := w.engine.Cancel(context.Background(), w.scope, simSite, first)
				w.must(err)
				w.provider.allowed = w.provider.calls + answer.Calls
				second = w.begin()
			})
			for range 4 {
				w.step()
				w.deliver(queue.AI, 1, false)
			}
			if second == "" {
				return
			}
			w.provider.allowed = 0
			last := w.settle(second)
			w.tick()
			w.verify(momentItems, w.view(first), last)
		})
	}
}

// TestPauseUnderLoad: workers side by side, a pause at any instant; the number in its
// answer is never passed.
func TestPauseUnderLoad(t *testing.T) {
	t.Parallel()
	for seed := range *seeds {
		t.Run(fmt.Sprintf("seed%d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			w.limits.WaveSize = 20
			w.engine = w.open("one", true)
			w.seedItems(12)
			w.grant(1000)
			run := w.begin()
			w.step()
			end := make(chan struct{})
			for range 3 {
				go func() { defer func() { end <- struct{}{} }(); w.deliver(queue.AI, 4, false) }()
			}
			w.power.meet(5+w.rng.IntN(80), func() { w.pauseAndCount(run) })
			for range 3 {
				<-end
			}
			if w.power.met() {
				w.afterPause(w.view(run))
			}
			w.power.meet(0, nil)
			w.verify(12, w.settle(run))
		})
	}
}
