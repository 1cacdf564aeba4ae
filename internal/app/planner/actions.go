package planner

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// Actions are what a person may have done by hand; each needs its stage.
func Actions() []automation.Action {
	return []automation.Action{{ID: "make_ideas", Path: "planner/clusters/auto_generate_ideas/", Summary: "Make ideas of clusters: a job each",
		Stage: 2, Throttle: httpapi.ThrottlePlannerAI, Tag: "planner"}}
}

// made tells for which clusters ideas were made.
type made struct{ ideas *idea.Service }

// Made looks at what is known of all clusters of a site.
func (m made) Made(ctx context.Context, s account.Scope, site string) (func(string) bool, error) {
	sets, err := m.ideas.Sets(ctx, s, site)
	return func(cluster string) bool { return sets[cluster].Job != "" }, err
}

// actions are the operations by hand that are more than a job for each record.
type actions struct {
	Planner
	sites  parts.SiteFinder
	engine *automation.Engine
}

type autoClusterInput struct {
	Body struct {
		Site    string   `json:"site_id" minLength:"1"`
		Sectors []string `json:"sector_ids,omitempty" maxItems:"5" doc:"all with at least 5 new keywords when absent"`
	}
}

type queueInput struct{ Body struct{ httpapi.Selected } }

func (a actions) routes() []httpapi.Operation {
	group := httpapi.RouteSpec{
		ID: "cluster_keywords", Method: http.MethodPost, Path: "/v1/planner/keywords/auto_cluster/", Permission: account.Editor,
		Throttle: httpapi.ThrottlePlannerAI, Idempotent: true, Status: http.StatusAccepted,
		Summary: "Group the new keywords of a site's sectors: a job for each sector", Tags: []string{"planner"},
	}
	queue := httpapi.RouteSpec{
		ID: "queue_ideas", Method: http.MethodPost, Path: "/v1/planner/ideas/bulk_queue_to_writer/", Permission: account.Editor,
		Throttle: httpapi.ThrottlePlanner, Idempotent: true,
		Summary: "Make writing tasks of ideas: it costs nothing yet", Tags: []string{"planner"},
	}
	return []httpapi.Operation{httpapi.Route(group, a.cluster), httpapi.Route(queue, a.queue)}
}

func (a actions) cluster(ctx context.Context, s account.Scope, in *autoClusterInput) ([]automation.JobView, error) {
	if err := a.sites.Check(ctx, s, in.Body.Site); err != nil {
		return nil, err
	}
	return a.engine.AskMany(ctx, s, in.Body.Site, 1, in.Body.Sectors, httpapi.IdempotencyKey(ctx))
}

// queue lets stage 3 make the tasks: all that a run would do with these ideas.
func (a actions) queue(ctx context.Context, s account.Scope, in *queueInput) ([]task.Task, error) {
	site, ids, key := in.Body.Site, in.Body.Unique(), httpapi.IdempotencyKey(ctx)
	if err := a.sites.Check(ctx, s, site); err != nil {
		return nil, err
	}
	_, again, err := key.Find(ctx, a.table, s)
	if err != nil {
		return nil, err
	}
	if !again {
		if _, err := a.queuing.Plan(ctx, s, automation.PlanInput{Site: site, Items: ids}); err != nil {
			return nil, err
		}
		if err := a.remember(ctx, s, site, key); err != nil {
			return nil, err
		}
	}
	return a.made(ctx, s, site, ids)
}

// remember keeps the key once the tasks are made: a crash before it leads to the answer that
// the ideas are queued, never to second tasks.
func (a actions) remember(ctx context.Context, s account.Scope, site string, key idem.Key) error {
	for _, op := range key.Ops(s, map[string]string{"site_id": site}, a.clock.Now()) {
		if err := a.table.Write(ctx, op); err != nil && table.FailedCondition(err) == nil {
			return err
		}
	}
	return nil
}

// made gives the tasks of ideas. An idea that was changed in the moment between is told.
func (a actions) made(ctx context.Context, s account.Scope, site string, ids []string) ([]task.Task, error) {
	of, err := a.Ideas.TasksOf(ctx, s, site, ids)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(ids))
	for _, i := range ids {
		if of[i] != "" {
			names = append(names, of[i])
		}
	}
	if len(names) == 0 {
		return nil, errs.New(errs.Conflict, "changed_meanwhile", "the ideas were changed by others: look at them again")
	}
	return a.tasks.Named(ctx, s, site, names)
}
