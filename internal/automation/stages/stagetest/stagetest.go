// Package stagetest is a desk for the tests of stages: the real features on embedded stores,
// models that follow a script, and the engine's part of a job (stored answers, closing
// transaction, failure, fold) without queues and machines.
package stagetest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
	"github.com/igny8/igny8/internal/task"
)

// Site is the id of the one site.
const Site = "sit"

// Desk holds all that a stage needs.
type Desk struct {
	T        *testing.T
	Scope    account.Scope
	Table    table.Table
	Blobs    blob.Store
	Clock    *clock.Fake
	Ideas    *idea.Service
	Tasks    *task.Service
	Contents *content.Service
	Images   *imagery.Service
	Where    *Sites
	Text     *Text
	Painter  *Painter
	Prices   string // version of the price list; empty: the first one

	mu      sync.Mutex
	answers map[string]ai.Answer
	holes   map[string]bool // answers that were bought and lost
}

// New makes a desk on stores in folders of the test.
func New(t *testing.T) *Desk {
	t.Helper()
	c := clock.At(Epoch())
	tb, bs := disk.Open(t, c), blobtest.Open(t, c)
	return &Desk{T: t, Table: tb, Blobs: bs, Clock: c, answers: map[string]ai.Answer{}, holes: map[string]bool{},
		Scope: account.Mint(account.Grant{Account: "acc", Actor: "bot", Role: account.SystemBot}),
		Ideas: idea.NewService(tb, c), Tasks: task.NewService(tb, c), Contents: content.NewService(tb, bs, c), Images: imagery.NewService(tb, bs, c),
		Where: &Sites{Site: site.Site{ID: Site, Name: "Coffee", Description: "All about coffee", Settings: site.Settings{
			Destination: site.DestinationPreview, TextModel: ai.DefaultTextModel, ImageModel: ai.DefaultImageModel,
			MaxInArticleImages: 2, Language: "en", WordCount: 600}}},
		Text: &Text{}, Painter: &Painter{}}
}

// Sites is a site feature with one site, beside which an account's items are.
type Sites struct {
	Site   site.Site
	Beside []table.Item
}

// GetWith gives the site and those of the items whose keys are asked for.
func (f *Sites) GetWith(ctx context.Context, s account.Scope, id string, more ...table.Key) (site.Site, []table.Item, error) {
	st, err := f.Get(ctx, s, id)
	var out []table.Item
	for _, it := range f.Beside {
		if slices.ContainsFunc(more, func(k table.Key) bool { return k.Sort == it.Key.Sort }) {
			out = append(out, it)
		}
	}
	return st, out, err
}

// Get gives the site; NotFound for another id.
func (f *Sites) Get(_ context.Context, _ account.Scope, id string) (site.Site, error) {
	if id != f.Site.ID {
		return site.Site{}, errs.New(errs.NotFound, "not_found", "there is no such site")
	}
	return f.Site, nil
}

// Lose has the answer of that job and name paid for and not stored, once: a crash between.
func (d *Desk) Lose(job, name string) { d.holes[job+"/"+name] = true }

// Work is a leased job whose answers are stored as the engine does.
func (d *Desk) Work(j automation.Job) *automation.Work {
	return automation.NewWork(Site, j, func(ctx context.Context, name string, _ credit.USD, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
		key := j.ID + "/" + name
		d.mu.Lock()
		a, have := d.answers[key]
		hole := d.holes[key]
		delete(d.holes, key)
		d.mu.Unlock()
		if have {
			return a, nil
		}
		a, err := call(ctx)
		if err != nil {
			return a, err
		}
		if hole {
			return ai.Answer{}, errs.New(errs.Unavailable, "crash", "the answer was lost")
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.answers[key] = a
		return a, nil
	})
}

// Plan plans what waits for a run, or the items asked for; it fails the test on an error.
func (d *Desk) Plan(st automation.Stage, run string, items ...string) automation.Selection {
	d.T.Helper()
	sel, err := st.Plan(d.T.Context(), d.Scope, automation.PlanInput{Run: run, Site: Site, Items: items, Prices: d.Prices})
	if err != nil {
		d.T.Fatalf("plan of stage %d: %v", st.Number(), err)
	}
	return sel
}

// Estimate asks a stage what waits for it and what it would cost; it fails the test on an error.
func (d *Desk) Estimate(st automation.Estimator, coming automation.Flow) automation.Forecast {
	d.T.Helper()
	f, err := st.Estimate(d.T.Context(), d.Scope, automation.PlanInput{Site: Site, Prices: d.Prices}, coming)
	if err != nil {
		d.T.Fatalf("estimate: %v", err)
	}
	return f
}

// Job makes the job of a spec.
func (d *Desk) Job(st automation.Stage, run string, sp automation.JobSpec) automation.Job {
	return automation.Job{ID: automation.JobID(st.Number(), sp.Item, sp.Attempt, sp.Input), Site: Site, Run: run, Stage: st.Number(), Item: sp.Item,
		Title: sp.Title, Input: sp.Input, Attempt: sp.Attempt, Queue: sp.Queue, Share: sp.Share, Most: sp.Most, Prices: d.Prices, State: automation.JobLeased}
}

// Finish does a job to its end: done with its operations written, or failed with those of
// Failed. An error that the engine would try again is given back.
func (d *Desk) Finish(st automation.Stage, j automation.Job) (automation.Job, error) {
	d.T.Helper()
	ctx := d.T.Context()
	out, err := st.Do(ctx, d.Scope, d.Work(j))
	if err == nil {
		if out.Draw > j.Share {
			d.T.Errorf("job %s draws %s of a share of %s", j.ID, out.Draw, j.Share)
		}
		err = d.Commit(out.Ops)
	}
	if err == nil {
		j.State, j.Draw, j.Result = automation.JobDone, out.Draw, out.Result
		return j, nil
	}
	if k := errs.KindOf(err); k == errs.Unavailable || k == errs.Exhausted {
		return j, err
	}
	e := errs.Of(err)
	j.State, j.Cause, j.Reason = automation.JobFailed, e.Cause, e.Message
	if f, ok := st.(automation.FailureOps); ok {
		ops, err := f.Failed(ctx, d.Scope, Site, j)
		if err != nil {
			d.T.Fatalf("operations of a failed job: %v", err)
		}
		// When the entity has changed, the engine tells the job's failure without them.
		if err := d.Commit(ops); err != nil && table.FailedCondition(err) == nil {
			d.T.Fatalf("operations of a failed job: %v", err)
		}
	}
	return j, err
}

// Commit writes operations in one transaction.
func (d *Desk) Commit(ops []table.Op) error {
	if len(ops) == 0 {
		return nil
	}
	return d.Table.Transact(d.T.Context(), ops...)
}

// Run plans one wave, does all its jobs and folds it; it gives the jobs and all counts.
func (d *Desk) Run(st automation.Stage, run, wave string, items ...string) ([]automation.Job, automation.Counts) {
	d.T.Helper()
	sel := d.Plan(st, run, items...)
	counts := automation.Counts{}
	counts.Add(sel.Counts)
	var jobs []automation.Job
	for _, sp := range sel.Jobs {
		j, err := d.Finish(st, d.Job(st, run, sp))
		if err != nil && j.State != automation.JobFailed {
			d.T.Fatalf("job of stage %d: %v", st.Number(), err)
		}
		jobs = append(jobs, j)
	}
	if len(jobs) > 0 {
		counts.Add(d.Fold(st, run, wave, jobs))
	}
	return jobs, counts
}

// Fold folds a wave twice and demands that both tell the same.
func (d *Desk) Fold(st automation.Stage, run, wave string, jobs []automation.Job) automation.Counts {
	d.T.Helper()
	in := automation.FoldInput{Run: run, Site: Site, Wave: wave, Jobs: jobs}
	first, err := st.Fold(d.T.Context(), d.Scope, in)
	if err != nil {
		d.T.Fatalf("fold of stage %d: %v", st.Number(), err)
	}
	second, err := st.Fold(d.T.Context(), d.Scope, in)
	if err != nil {
		d.T.Fatalf("second fold of stage %d: %v", st.Number(), err)
	}
	if !maps.Equal(first, second) {
		d.T.Errorf("fold of stage %d gives %v, then %v", st.Number(), first, second)
	}
	return first
}

// Drawn sums what jobs drew.
func Drawn(jobs []automation.Job) (sum credit.Amount) {
	for _, j := range jobs {
		sum += j.Draw
	}
	return sum
}

// Epoch is when the desks' clocks start.
func Epoch() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }
