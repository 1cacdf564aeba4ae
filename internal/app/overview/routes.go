package overview

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type siteInput struct {
	Site string `query:"site_id" required:"true" minLength:"1"`
}

// Routes are the operations of this group.
func (v *Service) Routes() []httpapi.Operation {
	spec := func(id, path, summary, tag string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: http.MethodGet, Path: path, Permission: account.Viewer, Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{tag}}
	}
	return []httpapi.Operation{
		httpapi.Route(spec("pipeline_overview", "/v1/automation/pipeline_overview/", "How the seven stages of a site stand", "automation"),
			func(ctx context.Context, s account.Scope, in *siteInput) ([]StageOverview, error) {
				return v.Pipeline(ctx, s, in.Site)
			}),
		httpapi.Route(spec("account_overview", "/v1/account/overview/", "What a dashboard shows of a site: counts, what waits for a person, the balance, the last run", "account"),
			func(ctx context.Context, s account.Scope, in *siteInput) (Overview, error) {
				return v.Overview(ctx, s, in.Site)
			}),
	}
}
