package automation

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/table"
)

type jobInput struct {
	ID string `path:"id"`
}

// jobRoutes are the operations of single jobs: those asked for by hand, and those that
// failed. They need no stage.
func (e *Engine) jobRoutes() []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/jobs/{id}/" + path, Permission: least,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"jobs"}}
	}
	retry := spec("retry_job", http.MethodPost, "retry/", account.Editor, "Work on a failed job's item again: a new job")
	retry.Idempotent, retry.Status = true, http.StatusAccepted
	retry.Description = "409 with the code not_failed for a job that has not failed. What comes after it in the pipeline is the next run's work."
	answers := spec("get_job_answers", http.MethodGet, "answers/", account.Editor, "The provider's answers to a job, as they came")
	answers.Description = "Kept also when the job failed, because an answer could not be used."
	return []httpapi.Operation{
		httpapi.Route(spec("get_job", http.MethodGet, "", account.Viewer, "How a job stands"),
			func(ctx context.Context, s account.Scope, in *jobInput) (JobView, error) {
				j, err := e.Job(ctx, s, in.ID)
				if err != nil {
					return JobView{}, err
				}
				return ViewOf(j), nil
			}),
		httpapi.Route(retry, func(ctx context.Context, s account.Scope, in *jobInput) (JobView, error) {
			return e.Retry(ctx, s, in.ID, httpapi.IdempotencyKey(ctx))
		}),
		httpapi.Route(answers, func(ctx context.Context, s account.Scope, in *jobInput) ([]Kept, error) {
			return e.Answers(ctx, s, in.ID)
		}),
	}
}

// Retry has the item of a failed job worked on again: the same work as a new attempt in a
// wave of its own, and that job. Safe to repeat: while it is open or done, it is what a
// repeat gives. NotFound, Conflict when the job has not failed, Exhausted without credits.
func (e *Engine) Retry(ctx context.Context, s account.Scope, id string, key idem.Key) (JobView, error) {
	if done, ok, err := e.asked(ctx, s, key); ok || err != nil {
		return done, err
	}
	j, err := e.failedJob(ctx, s, id)
	if err != nil {
		return JobView{}, err
	}
	again := []JobSpec{{Item: j.Item, Title: j.Title, Input: j.Input, Attempt: j.Attempt, Queue: j.Queue, Provider: j.Provider, Share: j.Share, Most: j.Most}}
	return e.keyed(ctx, s, j.Item, key, func(join func([]string) []table.Op) ([]Job, error) {
		return e.askSpecs(ctx, s, j.Site, j.Stage, j.Prices, again, join)
	})
}
