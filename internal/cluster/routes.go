package cluster

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/rowset"
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

// Work tells which records a job works on.
type Work interface {
	// InWork gives those of the items that an open job of the site works on.
	InWork(ctx context.Context, s account.Scope, site string, items ...string) (map[string]bool, error)
}

// Ideas is what the routes need of ideas.
type Ideas interface {
	// Made tells for which clusters of a site the ideas were made already.
	Made(ctx context.Context, s account.Scope, site string) (func(cluster string) bool, error)
}

// Around is what the routes need of others.
type Around struct {
	Sites Sites
	Work  Work
	Ideas Ideas
	IDs   *id.Source
}

type listInput struct {
	httpapi.ListQuery
	Site     string `query:"site_id" required:"true" minLength:"1"`
	Sector   string `query:"sector_id"`
	Status   string `query:"status" enum:"new,mapped"`
	Disabled string `query:"disabled" enum:"true,false"`
}

type newClusterInput struct {
	Body struct {
		Site   string `json:"site_id" minLength:"1"`
		Sector string `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		Edit
	}
}

type clusterEditInput struct {
	httpapi.One
	Body struct{ Edit }
}

type clusterBulkInput struct{ Body struct{ httpapi.Selected } }

type clusterBulkEditInput struct {
	Body struct {
		httpapi.Selected
		Set ClustersAlike `json:"set"`
	}
}

// ClustersAlike is what can be changed of several clusters at once; nil leaves a field.
type ClustersAlike struct {
	Disabled *bool   `json:"disabled,omitempty" doc:"true: no automation works on them"`
	Status   *string `json:"status,omitempty" enum:"new,mapped" doc:"mapped: no ideas are made of them"`
}

// Routes are the operations of this feature.
func (s *Service) Routes(a Around) []httpapi.Operation { return routes{s, a}.operations() }

type routes struct {
	*Service
	Around
}

func (r routes) operations() []httpapi.Operation {
	spec := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/planner/clusters/" + path, Permission: account.Editor, IfMatch: method == http.MethodPatch || method == http.MethodDelete,
			Throttle: httpapi.ThrottlePlanner, Summary: summary, Tags: []string{"planner"},
		}
	}
	list, get := spec("list_clusters", http.MethodGet, "", "The clusters of a site"), spec("get_cluster", http.MethodGet, "{id}/", "One cluster")
	list.Permission, get.Permission = account.Viewer, account.Viewer
	create := spec("create_cluster", http.MethodPost, "", "Make a cluster, to move keywords to")
	create.Idempotent, create.Status = true, http.StatusCreated
	remove := spec("delete_cluster", http.MethodDelete, "{id}/", "Delete a cluster: its keywords are new again")
	remove.Description = "409 with the code in_work while ideas are made of it, or its sector is clustered. Ideas that were made of it stay. It can be undone with keywords/undo/ and the version that is answered."
	return append(r.byHand(spec),
		httpapi.ListRoute(list, r.list),
		httpapi.Route(create, r.create),
		httpapi.OneRoute(get, r.site, r.one),
		httpapi.OneRoute(spec("update_cluster", http.MethodPatch, "{id}/", "Change a cluster"), r.site, r.update),
		httpapi.OneRoute(remove, r.site, r.delete),
		httpapi.Route(spec("bulk_delete_clusters", http.MethodPost, "bulk_delete/", "Delete clusters, all or none: their keywords are new again"), r.bulkDelete),
		httpapi.Route(spec("bulk_update_clusters", http.MethodPost, "bulk_update/", "Change clusters alike, all or none"), r.bulkUpdate),
	)
}

func (r routes) list(ctx context.Context, s account.Scope, in *listInput) (httpapi.Page[Cluster], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Cluster]{}, err
	}
	all, err := r.All(ctx, s, in.Site)
	if err != nil {
		return httpapi.Page[Cluster]{}, err
	}
	return in.lister().Page(all, in.ListQuery)
}

func (r routes) create(ctx context.Context, s account.Scope, in *newClusterInput) (Cluster, error) {
	sector, err := r.Sites.Sector(ctx, s, in.Body.Site, in.Body.Sector)
	if err != nil {
		return Cluster{}, err
	}
	return r.Create(ctx, s, in.Body.Site, sector, r.IDs.New("clu"), in.Body.Edit, httpapi.IdempotencyKey(ctx))
}

// site is where the cluster of an id is.
func (r routes) site(ctx context.Context, s account.Scope, id string) (string, error) {
	return r.Sites.Holding(ctx, s, "", func(site string) error { _, err := r.Get(ctx, s, site, id); return err })
}

func (r routes) one(ctx context.Context, s account.Scope, in *httpapi.One) (Cluster, error) {
	return r.Get(ctx, s, in.Site, in.ID)
}

func (r routes) update(ctx context.Context, s account.Scope, in *clusterEditInput) (Cluster, error) {
	if err := r.renewable(ctx, s, in.Site, in.Body.Status, []string{in.ID}); err != nil {
		return Cluster{}, err
	}
	return r.Update(ctx, s, in.Site, in.ID, in.Body.Edit)
}

// renewable refuses to make clusters new whose ideas are made: the next run would only map
// them again, since nothing is bought twice.
func (r routes) renewable(ctx context.Context, s account.Scope, site string, status *string, ids []string) error {
	if status == nil || *status != rowset.StatusNew {
		return nil
	}
	made, err := r.Ideas.Made(ctx, s, site)
	if err != nil {
		return err
	}
	var no httpapi.Refusals
	for _, id := range ids {
		if made(id) {
			no.Add(id, errs.New(errs.Conflict, "has_ideas", "its ideas are made already, and are not bought twice"))
		}
	}
	return no.Err()
}

// Deleted is the answer to the deletion of a cluster.
type Deleted struct {
	httpapi.Gone
	Keywords int   `json:"keywords" doc:"keywords that are new again"`
	Version  int64 `json:"undo_version" doc:"give it to keywords/undo/"`
}

func (r routes) delete(ctx context.Context, s account.Scope, in *httpapi.One) (Deleted, error) {
	c, err := r.Get(ctx, s, in.Site, in.ID)
	if err != nil {
		return Deleted{}, err
	}
	busy, err := r.Work.InWork(ctx, s, in.Site, c.ID, c.SectorID)
	if err != nil {
		return Deleted{}, err
	}
	if len(busy) > 0 {
		return Deleted{}, httpapi.Busy()
	}
	version, n, err := r.Delete(ctx, s, in.Site, in.ID)
	if err != nil {
		return Deleted{}, err
	}
	return Deleted{Gone: httpapi.Gone{ID: in.ID, Stays: "the ideas that were made of it, and what was written of them"}, Keywords: n, Version: version}, nil
}

func (r routes) bulkDelete(ctx context.Context, s account.Scope, in *clusterBulkInput) (httpapi.Bulk, error) {
	site, ids := in.Body.Site, in.Body.Unique()
	if err := r.Sites.Check(ctx, s, site); err != nil {
		return httpapi.Bulk{}, err
	}
	all, err := r.All(ctx, s, site)
	if err != nil {
		return httpapi.Bulk{}, err
	}
	items := slices.Clone(ids)
	for _, c := range all {
		items = append(items, c.SectorID)
	}
	busy, err := r.Work.InWork(ctx, s, site, items...)
	if err != nil {
		return httpapi.Bulk{}, err
	}
	return r.DeleteAll(ctx, s, site, ids, func(c Cluster) bool { return busy[c.ID] || busy[c.SectorID] })
}

func (r routes) bulkUpdate(ctx context.Context, s account.Scope, in *clusterBulkEditInput) (httpapi.Bulk, error) {
	site, ids := in.Body.Site, in.Body.Unique()
	if err := r.Sites.Check(ctx, s, site); err != nil {
		return httpapi.Bulk{}, err
	}
	if err := r.renewable(ctx, s, site, in.Body.Set.Status, ids); err != nil {
		return httpapi.Bulk{}, err
	}
	return r.UpdateAll(ctx, s, site, ids, Edit{Disabled: in.Body.Set.Disabled, Status: in.Body.Set.Status})
}

// Named gives a cluster's name and sector, for those who make something of it; Invalid by the
// field keyword_cluster_id when there is none.
func (s *Service) Named(ctx context.Context, scope account.Scope, site, cluster string) (name, sector string, err error) {
	c, err := s.Get(ctx, scope, site, cluster)
	if errs.Is(err, errs.NotFound) {
		return "", "", errs.Field("keyword_cluster_id", fmt.Sprintf("there is no cluster %q", cluster))
	}
	return c.Name, c.SectorID, err
}

func (in *listInput) lister() httpapi.Lister[Cluster] {
	return httpapi.Lister[Cluster]{
		Keep: func(c Cluster) bool {
			return (in.Sector == "" || c.SectorID == in.Sector) && (in.Status == "" || c.Status == in.Status) &&
				(in.Disabled == "" || c.Disabled == (in.Disabled == "true"))
		},
		Text: func(c Cluster) []string { return []string{c.Name, c.Description} },
		Order: map[string]func(a, b Cluster) int{
			"name":           func(a, b Cluster) int { return strings.Compare(a.Name, b.Name) },
			"volume":         func(a, b Cluster) int { return cmp.Compare(a.Volume, b.Volume) },
			"keywords_count": func(a, b Cluster) int { return cmp.Compare(a.KeywordsCount, b.KeywordsCount) },
			"status":         func(a, b Cluster) int { return strings.Compare(a.Status, b.Status) },
			"created_at":     func(a, b Cluster) int { return a.CreatedAt.Compare(b.CreatedAt) },
			"updated_at":     func(a, b Cluster) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
		},
		Default: "-created_at",
	}
}
