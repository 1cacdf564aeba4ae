package cluster

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

type membersInput struct {
	httpapi.ListQuery
	ID   string `path:"id"`
	Site string `query:"site_id" required:"true" minLength:"1"`
}

type mapInput struct {
	Site   string `query:"site_id" required:"true" minLength:"1"`
	Sector string `query:"sector_id"`
	From   int    `query:"from" minimum:"0" default:"0" doc:"what next said"`
}

type dotsInput struct {
	Site     string `query:"site_id" required:"true" minLength:"1"`
	Clusters string `query:"cluster_ids" required:"true" minLength:"1" doc:"with commas between, at most 200"`
}

// ChosenKeywords is which keywords an operation by hand works on; it is exported for the decoder alone.
type ChosenKeywords struct {
	Site     string  `json:"site_id" minLength:"1"`
	Keywords []int64 `json:"keyword_ids" minItems:"1" maxItems:"500" doc:"at most 500"`
}

type moveInput struct {
	Body struct {
		ChosenKeywords
		Target
	}
}

type lockInput struct {
	Body struct {
		ChosenKeywords
		Locked bool `json:"locked"`
	}
}

type mergeInput struct {
	ID   string `path:"id"`
	Body struct{ httpapi.Selected }
}

type splitInput struct {
	ID   string `path:"id"`
	Body struct {
		ChosenKeywords
		Name string `json:"name" doc:"of the new cluster; unique in the sector"`
	}
}

// byHand are the operations that look into clusters and change by hand what is in them.
func (r routes) byHand(spec func(id, method, path, summary string) httpapi.RouteSpec) []httpapi.Operation {
	members := spec("list_cluster_keywords", http.MethodGet, "{id}/keywords/", "The keywords of a cluster and why they are there")
	whole := spec("get_cluster_map", http.MethodGet, "map/", "The clusters of a site by topic")
	dots := spec("get_cluster_map_keywords", http.MethodGet, "map/keywords/", "The keywords of clusters that a map is zoomed into")
	members.Permission, whole.Permission, dots.Permission = account.Viewer, account.Viewer, account.Viewer
	move := spec("move_keywords", http.MethodPost, "move/", "Move keywords to another cluster, or to a new one, and lock them there")
	lock := spec("lock_keywords", http.MethodPost, "lock/", "Hold keywords where they are, or let them go")
	merge := spec("merge_clusters", http.MethodPost, "{id}/merge/", "Merge other clusters into this one")
	split := spec("split_cluster", http.MethodPost, "{id}/split/", "Take chosen keywords of a cluster into a new one")
	move.Idempotent, merge.Idempotent, split.Idempotent = true, true, true
	merge.IfMatch, split.IfMatch = true, true
	return []httpapi.Operation{
		httpapi.ListRoute(members, r.members), httpapi.Route(whole, r.whole), httpapi.Route(dots, r.dots),
		httpapi.Route(move, r.move), httpapi.Route(lock, r.lock), httpapi.Route(merge, r.merge), httpapi.Route(split, r.split),
	}
}

func (r routes) members(ctx context.Context, s account.Scope, in *membersInput) (httpapi.Page[Member], error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return httpapi.Page[Member]{}, err
	}
	all, err := r.Placed(ctx, s, in.Site, in.ID)
	if err != nil {
		return httpapi.Page[Member]{}, err
	}
	return httpapi.Lister[Member]{Text: func(m Member) []string { return []string{m.Keyword} }}.Page(all, in.ListQuery)
}

func (r routes) whole(ctx context.Context, s account.Scope, in *mapInput) (Map, error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return Map{}, err
	}
	return r.MapOf(ctx, s, in.Site, in.Sector, in.From)
}

// maxZoomed is how many clusters one window of a map has.
const maxZoomed = 200

func (r routes) dots(ctx context.Context, s account.Scope, in *dotsInput) ([]Dot, error) {
	if err := r.Sites.Check(ctx, s, in.Site); err != nil {
		return nil, err
	}
	ids := strings.Split(in.Clusters, ",")
	if len(ids) > maxZoomed {
		return nil, errs.Field("cluster_ids", "name at most 200 clusters")
	}
	return r.Dots(ctx, s, in.Site, ids)
}

func (r routes) move(ctx context.Context, s account.Scope, in *moveInput) (Applied, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return Applied{}, err
	}
	return r.Move(ctx, s, in.Body.Site, in.Body.Keywords, in.Body.Target, httpapi.IdempotencyKey(ctx))
}

func (r routes) lock(ctx context.Context, s account.Scope, in *lockInput) (Applied, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return Applied{}, err
	}
	return r.Lock(ctx, s, in.Body.Site, in.Body.Keywords, in.Body.Locked)
}

func (r routes) merge(ctx context.Context, s account.Scope, in *mergeInput) (Applied, error) {
	site, ids := in.Body.Site, in.Body.Unique()
	c, err := r.Get(ctx, s, site, in.ID)
	if err != nil {
		return Applied{}, err
	}
	busy, err := r.Work.InWork(ctx, s, site, append([]string{c.SectorID}, ids...)...)
	if err != nil {
		return Applied{}, err
	}
	made, err := r.Ideas.Made(ctx, s, site)
	if err != nil {
		return Applied{}, err
	}
	return r.Merge(ctx, s, site, in.ID, ids, func(id string) bool { return busy[id] || busy[c.SectorID] }, made, httpapi.IdempotencyKey(ctx))
}

func (r routes) split(ctx context.Context, s account.Scope, in *splitInput) (Applied, error) {
	if err := r.Sites.Check(ctx, s, in.Body.Site); err != nil {
		return Applied{}, err
	}
	return r.Split(ctx, s, in.Body.Site, in.ID, in.Body.Keywords, in.Body.Name, httpapi.IdempotencyKey(ctx))
}
