package cluster

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
	Site   string `query:"site_id" required:"true" minLength:"1"`
	Sector string `query:"sector_id"`
	Status string `query:"status" enum:"new,mapped"`
}

// Routes are the operations of this feature.
func (s *Service) Routes(sites Sites) []httpapi.Operation {
	return []httpapi.Operation{httpapi.ListRoute(httpapi.RouteSpec{
		ID: "list_clusters", Method: http.MethodGet, Path: "/v1/planner/clusters/", Permission: account.Viewer,
		Throttle: httpapi.ThrottlePlanner, Summary: "The clusters of a site", Tags: []string{"planner"},
	}, func(ctx context.Context, scope account.Scope, in *listInput) (httpapi.Page[Cluster], error) {
		if err := sites.Check(ctx, scope, in.Site); err != nil {
			return httpapi.Page[Cluster]{}, err
		}
		all, err := s.All(ctx, scope, in.Site)
		if err != nil {
			return httpapi.Page[Cluster]{}, err
		}
		return in.lister().Page(all, in.ListQuery)
	})}
}

func (in *listInput) lister() httpapi.Lister[Cluster] {
	return httpapi.Lister[Cluster]{
		Keep: func(c Cluster) bool {
			return (in.Sector == "" || c.SectorID == in.Sector) && (in.Status == "" || c.Status == in.Status)
		},
		Text: func(c Cluster) []string { return []string{c.Name} },
		Order: map[string]func(a, b Cluster) int{
			"name":           func(a, b Cluster) int { return strings.Compare(a.Name, b.Name) },
			"volume":         func(a, b Cluster) int { return cmp.Compare(a.Volume, b.Volume) },
			"keywords_count": func(a, b Cluster) int { return cmp.Compare(a.KeywordsCount, b.KeywordsCount) },
			"created_at":     func(a, b Cluster) int { return a.CreatedAt.Compare(b.CreatedAt) },
		},
		Default: "-created_at",
	}
}
