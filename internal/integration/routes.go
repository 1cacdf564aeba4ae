package integration

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

type listInput struct {
	httpapi.ListQuery
	Site string `query:"site_id"`
}

type oneInput struct {
	ID string `path:"id"`
}

type integrationEditInput struct {
	ID   string `path:"id"`
	Body struct{ Edit }
}

type connectInput struct {
	Body struct {
		Site     string `json:"site_id" minLength:"1"`
		Platform string `json:"platform,omitempty" enum:"wordpress"`
		SiteURL  string `json:"site_url"`
		Username string `json:"username"`
		Password string `json:"app_password" maxLength:"256" doc:"an application password; never given back"`
	}
}

// Routes are the operations of this feature.
func (s *Service) Routes(sites Sites, work Work) []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/integration/integrations/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottleIntegration, Summary: summary, Tags: []string{"integration"},
		}
	}
	create := spec("create_integration", http.MethodPost, "", "Connect a site to WordPress")
	create.Idempotent, create.Status = true, http.StatusCreated
	update := spec("update_integration", http.MethodPatch, "{id}/", "Change an integration; test it again then")
	remove := spec("delete_integration", http.MethodDelete, "{id}/", "Delete an integration and its password; what was published stays")
	return []httpapi.Operation{
		httpapi.ListRoute(spec("list_integrations", http.MethodGet, "", "The account's integrations"),
			func(ctx context.Context, scope account.Scope, in *listInput) (httpapi.Page[Integration], error) {
				if in.Site != "" {
					if err := sites.Check(ctx, scope, in.Site); err != nil {
						return httpapi.Page[Integration]{}, err
					}
				}
				all, err := s.List(ctx, scope, in.Site)
				if err != nil {
					return httpapi.Page[Integration]{}, err
				}
				return httpapi.Lister[Integration]{
					Text:  func(i Integration) []string { return []string{i.Config.SiteURL} },
					Order: map[string]func(a, b Integration) int{"created_at": func(a, b Integration) int { return a.CreatedAt.Compare(b.CreatedAt) }},
				}.Page(all, in.ListQuery)
			}),
		httpapi.Route(create, func(ctx context.Context, scope account.Scope, in *connectInput) (Integration, error) {
			if err := sites.Check(ctx, scope, in.Body.Site); err != nil {
				return Integration{}, err
			}
			b := in.Body
			return s.CreateOnce(ctx, scope, In{Site: b.Site, Platform: b.Platform, SiteURL: b.SiteURL, Username: b.Username, Password: b.Password}, httpapi.IdempotencyKey(ctx))
		}),
		httpapi.Route(spec("get_integration", http.MethodGet, "{id}/", "One integration"), func(ctx context.Context, scope account.Scope, in *oneInput) (Integration, error) {
			return s.Get(ctx, scope, in.ID)
		}),
		httpapi.Route(update, func(ctx context.Context, scope account.Scope, in *integrationEditInput) (Integration, error) {
			return s.Update(ctx, scope, in.ID, in.Body.Edit, work)
		}),
		httpapi.Route(remove, func(ctx context.Context, scope account.Scope, in *oneInput) (httpapi.Gone, error) {
			err := s.Delete(ctx, scope, in.ID, work)
			return httpapi.Gone{ID: in.ID, Stays: "what was published through it"}, err
		}),
		httpapi.Route(spec("test_connection", http.MethodPost, "{id}/test_connection/", "Try an integration out"), func(ctx context.Context, scope account.Scope, in *oneInput) (Outcome, error) {
			return s.TestConnection(ctx, scope, in.ID)
		}),
	}
}
