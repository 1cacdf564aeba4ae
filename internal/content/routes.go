package content

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
	// Holding gives the site that has a record: site when it is named, else the first of the
	// account's sites for which has is nil; NotFound when there is none.
	Holding(ctx context.Context, s account.Scope, site string, has func(site string) error) (string, error)
}

// Pictures gives the pictures of a content as its answer shows them.
type Pictures interface {
	OfContent(ctx context.Context, s account.Scope, c Content) ([]Picture, error)
}

// Picture is an image beside its content.
type Picture struct {
	ID        string `json:"id"`
	ImageType string `json:"image_type"`
	Position  int    `json:"position"`
	Status    string `json:"status"`
	AltText   string `json:"alt_text"`
	Caption   string `json:"caption"`
	URL       string `json:"image_url,omitempty" doc:"good for an hour; absent until the picture is drawn"`
}

// Full is a content with its body and its pictures.
type Full struct {
	Content
	HTML   string    `json:"content_html"`
	Images []Picture `json:"images"`
}

type listInput struct {
	httpapi.ListQuery
	Site       string     `query:"site_id" required:"true" minLength:"1"`
	Status     Status     `query:"status" enum:"draft,review,approved"`
	SiteStatus SiteStatus `query:"site_status" enum:"not_published,scheduled,publishing,published,failed"`
	Cluster    string     `query:"cluster_id"`
	Task       string     `query:"task_id"`
}

type oneInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" doc:"saves a look through the account's sites"`
}

// Routes are the operations of this feature. To publish is a job: see automation.
func (v *Service) Routes(sites Sites, pictures Pictures) []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, th httpapi.ThrottleScope, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{ID: id, Method: method, Path: "/v1/writer/content/" + path, Permission: least, Throttle: th, Summary: summary, Tags: []string{"writer"}}
	}
	full := func(ctx context.Context, s account.Scope, site, id string) (Full, error) {
		return v.full(ctx, s, pictures, site, id)
	}
	holding := func(ctx context.Context, s account.Scope, in *oneInput) (string, error) {
		return sites.Holding(ctx, s, in.Site, func(site string) error { _, err := v.Get(ctx, s, site, in.ID); return err })
	}
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_content", http.MethodGet, "", account.Viewer, httpapi.ThrottleContentRead, "The contents of a site, without their bodies"),
			func(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Content], error) {
				if err := sites.Check(ctx, s, in.Site); err != nil {
					return httpapi.Page[Content]{}, err
				}
				all, err := v.List(ctx, s, in.Site, Filter{Status: in.Status, SiteStatus: in.SiteStatus, Cluster: in.Cluster})
				if err != nil {
					return httpapi.Page[Content]{}, err
				}
				return in.lister().Page(all, in.ListQuery)
			}),
		httpapi.Route(spec("get_content", http.MethodGet, "{id}/", account.Viewer, httpapi.ThrottleContentRead, "A content with its body and its images"),
			func(ctx context.Context, s account.Scope, in *oneInput) (Full, error) {
				site, err := holding(ctx, s, in)
				if err != nil {
					return Full{}, err
				}
				return full(ctx, s, site, in.ID)
			}),
		httpapi.Route(spec("approve_content", http.MethodPost, "{id}/approve/", account.Editor, httpapi.ThrottleContentWrite, "Stand for a content in review"),
			func(ctx context.Context, s account.Scope, in *oneInput) (Full, error) {
				site, err := holding(ctx, s, in)
				if err != nil {
					return Full{}, err
				}
				if err := v.Approve(ctx, s, site, in.ID); err != nil {
					return Full{}, err
				}
				return full(ctx, s, site, in.ID)
			}),
	}
}

func (v *Service) full(ctx context.Context, s account.Scope, pictures Pictures, site, id string) (Full, error) {
	c, err := v.Get(ctx, s, site, id)
	if err != nil {
		return Full{}, err
	}
	f := Full{Content: c}
	if f.HTML, err = v.HTML(ctx, s, site, id); err != nil {
		return Full{}, err
	}
	f.Images, err = pictures.OfContent(ctx, s, c)
	return f, err
}

func (in *listInput) lister() httpapi.Lister[Content] {
	return httpapi.Lister[Content]{
		Keep: func(c Content) bool { return in.Task == "" || c.Task == in.Task },
		Text: func(c Content) []string { return []string{c.Title, c.PrimaryKeyword} },
		Order: map[string]func(a, b Content) int{
			"title":      func(a, b Content) int { return strings.Compare(a.Title, b.Title) },
			"word_count": func(a, b Content) int { return a.WordCount - b.WordCount },
			"status":     func(a, b Content) int { return strings.Compare(string(a.Status), string(b.Status)) },
			"created_at": func(a, b Content) int { return a.CreatedAt.Compare(b.CreatedAt) },
		},
		Default: "-created_at",
	}
}
