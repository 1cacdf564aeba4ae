package automation

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/table"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
}

// Contents is what the routes need of contents.
type Contents interface {
	// SiteOf gives the site of a content: site when it is named and has it. NotFound.
	SiteOf(ctx context.Context, s account.Scope, site, content string) (string, error)
}

const publishStage = 7

type siteInput struct {
	Site string `query:"site_id" required:"true" minLength:"1"`
}

type runInput struct {
	Site string `query:"site_id" required:"true" minLength:"1"`
	Run  string `query:"run_id" required:"true" minLength:"1" doc:"id of the run"`
}

type logsInput struct {
	Site  string `query:"site_id" required:"true" minLength:"1"`
	Run   string `query:"run_id" required:"true" minLength:"1" doc:"id of the run"`
	Lines int    `query:"lines" minimum:"1" maximum:"1000" default:"100"`
}

type historyInput struct {
	httpapi.ListQuery
	Site string `query:"site_id" required:"true" minLength:"1"`
}

type publishInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" doc:"saves a look through the account's sites"`
}

// Routes are the operations of runs and jobs. They start, read and halt; they plan nothing.
func (e *Engine) Routes(sites Sites) []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/automation/" + path, Permission: least,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"automation"},
		}
	}
	start := spec("run_now", http.MethodPost, "run_now/", account.Editor, "Start a run of a site")
	start.Idempotent, start.Status = true, http.StatusAccepted
	start.Description = "409 with the code run_active, and the active run's id in errors.run_id, while the site has one. 402 with the code credits when the balance is below 1.2 times the estimate."
	return append(append(append(e.jobRoutes(), e.progressRoutes(sites)...), e.scheduleRoutes(sites)...),
		httpapi.Route(start, func(ctx context.Context, s account.Scope, in *siteInput) (RunView, error) {
			if err := sites.Check(ctx, s, in.Site); err != nil {
				return RunView{}, err
			}
			return e.runNow(ctx, s, in.Site, httpapi.IdempotencyKey(ctx))
		}),
		httpapi.Route(spec("estimate_run", http.MethodGet, "estimate/", account.Viewer, "What a run would cost now, in thousandths of credits"),
			func(ctx context.Context, s account.Scope, in *siteInput) (Estimate, error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return Estimate{}, err
				}
				return e.Estimate(ctx, s, in.Site)
			}),
		httpapi.Route(spec("current_run", http.MethodGet, "current_run/", account.Viewer, "The site's running or paused run; null when there is none"),
			func(ctx context.Context, s account.Scope, in *siteInput) (*RunView, error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return nil, err
				}
				v, err := e.Current(ctx, s, in.Site)
				if errs.Is(err, errs.NotFound) {
					return nil, nil
				}
				view := viewOf(v)
				return &view, err
			}),
		httpapi.ListRoute(spec("run_history", http.MethodGet, "history/", account.Viewer, "The site's last 20 runs, newest first"),
			func(ctx context.Context, s account.Scope, in *historyInput) (httpapi.Page[Run], error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return httpapi.Page[Run]{}, err
				}
				runs, err := e.History(ctx, s, in.Site, 20)
				if err != nil {
					return httpapi.Page[Run]{}, err
				}
				return httpapi.Lister[Run]{}.Page(runs, in.ListQuery)
			}),
		httpapi.Route(spec("run_detail", http.MethodGet, "run_detail/", account.Viewer, "One run with its results"),
			func(ctx context.Context, s account.Scope, in *runInput) (RunView, error) {
				v, err := e.View(ctx, s, in.Site, in.Run)
				return viewOf(v), err
			}),
		httpapi.Route(spec("run_logs", http.MethodGet, "logs/", account.Viewer, "The last lines of a run's story, oldest first"),
			func(ctx context.Context, s account.Scope, in *logsInput) ([]event.Event, error) {
				lines, err := e.Logs(ctx, s, in.Site, in.Run, in.Lines)
				return append([]event.Event{}, lines...), err
			}),
		httpapi.Route(spec("pause_run", http.MethodPost, "pause/", account.Editor, "Begin nothing new in a run"),
			func(ctx context.Context, s account.Scope, in *runInput) (InFlight, error) {
				return e.Pause(ctx, s, in.Site, in.Run)
			}),
		httpapi.Route(spec("resume_run", http.MethodPost, "resume/", account.Editor, "Go on with a paused run"),
			func(ctx context.Context, s account.Scope, in *runInput) (Run, error) {
				return e.Resume(ctx, s, in.Site, in.Run)
			}),
		httpapi.Route(spec("cancel_run", http.MethodPost, "cancel/", account.Editor, "End a run; calls in flight are finished"),
			func(ctx context.Context, s account.Scope, in *runInput) (InFlight, error) {
				return e.Cancel(ctx, s, in.Site, in.Run)
			}),
	)
}

// PublishRoutes are the operations of publications: the engine needs stage 7 for its plan.
func (e *Engine) PublishRoutes(contents Contents) []httpapi.Operation {
	publish := httpapi.RouteSpec{
		ID: "publish_content", Method: http.MethodPost, Path: "/v1/writer/content/{id}/publish/", Permission: account.Editor,
		Throttle: httpapi.ThrottlePublisher, Idempotent: true, Status: http.StatusAccepted,
		Summary: "Publish a content: a job", Tags: []string{"writer"},
	}
	return []httpapi.Operation{
		httpapi.Route(publish, func(ctx context.Context, s account.Scope, in *publishInput) (JobView, error) {
			key := httpapi.IdempotencyKey(ctx)
			if done, ok, err := e.asked(ctx, s, key); ok || err != nil {
				return done, err
			}
			site, err := contents.SiteOf(ctx, s, in.Site, in.ID)
			if err != nil {
				return JobView{}, err
			}
			return e.AskOne(ctx, s, site, publishStage, in.ID, key)
		}),
	}
}

func (e *Engine) runNow(ctx context.Context, s account.Scope, site string, key idem.Key) (RunView, error) {
	if done, ok, err := e.began(ctx, s, key); ok || err != nil {
		return done, err
	}
	r, err := e.Start(ctx, s, site, Manual, func(r Run) []table.Op {
		return key.Ops(s, map[string]string{"site_id": r.Site, "run_id": r.ID}, e.clock.Now())
	})
	if err != nil {
		// A request with the same key may have been faster: it holds the site, or the key.
		if done, ok, ferr := e.began(ctx, s, key); ok || ferr != nil {
			return done, ferr
		}
		return RunView{}, err
	}
	return viewOf(View{Run: r}), nil
}

// began gives the run that an earlier request with the key began.
func (e *Engine) began(ctx context.Context, s account.Scope, key idem.Key) (RunView, bool, error) {
	ids, ok, err := key.Find(ctx, e.table, s)
	if !ok || err != nil {
		return RunView{}, false, err
	}
	v, err := e.View(ctx, s, ids["site_id"], ids["run_id"])
	return viewOf(v), true, err
}

// AskOne is Ask for one item with a client's key: a second request with it gives the job of
// the first, whatever became of the item. Errors as of Ask.
func (e *Engine) AskOne(ctx context.Context, s account.Scope, site string, stage int, item string, key idem.Key) (JobView, error) {
	return e.keyed(ctx, s, item, key, func(join func([]string) []table.Op) ([]Job, error) {
		return e.AskWith(ctx, s, site, stage, []string{item}, join)
	})
}

// keyed asks for one job with a client's key.
func (e *Engine) keyed(ctx context.Context, s account.Scope, what string, key idem.Key, ask func(join func(jobs []string) []table.Op) ([]Job, error)) (JobView, error) {
	if done, ok, err := e.asked(ctx, s, key); ok || err != nil {
		return done, err
	}
	jobs, err := ask(func(ids []string) []table.Op {
		if len(ids) == 0 {
			return nil
		}
		return key.Ops(s, map[string]string{"job_id": ids[0]}, e.clock.Now())
	})
	if err != nil {
		if done, ok, ferr := e.asked(ctx, s, key); ok || ferr != nil {
			return done, ferr
		}
		return JobView{}, err
	}
	if len(jobs) == 0 {
		return JobView{}, errs.New(errs.Conflict, "nothing_to_do", "there is nothing to do for "+what)
	}
	return ViewOf(jobs[0]), nil
}

// asked gives the job that an earlier request with the key asked for.
func (e *Engine) asked(ctx context.Context, s account.Scope, key idem.Key) (JobView, bool, error) {
	ids, ok, err := key.Find(ctx, e.table, s)
	if !ok || err != nil {
		return JobView{}, false, err
	}
	j, err := e.Job(ctx, s, ids["job_id"])
	return ViewOf(j), true, err
}
