package automation

import (
	"cmp"
	"context"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// View is a run with the results of its stages.
type View struct {
	Run
	Stages  []StageResult `json:"stages"` // of those begun, by number
	Credits credit.Amount `json:"total_credits_used"`
	Cost    credit.USD    `json:"cost_micro_usd"`
}

// Current gives the site's active run (running or paused); NotFound when there is none.
func (e *Engine) Current(ctx context.Context, s account.Scope, site string) (View, error) {
	r, err := e.active(ctx, s, site)
	if err != nil {
		return View{}, err
	}
	return e.view(ctx, s, r)
}

// View gives one run of a site with its results.
func (e *Engine) View(ctx context.Context, s account.Scope, site, run string) (View, error) {
	r, err := e.run(ctx, s, site, run)
	if err != nil {
		return View{}, err
	}
	return e.view(ctx, s, r)
}

func (e *Engine) view(ctx context.Context, s account.Scope, r Run) (View, error) {
	v := View{Run: r}
	v.Stage = min(r.Stage, Last)
	q := table.Query{Partition: table.OfSite(s, r.Site), Prefix: "STAGE#" + r.ID + "#", Consistency: table.Consistent}
	for it, err := range table.All(ctx, e.table, q) {
		if err != nil {
			return v, err
		}
		st, err := decodeStage(it)
		if err != nil {
			return v, err
		}
		st.Token = "" // the state machine's secret
		v.Stages = append(v.Stages, st)
		v.Credits += st.Credits
		v.Cost += st.Cost
	}
	slices.SortFunc(v.Stages, func(a, b StageResult) int { return cmp.Compare(a.Stage, b.Stage) })
	return v, nil
}

// LastRun gives the site's newest run with its results; the zero View when there was none.
func (e *Engine) LastRun(ctx context.Context, s account.Scope, site string) (View, error) {
	runs, err := e.History(ctx, s, site, 1)
	if err != nil || len(runs) == 0 {
		return View{}, err
	}
	return e.view(ctx, s, runs[0])
}

// History gives a site's last runs, newest first.
func (e *Engine) History(ctx context.Context, s account.Scope, site string, limit int) ([]Run, error) {
	page, err := e.table.Query(ctx, table.Query{Partition: table.OfSite(s, site), Prefix: "RUN#", Reverse: true, Limit: limit})
	if err != nil {
		return nil, errs.Wrap("automation.History", err)
	}
	out := make([]Run, len(page.Items))
	for i, it := range page.Items {
		if out[i], err = decodeRun(it); err != nil {
			return nil, err
		}
		out[i].Stage = min(out[i].Stage, Last)
	}
	return out, nil
}

// Faults gives the jobs of a run that failed, by stage and item.
func (e *Engine) Faults(ctx context.Context, s account.Scope, site, run string) ([]Job, error) {
	return e.jobsWhere(ctx, s, site, run, func(j Job) bool { return j.State == JobFailed })
}

// jobsWhere gives the run's own jobs that are wanted, by stage and item.
func (e *Engine) jobsWhere(ctx context.Context, s account.Scope, site, run string, wanted func(Job) bool) ([]Job, error) {
	v, err := e.View(ctx, s, site, run)
	if err != nil {
		return nil, err
	}
	var out []Job
	for _, st := range v.Stages {
		for n := range st.Waves + 1 {
			w, err := e.wave(ctx, s, site, waveID(run, st.Stage, n))
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			jobs, err := e.jobsOf(ctx, s, w)
			if err != nil {
				return nil, err
			}
			for _, wj := range w.Jobs {
				if j := jobs[wj.Job]; j.Wave == w.ID && wanted(j) {
					out = append(out, j)
				}
			}
		}
	}
	return out, nil
}
