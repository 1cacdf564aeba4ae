package task

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
}

type listInput struct {
	httpapi.ListQuery
	Site      string `query:"site_id" required:"true" minLength:"1"`
	Status    Status `query:"status" enum:"queued,completed"`
	Cluster   string `query:"cluster_id"`
	Type      string `query:"content_type"`
	Structure string `query:"content_structure"`
	Run       string `query:"run_id"`
}

// Routes are the operations of this feature.
func (v *Service) Routes(sites Sites) []httpapi.Operation {
	return []httpapi.Operation{httpapi.ListRoute(httpapi.RouteSpec{
		ID: "list_tasks", Method: http.MethodGet, Path: "/v1/writer/tasks/", Permission: account.Viewer,
		Throttle: httpapi.ThrottleWriter, Summary: "The writing tasks of a site", Tags: []string{"writer"},
	}, func(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Task], error) {
		if err := sites.Check(ctx, s, in.Site); err != nil {
			return httpapi.Page[Task]{}, err
		}
		all, err := v.List(ctx, s, in.Site, Filter{Status: in.Status, Cluster: in.Cluster, Run: in.Run})
		if err != nil {
			return httpapi.Page[Task]{}, err
		}
		return in.lister().Page(all, in.ListQuery)
	})}
}

func (in *listInput) lister() httpapi.Lister[Task] {
	return httpapi.Lister[Task]{
		Keep: func(t Task) bool {
			return (in.Type == "" || t.ContentType == in.Type) && (in.Structure == "" || t.ContentStructure == in.Structure)
		},
		Text: func(t Task) []string { return append([]string{t.Title}, t.KeywordTexts()...) },
		Order: map[string]func(a, b Task) int{
			"title":      func(a, b Task) int { return strings.Compare(a.Title, b.Title) },
			"status":     func(a, b Task) int { return strings.Compare(string(a.Status), string(b.Status)) },
			"created_at": func(a, b Task) int { return a.CreatedAt.Compare(b.CreatedAt) },
		},
		Default: "-created_at",
	}
}
