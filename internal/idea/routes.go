package idea

import (
	"cmp"
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
	Sector    string `query:"sector_id"`
	Status    Status `query:"status" enum:"new,queued,completed"`
	Cluster   string `query:"keyword_cluster_id"`
	Type      string `query:"content_type"`
	Structure string `query:"content_structure"`
}

// Routes are the operations of this feature.
func (v *Service) Routes(sites Sites) []httpapi.Operation {
	return []httpapi.Operation{httpapi.ListRoute(httpapi.RouteSpec{
		ID: "list_ideas", Method: http.MethodGet, Path: "/v1/planner/ideas/", Permission: account.Viewer,
		Throttle: httpapi.ThrottlePlanner, Summary: "The content ideas of a site", Tags: []string{"planner"},
	}, func(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Idea], error) {
		if err := sites.Check(ctx, s, in.Site); err != nil {
			return httpapi.Page[Idea]{}, err
		}
		all, err := v.List(ctx, s, in.Site, Filter{Status: in.Status, Cluster: in.Cluster, ContentType: in.Type, ContentStructure: in.Structure})
		if err != nil {
			return httpapi.Page[Idea]{}, err
		}
		return in.lister().Page(all, in.ListQuery)
	})}
}

func (in *listInput) lister() httpapi.Lister[Idea] {
	return httpapi.Lister[Idea]{
		Keep: func(i Idea) bool { return in.Sector == "" || i.Sector == in.Sector },
		Text: func(i Idea) []string { return []string{i.IdeaTitle} },
		Order: map[string]func(a, b Idea) int{
			"idea_title":           func(a, b Idea) int { return strings.Compare(a.IdeaTitle, b.IdeaTitle) },
			"status":               func(a, b Idea) int { return cmp.Compare(a.Status, b.Status) },
			"estimated_word_count": func(a, b Idea) int { return cmp.Compare(a.EstimatedWordCount, b.EstimatedWordCount) },
			"created_at":           func(a, b Idea) int { return a.CreatedAt.Compare(b.CreatedAt) },
		},
		Default: "-created_at",
	}
}
