package automation

import (
	"context"
	"errors"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Ask has single items worked on by hand: a wave without a run. It gives a job for each
// item, also when another wave works on it or has done it. Safe to repeat. Errors of the
// stage's Plan (not found, already published) come through; Exhausted when the credits do
// not cover all items, and then nothing is begun.
func (e *Engine) Ask(ctx context.Context, s account.Scope, site string, stage int, items ...string) ([]Job, error) {
	return e.AskWith(ctx, s, site, stage, items, nil)
}

// AskWith is Ask with operations to join to what it writes, made from the jobs' ids; their
// failed condition comes through as a *table.Failed.
func (e *Engine) AskWith(ctx context.Context, s account.Scope, site string, stage int, items []string, join func(jobs []string) []table.Op) ([]Job, error) {
	st := e.stages[stage]
	if st == nil {
		return nil, errs.New(errs.Internal, "stage", "there is no stage "+strconv.Itoa(stage))
	}
	sel, err := st.Plan(ctx, s, PlanInput{Site: site, Items: items, Prices: e.Prices})
	if err != nil {
		return nil, errs.Wrap("automation.Ask", err)
	}
	return e.askSpecs(ctx, s, site, stage, e.Prices, sel.Jobs, join)
}

// askSpecs makes a wave of the specs that nobody works on and that are not done, under the
// price list that their shares are taken from.
func (e *Engine) askSpecs(ctx context.Context, s account.Scope, site string, stage int, prices string, specs []JobSpec, join func(jobs []string) []table.Op) ([]Job, error) {
	list, jobs, err := e.free(ctx, s, site, "", stage, specs)
	if err != nil {
		return nil, err
	}
	var more []table.Op
	if join != nil {
		more = join(idsOf(jobs, list))
	}
	if len(list) == 0 {
		return jobs, errors.Join(e.keepRefs(ctx, s, site, jobs), e.store(ctx, more))
	}
	if len(list) > 50 {
		return nil, errs.Field("ids", "at most 50 at a time")
	}
	return e.askWave(ctx, s, Wave{ID: e.ids.New("wav"), Site: site, Stage: stage, Prices: prices, Jobs: list}, jobs, more)
}

func idsOf(jobs []Job, list []WaveJob) []string {
	var out []string
	for _, j := range jobs {
		out = append(out, j.ID)
	}
	for _, wj := range list {
		out = append(out, wj.Job)
	}
	return out
}

func (e *Engine) store(ctx context.Context, ops []table.Op) error {
	if len(ops) == 0 {
		return nil
	}
	return e.table.Transact(ctx, ops...)
}

func (e *Engine) askWave(ctx context.Context, s account.Scope, w Wave, jobs []Job, more []table.Op) ([]Job, error) {
	more = append(more, e.open("W", s.Account(), w.Site, w.ID), e.open("S", s.Account(), w.Site, ""))
	for _, wj := range w.Jobs {
		more = append(more, refOp(s, w.Site, wj.Job))
	}
	return e.begin(ctx, s, w, jobs, more)
}

// begin holds the credits of a whole wave, writes its jobs, and gives them behind those that
// there are already.
func (e *Engine) begin(ctx context.Context, s account.Scope, w Wave, jobs []Job, more []table.Op) ([]Job, error) {
	w.Window = e.Limits.Window
	w, err := e.fund(ctx, s, w, true, more...)
	if err != nil {
		return nil, err
	}
	if err := e.write(ctx, s, w); err != nil && table.FailedCondition(err) == nil {
		return nil, err
	}
	have, err := e.jobsOf(ctx, s, w)
	for _, wj := range w.Jobs {
		jobs = append(jobs, have[wj.Job])
	}
	return jobs, err
}

// refOp lets a job be found by its id alone: the site is not part of the address.
func refOp(s account.Scope, site, job string) table.Op {
	return table.Put(table.Item{Key: refKey(s, job), Type: "job_ref", Attrs: table.Attrs{"site": site}})
}

func refKey(s account.Scope, job string) table.Key {
	return table.Key{Partition: table.Of(s, "JOBS"), Sort: "JOB#" + job}
}

func (e *Engine) keepRefs(ctx context.Context, s account.Scope, site string, jobs []Job) error {
	ops := make([]table.Op, len(jobs))
	for i, j := range jobs {
		ops[i] = refOp(s, site, j.ID)
	}
	return table.StoreAll(ctx, e.table, ops)
}

// Job reads a job that was asked for by hand, by its id.
func (e *Engine) Job(ctx context.Context, s account.Scope, id string) (Job, error) {
	it, err := e.table.Get(ctx, refKey(s, id), table.Consistent)
	if err != nil {
		return Job{}, err
	}
	site, _ := it.Attrs["site"].(string)
	return e.job(ctx, s, site, id)
}
