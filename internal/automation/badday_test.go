package automation_test

import (
	"context"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi/idem"
)

// TestRefusedKeyPausesOnce: what no other job would fare better with stops the run once and
// fails no job; when it is mended the run goes on and buys each answer once.
func TestRefusedKeyPausesOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err error
		why string
	}{
		"key refused":     {errs.New(errs.Unauthenticated, "key_refused", "check the key").Because(errs.Provider), automation.PausedByProvider},
		"quota used up":   {errs.New(errs.Forbidden, "quota", "check the key").Because(errs.Provider), automation.PausedByProvider},
		"no key stored":   {errs.New(errs.Unauthenticated, "key_missing", "check the key").Because(errs.Ours), automation.PausedByProvider},
		"password":        {errs.New(errs.Unauthenticated, "wordpress_login", "check the key").Because(errs.WordPress), automation.PausedByWordPress},
		"WordPress' role": {errs.New(errs.Forbidden, "wordpress_role", "check the key").Because(errs.WordPress), automation.PausedByWordPress},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := ready(t, 3, 100)
			asked := 0
			w.provider.mood = func(string) error { asked++; return c.err }
			run := w.begin()
			w.step()
			w.hand(w.engine, w.jobs()...)
			v := w.view(run)
			if v.Status != automation.StatusPaused || v.PauseReason != c.why || v.Error != "check the key" {
				t.Fatalf("the run is %s (%s: %s)", v.Status, v.PauseReason, v.Error)
			}
			for _, j := range w.jobs() {
				if j.State != automation.JobWaiting || j.Tries != 0 {
					t.Errorf("job %s is %s after %d tries", j.Item, j.State, j.Tries)
				}
			}
			if n := w.count(event.RunPaused); n != 1 || asked > 3 {
				t.Errorf("it was told %d times, after %d calls", n, asked)
			}
			if got := w.balance(); got != credit.Whole(100) {
				t.Errorf("the balance is %s while nothing was bought", got)
			}
			w.provider.mood = nil
			if v = w.settle(run); v.Status != automation.StatusCompleted || v.PauseReason != "" || v.Error != "" {
				t.Errorf("after it was mended the run is %s (%s: %s)", v.Status, v.PauseReason, v.Error)
			}
			w.verifyItems(3)
		})
	}
}

func (w *world) balance() credit.Amount {
	b, err := credit.New(w.table, w.clock).Balance(context.Background(), w.scope)
	w.must(err)
	return b.Total()
}

// TestOldRefusal: a call that began with the former key says nothing about the new one.
func TestOldRefusal(t *testing.T) {
	t.Parallel()
	w := ready(t, 1, 100)
	run := w.begin()
	w.step()
	w.provider.mood = func(string) error {
		w.provider.mood = nil
		_, err := w.engine.Pause(context.Background(), w.scope, simSite, run)
		w.must(err)
		w.clock.Advance(time.Second)
		_, err = w.engine.Resume(context.Background(), w.scope, simSite, run)
		w.must(err)
		return errs.New(errs.Unauthenticated, "key_refused", "check the key").Because(errs.Provider)
	}
	w.hand(w.engine, w.jobs()...)
	if v := w.view(run); v.Status != automation.StatusRunning {
		t.Errorf("the run is %s (%s)", v.Status, v.Error)
	}
	if v := w.settle(run); v.Status != automation.StatusCompleted || w.count(event.RunPaused) != 1 {
		t.Errorf("the run is %s, paused %d times", v.Status, w.count(event.RunPaused))
	}
	w.verifyItems(1)
}

func slower(wait time.Duration) error {
	return errs.New(errs.Exhausted, "rate_limited", "slower").Because(errs.Provider).After(wait)
}

// TestRetryAfterIsKept: the time that the provider names is waited for by all of its jobs,
// and by no moment more.
func TestRetryAfterIsKept(t *testing.T) {
	t.Parallel()
	w := ready(t, 3, 100)
	w.begin()
	w.step()
	jobs, asked := w.jobs(), 0
	w.provider.mood = func(string) error { asked++; return slower(3 * time.Second) }
	w.hand(w.engine, jobs[0])
	w.provider.mood = func(string) error { asked++; return nil }
	w.hand(w.engine, jobs...)
	w.clock.Advance(3*time.Second - time.Millisecond)
	w.hand(w.engine, jobs...)
	if asked != 1 {
		t.Errorf("%d calls before the time was over, want the first one only", asked)
	}
	w.clock.Advance(time.Millisecond)
	w.hand(w.engine, jobs...)
	if asked != 4 {
		t.Errorf("%d calls once the time was over, want 4", asked)
	}
}

// TestOwnWaitHoldsNobody: a job that waits for another of ours keeps no other away from the
// provider.
func TestOwnWaitHoldsNobody(t *testing.T) {
	t.Parallel()
	w := ready(t, 2, 100)
	w.begin()
	w.step()
	jobs, asked := w.jobs(), 0
	w.provider.mood = func(string) error {
		return errs.New(errs.Unavailable, "busy", "busy").Because(errs.Ours).After(time.Minute)
	}
	w.hand(w.engine, jobs[0])
	w.provider.mood = func(string) error { asked++; return nil }
	w.hand(w.engine, jobs...)
	if asked != 1 {
		t.Errorf("%d calls while the first waits, want that of the other", asked)
	}
}

// TestSlowedJobsKeepTheirTries: being told to wait is no failed try, and ends all the same.
func TestSlowedJobsKeepTheirTries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		slowed int
		state  automation.JobState
	}{{9, automation.JobDone}, {10, automation.JobFailed}} {
		w := ready(t, 1, 100)
		w.limits.Tries, w.limits.Slow = 3, 10
		w.engine = w.open("one", true)
		w.begin()
		w.step()
		asked := 0
		w.provider.mood = func(string) error {
			if asked++; asked <= c.slowed {
				return slower(time.Second)
			}
			return nil
		}
		for range 12 {
			w.hand(w.engine, w.jobs()[0])
			w.clock.Advance(time.Second)
		}
		if j := w.jobs()[0]; j.State != c.state || j.Tries != 0 || c.state == automation.JobFailed && j.Cause != errs.Provider {
			t.Errorf("after %d waits the job is %s (%s) with %d tries", c.slowed, j.State, j.Cause, j.Tries)
		}
	}
}

// TestRetryOfOneJob: a failed job is found by its id and leads to one new attempt, however
// often it is asked for.
func TestRetryOfOneJob(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := ready(t, 1, 100)
	w.provider.mood = func(string) error { return errs.New(errs.Invalid, "no", "refused").Because(errs.Provider) }
	run := w.begin()
	w.settle(run)
	failed := w.jobs()[0]
	if _, err := w.engine.Retry(ctx, w.scope, "job_none", idem.Key{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown job: %v", err)
	}
	w.provider.mood = nil
	first, err := w.engine.Retry(ctx, w.scope, failed.ID, idem.Key{})
	w.must(err)
	again, err := w.engine.Retry(ctx, w.scope, failed.ID, idem.Key{})
	w.must(err)
	if first.ID == failed.ID || again.ID != first.ID {
		t.Errorf("%s was retried as %s and %s", failed.ID, first.ID, again.ID)
	}
	if _, err := w.engine.Retry(ctx, w.scope, first.ID, idem.Key{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a job that has not failed: %v", err)
	}
	for range 5 {
		w.deliver("ai", 10, false)
	}
	j, err := w.engine.Job(ctx, w.scope, first.ID)
	w.must(err)
	if j.State != automation.JobDone || j.Attempt != failed.Attempt+1 || w.provider.calls != 1 {
		t.Errorf("the retry is %s, attempt %d, after %d sold answers", j.State, j.Attempt, w.provider.calls)
	}
	if items, err := w.engine.Items(ctx, w.scope, simSite, run, 1); err != nil || len(items) != 1 || items[0].Job != j.ID || items[0].Status != "done" {
		t.Errorf("the run tells of the item: %+v, %v", items, err)
	}
	kept, err := w.engine.Answers(ctx, w.scope, j.ID)
	if err != nil || len(kept) != 1 || kept[0].Name != "answer" || kept[0].URL == "" {
		t.Errorf("kept answers: %+v, %v", kept, err)
	}
	if kept, err = w.engine.Answers(ctx, w.scope, failed.ID); err != nil || len(kept) != 0 {
		t.Errorf("answers of a refused call: %+v, %v", kept, err)
	}
}
