package automation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Envelope is a job message: ids, and when it can be received first.
type Envelope struct {
	Account string `json:"account"`
	Site    string `json:"site"`
	Job     string `json:"job"`
	Visible int64  `json:"visible,omitempty"` // seconds since 1970; 0 is not known
}

func (e *Engine) message(acct, site, job string, delay time.Duration) queue.Message {
	delay = min(delay, 15*time.Minute)
	body, err := json.Marshal(Envelope{acct, site, job, e.clock.Now().Add(delay).Unix()})
	if err != nil {
		panic(err) // three strings and a number always marshal
	}
	return queue.Message{Group: acct, Body: string(body), Delay: delay}
}

// waited is how long a message was there to be received, in whole seconds.
func (env Envelope) waited(now time.Time) time.Duration {
	if env.Visible == 0 {
		return 0
	}
	return time.Duration(max(0, now.Unix()-env.Visible)) * time.Second
}

// HandleJobs is the worker: it does a batch of jobs side by side and names the messages
// that have to come again. It may get any message twice.
func (e *Engine) HandleJobs(ctx context.Context, batch []queue.Delivery) (failed []string) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var next []follower
	for _, d := range batch {
		wg.Go(func() {
			f, err := e.handle(ctx, d.Body)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				e.Log.Error("job", "message", d.Body, "err", err)
				failed = append(failed, d.ID)
			}
			if f != nil {
				f.after = d.ID
				next = append(next, *f)
			}
		})
	}
	wg.Wait()
	for _, id := range e.follow(ctx, next) {
		if !slices.Contains(failed, id) {
			failed = append(failed, id)
		}
	}
	return failed
}

// handle does one job, and gives who follows it when it has ended.
func (e *Engine) handle(ctx context.Context, body string) (*follower, error) {
	var env Envelope
	if err := json.Unmarshal([]byte(body), &env); err != nil || env.Account == "" {
		return nil, errs.New(errs.Invalid, "message", "a job message holds account, site and job")
	}
	s := envelope(env.Account, "worker")
	late := env.waited(e.clock.Now())
	j, err := e.lease(ctx, s, env)
	if j == nil {
		return nil, err
	}
	ended := !j.open() // before: its follower may not have been sent
	switch {
	case ended:
	case j.Tries >= e.Limits.Tries:
		ended, err = e.fail(ctx, s, *j, poisoned())
	default:
		ended, err = e.work(ctx, s, *j)
	}
	if !ended || j.Then == "" {
		return nil, err
	}
	return &follower{queue: j.Queue, Message: e.message(s.Account(), j.Site, j.Then, Pace*late)}, err
}

func poisoned() error {
	return errs.New(errs.Internal, "poisoned", "it was given to a worker too often without a result: retry it, and tell support when it happens again").Because(errs.Ours)
}

// lease takes the job, or gives nil when there is nothing to do: somebody holds it, its wave
// is settled, or its provider asked for a pause. A job that has ended is given as it is.
func (e *Engine) lease(ctx context.Context, s account.Scope, env Envelope) (*Job, error) {
	for range 5 {
		j, err := e.job(ctx, s, env.Site, env.Job)
		if errs.Is(err, errs.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if j.State == JobDone || j.State == JobFailed {
			return &j, e.closeByID(ctx, s, j.Site, j.Wave)
		}
		if e.alive(j) {
			return nil, nil
		}
		if wait := e.wait(j); wait > 0 {
			return nil, e.Queue.Send(ctx, j.Queue, e.message(s.Account(), j.Site, j.ID, wait))
		}
		leased, err := e.takeLease(ctx, s, j)
		f := table.FailedCondition(err)
		switch {
		case f == nil:
			return leased, err
		case f.Op(1): // the marker is gone: this is an old message, and the wave is settled
			return nil, nil
		}
	}
	return nil, errs.New(errs.Unavailable, "busy", "the job is being changed by others")
}

// takeLease leases the job on condition that nobody changed it and its marker is there.
// Taking over a lease that ran out without a stored answer notes a possible loss: the call
// may have been paid, and will be paid again.
func (e *Engine) takeLease(ctx context.Context, s account.Scope, j Job) (*Job, error) {
	call, lost, err := e.doubtful(ctx, s, j)
	if err != nil {
		return nil, err
	}
	was := j
	if j.State == JobLeased {
		j.Tries++ // a job that takes its workers down with it has to end as well
	}
	e.mu.Lock()
	e.leases++
	n := e.leases
	e.mu.Unlock()
	j.State, j.Calling, j.Holder, j.Until = JobLeased, "", fmt.Sprintf("%s/%d", e.Holder, n), e.clock.Now().Add(e.leaseTime(ctx))
	op, err := replace(jobKey(s, j.Site, j.ID), "job", j, j.version)
	if err != nil {
		return nil, err
	}
	ops := []table.Op{op, table.Check(markerKey(s, j.Site, j.Wave, j.ID), table.Exists())}
	if lost {
		note, err := e.loss(s, was, call, was.Most)
		if err != nil {
			return nil, err
		}
		ops = append(ops, note)
	}
	if err := e.table.Transact(ctx, ops...); err != nil {
		return nil, err
	}
	j.version++
	return &j, nil
}

// leaseTime is how long a lease lasts: as long as the worker that takes it may work, at
// most Limits.Lease. A worker whose time is cut (a function's deadline) is dead after it.
func (e *Engine) leaseTime(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(e.Limits.Lease, time.Until(end))
	}
	return e.Limits.Lease
}

// work does a leased job to its end: back to waiting, done or failed. ended tells that its
// marker is gone: it is done, failed, or out of its wave.
func (e *Engine) work(ctx context.Context, s account.Scope, j Job) (ended bool, err error) {
	// The lease stands before the status is read: a pause either is seen here or counts it.
	begun := e.clock.Now()
	halted, err := e.runHalted(ctx, s, j)
	if err != nil {
		return false, e.giveBack(ctx, s, j, err)
	}
	if halted {
		return e.drop(ctx, s, j)
	}
	left := j.Until.Sub(e.clock.Now()) // not longer than the lease, with time to write down what came of it
	doCtx, cancel := context.WithTimeout(ctx, left-min(e.Limits.Finish, left/4))
	defer cancel()
	b := &buyer{engine: e, scope: s, job: j}
	w := &Work{Job: j, Site: j.Site, once: b.once}
	out, err := e.do(doCtx, s, w)
	j = b.job // with what was bought
	for _, fault := range w.troubles {
		j.met(fault)
	}
	if err != nil && ctx.Err() != nil { // the worker is being stopped: no fault of the job
		return false, e.giveBack(ctx, s, j, err)
	}
	ctx = context.WithoutCancel(ctx) // what was answered is written down, whoever hangs up
	if err != nil {
		if j.Run != "" && pauses(errs.Of(err)) != "" {
			return e.stop(ctx, s, j, begun, err)
		}
		return e.refused(ctx, s, j, err)
	}
	return e.finishJob(ctx, s, j, out)
}

// do lets the stage work. A panic is the job's fault, not the end of all others.
func (e *Engine) do(ctx context.Context, s account.Scope, w *Work) (out Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.New(errs.Internal, "panic", "").With(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	st := e.stages[w.Job.Stage]
	if st == nil {
		return Outcome{}, errs.New(errs.Internal, "stage", "there is no stage "+strconv.Itoa(w.Job.Stage))
	}
	return st.Do(ctx, s, w)
}

func (e *Engine) runHalted(ctx context.Context, s account.Scope, j Job) (bool, error) {
	if j.Run == "" {
		return false, nil
	}
	r, err := e.run(ctx, s, j.Site, j.Run)
	return err == nil && r.Status != StatusRunning, err
}

// drop gives a job of a paused or cancelled run back without a call: it waits without a
// marker until a new wave takes it.
func (e *Engine) drop(ctx context.Context, s account.Scope, j Job) (ended bool, err error) {
	j.State, j.Holder, j.Until = JobWaiting, "", time.Time{}
	op, err := replace(jobKey(s, j.Site, j.ID), "job", j, j.version)
	if err != nil {
		return false, err
	}
	err = e.table.Transact(ctx, op, table.Delete(markerKey(s, j.Site, j.Wave, j.ID), table.Exists()))
	if table.FailedCondition(err) != nil {
		return false, nil // another worker has it now
	}
	if err != nil {
		return false, err
	}
	return true, e.closeByID(ctx, s, j.Site, j.Wave)
}

// giveBack takes the lease off after a fault of ours, so that the message's next delivery
// finds the job free.
func (e *Engine) giveBack(ctx context.Context, s account.Scope, j Job, cause error) error {
	j.Finished, j.Draw, j.Result, j.Cause, j.Reason = time.Time{}, 0, nil, "", ""
	j.State, j.Holder, j.Until = JobWaiting, "", time.Time{}
	op, err := replace(jobKey(s, j.Site, j.ID), "job", j, j.version)
	if err == nil {
		err = e.table.Write(context.WithoutCancel(ctx), op)
	}
	if err != nil && table.FailedCondition(err) == nil {
		return errors.Join(cause, err)
	}
	return cause
}

// finishJob is the closing transaction: job done if the lease is still ours, entities,
// draw, marker gone if it was there, event. Then whoever removed the last marker settles.
func (e *Engine) finishJob(ctx context.Context, s account.Scope, j Job, out Outcome) (ended bool, err error) {
	if out.Draw < 0 || out.Draw > j.Share {
		return e.fail(ctx, s, j, errs.New(errs.Internal, "draw", fmt.Sprintf("a draw of %s against a share of %s", out.Draw, j.Share)))
	}
	if len(out.Ops) > 90 {
		return e.fail(ctx, s, j, errs.New(errs.Internal, "ops", "too many writes in one job"))
	}
	j.State, j.Finished, j.Draw, j.Result = JobDone, e.clock.Now(), out.Draw, out.Result
	err = e.closing(ctx, s, j, event.Event{Kind: event.StageItemProcessed}, out.Ops)
	f := table.FailedCondition(err)
	switch {
	case f == nil && err != nil:
		return false, e.giveBack(ctx, s, j, err)
	case f == nil:
		return true, e.closeByID(ctx, s, j.Site, j.Wave)
	case f.Op(0) || f.Op(1): // the lease was lost: whoever has it now finishes
		return false, nil
	}
	j.Result, j.Draw = nil, 0
	return e.fail(ctx, s, j, errs.New(errs.Conflict, "changed", "it was changed while it was being worked on: start again to work on it anew").Because(errs.Ours))
}

func (e *Engine) closing(ctx context.Context, s account.Scope, j Job, ev event.Event, more []table.Op) error {
	j.Holder, j.Until, j.Calling = "", time.Time{}, ""
	op, err := replace(jobKey(s, j.Site, j.ID), "job", j, j.version)
	if err != nil {
		return err
	}
	ev.Site, ev.Run, ev.Stage, ev.Job, ev.Item, ev.Title = j.Site, j.Run, j.Stage, j.ID, j.Item, j.Title
	evOp, err := e.event(s, ev)
	if err != nil {
		return err
	}
	ops := []table.Op{op, table.Delete(markerKey(s, j.Site, j.Wave, j.ID), table.Exists()), evOp}
	return e.table.Transact(ctx, append(append(ops, paidOps(s, j)...), more...)...)
}

// refused decides about an error of Do: try again later, or fail the job.
func (e *Engine) refused(ctx context.Context, s account.Scope, j Job, cause error) (ended bool, err error) {
	kind := errs.KindOf(cause)
	if kind != errs.Exhausted && kind != errs.Unavailable {
		return e.fail(ctx, s, j, cause)
	}
	j.met(cause)
	wait := errs.Of(cause).RetryAfter
	asked := wait > 0 && errs.Of(cause).Cause != "" // the outside names a time, which is kept to
	if asked {
		j.Slowed++
		if errs.Of(cause).Cause != errs.Ours { // what we wait for among ourselves is no limit of others
			e.hold(j, wait)
		}
	} else {
		j.Tries++
	}
	if j.Tries >= e.Limits.Tries || j.Slowed >= e.Limits.Slow {
		return e.fail(ctx, s, j, cause)
	}
	if !asked && wait <= 0 {
		wait = min(e.Limits.Backoff<<(j.Tries-1), 5*time.Minute)
	}
	j.State, j.Holder, j.Until, j.Next = JobWaiting, "", time.Time{}, e.clock.Now().Add(wait)
	op, err := replace(jobKey(s, j.Site, j.ID), "job", j, j.version)
	if err != nil {
		return false, err
	}
	if err := e.table.Write(ctx, op); err != nil {
		if table.FailedCondition(err) != nil {
			return false, nil
		}
		return false, err
	}
	e.Log.Warn("refused, will be tried again", "job", j.ID, "stage", j.Stage, "tries", j.Tries, "slowed", j.Slowed, "wait", wait.String(), "err", cause)
	return false, e.Queue.Send(ctx, j.Queue, e.message(s.Account(), j.Site, j.ID, wait))
}

// limitKey names what a rate limit belongs to: the provider of a kind of work, or one site.
func limitKey(j Job) string {
	if j.Queue == queue.Publish {
		return string(j.Queue) + "/" + j.Site
	}
	return string(j.Queue) + "/" + j.Provider
}

// hold keeps the other jobs of a provider that asked for a pause away from it.
func (e *Engine) hold(j Job, wait time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.clock.Now().Add(wait); t.After(e.notBefore[limitKey(j)]) {
		e.notBefore[limitKey(j)] = t
	}
}

func (e *Engine) wait(j Job) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.notBefore[limitKey(j)]
	if j.Next.After(t) {
		t = j.Next
	}
	return max(0, t.Sub(e.clock.Now()))
}

// fail ends a job with its cause class and a reason that a person can act on.
func (e *Engine) fail(ctx context.Context, s account.Scope, j Job, cause error) (ended bool, werr error) {
	err := errs.Of(cause)
	j.State, j.Finished, j.Cause, j.Reason = JobFailed, e.clock.Now(), err.Cause, reason(err)
	if j.Cause == "" {
		j.Cause = errs.Ours
	}
	e.Log.Error("job failed", "account", s.Account(), "site", j.Site, "run", j.Run, "stage", j.Stage, "job", j.ID, "item", j.Item, "cause", j.Cause, "err", cause)
	found := refOp(s, j.Site, j.ID) // a person asks for a failed job by its id
	more := []table.Op{found}
	if rerr := e.recall(ctx, s, &j); rerr != nil {
		return false, e.giveBack(ctx, s, j, rerr)
	}
	if st, ok := e.stages[j.Stage].(FailureOps); ok {
		ops, ferr := st.Failed(ctx, s, j.Site, j)
		if ferr != nil {
			return false, e.giveBack(ctx, s, j, ferr)
		}
		more = append(more, ops...)
	}
	ev := event.Event{Kind: event.StageItemFailed, Cause: string(j.Cause), Reason: j.Reason}
	werr = e.closing(ctx, s, j, ev, more)
	if f := table.FailedCondition(werr); f != nil {
		if f.Op(0) || f.Op(1) {
			return false, nil
		}
		werr = e.closing(ctx, s, j, ev, []table.Op{found}) // the entity changed: the job's own story is told all the same
	}
	if werr != nil {
		return false, werr
	}
	return true, e.closeByID(ctx, s, j.Site, j.Wave)
}

// reason is the text for the person; an unknown fault has a fixed one.
func reason(e *errs.Error) string {
	if e.Message == "" {
		return "something went wrong on our side; it is in the log, and nothing was charged"
	}
	return strings.TrimSpace(e.Message)
}
