package automation

import (
	"cmp"
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

type itemsInput struct {
	httpapi.ListQuery
	Site   string `query:"site_id" required:"true" minLength:"1"`
	Run    string `query:"run_id" required:"true" minLength:"1" doc:"id of the run"`
	Stage  int    `query:"stage" minimum:"1" maximum:"7" doc:"items of this stage alone"`
	Status string `query:"status" enum:"waiting,running,done,failed" doc:"items of this status alone"`
}

// progressRoutes are the operations that tell how a run stands, item by item.
func (e *Engine) progressRoutes(sites Sites) []httpapi.Operation {
	spec := func(id, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: http.MethodGet, Path: "/v1/automation/" + path, Permission: account.Viewer,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"automation"},
		}
	}
	return []httpapi.Operation{
		httpapi.Route(spec("current_processing", "current_processing/", "What the site's run does at this moment; null when there is none"),
			func(ctx context.Context, s account.Scope, in *siteInput) (*Processing, error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return nil, err
				}
				p, err := e.Processing(ctx, s, in.Site)
				if errs.Is(err, errs.NotFound) {
					return nil, nil
				}
				return &p, err
			}),
		httpapi.ListRoute(spec("run_items", "run_items/", "The items of a run, by stage, with what became of each"),
			func(ctx context.Context, s account.Scope, in *itemsInput) (httpapi.Page[RunItem], error) {
				all, err := e.Items(ctx, s, in.Site, in.Run, in.Stage)
				if err != nil {
					return httpapi.Page[RunItem]{}, err
				}
				return itemLister(in.Status).Page(all, in.ListQuery)
			}),
	}
}

func itemLister(status string) httpapi.Lister[RunItem] {
	return httpapi.Lister[RunItem]{
		Keep: func(i RunItem) bool { return status == "" || i.Status == status },
		Text: func(i RunItem) []string { return []string{i.Title, i.Reason} },
		Order: map[string]func(a, b RunItem) int{
			"stage":        func(a, b RunItem) int { return cmp.Compare(a.Stage, b.Stage) },
			"title":        func(a, b RunItem) int { return cmp.Compare(a.Title, b.Title) },
			"status":       func(a, b RunItem) int { return cmp.Compare(a.Status, b.Status) },
			"credits_used": func(a, b RunItem) int { return cmp.Compare(a.Credits, b.Credits) },
		},
	}
}
