package automation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Tick repairs what a crash left: runs without an execution, executions that ended without
// a word, waves that were not sent or not closed, jobs whose lease ran out, tokens that
// were not answered, dead letters, and what the sweepers know; then it starts what is due. A fault of one account does
// not keep the others waiting; all faults are given, joined. Under a deadline it begins
// nothing that it could not end well; sites, whose sweeps ask the outside, come last.
func (e *Engine) Tick(ctx context.Context) error {
	return errors.Join(e.repair(ctx, "R", "W"), e.drainDead(ctx), e.startDue(ctx), e.repair(ctx, "S"))
}

// repair looks after the open entries of the kinds that are named, beginning at a different
// shard each time, so that none is always last.
func (e *Engine) repair(ctx context.Context, kinds ...string) error {
	var faults []error
	first := int(e.clock.Now().UnixNano() % openShards)
	for n := range openShards {
		prefix := openKey(e.system, (first+n)%openShards, "")
		for it, err := range table.All(ctx, e.table, table.Query{Partition: prefix.Partition, Consistency: table.Consistent}) {
			if err != nil {
				faults = append(faults, err)
				break
			}
			if kind, _ := it.Attrs["kind"].(string); !slices.Contains(kinds, kind) {
				continue
			}
			if end, ok := ctx.Deadline(); ok && time.Until(end) < e.Limits.Sweep {
				return errors.Join(append(faults, errs.New(errs.Unavailable, "tick_cut", "tick's time is over: the next one goes on"))...)
			}
			if err := e.tickEntry(ctx, it); err != nil {
				e.Log.Error("tick", "entry", it.Key.Sort, "err", err)
				faults = append(faults, err)
			}
		}
	}
	return errors.Join(faults...)
}

func (e *Engine) tickEntry(ctx context.Context, it table.Item) error {
	kind, _ := it.Attrs["kind"].(string)
	acct, _ := it.Attrs["account"].(string)
	site, _ := it.Attrs["site"].(string)
	id, _ := it.Attrs["id"].(string)
	s := envelope(acct, "tick")
	switch kind {
	case "R":
		return e.tickRun(ctx, s, it, site, id)
	case "W":
		w, err := e.wave(ctx, s, site, id)
		if err != nil {
			return err
		}
		return e.tickWave(ctx, s, w)
	default:
		return e.tickSite(ctx, s, it, site)
	}
}

// tickSite runs the sweepers and drops the entry when nothing is pending. The entry's
// version guards against one that was renewed meanwhile.
func (e *Engine) tickSite(ctx context.Context, s account.Scope, it table.Item, site string) error {
	ctx, cancel := context.WithTimeout(ctx, e.Limits.Sweep)
	defer cancel()
	pending := !e.waited(it.Updated, e.Limits.SweepFrom)
	var faults []error
	for _, sw := range e.Sweepers {
		more, err := sw.Sweep(ctx, s, site, e.clock.Now())
		pending = pending || more || err != nil
		faults = append(faults, err)
	}
	if _, err := e.active(ctx, s, site); !errs.Is(err, errs.NotFound) {
		pending = true
	}
	if !pending {
		if err := e.audit(ctx, s, site); err != nil {
			return errors.Join(append(faults, err)...) // the entry stays for the next tick
		}
		if err := e.table.Write(ctx, table.Delete(it.Key, table.VersionIs(it.Version))); table.FailedCondition(err) == nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// Watch tells tick to sweep a site: call it before writing what may have to be repaired
// outside of a run.
func (e *Engine) Watch(ctx context.Context, s account.Scope, site string) error {
	return e.table.Write(ctx, e.open("S", s.Account(), site, ""))
}

func (e *Engine) tickRun(ctx context.Context, s account.Scope, it table.Item, site, id string) error {
	r, err := e.run(ctx, s, site, id)
	if err != nil {
		return err
	}
	running, err := e.tickExecution(ctx, s, &r)
	if err != nil {
		return err
	}
	w, err := e.currentWave(ctx, s, r)
	open := err == nil && (w.State == WavePlanning || w.State == WavePlanned)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	switch {
	case r.Status == StatusRunning:
		return e.tickStage(ctx, s, r)
	case open:
		return e.tickWave(ctx, s, w)
	case r.Status.Ended() && w.State == WaveClosed:
		return e.foldLast(ctx, s, r, w)
	case r.Status.Ended() && !running && e.waited(r.CompletedAt, e.Limits.Resend):
		// So long after, no slow invocation will plan another wave.
		return e.table.Write(ctx, table.Delete(it.Key))
	}
	return nil
}

// foldLast folds the wave that was open when its run ended. Its jobs are done and paid, so
// their results are kept, and no later run would do them again.
func (e *Engine) foldLast(ctx context.Context, s account.Scope, r Run, w Wave) error {
	st, err := e.stage(ctx, s, r.Site, r.ID, w.Stage)
	if err == nil {
		_, err = e.fold(ctx, s, st, w)
	}
	return err
}

// tickExecution starts what was not started, ends a run whose execution ended without a
// word, and tells a waiting execution that its run was halted.
func (e *Engine) tickExecution(ctx context.Context, s account.Scope, r *Run) (running bool, err error) {
	x, err := e.Workflow.Describe(ctx, execution(*r))
	if errs.Is(err, errs.NotFound) {
		if r.Status == StatusRunning {
			return true, e.launch(ctx, *r)
		}
		return false, nil
	}
	if err != nil {
		return true, err
	}
	if !ended(x) {
		if r.Status != StatusRunning && !r.Status.Ended() || r.Status == StatusCancelled {
			return true, e.failToken(ctx, s, *r, haltName(*r))
		}
		return true, nil
	}
	if r.Status == StatusRunning {
		why := "the run stopped: " + x.Error + " " + x.Cause
		if err := e.finish(ctx, s, r.Site, r.ID, StatusFailed, why, r.Executions); err != nil {
			return false, err
		}
		// The run may have been paused, resumed or ended since it was read: then it stands
		// as it is, and the next tick looks at it.
		*r, err = e.run(ctx, s, r.Site, r.ID)
	}
	return false, err
}

// tickStage repairs the current stage of a running run. What is younger than Stale is left
// to whoever works on it.
func (e *Engine) tickStage(ctx context.Context, s account.Scope, r Run) error {
	if r.Stage > Last {
		return e.answerClosed(ctx, s, r)
	}
	st, err := e.stage(ctx, s, r.Site, r.ID, r.Stage)
	if err == nil && st.Execution < r.Executions { // the machine has not come here yet
		err = e.answerClosed(ctx, s, r)
	}
	if err != nil || st.Token == "" || st.Closed {
		return err
	}
	w, err := e.wave(ctx, s, r.Site, waveID(r.ID, r.Stage, st.Waves))
	lost := errs.Is(err, errs.NotFound) && e.waited(st.TokenAt, e.Limits.Stale)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err == nil {
		lost = w.State != WavePlanned && e.waited(w.Updated, e.Limits.Stale)
	}
	if lost {
		in := StageInput{Account: r.Account, Site: r.Site, Run: r.ID, Execution: execution(r), Stage: r.Stage, Token: st.Token}
		payload, err := json.Marshal(in)
		if err != nil {
			return err
		}
		_, err = e.HandleStage(ctx, payload)
		return err
	}
	if w.State == WavePlanned {
		return e.tickWave(ctx, s, w)
	}
	return nil
}

// answerClosed answers again the tokens of closed stages that the present execution may wait
// for: the first answer may have been lost after the stage was closed.
func (e *Engine) answerClosed(ctx context.Context, s account.Scope, r Run) error {
	for n := 1; n < r.Stage; n++ {
		st, err := e.stage(ctx, s, r.Site, r.ID, n)
		if err != nil {
			return err
		}
		if st.Closed && st.Execution == r.Executions && e.waited(st.ClosedAt, e.Limits.Stale) && e.waited(st.TokenAt, e.Limits.Stale) {
			if err := e.succeed(ctx, st.Token, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// tickWave goes on with a wave: writes it, sends it, sends its forgotten jobs again, or
// closes it.
func (e *Engine) tickWave(ctx context.Context, s account.Scope, w Wave) error {
	switch w.State {
	case WavePlanning:
		if e.waited(w.Updated, e.Limits.Stale) {
			return e.write(ctx, s, w)
		}
		return nil
	case WaveClosed, WaveFolded:
		if w.Run == "" {
			return e.foldAlone(ctx, s, w)
		}
		return nil
	}
	if !w.Sent {
		if e.waited(w.Updated, e.Limits.Stale) {
			return e.sendWave(ctx, s, w)
		}
		return nil
	}
	open, err := e.markers(ctx, s, w.Site, w.ID, 0)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return e.closeWave(ctx, s, w)
	}
	return e.resend(ctx, s, w, open)
}

// resend sends open jobs again that nobody works on and whose turn it is. Sending touches
// the job, so that each is sent once in a Resend time.
func (e *Engine) resend(ctx context.Context, s account.Scope, w Wave, open []string) error {
	list := make([]WaveJob, len(open))
	for i, id := range open {
		list[i].Job = id
	}
	jobs, err := e.jobsOf(ctx, s, Wave{Site: w.Site, Jobs: list})
	if err != nil {
		return err
	}
	behind := w.behind(open)
	for _, j := range jobs {
		if behind[j.ID] || !e.forgotten(j) {
			continue
		}
		op := table.Change(jobKey(s, j.Site, j.ID), table.Changes{Set: table.Attrs{"sent_at": e.clock.Now().Format(time.RFC3339)}}, table.VersionIs(j.version))
		err := e.table.Write(ctx, op)
		if table.FailedCondition(err) != nil {
			continue // somebody works on it
		}
		if err == nil {
			err = e.Queue.Send(ctx, j.Queue, e.message(s.Account(), j.Site, j.ID, 0))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forgotten tells whether an open job has to be sent again.
func (e *Engine) forgotten(j Job) bool {
	switch j.State {
	case JobWaiting:
		since := j.Updated
		if j.Next.After(since) {
			since = j.Next
		}
		return e.waited(since, e.Limits.Resend)
	case JobLeased:
		return !e.alive(j)
	default:
		return false
	}
}

// drainDead turns dead letters into failed jobs, so that their waves can close.
func (e *Engine) drainDead(ctx context.Context) error {
	if e.Dead == nil {
		return nil
	}
	var faults []error
	for _, q := range queue.Names() {
		for {
			batch, err := e.Dead.Receive(ctx, q.Dead(), 10, time.Minute, 0)
			if err != nil {
				faults = append(faults, err)
			}
			if len(batch) == 0 {
				break
			}
			for _, d := range batch {
				if err := e.bury(ctx, d.Body); err != nil {
					faults = append(faults, err)
					continue
				}
				faults = append(faults, e.Dead.Done(ctx, q.Dead(), d.Receipt))
			}
		}
	}
	return errors.Join(faults...)
}

// bury fails a job whose message was delivered too often, unless it is done or somebody
// still works on it.
func (e *Engine) bury(ctx context.Context, body string) error {
	var env Envelope
	if err := json.Unmarshal([]byte(body), &env); err != nil || env.Account == "" {
		return nil // not ours: nothing to fail
	}
	s := envelope(env.Account, "tick")
	j, err := e.lease(ctx, s, env)
	if err != nil || j == nil {
		return err
	}
	ended := !j.open()
	if !ended {
		e.Log.Error("dead letter", "account", s.Account(), "site", j.Site, "run", j.Run, "stage", j.Stage, "job", j.ID, "queue", j.Queue) // an alarm counts them
		ended, err = e.fail(ctx, s, *j, poisoned())
	}
	if err != nil || !ended || j.Then == "" {
		return err
	}
	return e.Queue.Send(ctx, j.Queue, e.message(s.Account(), j.Site, j.Then, 0))
}

// Recover is called once by a process that owns the data alone, when it starts: what its
// predecessor left open is gone on with at once. Duplicates are harmless.
func (e *Engine) Recover(ctx context.Context) error {
	c := e.Config
	c.Limits.Resend, c.Limits.Stale = time.Nanosecond, time.Nanosecond
	own := New(c)
	return errors.Join(own.repair(ctx, "R", "W"), own.drainDead(ctx)) // sites wait for tick: a sweep may hang on one that is down
}
