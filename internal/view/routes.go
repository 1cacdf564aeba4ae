package view

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
}

type viewsInput struct {
	httpapi.ListQuery
	Site string `query:"site_id" required:"true" minLength:"1"`
	List string `query:"list" enum:"keywords,clusters,ideas,tasks,content,images"`
}

type newViewInput struct {
	Body struct {
		Site string `json:"site_id" minLength:"1"`
		Draft
	}
}

type viewInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" required:"true" minLength:"1"`
}

type viewChangeInput struct {
	ID   string `path:"id"`
	Site string `query:"site_id" required:"true" minLength:"1"`
	Body Draft
}

// gone is the answer to a deletion.
type gone struct {
	ID string `json:"id"`
}

// views are the operations; each makes sure of the site first.
type views struct {
	service *Service
	sites   Sites
}

// Routes are the operations of this feature.
func (v *Service) Routes(sites Sites) []httpapi.Operation { return views{v, sites}.routes() }

func (r views) routes() []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/system/views/" + path, Permission: least,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"views"},
		}
	}
	create := spec("create_view", http.MethodPost, "", account.Editor, "Save a view of a list")
	create.Idempotent, create.Status = true, http.StatusCreated
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_views", http.MethodGet, "", account.Viewer, "The saved views of a site's lists"), r.list),
		httpapi.Route(create, r.create),
		httpapi.Route(spec("update_view", http.MethodPatch, "{id}/", account.Editor, "Change a saved view"), r.update),
		httpapi.Route(spec("delete_view", http.MethodDelete, "{id}/", account.Editor, "Delete a saved view"), r.delete),
	}
}

func (r views) list(ctx context.Context, s account.Scope, in *viewsInput) (httpapi.Page[View], error) {
	if err := r.sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[View]{}, err
	}
	all, err := r.service.List(ctx, s, in.Site, in.List)
	if err != nil {
		return httpapi.Page[View]{}, err
	}
	l := httpapi.Lister[View]{
		Text:  func(x View) []string { return []string{x.Name} },
		Order: map[string]func(a, b View) int{"created_at": func(a, b View) int { return a.CreatedAt.Compare(b.CreatedAt) }},
	}
	return l.Page(all, in.ListQuery)
}

func (r views) create(ctx context.Context, s account.Scope, in *newViewInput) (View, error) {
	if err := r.sites.Check(ctx, s, in.Body.Site); err != nil {
		return View{}, err
	}
	return r.service.Create(ctx, s, in.Body.Site, in.Body.Draft, httpapi.IdempotencyKey(ctx))
}

func (r views) update(ctx context.Context, s account.Scope, in *viewChangeInput) (View, error) {
	if err := r.sites.Check(ctx, s, in.Site); err != nil {
		return View{}, err
	}
	return r.service.Update(ctx, s, in.Site, in.ID, in.Body)
}

func (r views) delete(ctx context.Context, s account.Scope, in *viewInput) (gone, error) {
	if err := r.sites.Check(ctx, s, in.Site); err != nil {
		return gone{}, err
	}
	return gone{in.ID}, r.service.Delete(ctx, s, in.Site, in.ID)
}
