package site

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type createInput struct {
	Body struct {
		Name        string   `json:"name"`
		Domain      string   `json:"domain,omitempty" doc:"host name or address of the site"`
		Industry    string   `json:"industry" doc:"id, slug or name"`
		Sectors     []string `json:"sectors,omitempty" doc:"up to 5 sectors of the industry, by id, slug or name; the first one when absent"`
		Description string   `json:"description,omitempty"`
		Patch
	}
}

type siteInput struct {
	ID string `path:"id"`
}

type siteChangeInput struct {
	ID   string `path:"id"`
	Body struct {
		Name        *string `json:"name,omitempty"`
		Description *string `json:"description,omitempty"`
		IsActive    *bool   `json:"is_active,omitempty"`
		Settings    *Patch  `json:"settings,omitempty"`
		Patch
	}
}

type listInput struct {
	httpapi.ListQuery
	Industry string `query:"industry"`
	IsActive string `query:"is_active" enum:"true,false"`
}

type industriesInput struct {
	httpapi.ListQuery
}

type sectorsInput struct {
	ID   string `path:"id"`
	Body struct {
		Industry string   `json:"industry,omitempty" doc:"id, slug or name; the site's own when absent"`
		Sectors  []string `json:"sectors" minItems:"1" maxItems:"5" doc:"all that are active from now on: ids, slugs or names of the industry's sectors"`
	}
}

type activeInput struct {
	ID   string `path:"id"`
	Body struct {
		IsActive *bool `json:"is_active,omitempty" doc:"true when absent"`
	} `required:"false"`
}

// Routes are the operations of this feature.
func (v *Service) Routes(a Around) []httpapi.Operation {
	spec := func(id, method, path string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/auth/" + path, Permission: least, IfMatch: method == http.MethodPatch || method == http.MethodPut || method == http.MethodDelete,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"sites"},
		}
	}
	create := spec("create_site", http.MethodPost, "sites/", account.Admin, "Make a site with its sectors")
	create.Idempotent, create.Status = true, http.StatusCreated
	remove := spec("delete_site", http.MethodDelete, "sites/{id}/", account.Admin, "Delete a site with its connections")
	active := spec("set_site_active", http.MethodPost, "sites/{id}/set_active/", account.Admin, "Make a site active, or put it aside")
	active.IfMatch = true
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_sites", http.MethodGet, "sites/", account.Viewer, "The account's sites"), v.getList),
		httpapi.Route(create, v.post),
		httpapi.Route(spec("get_site", http.MethodGet, "sites/{id}/", account.Viewer, "One site"), v.getOne),
		httpapi.Route(spec("update_site", http.MethodPatch, "sites/{id}/", account.Admin, "Change a site's name, description or settings"), v.patch),
		httpapi.Route(remove, func(ctx context.Context, s account.Scope, in *siteInput) (httpapi.Gone, error) {
			return v.remove(ctx, s, a, in.ID)
		}),
		httpapi.Route(active, v.setActive),
		httpapi.Route(spec("set_site_sectors", http.MethodPut, "sites/{id}/sectors/", account.Admin, "Choose a site's sectors; those left out are put aside with what they have"), v.setSectors),
		httpapi.ListRoute(spec("list_industries", http.MethodGet, "industries/", account.Viewer, "The industries with their sectors"), v.getIndustries),
	}
}

// CommonRoutes are the operations of what holds for all sites of an account.
func (v *Service) CommonRoutes() []httpapi.Operation {
	spec := func(id, method string, least account.Role, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/system/settings/ai/", Permission: least, IfMatch: method == http.MethodPatch,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"settings"},
		}
	}
	return []httpapi.Operation{
		httpapi.Route(spec("get_ai_settings", http.MethodGet, account.Viewer, "The models that the account chose for its sites"), v.getCommon),
		httpapi.Route(spec("update_ai_settings", http.MethodPatch, account.Admin, "Choose models for all sites that have not chosen their own"), v.patchCommon),
	}
}

func (v *Service) post(ctx context.Context, s account.Scope, in *createInput) (Site, error) {
	b := in.Body
	return v.Create(ctx, s, Draft{
		Name: b.Name, Domain: b.Domain, Industry: b.Industry, Sectors: b.Sectors, Description: b.Description, Settings: b.Patch,
	}, httpapi.IdempotencyKey(ctx))
}

func (v *Service) getOne(ctx context.Context, s account.Scope, in *siteInput) (Site, error) {
	return v.Get(ctx, s, in.ID)
}

func (v *Service) patch(ctx context.Context, s account.Scope, in *siteChangeInput) (Site, error) {
	b := in.Body
	p := b.Patch
	if b.Settings != nil {
		p = *b.Settings
	}
	return v.Update(ctx, s, in.ID, Change{Name: b.Name, Description: b.Description, IsActive: b.IsActive, Settings: p})
}

func (v *Service) getList(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Site], error) {
	all, err := v.List(ctx, s)
	if err != nil {
		return httpapi.Page[Site]{}, err
	}
	l := httpapi.Lister[Site]{
		Keep: func(x Site) bool {
			return (in.Industry == "" || x.Industry == in.Industry) && (in.IsActive == "" || x.IsActive == (in.IsActive == "true"))
		},
		Text: func(x Site) []string { return []string{x.Name, x.Domain, x.Slug} },
		Order: map[string]func(a, b Site) int{
			"name":       func(a, b Site) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
			"created_at": func(a, b Site) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"id":         func(a, b Site) int { return cmp.Compare(a.ID, b.ID) },
		},
	}
	return l.Page(all, in.ListQuery)
}

func (v *Service) getIndustries(_ context.Context, _ account.Scope, in *industriesInput) (httpapi.Page[Industry], error) {
	l := httpapi.Lister[Industry]{
		Text:  func(x Industry) []string { return []string{x.Name, x.Slug} },
		Order: map[string]func(a, b Industry) int{"name": func(a, b Industry) int { return strings.Compare(a.Name, b.Name) }},
	}
	return l.Page(v.Industries(), in.ListQuery)
}
