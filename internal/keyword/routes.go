package keyword

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Sector gives the sector of that id, or the site's first one.
	Sector(ctx context.Context, s account.Scope, site, sector string) (string, error)
}

type listInput struct {
	httpapi.ListQuery
	Site          string `query:"site_id" required:"true" minLength:"1"`
	Sector        string `query:"sector_id"`
	Status        string `query:"status" enum:"new,mapped"`
	Cluster       string `query:"cluster_id"`
	Intent        string `query:"intent"`
	Country       string `query:"country"`
	Disabled      string `query:"disabled" enum:"true,false"`
	DifficultyMin int64  `query:"difficulty_min" default:"-1" doc:"-1: no bound"`
	DifficultyMax int64  `query:"difficulty_max" default:"-1" doc:"-1: no bound"`
	VolumeMin     int64  `query:"volume_min" default:"-1" doc:"-1: no bound"`
	VolumeMax     int64  `query:"volume_max" default:"-1" doc:"-1: no bound"`
}

func (in *listInput) filter() Filter {
	f := Filter{
		Search: in.Search, Sector: in.Sector, Status: in.Status, Cluster: in.Cluster, Intent: in.Intent, Country: in.Country,
		MinVolume: bound(in.VolumeMin), MaxVolume: bound(in.VolumeMax),
		MinDifficulty: bound(in.DifficultyMin), MaxDifficulty: bound(in.DifficultyMax),
		Ordering: in.Ordering, Page: in.Number(), PageSize: in.Size(),
	}
	if in.Disabled != "" {
		off := in.Disabled == "true"
		f.Disabled = &off
	}
	return f
}

func bound(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}

type tagsInput struct {
	Site   string `query:"site_id" required:"true" minLength:"1"`
	Search string `query:"search" doc:"part of a tag, case aside"`
}

// tagList is what the route of tags answers.
type tagList struct {
	Tags []TagCount `json:"tags" doc:"the most used first, at most 100"`
}

func (s *Service) tagsRoute(sites Sites) httpapi.Operation {
	return httpapi.Route(httpapi.RouteSpec{
		ID: "list_keyword_tags", Method: http.MethodGet, Path: "/v1/planner/keywords/tags/", Permission: account.Viewer,
		Throttle: httpapi.ThrottlePlanner, Summary: "The tags of a site's keywords, to suggest while one is typed", Tags: []string{"planner"},
	}, func(ctx context.Context, scope account.Scope, in *tagsInput) (tagList, error) {
		if err := sites.Check(ctx, scope, in.Site); err != nil {
			return tagList{}, err
		}
		tags, err := s.Tags(ctx, scope, in.Site, in.Search)
		return tagList{tags}, err
	})
}

// Routes are the operations of this feature. Import and export are jobs: see stages/imports
// and stages/exports.
func (s *Service) Routes(sites Sites) []httpapi.Operation {
	return append(append(edits{s, sites}.routes(), s.tagsRoute(sites)), httpapi.ListRoute(httpapi.RouteSpec{
		ID: "list_keywords", Method: http.MethodGet, Path: "/v1/planner/keywords/", Permission: account.Viewer,
		Throttle: httpapi.ThrottlePlanner, Summary: "The keywords of a site", Tags: []string{"planner"},
	}, func(ctx context.Context, scope account.Scope, in *listInput) (httpapi.Page[Keyword], error) {
		if err := sites.Check(ctx, scope, in.Site); err != nil {
			return httpapi.Page[Keyword]{}, err
		}
		found, count, err := s.List(ctx, scope, in.Site, in.filter())
		return httpapi.NewPage(in.ListQuery, count, found), err
	}))
}
