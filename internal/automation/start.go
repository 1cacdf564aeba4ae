package automation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

// Start begins a run of a site. One run a site may be active: the loser gets a Conflict
// (code run_active) whose field run_id names the winner's id. Exhausted (code credits) when
// the balance is below 1.2 times the estimate (see Estimate). Not idempotent by itself:
// more gives operations to join to the run's transaction, whose failed condition comes
// through as a *table.Failed.
func (e *Engine) Start(ctx context.Context, s account.Scope, site string, trigger Trigger, more ...func(Run) []table.Op) (Run, error) {
	if err := e.afford(ctx, s, site); err != nil {
		return Run{}, err
	}
	now := e.clock.Now()
	r := Run{ID: e.ids.New("run"), Account: s.Account(), Site: site, Trigger: trigger, Status: StatusRunning, Stage: 1, Executions: 1, StartedAt: now}
	r.RunID = "run_" + now.Format("20060102_150405") + "_" + string(trigger)
	ops, err := e.startOps(s, r)
	if err != nil {
		return Run{}, err
	}
	for _, add := range more {
		ops = append(ops, add(r)...)
	}
	err = e.table.Transact(ctx, ops...)
	if f := table.FailedCondition(err); f != nil && f.Op(1) {
		return Run{}, e.alreadyActive(ctx, s, site)
	}
	if err != nil {
		return Run{}, errs.Wrap("automation.Start", err)
	}
	if err := e.launch(ctx, r); err != nil {
		// The run exists: tick launches it. The caller learns of the run all the same.
		e.Log.Warn("execution not started yet", "run", r.ID, "err", err)
	}
	return r, nil
}

func (e *Engine) startOps(s account.Scope, r Run) ([]table.Op, error) {
	run, err := put(runKey(s, r.Site, r.ID), "automation_run", r, 0, table.Absent())
	if err != nil {
		return nil, err
	}
	ev, err := e.event(s, event.Event{Kind: event.RunStarted, Site: r.Site, Run: r.ID})
	if err != nil {
		return nil, err
	}
	active := table.Put(table.Item{Key: activeKey(s, r.Site), Type: "active_run", Attrs: table.Attrs{"run": r.ID}}, table.Absent())
	return []table.Op{run, active, ev, e.open("R", r.Account, r.Site, r.ID), e.open("S", r.Account, r.Site, "")}, nil
}

// open makes the entry by which tick finds a run, a wave or a site.
//
// An entry that is there is changed: its version moves on, so that a tick which is about to
// drop a site's entry finds that it was renewed.
func (e *Engine) open(kind, acct, site, id string) table.Op {
	return table.Change(openEntry(e.system, kind, acct, site, id), table.Changes{Type: "open_entry",
		Set: table.Attrs{"kind": kind, "account": acct, "site": site, "id": id}})
}

func (e *Engine) alreadyActive(ctx context.Context, s account.Scope, site string) error {
	r, err := e.active(ctx, s, site)
	if err != nil {
		return errs.New(errs.Conflict, "run_active", "a run of this site has just ended: try again")
	}
	c := errs.New(errs.Conflict, "run_active", fmt.Sprintf("run %s of this site is %s: wait for it, resume or cancel it", r.ID, r.Status))
	c.Fields = map[string][]string{"run_id": {r.ID}}
	return c
}

// execution is the name of a run's n-th execution.
func execution(r Run) string {
	if r.Executions <= 1 {
		return r.ID
	}
	return fmt.Sprintf("%s-%d", r.ID, r.Executions)
}

// launch starts the run's present execution. Started before with the same input is success.
func (e *Engine) launch(ctx context.Context, r Run) error {
	input, err := json.Marshal(map[string]string{"account": r.Account, "site": r.Site, "run": r.ID})
	if err != nil {
		return err
	}
	name := execution(r)
	err = e.Workflow.Start(ctx, name, input)
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	have, derr := e.Workflow.Describe(ctx, name)
	if derr != nil {
		return derr
	}
	if !sameJSON(have.Input, input) {
		return errs.New(errs.Internal, "execution_input", "execution "+name+" exists with another input")
	}
	return nil
}

func sameJSON(a, b []byte) bool {
	var x, y map[string]string
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil || len(x) != len(y) {
		return false
	}
	for k, v := range x {
		if y[k] != v {
			return false
		}
	}
	return true
}

// change writes a run's next state and its event, on condition that the run is still as it
// was read; more are joined to the transaction.
func (e *Engine) change(ctx context.Context, s account.Scope, r Run, ev event.Event, more ...table.Op) error {
	op, err := replace(runKey(s, r.Site, r.ID), "automation_run", r, r.version)
	if err != nil {
		return err
	}
	ev.Site, ev.Run = r.Site, r.ID
	evOp, err := e.event(s, ev)
	if err != nil {
		return err
	}
	return e.table.Transact(ctx, append([]table.Op{op, evOp}, more...)...)
}

// update reads the run, lets step alter it, and writes it with its event, again when
// another writer was faster. step gives an error to stop, and the event and further
// operations to write.
func (e *Engine) update(ctx context.Context, s account.Scope, site, run string, step func(r *Run) (event.Event, []table.Op, error)) (Run, error) {
	var r Run
	err := table.Again(func() error {
		var err error
		if r, err = e.run(ctx, s, site, run); err != nil {
			return err
		}
		ev, more, err := step(&r)
		if err != nil {
			return err
		}
		return e.change(ctx, s, r, ev, more...)
	})
	return r, err
}

// Pause stops a run from beginning anything new and answers how many calls were in flight
// at that moment: after the answer, at most so many more happen. Conflict when it is not
// running.
func (e *Engine) Pause(ctx context.Context, s account.Scope, site, run string) (InFlight, error) {
	r, err := e.update(ctx, s, site, run, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status != StatusRunning {
			return event.Event{}, nil, notIn(*r, "pause")
		}
		r.Status, r.PauseReason, r.PausedAt = StatusPaused, PausedByPerson, e.clock.Now()
		return event.Event{Kind: event.RunPaused, Reason: PausedByPerson}, nil, nil
	})
	if err != nil {
		return InFlight{}, errs.Wrap("automation.Pause", err)
	}
	return e.halted(ctx, s, r, "Paused")
}

// Cancel ends a run; what is in flight is finished and paid, nothing else begins.
func (e *Engine) Cancel(ctx context.Context, s account.Scope, site, run string) (InFlight, error) {
	r, err := e.update(ctx, s, site, run, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status != StatusRunning && r.Status != StatusPaused {
			return event.Event{}, nil, notIn(*r, "cancel")
		}
		now := e.clock.Now()
		r.Status, r.CancelledAt, r.CompletedAt = StatusCancelled, now, now
		return event.Event{Kind: event.RunCancelled}, []table.Op{e.release(s, *r)}, nil
	})
	if err != nil {
		return InFlight{}, errs.Wrap("automation.Cancel", err)
	}
	return e.halted(ctx, s, r, "Cancelled")
}

func notIn(r Run, verb string) error {
	return errs.New(errs.Conflict, "run_status", fmt.Sprintf("can't %s a run that is %s", verb, r.Status))
}

// release takes the site from the run, on condition that the run still has it.
func (e *Engine) release(s account.Scope, r Run) table.Op {
	return table.Delete(activeKey(s, r.Site), table.Equals("run", r.ID))
}

// halted counts the leases after the status was written, then answers the waiting token.
// The order matters: a worker either saw the status or is counted.
func (e *Engine) halted(ctx context.Context, s account.Scope, r Run, name string) (InFlight, error) {
	n, err := e.inFlight(ctx, s, r)
	if err != nil {
		return InFlight{}, err
	}
	if err := e.failToken(ctx, s, r, name); err != nil {
		return InFlight{}, err
	}
	return InFlight{Calls: n}, nil
}

func (e *Engine) failToken(ctx context.Context, s account.Scope, r Run, name string) error {
	st, err := e.stage(ctx, s, r.Site, r.ID, min(r.Stage, Last))
	if err != nil || st.Token == "" || st.Execution > r.Executions {
		return err // nobody waits, or the run was resumed meanwhile and another execution does
	}
	return ignoreGone(e.Workflow.Fail(ctx, st.Token, name, ""))
}

// ignoreGone takes a token that nobody waits for any more as answered.
func ignoreGone(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func (e *Engine) inFlight(ctx context.Context, s account.Scope, r Run) (int, error) {
	w, err := e.currentWave(ctx, s, r)
	if errs.Is(err, errs.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	jobs, err := e.jobsOf(ctx, s, w)
	n := 0
	for _, j := range jobs {
		if e.alive(j) {
			n++
		}
	}
	return n, err
}

// Resume goes on with a paused run in a new execution. Conflict when it is not paused.
func (e *Engine) Resume(ctx context.Context, s account.Scope, site, run string) (Run, error) {
	r, err := e.update(ctx, s, site, run, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status != StatusPaused {
			return event.Event{}, nil, notIn(*r, "resume")
		}
		r.Status, r.PauseReason, r.Error, r.ResumedAt = StatusRunning, "", "", e.clock.Now()
		r.Executions++
		return event.Event{Kind: event.RunResumed}, nil, nil
	})
	if err != nil {
		return Run{}, errs.Wrap("automation.Resume", err)
	}
	if err := e.launch(ctx, r); err != nil {
		e.Log.Warn("execution not started yet", "run", r.ID, "err", err)
	}
	return r, nil
}

// finish ends a run that went through all stages, or whose execution failed: then on
// condition that it still runs in that execution (0: any).
func (e *Engine) finish(ctx context.Context, s account.Scope, site, run string, status Status, reason string, execution int) error {
	_, err := e.update(ctx, s, site, run, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status.Ended() || execution > 0 && (r.Status != StatusRunning || r.Executions != execution) {
			return event.Event{}, nil, errEnded
		}
		r.Status, r.CompletedAt, r.Error = status, e.clock.Now(), reason
		kind := event.RunCompleted
		if status == StatusFailed {
			kind = event.RunFailed
		}
		return event.Event{Kind: kind, Reason: reason}, []table.Op{e.release(s, *r)}, nil
	})
	if errors.Is(err, errEnded) {
		return nil
	}
	return errs.Wrap("automation.finish", err)
}

var errEnded = errs.New(errs.Conflict, "run_ended", "the run has ended")

// waited tells whether d has passed since t.
func (e *Engine) waited(t time.Time, d time.Duration) bool { return e.clock.Now().Sub(t) >= d }

// ended tells whether an execution is over.
func ended(x workflow.Execution) bool { return x.Status != workflow.Running }
