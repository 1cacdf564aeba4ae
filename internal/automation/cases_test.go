package automation_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

func ready(t *testing.T, items int, credits int64) *world {
	w := newWorld(t, 1)
	w.seedItems(items)
	w.grant(credits)
	return w
}

// jobs reads the stored jobs.
func (w *world) jobs() (out []automation.Job) {
	for _, it := range w.all("JOB#") {
		var j automation.Job
		w.must(table.Decode(it.Attrs, &j))
		out = append(out, j)
	}
	return out
}

// hand gives a worker the message of a job, out of turn.
func (w *world) hand(e *automation.Engine, jobs ...automation.Job) (failed []string) {
	var batch []queue.Delivery
	for _, j := range jobs {
		batch = append(batch, queue.Delivery{ID: j.ID, Body: envelopeOf(j)})
	}
	return e.HandleJobs(context.Background(), batch)
}

func envelopeOf(j automation.Job) string {
	body, _ := json.Marshal(automation.Envelope{Account: simAccount, Site: simSite, Job: j.ID})
	return string(body)
}

func (w *world) wave() table.Item {
	all := w.all("WAVE#")
	if len(all) != 1 {
		w.t.Fatalf("%d waves", len(all))
	}
	return all[0]
}

func (w *world) count(kind event.Kind) (n int) {
	all, err := table.Collect(context.Background(), w.table, table.Query{Partition: table.Of(w.scope, "EVENTS"), Consistency: table.Consistent})
	w.must(err)
	for _, it := range all {
		if it.Attrs["kind"] == string(kind) {
			n++
		}
	}
	return n
}

// Section 1.

func TestOneRunStarts(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var won []string
	var told []string
	for range 8 {
		wg.Go(func() {
			r, err := w.engine.Start(context.Background(), w.scope, simSite, automation.Scheduled)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, r.ID)
				return
			}
			if e := errs.Of(err); e.Code != "run_active" {
				t.Errorf("%v", err)
			} else {
				told = append(told, e.Fields["run_id"]...)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 || len(told) != 7 || slices.ContainsFunc(told, func(id string) bool { return id != won[0] }) {
		t.Errorf("won: %v, the losers were told %v", won, told)
	}
	if n := len(w.all("RUN#")); n != 1 {
		t.Errorf("%d runs are stored", n)
	}
}

func TestTickStartsTheExecution(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	w.flowDown = true
	run := w.begin()
	w.flowDown = false
	w.tick()
	if _, err := w.flow.Describe(context.Background(), run); err != nil {
		t.Errorf("no execution: %v", err)
	}
	w.verify(1, w.settle(run))
}

func TestAnotherInputIsNoSuccess(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	w.flowDown = true
	run := w.begin()
	w.flowDown = false
	w.starting = func() {
		w.must(w.flow.Start(context.Background(), run, []byte(`{"account":"acc_other","site":"s","run":"r"}`)))
	}
	if err := w.engine.Tick(context.Background()); err == nil || errs.Of(err).Code != "execution_input" {
		t.Errorf("tick: %v", err)
	}
}

func TestEndedWithoutAWord(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	w.step()
	w.must(w.flow.Stop(context.Background(), run, "Gone", "somebody stopped it"))
	w.tick()
	if v := w.view(run); v.Status != automation.StatusFailed || v.Error == "" {
		t.Errorf("run is %s: %q", v.Status, v.Error)
	}
	if len(w.all("ACTIVE")) != 0 || w.count(event.RunFailed) != 1 {
		t.Error("the site is not free, or there is no event")
	}
	last := w.settle(w.begin())
	w.tick()
	w.verify(1, w.view(run), last)
}

func TestReleaseNamesTheRun(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	it := w.all("ACTIVE")[0]
	it.Attrs["run"] = "run_other"
	w.must(w.table.Write(context.Background(), table.Put(it)))
	if _, err := w.engine.Cancel(context.Background(), w.scope, simSite, run); err == nil {
		t.Error("it was released")
	}
	if len(w.all("ACTIVE")) != 1 {
		t.Error("another run's place was taken")
	}
}

// Section 2 and 6: executions.

// TestLateExecution: an execution from before a pause comes to a stage after the resume.
func TestLateExecution(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	run := w.begin()
	w.pauseAndCount(run) // before the first execution stored a token
	w.resume(run)
	w.step()
	w.step()
	if x, err := w.flow.Describe(context.Background(), run); err != nil || x.Status == workflow.Running {
		t.Errorf("the former execution is %s: %v", x.Status, err)
	}
	if x, err := w.flow.Describe(context.Background(), run+"-2"); err != nil || x.Status != workflow.Running {
		t.Errorf("the present execution is %s: %v", x.Status, err)
	}
	w.verify(2, w.settle(run))
}

// TestPauseAnswersItsOwnToken: a slow pause, and a resume before it answers the token.
func TestPauseAnswersItsOwnToken(t *testing.T) {
	t.Parallel()
	for n := 1; n < 14; n++ {
		w := ready(t, 2, 100)
		run := w.begin()
		w.step()
		w.power.meet(n, func() {
			if w.view(run).Status == automation.StatusPaused {
				w.resume(run)
				w.must(w.flow.Step(context.Background()))
			}
		})
		w.pauseAndCount(run)
		w.power.meet(0, nil)
		if v := w.view(run); v.Status == automation.StatusRunning {
			w.tick()
			if v = w.view(run); v.Status != automation.StatusRunning {
				t.Errorf("moment %d: run is %s: %s", n, v.Status, v.Error)
			}
		}
		w.shut()
	}
}

// Section 4.

func TestWaveIsWhatTheBalanceCovers(t *testing.T) {
	t.Parallel()
	w := ready(t, 4, 5) // 4 jobs with a share of 2, a draw of 1
	run := w.begin()
	w.step()
	wave := w.wave()
	if jobs := wave.Attrs["jobs"].([]any); len(jobs) != 2 || len(w.all("OPEN#")) != 2 {
		t.Errorf("%d jobs in the wave, want 2", len(jobs))
	}
	for range 40 {
		w.deliver(queue.AI, 10, false)
		w.step()
	}
	v := w.view(run)
	if v.Status != automation.StatusPaused || v.PauseReason != "credits" {
		t.Fatalf("run is %s %s", v.Status, v.PauseReason)
	}
	if spent := w.verifyLedger(); spent != credit.Whole(4) {
		t.Errorf("spent %s, want 4: one is left and no share fits in it", spent)
	}
	w.grant(100)
	w.verify(4, w.settle(run))
}

func TestWaveClosesOnlyWhenPlanned(t *testing.T) {
	t.Parallel()
	// Each job is done as soon as its marker and item are there, while the wave is planned.
	for n := 1; n < 40; n += 2 {
		w := ready(t, 3, 100)
		run := w.begin()
		w.power.meet(n, func() {
			w.hand(w.engine, w.jobs()...)
			for _, it := range w.all("WAVE#") {
				if s := it.Attrs["state"]; s == "closed" && n < 10 {
					t.Errorf("moment %d: wave is %s", n, s)
				}
			}
		})
		w.step()
		w.power.meet(0, nil)
		w.verify(3, w.settle(run))
		w.shut()
	}
}

// TestSlowPlanner: another invocation plans, works off and settles the same wave while the
// first still selects.
func TestSlowPlanner(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	run := w.begin()
	w.planning = func() {
		w.stageAgain(run)
		w.hand(w.engine, w.jobs()...)
		w.stageAgain(run)
	}
	w.step()
	w.verify(2, w.settle(run))
}

// TestClosersMeet: both closers of a wave saw no marker.
func TestClosersMeet(t *testing.T) {
	t.Parallel()
	for n := 1; n < 60; n += 3 {
		w := ready(t, 1, 100)
		run := w.begin()
		w.step()
		j := w.jobs()
		w.power.meet(n, func() {
			w.hand(w.engine, j...)
			w.clock.Advance(3 * time.Minute)
			w.must(w.engine.Tick(context.Background()))
		})
		w.hand(w.engine, j...)
		w.power.meet(0, nil)
		w.verify(1, w.settle(run))
		w.shut()
	}
}
