package automation

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// JobID is the id of a piece of work, whoever asks for it.
func JobID(stage int, item string, attempt int, input string) string {
	return id.Hash("job", strconv.Itoa(stage), item, strconv.Itoa(attempt), input)
}

// plan selects the next wave of a run and writes it, or closes the stage when nothing
// waits, or answers that the credits have run out.
func (e *Engine) plan(ctx context.Context, s account.Scope, r Run, st StageResult, token string) error {
	counts, list, taken, err := e.choose(ctx, s, r, st.Stage)
	if err != nil {
		return err
	}
	st.Counts.Add(counts)
	if len(list) == 0 && slices.ContainsFunc(taken, Job.open) {
		// All that waits is in the wave of a person, or of a run that was just cancelled.
		// That wave ends soon; tick then plans again, and nothing is passed over.
		return nil
	}
	if len(list) == 0 {
		return e.closeStage(ctx, s, r, st, token)
	}
	w := Wave{ID: waveID(r.ID, st.Stage, st.Waves), Site: r.Site, Run: r.ID, Stage: st.Stage, Prices: e.Prices, Jobs: list[:min(len(list), e.Limits.WaveSize)]}
	if w.Window, err = e.window(ctx, s); err != nil {
		return err
	}
	w, err = e.fund(ctx, s, w, false)
	if errs.KindOf(err) == errs.Exhausted && errs.Of(err).Cause == errs.Credits {
		return e.outOfCredits(ctx, s, r, token)
	}
	if err != nil {
		return err
	}
	if w.State != WavePlanning {
		return errMovedOn // another invocation planned it meanwhile, and may have settled it
	}
	return e.write(ctx, s, w)
}

// choose gives what one wave can take of what waits, and the jobs that it left out. The
// stage is asked for no more than a wave, so that planning a wave costs a wave's worth. Only
// when some of those can't be taken is it asked for all: what waits behind them must not be
// passed over.
func (e *Engine) choose(ctx context.Context, s account.Scope, r Run, stage int) (Counts, []WaveJob, []Job, error) {
	in := PlanInput{Run: r.ID, Site: r.Site, Prices: e.Prices, Limit: e.Limits.WaveSize}
	counts := Counts{}
	for {
		sel, err := e.stages[stage].Plan(ctx, s, in)
		if err != nil {
			return nil, nil, nil, err
		}
		for k, n := range sel.Counts {
			counts[k] = max(counts[k], n) // work that the first asking did is not there for the second
		}
		list, taken, err := e.free(ctx, s, r.Site, r.ID, stage, sel.Jobs)
		if err != nil || in.Limit == 0 || len(sel.Jobs) < in.Limit || len(list) >= e.Limits.WaveSize {
			return counts, list, taken, err
		}
		in.Limit = 0
	}
}

// errMovedOn tells advance to look again, as any lost condition does.
var errMovedOn = &table.Failed{}

func (e *Engine) outOfCredits(ctx context.Context, s account.Scope, was Run, token string) error {
	_, err := e.update(ctx, s, was.Site, was.ID, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status != StatusRunning || r.Executions != was.Executions {
			return event.Event{}, nil, errEnded
		}
		r.Status, r.PauseReason, r.PausedAt = StatusPaused, PausedByCredits, e.clock.Now()
		return event.Event{Kind: event.RunPaused, Reason: PausedByCredits, Cause: string(errs.Credits)}, nil, nil
	})
	if err != nil && !errors.Is(err, errEnded) {
		return err
	}
	return ignoreGone(e.Workflow.Fail(ctx, token, "OutOfCredits", ""))
}

// free turns specs into lines of a wave's list and leaves out those that are done or that
// another wave works on. A job that failed before this run is tried anew (attempt + 1):
// whoever starts a run asks for it. taken are the jobs left out.
func (e *Engine) free(ctx context.Context, s account.Scope, site, run string, stage int, specs []JobSpec) (list []WaveJob, taken []Job, err error) {
	todo := make([]WaveJob, len(specs))
	for i, sp := range specs {
		todo[i] = WaveJob{Job: JobID(stage, sp.Item, sp.Attempt, sp.Input), Item: sp.Item, Title: sp.Title, Input: sp.Input, Attempt: sp.Attempt, Queue: string(sp.Queue), Provider: sp.Provider, Share: sp.Share, Most: sp.Most}
	}
	for len(todo) > 0 {
		have, err := e.jobsOf(ctx, s, Wave{Site: site, Jobs: todo})
		if err != nil {
			return nil, nil, err
		}
		open, err := e.openMarkers(ctx, s, site, have)
		if err != nil {
			return nil, nil, err
		}
		var next []WaveJob
		for _, wj := range todo {
			j, there := have[wj.Job]
			switch {
			case !there, j.State == JobWaiting && !open[j.ID]:
				list = append(list, wj)
			case j.State == JobFailed && (run == "" || j.Run != run):
				wj.Attempt++
				wj.Job = JobID(stage, wj.Item, wj.Attempt, wj.Input)
				next = append(next, wj)
			default:
				taken = append(taken, j)
			}
		}
		todo = next
	}
	return list, taken, nil
}

// openMarkers tells which of the waiting jobs still have a marker in their wave.
func (e *Engine) openMarkers(ctx context.Context, s account.Scope, site string, jobs map[string]Job) (map[string]bool, error) {
	var keys []table.Key
	for _, j := range jobs {
		if j.State == JobWaiting {
			keys = append(keys, markerKey(s, site, j.Wave, j.ID))
		}
	}
	items, err := table.LoadAll(ctx, e.table, keys, table.Consistent)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	for _, it := range items {
		if job, ok := it.Attrs["job"].(string); ok {
			open[job] = true
		}
	}
	return open, nil
}

// fund freezes the wave's list and holds its credits, in one transaction. When the balance
// covers only the first k jobs, the list is those k, unless it has to be the whole; when it
// covers none, the error is Exhausted with cause credits. A wave that exists already is
// given as it is.
func (e *Engine) fund(ctx context.Context, s account.Scope, w Wave, whole bool, more ...table.Op) (Wave, error) {
	w.State, w.Created = WavePlanning, e.clock.Now()
	full := w.Jobs
	err := table.Again(func() error {
		bal, err := e.Credits.Balance(ctx, s)
		if err != nil {
			return err
		}
		var hold []table.Op
		told := event.Event{Kind: event.WavePlanned, Site: w.Site, Run: w.Run, Stage: w.Stage}
		w.Jobs = covered(full, bal.Total())
		if whole {
			w.Jobs = full
		}
		if sum := shares(w.Jobs); sum > 0 || len(w.Jobs) == 0 {
			if len(w.Jobs) == 0 {
				sum = full[0].Share
			}
			if bal, w.Held, hold, err = bal.Hold(s, sum, w.purpose(), w.Created); err != nil {
				return err
			}
			told.Credits = left(bal)
		}
		told.Total = int64(len(w.Jobs))
		op, err := put(waveKey(s, w.Site, w.ID), "wave", w, 0, table.Absent())
		if err != nil {
			return err
		}
		ev, err := e.event(s, told)
		if err != nil {
			return err
		}
		err = e.table.Transact(ctx, append(append([]table.Op{op, ev}, hold...), more...)...)
		if f := table.FailedCondition(err); f != nil && f.Op(0) {
			return errWaveThere
		}
		return err
	})
	if errors.Is(err, errWaveThere) {
		return e.wave(ctx, s, w.Site, w.ID)
	}
	w.version = 1
	return w, err
}

var errWaveThere = errs.New(errs.Conflict, "wave_exists", "the wave exists")

func shares(jobs []WaveJob) credit.Amount {
	var sum credit.Amount
	for _, j := range jobs {
		sum += j.Share
	}
	return sum
}

// covered is the longest beginning of the list that the balance pays for.
func covered(jobs []WaveJob, balance credit.Amount) []WaveJob {
	for k, j := range jobs {
		if balance -= j.Share; balance < 0 {
			return jobs[:k]
		}
	}
	return jobs
}

// write makes a wave's jobs and markers, then lets it close, then sends the ids: a wave
// that could close earlier would be closed by a fast first job. Safe to repeat.
func (e *Engine) write(ctx context.Context, s account.Scope, w Wave) error {
	if err := e.writeJobs(ctx, s, w); err != nil {
		return err
	}
	w.State = WavePlanned
	op, err := replace(waveKey(s, w.Site, w.ID), "wave", w, w.version)
	if err != nil {
		return err
	}
	if err := e.table.Write(ctx, op); err != nil {
		return err
	}
	w.version++
	if err := e.sendWave(ctx, s, w); err != nil {
		return err
	}
	// A message of an earlier wave may have done the last job while this one was planned.
	return e.closeWave(ctx, s, w)
}

// maxJobBatch jobs fit into one transaction: each takes up to three operations, and one is
// for the wave.
const maxJobBatch = 33

func (e *Engine) writeJobs(ctx context.Context, s account.Scope, w Wave) error {
	have, err := e.jobsOf(ctx, s, w)
	if err != nil {
		return err
	}
	then := w.followers()
	for rest := w.Jobs; len(rest) > 0; {
		n := min(len(rest), e.Limits.JobBatch)
		ops := []table.Op{planning(s, w)}
		for _, wj := range rest[:n] {
			o, err := e.jobOps(s, w, wj, then[wj.Job], have)
			if err != nil {
				return err
			}
			ops = append(ops, o...)
		}
		if err := e.transactJobs(ctx, s, w, rest[:n], then, ops); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// transactJobs writes a batch; when another wave or worker was faster with one of its jobs
// they are written one by one, and the one that was taken is left to the other.
func (e *Engine) transactJobs(ctx context.Context, s account.Scope, w Wave, batch []WaveJob, then map[string]string, ops []table.Op) error {
	if len(ops) == 1 {
		return nil
	}
	err := e.table.Transact(ctx, ops...)
	if f := table.FailedCondition(err); f == nil || f.Op(0) {
		return err
	}
	for _, wj := range batch {
		one := Wave{ID: w.ID, Site: w.Site, Run: w.Run, Stage: w.Stage, Prices: w.Prices, Jobs: []WaveJob{wj}}
		have, err := e.jobsOf(ctx, s, one)
		if err != nil {
			return err
		}
		ops, err := e.jobOps(s, one, wj, then[wj.Job], have)
		if err != nil || len(ops) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		err = e.table.Transact(ctx, append([]table.Op{planning(s, w)}, ops...)...)
		if f := table.FailedCondition(err); err != nil && (f == nil || f.Op(0)) {
			return err
		}
	}
	return nil
}

// planning is the condition on which jobs and markers are written. A marker that a slow
// planner set in a settled wave would let a job draw on credits that were given back.
func planning(s account.Scope, w Wave) table.Op {
	return table.Check(waveKey(s, w.Site, w.ID), table.Equals("state", string(WavePlanning)))
}

// jobOps are the job's item, if absent or free, and its marker; then is who follows it.
func (e *Engine) jobOps(s account.Scope, w Wave, wj WaveJob, then string, have map[string]Job) ([]table.Op, error) {
	marker := table.Put(table.Item{Key: markerKey(s, w.Site, w.ID, wj.Job), Type: "open_marker", Attrs: table.Attrs{"job": wj.Job, "wave": w.ID, "stage": int64(w.Stage), "item": wj.Item}})
	j, there := have[wj.Job]
	if !there {
		j = Job{ID: wj.Job, Site: w.Site, Run: w.Run, Wave: w.ID, Stage: w.Stage, Item: wj.Item, Title: wj.Title, Input: wj.Input,
			Attempt: wj.Attempt, Queue: queue.Name(wj.Queue), Then: then, Provider: wj.Provider, Share: wj.Share, Most: wj.Most, Prices: w.Prices, State: JobWaiting, Created: e.clock.Now()}
		op, err := put(jobKey(s, w.Site, j.ID), "job", j, 0, table.Absent())
		return []table.Op{op, marker}, err
	}
	if j.State != JobWaiting {
		return nil, nil
	}
	was := j.Wave
	j.Wave, j.Run, j.Title, j.Then = w.ID, w.Run, wj.Title, then
	j.Provider, j.Share, j.Most, j.Prices = wj.Provider, wj.Share, wj.Most, w.Prices
	op, err := replace(jobKey(s, w.Site, j.ID), "job", j, j.version)
	ops := []table.Op{op, marker}
	if was != w.ID {
		ops = append(ops, table.Check(markerKey(s, w.Site, was, j.ID), table.Absent()))
	}
	return ops, err
}

// sendWave puts the ids of a wave's open jobs on their queues, as far as its window goes,
// and notes that it did.
func (e *Engine) sendWave(ctx context.Context, s account.Scope, w Wave) error {
	open, err := e.markers(ctx, s, w.Site, w.ID, 0)
	if err != nil {
		return err
	}
	waiting := map[string]bool{}
	for _, j := range open {
		waiting[j] = true
	}
	for j := range w.behind(open) {
		delete(waiting, j)
	}
	byQueue := map[queue.Name][]queue.Message{}
	for _, wj := range w.Jobs {
		if waiting[wj.Job] {
			q := queue.Name(wj.Queue)
			byQueue[q] = append(byQueue[q], e.message(s.Account(), w.Site, wj.Job, 0))
		}
	}
	for q, msgs := range byQueue {
		if err := e.Queue.Send(ctx, q, msgs...); err != nil {
			return err
		}
	}
	return e.table.Write(ctx, table.Change(waveKey(s, w.Site, w.ID), table.Changes{Set: table.Attrs{"sent": true}}, table.Exists()))
}
