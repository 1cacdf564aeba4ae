package keyword

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
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
	FilterQuery
}

// FilterQuery is what says which keywords are meant; it is exported for the decoder alone.
type FilterQuery struct {
	Site          string `query:"site_id" required:"true" minLength:"1"`
	Sector        string `query:"sector_id"`
	Status        string `query:"status" enum:"new,mapped"`
	Cluster       string `query:"cluster_id"`
	Intent        string `query:"intent"`
	Country       string `query:"country"`
	Source        string `query:"source" doc:"the tool that the figures are from"`
	Tag           string `query:"tag" doc:"keywords that have this tag, among others"`
	Disabled      string `query:"disabled" enum:"true,false"`
	DifficultyMin int64  `query:"difficulty_min" default:"-1" doc:"-1: no bound"`
	DifficultyMax int64  `query:"difficulty_max" default:"-1" doc:"-1: no bound"`
	VolumeMin     int64  `query:"volume_min" default:"-1" doc:"-1: no bound"`
	VolumeMax     int64  `query:"volume_max" default:"-1" doc:"-1: no bound"`
	CreatedFrom   string `query:"created_from" doc:"a day (2026-03-01) or an instant (2026-03-01T10:00:00Z)"`
	CreatedTo     string `query:"created_to" doc:"a day, which is within, or an instant"`
	UpdatedFrom   string `query:"updated_from" doc:"a day or an instant"`
	UpdatedTo     string `query:"updated_to" doc:"a day, which is within, or an instant"`
}

type totalsInput struct {
	FilterQuery
	Search string `query:"search" maxLength:"200" doc:"text to look for"`
}

// filter is the Filter that is asked for. Invalid: a date that is none.
func (q *FilterQuery) filter() (Filter, error) {
	f := Filter{
		Sector: q.Sector, Status: q.Status, Cluster: q.Cluster, Intent: q.Intent, Country: q.Country, Source: q.Source, Tag: q.Tag,
		MinVolume: bound(q.VolumeMin), MaxVolume: bound(q.VolumeMax),
		MinDifficulty: bound(q.DifficultyMin), MaxDifficulty: bound(q.DifficultyMax),
	}
	if q.Disabled != "" {
		off := q.Disabled == "true"
		f.Disabled = &off
	}
	for _, t := range []struct {
		name, text string
		to         *time.Time
		end        bool
	}{
		{"created_from", q.CreatedFrom, &f.CreatedFrom, false}, {"created_to", q.CreatedTo, &f.CreatedTo, true},
		{"updated_from", q.UpdatedFrom, &f.UpdatedFrom, false}, {"updated_to", q.UpdatedTo, &f.UpdatedTo, true},
	} {
		var ok bool
		if *t.to, ok = instant(t.text, t.end); !ok {
			return Filter{}, errs.Field(t.name, "write a day as 2026-03-01, or an instant as 2026-03-01T10:00:00Z")
		}
	}
	return f, nil
}

func (in *listInput) filter() (Filter, error) {
	f, err := in.FilterQuery.filter()
	f.Search, f.Ordering, f.Page, f.PageSize = in.Search, in.Ordering, in.Number(), in.Size()
	return f, err
}

// instant reads a day, of which it gives the first or the last millisecond, or an instant.
func instant(text string, end bool) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		if end {
			day = day.Add(24*time.Hour - time.Millisecond)
		}
		return day, true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
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
	spec := func(id, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: http.MethodGet, Path: "/v1/planner/keywords/" + path, Permission: account.Viewer,
			Throttle: httpapi.ThrottlePlanner, Summary: summary, Tags: []string{"planner"}}
	}
	find := func(ctx context.Context, scope account.Scope, site string, f Filter, err error) (Listing, error) {
		if err != nil {
			return Listing{}, err
		}
		if err := sites.Check(ctx, scope, site); err != nil {
			return Listing{}, err
		}
		return s.Find(ctx, scope, site, f)
	}
	return append(append(edits{s, sites}.routes(), s.tagsRoute(sites)),
		httpapi.ListRoute(spec("list_keywords", "", "The keywords of a site"),
			func(ctx context.Context, scope account.Scope, in *listInput) (httpapi.Page[Keyword], error) {
				f, err := in.filter()
				l, err := find(ctx, scope, in.Site, f, err)
				return httpapi.NewPage(in.ListQuery, l.Totals.Count, l.Keywords), err
			}),
		httpapi.Route(spec("total_keywords", "totals/", "Number, searches and mean difficulty of the keywords that match"),
			func(ctx context.Context, scope account.Scope, in *totalsInput) (Totals, error) {
				f, err := in.filter()
				f.Search = in.Search
				l, err := find(ctx, scope, in.Site, f, err)
				return l.Totals, err
			}))
}
