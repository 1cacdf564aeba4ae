package automation

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// Follower is what a Stage may have besides: where a done job leads, so that one item can be
// brought to its end without a run. Stage 0 is nowhere. Safe to repeat.
type Follower interface {
	Next(ctx context.Context, s account.Scope, site string, job Job) (stage int, items []string, err error)
}

// Retriable is an item that failed and can be worked on again.
type Retriable struct {
	Job  Job           // its last failed job
	Most credit.Amount // the most that the repeat may cost in its own stage
}

// Failed gives the run's failed jobs whose items still wait to be worked on again, each item
// of a stage once. What was mended since, deleted or done otherwise is left out.
func (e *Engine) Failed(ctx context.Context, s account.Scope, site, run string) ([]Retriable, error) {
	jobs, err := e.Faults(ctx, s, site, run)
	if err != nil {
		return nil, errs.Wrap("automation.Failed", err)
	}
	type place struct {
		stage int
		item  string
	}
	at := map[place]int{}
	var out []Retriable
	for _, j := range jobs {
		if n, seen := at[place{j.Stage, j.Item}]; seen {
			out[n].Job = j
			continue
		}
		spec, ok, err := e.workable(ctx, s, site, j.Stage, j.Item)
		if err != nil {
			return nil, errs.Wrap("automation.Failed", err)
		}
		if ok {
			at[place{j.Stage, j.Item}] = len(out)
			out = append(out, Retriable{Job: j, Most: spec.Share})
		}
	}
	return out, nil
}

// workable tells whether a stage would work on an item, and what job it would make.
func (e *Engine) workable(ctx context.Context, s account.Scope, site string, stage int, item string) (JobSpec, bool, error) {
	st := e.stages[stage]
	if st == nil {
		return JobSpec{}, false, errs.New(errs.Internal, "stage", "there is no such stage in this process")
	}
	sel, err := st.Plan(ctx, s, PlanInput{Site: site, Items: []string{item}, Prices: e.Prices})
	switch errs.KindOf(err) {
	case errs.NotFound, errs.Conflict, errs.Invalid:
		if err != nil {
			return JobSpec{}, false, nil
		}
	}
	if err != nil || len(sel.Jobs) == 0 {
		return JobSpec{}, false, err
	}
	return sel.Jobs[0], true, nil
}

// AskWorkable is Ask for those of the items that the stage would work on; the others, as
// those that a run has done meanwhile, are passed over.
func (e *Engine) AskWorkable(ctx context.Context, s account.Scope, site string, stage int, items ...string) ([]Job, error) {
	var todo []string
	for _, item := range items {
		_, ok, err := e.workable(ctx, s, site, stage, item)
		if err != nil {
			return nil, errs.Wrap("automation.AskWorkable", err)
		}
		if ok {
			todo = append(todo, item)
		}
	}
	var out []Job
	for len(todo) > 0 {
		n := min(len(todo), 50)
		jobs, err := e.Ask(ctx, s, site, stage, todo[:n]...)
		if err != nil {
			return out, err
		}
		out, todo = append(out, jobs...), todo[n:]
	}
	return out, nil
}

// Next tells where a done job leads; stage 0 is nowhere. Safe to repeat.
func (e *Engine) Next(ctx context.Context, s account.Scope, j Job) (stage int, items []string, err error) {
	f, ok := e.stages[j.Stage].(Follower)
	if !ok || j.State != JobDone {
		return 0, nil, nil
	}
	return f.Next(ctx, s, j.Site, j)
}

// failedJob gives a job that can be retried. NotFound, or Conflict when it has not failed.
func (e *Engine) failedJob(ctx context.Context, s account.Scope, id string) (Job, error) {
	j, err := e.Job(ctx, s, id)
	if err == nil && j.State != JobFailed {
		err = errs.New(errs.Conflict, "not_failed", "only a failed job can be retried: this one is "+ViewOf(j).Status)
	}
	return j, err
}

// answerLife is how long the address of a kept answer can be used.
const answerLife = 10 * time.Minute

// Kept is an answer that a provider gave to a job, as it came.
type Kept struct {
	Name    string    `json:"name" enum:"answer,repair" doc:"the first answer, or the one to the second try"`
	URL     string    `json:"url" doc:"short-lived address of a JSON document: usage, and raw (the answer's bytes in base64)"`
	Expires time.Time `json:"expires_at"`
}

// Answer reads one kept answer by its name. NotFound when there is none.
func (e *Engine) Answer(ctx context.Context, s account.Scope, id, name string) (ai.Answer, error) {
	a, err := e.stored(ctx, answerName(s, id, name))
	return a, errs.Wrap("automation.Answer", err)
}

// Answers gives addresses of the answers that were kept for a job, the first one first; none
// for a job whose calls brought none. NotFound for an unknown job.
func (e *Engine) Answers(ctx context.Context, s account.Scope, id string) ([]Kept, error) {
	if _, err := e.Job(ctx, s, id); err != nil {
		return nil, err
	}
	out := []Kept{}
	for _, name := range answerNames {
		ok, err := e.kept(ctx, answerName(s, id, name))
		if err != nil {
			return nil, errs.Wrap("automation.Answers", err)
		}
		if !ok {
			continue
		}
		url, err := e.Blob.DownloadURL(ctx, answerName(s, id, name), answerLife)
		if err != nil {
			return nil, errs.Wrap("automation.Answers", err)
		}
		out = append(out, Kept{Name: name, URL: url, Expires: e.clock.Now().Add(answerLife)})
	}
	return out, nil
}

func (e *Engine) kept(ctx context.Context, n blob.Name) (bool, error) {
	r, _, err := e.Blob.Open(ctx, n)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}
