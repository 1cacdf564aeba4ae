package automation

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type scheduleInput struct {
	Site string `query:"site_id" required:"true" minLength:"1"`
	Body SchedulePatch
}

// scheduleRoutes are the operations of a site's schedule.
func (e *Engine) scheduleRoutes(sites Sites) []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/automation/" + path, Permission: least, IfMatch: method == http.MethodPut,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"automation"}}
	}
	return []httpapi.Operation{
		httpapi.Route(spec("get_schedule", http.MethodGet, "config/", account.Viewer, "When runs of a site start by themselves"),
			func(ctx context.Context, s account.Scope, in *siteInput) (Schedule, error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return Schedule{}, err
				}
				return e.Schedule(ctx, s, in.Site)
			}),
		httpapi.Route(spec("update_schedule", http.MethodPut, "update_config/", account.Editor, "Change when runs of a site start by themselves, or switch that off"),
			func(ctx context.Context, s account.Scope, in *scheduleInput) (Schedule, error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return Schedule{}, err
				}
				return e.SetSchedule(ctx, s, in.Site, in.Body)
			}),
	}
}
