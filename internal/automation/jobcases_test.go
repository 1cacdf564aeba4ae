package automation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// Section 5.

func TestNoDrawWithoutMarker(t *testing.T) {
	t.Parallel()
	for name, during := range map[string]bool{"before the lease": false, "after the lease": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ready(t, 1, 100)
			w.begin()
			w.step()
			gone := func() { w.must(w.table.Write(context.Background(), table.Delete(w.all("OPEN#")[0].Key))) }
			if during {
				w.provider.during = gone
			} else {
				gone()
			}
			w.hand(w.engine, w.jobs()...)
			if j := w.jobs()[0]; j.State == automation.JobDone || j.Draw != 0 {
				t.Errorf("job is %s and drew %s", j.State, j.Draw)
			}
			if !during && w.provider.calls > 0 {
				t.Error("an old message made a call")
			}
		})
	}
}

func TestDrawAboveShare(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	w.draw = credit.Whole(3)
	w.begin()
	w.step()
	w.hand(w.engine, w.jobs()...)
	if j := w.jobs()[0]; j.State != automation.JobFailed || j.Cause != errs.Ours {
		t.Errorf("job is %s, cause %q", j.State, j.Cause)
	}
	if spent := w.verifyLedger(); spent != 0 {
		t.Errorf("spent %s", spent)
	}
}

// TestLateWorker: its lease ran out in the middle of the call and was taken over; it finds
// the other's answer, and the job is done, drawn and told once.
func TestLateWorker(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	w.step()
	j := w.jobs()
	w.provider.during = func() {
		w.provider.during = nil
		w.clock.Advance(6 * time.Minute)
		w.hand(w.open("two", false), j...)
	}
	w.hand(w.engine, j...)
	if n := w.provider.bought[j[0].ID]; n != 2 {
		t.Fatalf("bought %d times: the case did not happen", n)
	}
	if n := len(w.all("LOSS#")); n != 1 {
		t.Errorf("%d losses noted", n)
	}
	w.provider.lost[j[0].ID]++
	w.verify(1, w.settle(run))
	if n := w.count(event.StageItemProcessed); n != 6 {
		t.Errorf("%d events of done items, want 6", n)
	}
}

// TestLiveLease: while somebody holds a job, a second message and tick leave it alone.
func TestLiveLease(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	w.step()
	j := w.jobs()
	w.provider.during = func() {
		w.provider.during = nil
		w.clock.Advance(4 * time.Minute)
		w.hand(w.open("two", false), j...)
		w.must(w.engine.Tick(context.Background()))
	}
	w.hand(w.engine, j...)
	if n := w.provider.bought[j[0].ID]; n != 1 || w.jobs()[0].State != automation.JobDone {
		t.Errorf("bought %d times, job is %s", n, w.jobs()[0].State)
	}
	w.verify(1, w.settle(run))
}

func TestStoredAnswerIsUsed(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	w.step()
	w.hand(w.engine, w.jobs()...) // buys and stores
	j := w.jobs()[0]
	if w.provider.bought[j.ID] != 1 {
		t.Fatal("not bought")
	}
	w.verify(1, w.settle(run))
	before := w.provider.calls
	w.verify(1, w.view(run), w.settle(w.begin())) // a second run on finished work makes no call
	if w.provider.calls != before {
		t.Errorf("%d calls for finished work", w.provider.calls-before)
	}
}

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	w.begin()
	w.step()
	ctx := context.Background()
	msgs := []queue.Message{{Body: "no json"}, {Body: `{"account":"acc_sim","site":"sit_sim","job":"job_none"}`}}
	for _, j := range w.jobs() {
		msgs = append(msgs, queue.Message{Body: envelopeOf(j)})
	}
	w.must(w.queue.Send(ctx, queue.AI.Dead(), msgs...))
	w.tick()
	for _, j := range w.jobs() {
		if j.State != automation.JobFailed || j.Cause != errs.Ours || j.Reason == "" {
			t.Errorf("job is %s: %s %q", j.State, j.Cause, j.Reason)
		}
	}
	if s := w.wave().Attrs["state"]; s != "closed" || w.provider.calls != 0 {
		t.Errorf("wave is %v, %d calls", s, w.provider.calls)
	}
	w.clock.Advance(2 * time.Minute)
	if left, err := w.queue.Receive(ctx, queue.AI.Dead(), 10, time.Minute, 0); err != nil || len(left) != 0 {
		t.Errorf("%d dead letters left: %v", len(left), err)
	}
	if failed := w.engine.HandleJobs(ctx, []queue.Delivery{{ID: "x", Body: "no json"}}); len(failed) != 1 {
		t.Error("a message that is none was taken as done")
	}
}

func TestPanicFailsItsJob(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	run := w.begin()
	w.step()
	w.provider.during = func() { w.provider.during = nil; panic("a stage's fault") }
	w.hand(w.engine, w.jobs()[0])
	if j := w.jobs()[0]; j.State != automation.JobFailed || j.Cause != errs.Ours {
		t.Errorf("job is %s: %s", j.State, j.Cause)
	}
	w.settle(run)
	if v := w.view(run); v.Status != automation.StatusCompleted {
		t.Errorf("run is %s", v.Status)
	}
}

// TestKillerJob: a job that ends its worker each time fails after so many tries.
func TestKillerJob(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	w.limits.Tries = 3
	w.engine = w.open("one", false)
	w.begin()
	w.step()
	killing := true
	w.provider.mood = func(string) error {
		if killing {
			w.power.set(1)
		}
		return nil
	}
	for range 5 {
		w.live(func() { w.hand(w.engine, w.jobs()...) })
		w.power.reset()
		w.clock.Advance(6 * time.Minute)
	}
	if j := w.jobs()[0]; j.State != automation.JobFailed || w.provider.calls > 3 {
		t.Errorf("job is %s after %d calls", j.State, w.provider.calls)
	}
}

func TestRetryIsAnotherAttempt(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	w.provider.mood = func(string) error { return errs.New(errs.Invalid, "no", "refused").Because(errs.Ours) }
	first := w.settle(w.begin())
	if j := w.jobs(); len(j) != 1 || j[0].State != automation.JobFailed || first.Status != automation.StatusCompleted {
		t.Fatalf("jobs %v, run %s", j, first.Status)
	}
	faults, err := w.engine.Faults(context.Background(), w.scope, simSite, first.ID)
	if err != nil || len(faults) != 1 {
		t.Errorf("faults %v, %v", faults, err)
	}
	w.provider.mood = nil
	w.settle(w.begin())
	attempts := map[int]automation.JobState{}
	for _, j := range w.jobs() {
		if j.Stage == 1 {
			attempts[j.Attempt] = j.State
		}
	}
	if len(attempts) != 2 || attempts[1] != automation.JobDone {
		t.Errorf("attempts %v", attempts)
	}
	w.verifyItems(1)
}

func TestTwoRoadsMeet(t *testing.T) {
	t.Parallel()
	for name, askFirst := range map[string]bool{"run first": false, "person first": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ready(t, 2, 100)
			ask := func() {
				jobs, err := w.engine.Ask(context.Background(), w.scope, simSite, 1, "item00")
				w.must(err)
				if len(jobs) != 1 || jobs[0].Item != "item00" {
					t.Errorf("asked: %v", jobs)
				} else if j, err := w.engine.Job(context.Background(), w.scope, jobs[0].ID); err != nil || j.ID != jobs[0].ID {
					t.Errorf("job: %v", err)
				}
			}
			run := ""
			if askFirst {
				ask()
				run = w.begin()
				w.step()
			} else {
				run = w.begin()
				w.step()
				ask()
			}
			if n := len(w.jobs()); n != 2 {
				t.Errorf("%d jobs for 2 items", n)
			}
			w.settle(run)
			w.tick()
			w.verifyItems(2)
			w.verifyPurchases()
			w.verifyLedger()
			w.verifyNothingOpen()
		})
	}
}

func TestAskIsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := ready(t, 3, 5)
	_, err := w.engine.Ask(context.Background(), w.scope, simSite, 1, "item00", "item01", "item02")
	if !errs.Is(err, errs.Exhausted) || errs.Of(err).Cause != errs.Credits {
		t.Errorf("asked for more than there is: %v", err)
	}
	if len(w.jobs()) != 0 || len(w.all("WAVE#")) != 0 {
		t.Error("something was begun")
	}
	if jobs, err := w.engine.Ask(context.Background(), w.scope, simSite, 1, "item00", "item01"); err != nil || len(jobs) != 2 {
		t.Errorf("asked: %v, %v", jobs, err)
	}
	w.deliver(queue.AI, 10, false)
	w.verifyLedger()
	w.verifyNothingOpen()
}

// Section 6.

func TestOldMessagesAfterResume(t *testing.T) {
	t.Parallel()
	for _, dropped := range []bool{false, true} {
		t.Run(fmt.Sprintf("dropped %t", dropped), func(t *testing.T) {
			t.Parallel()
			w := ready(t, 3, 100)
			run := w.begin()
			w.step()
			old := w.jobs()
			w.pauseAndCount(run)
			if dropped {
				w.hand(w.engine, old...)
				if len(w.all("OPEN#")) != 0 || w.provider.calls != 0 {
					t.Error("markers are left, or calls were made")
				}
				w.verifyLedger()
			}
			w.resume(run)
			w.hand(w.engine, old...)
			if dropped && w.provider.calls != 0 {
				t.Error("an old message drew on a settled wave")
			}
			w.verify(3, w.settle(run))
		})
	}
}

func TestRecoverGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	run := w.begin()
	w.step()
	w.power.set(4)
	w.provider.during = func() { w.provider.during = nil; w.power.set(1) }
	if !w.deliver(queue.AI, 1, false) {
		t.Fatal("the power was not cut")
	}
	w.crash() // and the clock stands still
	for range 60 {
		w.deliver(queue.AI, 10, false)
		w.step()
	}
	if v := w.view(run); v.Status != automation.StatusCompleted {
		t.Errorf("run is %s at stage %d", v.Status, v.Stage)
	}
}

// TestWatch: an entry that is renewed while tick sweeps is kept.
func TestWatch(t *testing.T) {
	t.Parallel()
	for n := 1; n < 12; n++ {
		w := newWorld(t, 1)
		w.must(w.engine.Watch(context.Background(), w.scope, simSite))
		w.clock.Advance(time.Hour)
		w.power.meet(n, func() { w.must(w.engine.Watch(context.Background(), w.scope, simSite)) })
		w.tick()
		if w.power.met() && w.openEntries() != 1 {
			t.Errorf("moment %d: %d entries", n, w.openEntries())
		}
		w.shut()
	}
}

// openEntries counts what tick has to look at.
func (w *world) openEntries() (n int) {
	for shard := range 8 {
		items, err := table.Collect(context.Background(), w.table, table.Query{Partition: table.OfSystem(system.As("test"), "OPEN", fmt.Sprint(shard))})
		w.must(err)
		n += len(items)
	}
	return n
}
