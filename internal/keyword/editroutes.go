package keyword

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

type keywordInput struct {
	ID   int64  `path:"id"`
	Site string `query:"site_id" required:"true" minLength:"1"`
}

type newKeywordInput struct {
	Body struct {
		Site   string `json:"site_id" minLength:"1"`
		Sector string `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		Edit
	}
}

type keywordChangeInput struct {
	ID   int64  `path:"id"`
	Site string `query:"site_id" required:"true" minLength:"1"`
	Body Edit
}

// SelectedKeywords is which keywords a bulk operation works on; it is exported for the decoder alone.
type SelectedKeywords struct {
	Site     string  `json:"site_id" minLength:"1"`
	IDs      []int64 `json:"ids,omitempty"`
	Filter   *string `json:"filter,omitempty" doc:"all that match: the query of the list, such as status=new&volume_min=100; empty: all of the site"`
	Expected *int    `json:"expected,omitempty" doc:"how many the person was told; refused when it is another number now"`
	Dry      bool    `json:"dry_run,omitempty" doc:"tell how many, change nothing"`
}

type bulkUpdateInput struct {
	Body struct {
		SelectedKeywords
		Set Edit `json:"set"`
	}
}

type bulkDeleteInput struct{ Body SelectedKeywords }

type keywordsUndoInput struct {
	Body struct {
		Site    string `json:"site_id" minLength:"1"`
		Version int64  `json:"version" minimum:"1" doc:"what the change answered"`
	}
}

func (x SelectedKeywords) selection() (Selection, error) {
	sel := Selection{IDs: x.IDs, Expected: x.Expected}
	if x.Filter == nil {
		return sel, nil
	}
	f, err := ParseFilter(*x.Filter)
	sel.Filter = &f
	return sel, err
}

// edits are the operations that change keywords; each makes sure of the site first.
type edits struct {
	keywords *Service
	sites    Sites
}

func (e edits) routes() []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/planner/keywords/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottlePlanner, Summary: summary, Tags: []string{"planner"},
		}
	}
	get := spec("get_keyword", http.MethodGet, "{id}/", "One keyword")
	get.Permission = account.Viewer
	create := spec("create_keyword", http.MethodPost, "", "Add a keyword to a sector")
	create.Idempotent, create.Status = true, http.StatusCreated
	update := spec("bulk_update_keywords", http.MethodPost, "bulk_update/", "Change keywords, some or all that match a filter, in one step that can be undone")
	remove := spec("bulk_delete_keywords", http.MethodPost, "bulk_delete/", "Delete keywords, some or all that match a filter, in one step that can be undone")
	update.Idempotent, remove.Idempotent = true, true
	return []httpapi.Operation{
		httpapi.Route(get, e.get),
		httpapi.Route(create, e.create),
		httpapi.Route(spec("update_keyword", http.MethodPatch, "{id}/", "Change a keyword"), e.update),
		httpapi.Route(spec("delete_keyword", http.MethodDelete, "{id}/", "Delete a keyword, which can be undone"), e.delete),
		httpapi.Route(update, e.bulkUpdate),
		httpapi.Route(remove, e.bulkDelete),
		httpapi.Route(spec("undo_keywords", http.MethodPost, "undo/", "Take back the last change of a site's keywords, of whatever size"), e.undo),
	}
}

func (e edits) get(ctx context.Context, scope account.Scope, in *keywordInput) (Keyword, error) {
	if err := e.sites.Check(ctx, scope, in.Site); err != nil {
		return Keyword{}, err
	}
	return e.keywords.Get(ctx, scope, in.Site, in.ID)
}

func (e edits) create(ctx context.Context, scope account.Scope, in *newKeywordInput) (Keyword, error) {
	sector, err := e.sites.Sector(ctx, scope, in.Body.Site, in.Body.Sector)
	if err != nil {
		return Keyword{}, err
	}
	return e.keywords.Create(ctx, scope, in.Body.Site, sector, in.Body.Edit, httpapi.IdempotencyKey(ctx))
}

func (e edits) update(ctx context.Context, scope account.Scope, in *keywordChangeInput) (Keyword, error) {
	if err := e.sites.Check(ctx, scope, in.Site); err != nil {
		return Keyword{}, err
	}
	if _, err := e.keywords.Update(ctx, scope, in.Site, Selection{IDs: []int64{in.ID}}, in.Body, false, httpapi.IdempotencyKey(ctx)); err != nil {
		return Keyword{}, err
	}
	return e.keywords.Get(ctx, scope, in.Site, in.ID)
}

func (e edits) delete(ctx context.Context, scope account.Scope, in *keywordInput) (Changed, error) {
	if err := e.sites.Check(ctx, scope, in.Site); err != nil {
		return Changed{}, err
	}
	return e.keywords.Delete(ctx, scope, in.Site, Selection{IDs: []int64{in.ID}}, false, httpapi.IdempotencyKey(ctx))
}

func (e edits) bulkUpdate(ctx context.Context, scope account.Scope, in *bulkUpdateInput) (Changed, error) {
	sel, err := e.of(ctx, scope, in.Body.SelectedKeywords)
	if err != nil {
		return Changed{}, err
	}
	return e.keywords.Update(ctx, scope, in.Body.Site, sel, in.Body.Set, in.Body.Dry, httpapi.IdempotencyKey(ctx))
}

func (e edits) bulkDelete(ctx context.Context, scope account.Scope, in *bulkDeleteInput) (Changed, error) {
	sel, err := e.of(ctx, scope, in.Body)
	if err != nil {
		return Changed{}, err
	}
	return e.keywords.Delete(ctx, scope, in.Body.Site, sel, in.Body.Dry, httpapi.IdempotencyKey(ctx))
}

func (e edits) of(ctx context.Context, scope account.Scope, x SelectedKeywords) (Selection, error) {
	if err := e.sites.Check(ctx, scope, x.Site); err != nil {
		return Selection{}, err
	}
	return x.selection()
}

func (e edits) undo(ctx context.Context, scope account.Scope, in *keywordsUndoInput) (Changed, error) {
	if err := e.sites.Check(ctx, scope, in.Body.Site); err != nil {
		return Changed{}, err
	}
	return e.keywords.Undo(ctx, scope, in.Body.Site, in.Body.Version)
}
