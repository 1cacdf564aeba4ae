package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Filter says which clusters to list, newest first; its zero value lists all.
type Filter struct {
	Search         string // part of the name
	Sector, Status string
	Page, PageSize int // from 1; 10 a page by default, at most 100
}

// List gives one page of the clusters that match, and how many match in all. Invalid for a
// page outside its bounds.
func (s *Service) List(ctx context.Context, scope account.Scope, site string, f Filter) ([]Cluster, int, error) {
	f.Page, f.PageSize = cmp.Or(f.Page, 1), cmp.Or(f.PageSize, 10)
	if f.Page < 1 {
		return nil, 0, errs.Field("page", "pages are counted from 1")
	}
	if f.PageSize < 1 || f.PageSize > 100 {
		return nil, 0, errs.Field("page_size", "a page has 1 to 100 rows")
	}
	all, err := s.All(ctx, scope, site)
	if err != nil {
		return nil, 0, err
	}
	search := engine.Fold(f.Search)
	found := slices.DeleteFunc(all, func(c Cluster) bool {
		return f.Sector != "" && f.Sector != c.SectorID || f.Status != "" && f.Status != c.Status || !strings.Contains(engine.Fold(c.Name), search)
	})
	slices.SortStableFunc(found, func(a, b Cluster) int { return b.CreatedAt.Compare(a.CreatedAt) })
	from := len(found)
	if f.Page-1 <= len(found)/f.PageSize {
		from = min((f.Page-1)*f.PageSize, len(found))
	}
	return append([]Cluster{}, found[from:min(from+f.PageSize, len(found))]...), len(found), nil
}

// All gives every cluster of a site, oldest first.
func (s *Service) All(ctx context.Context, scope account.Scope, site string) ([]Cluster, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.All", err)
	}
	out := []Cluster{}
	for r := range set.Rows(rowset.Clusters) {
		out = append(out, fromRow(site, r))
	}
	return out, nil
}

// Get gives one cluster; NotFound when there is none.
func (s *Service) Get(ctx context.Context, scope account.Scope, site, cluster string) (Cluster, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Cluster{}, errs.Wrap("cluster.Get", err)
	}
	at, there := s.indexes.of(scope, site, set).cluster[cluster]
	if r, ok := set.Get(rowset.Clusters, at); there && ok {
		return fromRow(site, r), nil
	}
	return Cluster{}, errs.New(errs.NotFound, "not_found", "there is no such cluster")
}

// Members gives the keywords of every cluster of a site, by cluster id, the most searched
// first.
func (s *Service) Members(ctx context.Context, scope account.Scope, site string) (map[string][]Keyword, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Members", err)
	}
	out := map[string][]Keyword{}
	for at, ids := range s.indexes.of(scope, site, set).keywords {
		out[at] = keywords(set, ids)
	}
	return out, nil
}

// MembersOf gives the keywords of one cluster, the most searched first. It holds no others:
// many jobs may ask at once, on sites of 200,000 keywords.
func (s *Service) MembersOf(ctx context.Context, scope account.Scope, site, cluster string) ([]Keyword, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.MembersOf", err)
	}
	return keywords(set, s.indexes.of(scope, site, set).keywords[cluster]), nil
}

// keywords reads rows of keywords, the most searched first.
func keywords(set *rowset.Set, ids []int64) []Keyword {
	var out []Keyword
	for _, id := range ids {
		if r, ok := set.Get(rowset.Keywords, id); ok {
			out = append(out, toKeyword(r))
		}
	}
	bySearches(out)
	return out
}

func bySearches(ks []Keyword) {
	searches := func(k Keyword) int64 {
		if k.Volume == nil {
			return -1
		}
		return *k.Volume
	}
	slices.SortStableFunc(ks, func(a, b Keyword) int { return cmp.Compare(searches(b), searches(a)) })
}

// Map sets clusters to mapped, once they have ideas (facts 7.9). Unknown ids are passed
// over. once as of Apply; empty: none.
func (s *Service) Map(ctx context.Context, scope account.Scope, site, once string, clusters []string) error {
	now := rowset.Millis(s.clock.Now())
	named := map[string]bool{}
	for _, id := range clusters {
		named[id] = true
	}
	_, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		for r := range d.Rows(rowset.Clusters) {
			if named[r.Text(rowset.ColClusterID)] && r.Text(rowset.ColStatus) != rowset.StatusMapped {
				d.Update(rowset.Clusters, r.ID(), rowset.Fields{rowset.ColStatus: rowset.StatusMapped, rowset.ColUpdatedAt: now})
			}
		}
		return nil
	}, rowset.Options{Once: once})
	return errs.Wrap("cluster.Map", err)
}

// Texts gives the texts of keywords, by id; those that are gone are left out.
func (s *Service) Texts(ctx context.Context, scope account.Scope, site string, ids []int64) (map[int64]string, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Texts", err)
	}
	out := make(map[int64]string, len(ids))
	for _, id := range ids {
		if r, ok := set.Get(rowset.Keywords, id); ok {
			out[id] = r.Text(rowset.ColKeyword)
		}
	}
	return out, nil
}
