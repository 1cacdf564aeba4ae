package automation

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/table"
)

// AskMany has up to 500 items worked on by hand, as one wave: all of them, or none when the
// credits do not cover it. No items: whatever waits for the stage. It gives a job for each
// item, also when another wave works on it or has done it. With a key, a repeat gives the
// jobs of the first request, whatever became of the items. Errors as of Ask.
func (e *Engine) AskMany(ctx context.Context, s account.Scope, site string, stage int, items []string, key idem.Key) ([]JobView, error) {
	if done, ok, err := e.askedMany(ctx, s, key); ok || err != nil {
		return done, err
	}
	jobs, err := e.askMany(ctx, s, site, stage, items, key)
	if err != nil {
		// A request with the same key may have been faster.
		if done, ok, ferr := e.askedMany(ctx, s, key); ok || ferr != nil {
			return done, ferr
		}
		return nil, errs.Wrap("automation.AskMany", err)
	}
	return views(jobs), nil
}

func (e *Engine) askMany(ctx context.Context, s account.Scope, site string, stage int, items []string, key idem.Key) ([]Job, error) {
	st := e.stages[stage]
	if st == nil {
		return nil, errs.New(errs.Internal, "stage", "there is no stage "+strconv.Itoa(stage))
	}
	sel, err := st.Plan(ctx, s, PlanInput{Site: site, Items: items, Prices: e.Prices})
	if err != nil {
		return nil, err
	}
	list, jobs, err := e.free(ctx, s, site, "", stage, sel.Jobs)
	if err != nil {
		return nil, err
	}
	ids := idsOf(jobs, list)
	if len(ids) == 0 {
		return nil, errs.New(errs.Conflict, "nothing_to_do", "nothing waits for this")
	}
	if len(list) > e.Limits.WaveSize {
		list = list[:e.Limits.WaveSize] // only when whatever waits was asked for
		ids = idsOf(jobs, list)
	}
	refs := make([]table.Op, len(ids))
	for i, j := range ids {
		refs[i] = refOp(s, site, j)
	}
	// The names by which the jobs are found come first: without their jobs they lead nowhere.
	if err := table.StoreAll(ctx, e.table, refs); err != nil {
		return nil, err
	}
	more := key.Ops(s, map[string]string{"site_id": site, "jobs": strings.Join(ids, " ")}, e.clock.Now())
	if len(list) == 0 {
		return jobs, e.store(ctx, more)
	}
	w := Wave{ID: e.ids.New("wav"), Site: site, Stage: stage, Prices: e.Prices, Jobs: list}
	more = append(more, e.open("W", s.Account(), site, w.ID), e.open("S", s.Account(), site, ""))
	return e.begin(ctx, s, w, jobs, more)
}

// askedMany gives the jobs that an earlier request with the key asked for.
func (e *Engine) askedMany(ctx context.Context, s account.Scope, key idem.Key) ([]JobView, bool, error) {
	ids, ok, err := key.Find(ctx, e.table, s)
	if !ok || err != nil {
		return nil, false, err
	}
	w := Wave{Site: ids["site_id"]}
	for _, j := range strings.Fields(ids["jobs"]) {
		w.Jobs = append(w.Jobs, WaveJob{Job: j})
	}
	have, err := e.jobsOf(ctx, s, w)
	if err != nil {
		return nil, true, err
	}
	var jobs []Job
	for _, wj := range w.Jobs {
		if j, there := have[wj.Job]; there {
			jobs = append(jobs, j)
		}
	}
	return views(jobs), true, nil
}

func views(jobs []Job) []JobView {
	out := make([]JobView, len(jobs))
	for i, j := range jobs {
		out[i] = ViewOf(j)
	}
	return out
}

// Action is work that a person may ask for by hand, item by item.
type Action struct {
	ID       string // of the operation
	Path     string // below /v1/
	Summary  string
	Stage    int
	Throttle httpapi.ThrottleScope
	Tag      string
}

type actionInput struct {
	Body struct{ httpapi.Selected }
}

// AskRoutes are the operations by which a person has items worked on; the engine needs the
// actions' stages, to plan.
func (e *Engine) AskRoutes(sites Sites, actions ...Action) []httpapi.Operation {
	out := make([]httpapi.Operation, len(actions))
	for i, a := range actions {
		out[i] = httpapi.Route(a.spec(), func(ctx context.Context, s account.Scope, in *actionInput) ([]JobView, error) {
			if err := sites.Check(ctx, s, in.Body.Site); err != nil {
				return nil, err
			}
			return e.AskMany(ctx, s, in.Body.Site, a.Stage, in.Body.Unique(), httpapi.IdempotencyKey(ctx))
		})
	}
	return out
}

func (a Action) spec() httpapi.RouteSpec {
	return httpapi.RouteSpec{
		ID: a.ID, Method: http.MethodPost, Path: "/v1/" + a.Path, Permission: account.Editor, Throttle: a.Throttle,
		Idempotent: true, Status: http.StatusAccepted, Summary: a.Summary, Tags: []string{a.Tag},
	}
}
