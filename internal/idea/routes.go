package idea

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
)

// Sites is what the routes need of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
	// Sector gives the sector of that id, or the site's first one; Invalid by field.
	Sector(ctx context.Context, s account.Scope, site, sector string) (string, error)
	// Holding gives the site that has a record: site when it is named, else the first of the
	// account's sites for which has is nil; NotFound when there is none.
	Holding(ctx context.Context, s account.Scope, site string, has func(site string) error) (string, error)
}

// Clusters is what the routes need of clusters.
type Clusters interface {
	// Named gives a cluster's name and sector; Invalid by field when there is none.
	Named(ctx context.Context, s account.Scope, site, cluster string) (name, sector string, err error)
}

// Around is what the routes need of others.
type Around struct {
	Sites    Sites
	Clusters Clusters
	IDs      *id.Source
}

type listInput struct {
	httpapi.ListQuery
	Site      string `query:"site_id" required:"true" minLength:"1"`
	Status    Status `query:"status" enum:"new,queued,completed"`
	Sector    string `query:"sector_id"`
	Cluster   string `query:"keyword_cluster_id"`
	Type      string `query:"content_type"`
	Structure string `query:"content_structure"`
	Disabled  string `query:"disabled" enum:"true,false"`
}

type newIdeaInput struct {
	Body struct {
		Site    string `json:"site_id" minLength:"1"`
		Sector  string `json:"sector_id,omitempty" doc:"the cluster's, or the site's first one, when absent"`
		Cluster string `json:"keyword_cluster_id,omitempty" doc:"id of a cluster"`
		Edit
	}
}

type ideaEditInput struct {
	httpapi.One
	Body struct{ Edit }
}

type ideaBulkInput struct{ Body struct{ httpapi.Selected } }

type ideaBulkEditInput struct {
	Body struct {
		httpapi.Selected
		Set IdeasAlike `json:"set"`
	}
}

// IdeasAlike is what can be changed of several ideas at once; nil leaves a field.
type IdeasAlike struct {
	ContentType        *string `json:"content_type,omitempty" enum:"post,page,product,taxonomy"`
	ContentStructure   *string `json:"content_structure,omitempty"`
	EstimatedWordCount *int    `json:"estimated_word_count,omitempty" doc:"200 to 5000"`
	Disabled           *bool   `json:"disabled,omitempty" doc:"true: no automation works on them"`
}

// Routes are the operations of this feature.
func (v *Service) Routes(a Around) []httpapi.Operation { return routes{v, a}.operations() }

type routes struct {
	*Service
	Around
}

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/planner/ideas/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottlePlanner, Summary: summary, Tags: []string{"planner"},
		}
	}
	list, get := spec("list_ideas", http.MethodGet, "", "The content ideas of a site"), spec("get_idea", http.MethodGet, "{id}/", "One idea")
	list.Permission, get.Permission = account.Viewer, account.Viewer
	create := spec("create_idea", http.MethodPost, "", "Write an idea down")
	create.Idempotent, create.Status = true, http.StatusCreated
	return []httpapi.Operation{
		httpapi.ListRoute(list, r.list),
		httpapi.Route(create, r.create),
		httpapi.OneRoute(get, r.site, r.one),
		httpapi.OneRoute(spec("update_idea", http.MethodPatch, "{id}/", "Change an idea of which no task was made yet"), r.site, r.update),
		httpapi.OneRoute(spec("delete_idea", http.MethodDelete, "{id}/", "Delete an idea; its task stays"), r.site, r.delete),
		httpapi.OneRoute(spec("restore_idea", http.MethodPost, "{id}/restore/", "Bring a deleted idea back"), r.site, r.restore),
		httpapi.Route(spec("bulk_delete_ideas", http.MethodPost, "bulk_delete/", "Delete ideas, all or none"), r.bulkDelete),
		httpapi.Route(spec("bulk_update_ideas", http.MethodPost, "bulk_update/", "Change ideas alike, all or none"), r.bulkUpdate),
	}
}

func (r routes) list(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Idea], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Idea]{}, err
	}
	all, err := r.List(ctx, s, in.Site, Filter{Status: in.Status, Cluster: in.Cluster, ContentType: in.Type, ContentStructure: in.Structure})
	if err != nil {
		return httpapi.Page[Idea]{}, err
	}
	return in.lister().Page(all, in.ListQuery)
}

func (r routes) create(ctx context.Context, s account.Scope, in *newIdeaInput) (Idea, error) {
	b := in.Body
	if err := r.Sites.Check(ctx, s, b.Site); err != nil {
		return Idea{}, err
	}
	i := Idea{ID: r.IDs.New("ide"), Site: b.Site, Status: New, Outline: []Section{}, Keywords: []Keyword{}, CoveredKeywords: []string{},
		ContentType: "post", ContentStructure: "article", EstimatedWordCount: 1000}
	var err error
	if b.Cluster != "" {
		i.KeywordCluster = b.Cluster
		if i.ClusterName, i.Sector, err = r.Clusters.Named(ctx, s, b.Site, b.Cluster); err != nil {
			return Idea{}, err
		}
	}
	if b.Sector != "" || i.Sector == "" {
		if i.Sector, err = r.Sites.Sector(ctx, s, b.Site, b.Sector); err != nil {
			return Idea{}, err
		}
	}
	if i, err = b.apply(i); err != nil {
		return Idea{}, err
	}
	return r.Add(ctx, s, i, httpapi.IdempotencyKey(ctx))
}

// site is where the idea of an id is.
func (r routes) site(ctx context.Context, s account.Scope, id string) (string, error) {
	return r.Sites.Holding(ctx, s, "", func(site string) error { _, err := r.records.Load(ctx, s, site, id); return err })
}

func (r routes) one(ctx context.Context, s account.Scope, in *httpapi.One) (Idea, error) {
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) update(ctx context.Context, s account.Scope, in *ideaEditInput) (Idea, error) {
	return r.Update(ctx, s, in.Site, in.ID, in.Body.Edit)
}

func (r routes) delete(ctx context.Context, s account.Scope, in *httpapi.One) (httpapi.Gone, error) {
	was, until, err := r.Remove(ctx, s, in.Site, in.ID)
	if err != nil {
		return httpapi.Gone{}, err
	}
	out := httpapi.Gone{ID: in.ID, Until: until}
	if was.Task != "" {
		out.Stays = "the task " + was.Task + " that was made of it"
	}
	return out, nil
}

func (r routes) restore(ctx context.Context, s account.Scope, in *httpapi.One) (Idea, error) {
	if _, err := r.records.Load(ctx, s, in.Site, in.ID); err != nil {
		return Idea{}, err
	}
	if err := r.Restore(ctx, s, in.Site, in.ID); err != nil {
		return Idea{}, err
	}
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) bulkDelete(ctx context.Context, s account.Scope, in *ideaBulkInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	return r.DeleteAll(ctx, s, in.Body.Site, in.Body.Unique())
}

func (r routes) bulkUpdate(ctx context.Context, s account.Scope, in *ideaBulkEditInput) (httpapi.Bulk, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return httpapi.Bulk{}, err
	}
	e := in.Body.Set
	return r.UpdateAll(ctx, s, in.Body.Site, in.Body.Unique(),
		Edit{ContentType: e.ContentType, ContentStructure: e.ContentStructure, EstimatedWordCount: e.EstimatedWordCount, Disabled: e.Disabled})
}

func (in *listInput) lister() httpapi.Lister[Idea] {
	return httpapi.Lister[Idea]{
		Keep: func(i Idea) bool {
			return (in.Sector == "" || i.Sector == in.Sector) && (in.Disabled == "" || i.Disabled == (in.Disabled == "true"))
		},
		Text: func(i Idea) []string { return []string{i.IdeaTitle, i.Description, i.PrimaryKeyword} },
		Order: map[string]func(a, b Idea) int{
			"idea_title":           func(a, b Idea) int { return strings.Compare(a.IdeaTitle, b.IdeaTitle) },
			"estimated_word_count": func(a, b Idea) int { return a.EstimatedWordCount - b.EstimatedWordCount },
			"status":               func(a, b Idea) int { return strings.Compare(string(a.Status), string(b.Status)) },
			"created_at":           func(a, b Idea) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"updated_at":           func(a, b Idea) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
		},
		Default: "-created_at",
	}
}
