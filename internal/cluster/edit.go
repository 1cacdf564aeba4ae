package cluster

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/rowset"
)

// Bounds of a cluster's texts.
const (
	maxName        = 200
	maxDescription = 2000
)

// Edit is what a person may change of a cluster; nil leaves a field.
type Edit struct {
	Name        *string `json:"name,omitempty" doc:"unique in the sector"`
	Description *string `json:"description,omitempty"`
	Disabled    *bool   `json:"disabled,omitempty" doc:"true: no automation works on it"`
	Status      *string `json:"status,omitempty" enum:"new,mapped" doc:"mapped: no ideas are made of it"`
}

// check tells what is wrong with the values, by field.
func (e Edit) check() error {
	f := map[string][]string{}
	if e.Name != nil {
		if n := cleanName(*e.Name); n == "" || utf8.RuneCountInString(n) > maxName || strings.ContainsFunc(n, unicode.IsControl) {
			f["name"] = []string{"has to have 1 to 200 characters"}
		}
	}
	if e.Description != nil && utf8.RuneCountInString(*e.Description) > maxDescription {
		f["description"] = []string{"has to have at most 2000 characters"}
	}
	if e.Status != nil && *e.Status != rowset.StatusNew && *e.Status != rowset.StatusMapped {
		f["status"] = []string{"has to be one of: new, mapped"}
	}
	return errs.Fields(f)
}

func cleanName(name string) string { return strings.Join(strings.Fields(name), " ") }

// fields are the columns of a row that change; none when it is as asked already.
func (e Edit) fields(r rowset.Row) rowset.Fields {
	f := rowset.Fields{}
	text := func(column string, v *string) {
		if v != nil && *v != r.Text(column) {
			f[column] = *v
		}
	}
	if e.Name != nil {
		name := cleanName(*e.Name)
		text(rowset.ColName, &name)
	}
	if e.Description != nil {
		d := strings.TrimSpace(*e.Description)
		text(colDescription, &d)
	}
	text(rowset.ColStatus, e.Status)
	if e.Disabled != nil && *e.Disabled != r.Flag(rowset.ColDisabled) {
		f[rowset.ColDisabled] = *e.Disabled
	}
	return f
}

// edition is a cluster's version: it counts the edits of people alone, so that what a run
// counts or maps spoils none of theirs.
func edition(r rowset.Row) int64 {
	n, _ := r.Int(colEdits)
	return n + 1
}

// edit changes one row of a draft. Conflict when the sector has the name.
func (s *Service) edit(d *rowset.Draft, r rowset.Row, e Edit) (changed bool, err error) {
	f := e.fields(r)
	if len(f) == 0 {
		return false, nil
	}
	if name, renamed := f[rowset.ColName].(string); renamed {
		if err := freeName(d, r.ID(), r.Text(rowset.ColSector), name); err != nil {
			return false, err
		}
	}
	f[colEdits], f[rowset.ColUpdatedAt] = edition(r), rowset.Millis(s.clock.Now())
	d.Update(rowset.Clusters, r.ID(), f)
	return true, nil
}

// freeName refuses a name that another cluster of the sector has.
func freeName(d *rowset.Draft, own int64, sector, name string) error {
	for x := range d.Rows(rowset.Clusters) {
		if x.ID() != own && x.Text(rowset.ColSector) == sector && engine.Fold(x.Text(rowset.ColName)) == engine.Fold(name) {
			return errs.New(errs.Conflict, "name_taken", "the sector has a cluster "+strconv.Quote(x.Text(rowset.ColName))+" already: choose another name, or change that one")
		}
	}
	return nil
}

// Create makes a cluster without keywords: move some to it. Invalid by field; Conflict when
// the sector has the name. Safe to repeat with a key: it gives the cluster made before.
func (s *Service) Create(ctx context.Context, scope account.Scope, site, sector, newID string, e Edit, key idem.Key) (Cluster, error) {
	if e.Name == nil {
		return Cluster{}, errs.Field("name", "is required")
	}
	if err := e.check(); err != nil {
		return Cluster{}, err
	}
	c, err := idem.Once(ctx, s.table, scope, key, func(ids map[string]string) (Cluster, error) {
		return s.Get(ctx, scope, ids["site_id"], ids["cluster_id"])
	}, func() (Cluster, error) {
		now := s.clock.Now()
		_, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
			if err := freeName(d, 0, sector, cleanName(*e.Name)); err != nil {
				return err
			}
			at := d.Add(rowset.Clusters, rowset.Fields{
				rowset.ColClusterID: newID, rowset.ColSector: sector, rowset.ColStatus: rowset.StatusNew, rowset.ColKeywordsCount: int64(0),
				rowset.ColVolume: int64(0), rowset.ColCreatedAt: rowset.Millis(now), rowset.ColUpdatedAt: rowset.Millis(now),
			})
			r, _ := d.Get(rowset.Clusters, at)
			d.Update(rowset.Clusters, at, e.fields(r))
			return nil
		}, rowset.Options{Ops: key.Ops(scope, map[string]string{"site_id": site, "cluster_id": newID}, now)})
		if err != nil {
			return Cluster{}, err
		}
		return s.Get(ctx, scope, site, newID)
	})
	return c, errs.Wrap("cluster.Create", err)
}

// Update changes a cluster. Invalid by field, NotFound; Conflict when the sector has the
// name, or it was edited since the version that the request names. Safe to repeat.
func (s *Service) Update(ctx context.Context, scope account.Scope, site, cluster string, e Edit) (Cluster, error) {
	if err := e.check(); err != nil {
		return Cluster{}, err
	}
	var out Cluster
	_, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		r, ok := find(d, cluster)
		if !ok {
			return noCluster()
		}
		if err := httpapi.Unchanged(ctx, edition(r)); err != nil {
			return err
		}
		if _, err := s.edit(d, r, e); err != nil {
			return err
		}
		r, _ = d.Get(rowset.Clusters, r.ID())
		out = fromRow(site, r)
		return nil
	}, rowset.Options{})
	if err != nil {
		return Cluster{}, errs.Wrap("cluster.Update", err)
	}
	return out, nil
}

func noCluster() error { return errs.New(errs.NotFound, "not_found", "there is no such cluster") }

func find(d *rowset.Draft, cluster string) (rowset.Row, bool) {
	for r := range d.Rows(rowset.Clusters) {
		if r.Text(rowset.ColClusterID) == cluster {
			return r, true
		}
	}
	return rowset.Row{}, false
}

// UpdateAll changes several clusters alike, in one step: all or none. Errors as of Update,
// with the ids that they are about.
func (s *Service) UpdateAll(ctx context.Context, scope account.Scope, site string, ids []string, e Edit) (httpapi.Bulk, error) {
	if err := e.check(); err != nil {
		return httpapi.Bulk{}, err
	}
	return s.each(ctx, scope, site, ids, func(d *rowset.Draft, r rowset.Row) (bool, error) { return s.edit(d, r, e) }, nil)
}

// each does one thing to several clusters in one swap, and then what after does; a refusal of
// any leaves all as they are.
func (s *Service) each(ctx context.Context, scope account.Scope, site string, ids []string, do func(*rowset.Draft, rowset.Row) (bool, error), after func(*rowset.Draft)) (httpapi.Bulk, error) {
	var out httpapi.Bulk
	_, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		out = httpapi.Bulk{Count: len(ids)}
		at := make(map[string]rowset.Row, d.Before().Len(rowset.Clusters))
		for r := range d.Rows(rowset.Clusters) {
			at[r.Text(rowset.ColClusterID)] = r
		}
		var no httpapi.Refusals
		for _, id := range ids {
			r, there := at[id]
			if !there {
				no.Add(id, httpapi.Missing())
				continue
			}
			changed, err := do(d, r)
			if err != nil {
				no.Add(id, err)
			}
			if changed {
				out.Changed++
			}
		}
		if after != nil {
			after(d)
		}
		return no.Err()
	}, rowset.Options{})
	if err != nil {
		return httpapi.Bulk{}, errs.Wrap("cluster.each", err)
	}
	return out, nil
}

// Delete takes a cluster out; its keywords are new again and in no cluster. What was made of
// it (ideas, tasks, articles) stays. NotFound; Conflict when it was edited since the version
// that the request names. It can be undone as a change of keywords.
func (s *Service) Delete(ctx context.Context, scope account.Scope, site, cluster string) (version int64, freed int, err error) {
	r, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		r, ok := find(d, cluster)
		if !ok {
			return noCluster()
		}
		if err := httpapi.Unchanged(ctx, edition(r)); err != nil {
			return err
		}
		d.Delete(rowset.Clusters, r.ID())
		freed = s.free(d, map[string]bool{cluster: true})
		return nil
	}, rowset.Options{})
	return r.Version, freed, errs.Wrap("cluster.Delete", err)
}

// free lets go of the keywords of clusters, and tells how many.
func (s *Service) free(d *rowset.Draft, clusters map[string]bool) (n int) {
	now := rowset.Millis(s.clock.Now())
	for k := range d.Rows(rowset.Keywords) {
		if clusters[k.Text(rowset.ColClusterID)] {
			f := rowset.Fields{rowset.ColClusterID: nil, rowset.ColStatus: rowset.StatusNew, rowset.ColUpdatedAt: now}
			rowset.ByHand(f, "")
			d.Update(rowset.Keywords, k.ID(), f)
			n++
		}
	}
	return n
}

// DeleteAll takes several clusters out as Delete does, in one step: all or none. NotFound and
// Conflict (in work) name the ids.
func (s *Service) DeleteAll(ctx context.Context, scope account.Scope, site string, ids []string, busy func(Cluster) bool) (httpapi.Bulk, error) {
	gone := map[string]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	return s.each(ctx, scope, site, ids, func(d *rowset.Draft, r rowset.Row) (bool, error) {
		if busy(fromRow(site, r)) {
			return false, httpapi.Busy()
		}
		return d.Delete(rowset.Clusters, r.ID()), nil
	}, func(d *rowset.Draft) { s.free(d, gone) })
}
