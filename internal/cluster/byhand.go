package cluster

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/rowset"
)

// Target is the cluster that keywords go to: one that is there, or a new one by its name.
type Target struct {
	Cluster string `json:"cluster_id,omitempty" doc:"a cluster that is there"`
	Name    string `json:"name,omitempty" doc:"or the name of a new one"`
}

func (t Target) check() error {
	if (t.Cluster == "") == (t.Name == "") {
		return errs.Field("cluster_id", "give the id of a cluster, or the name of a new one")
	}
	if t.Cluster == "" {
		return checkName(t.Name)
	}
	return nil
}

func checkName(name string) error {
	if n := cleanName(name); n == "" || utf8.RuneCountInString(n) > maxName || strings.ContainsFunc(n, unicode.IsControl) {
		return errs.Field("name", "has to have 1 to 200 characters")
	}
	return nil
}

// Move puts keywords into another cluster, or into a new one, and locks them there: no
// clustering moves them again. All or none. Invalid for ids without a keyword and for
// keywords of another sector; NotFound for a cluster that is not there; Conflict when the
// sector has the name. Safe to repeat with a key.
func (s *Service) Move(ctx context.Context, scope account.Scope, site string, keywords []int64, to Target, key idem.Key) (Applied, error) {
	if err := to.check(); err != nil {
		return Applied{}, err
	}
	out, err := s.change(ctx, scope, site, "", key, func(d *rowset.Draft, out *Applied) error {
		rows, err := named(d, keywords)
		if err != nil {
			return err
		}
		return s.moveTo(d, site, rows, to, out)
	})
	return out, errs.Wrap("cluster.Move", err)
}

// named gives keywords by id; Invalid names the first that is not there.
func named(d *rowset.Draft, ids []int64) ([]rowset.Row, error) {
	seen := map[int64]bool{}
	var out []rowset.Row
	for _, id := range ids {
		r, ok := d.Get(rowset.Keywords, id)
		if !ok {
			return nil, errs.Field("keyword_ids", fmt.Sprintf("there is no keyword with the id %d", id))
		}
		if !seen[id] {
			seen[id], out = true, append(out, r)
		}
	}
	return out, nil
}

func (s *Service) moveTo(d *rowset.Draft, site string, rows []rowset.Row, to Target, out *Applied) error {
	now := rowset.Millis(s.clock.Now())
	sector := rows[0].Text(rowset.ColSector)
	for _, r := range rows {
		if r.Text(rowset.ColSector) != sector {
			return errs.Field("keyword_ids", fmt.Sprintf("%q is of another sector than %q: move those of one sector at a time", r.Text(rowset.ColKeyword), rows[0].Text(rowset.ColKeyword)))
		}
	}
	if to.Cluster == "" {
		if err := freeName(d, 0, sector, cleanName(to.Name)); err != nil {
			return err
		}
		p := placing{d: d, site: site, sector: sector, there: map[string]int64{}, taken: newNames(), now: now}
		for c := range d.Rows(rowset.Clusters) {
			p.taken.add(c)
		}
		to.Cluster, _ = p.make(Group{Name: cleanName(to.Name)})
		out.Made = 1
	} else {
		c, ok := find(d, to.Cluster)
		if !ok {
			return noCluster()
		}
		if c.Text(rowset.ColSector) != sector {
			return errs.Field("cluster_id", fmt.Sprintf("the cluster %q is of another sector than %q", c.Text(rowset.ColName), rows[0].Text(rowset.ColKeyword)))
		}
	}
	out.Cluster = to.Cluster
	touched := map[string]bool{}
	for _, r := range rows {
		from := r.Text(rowset.ColClusterID)
		if from == to.Cluster && r.Flag(rowset.ColLocked) {
			continue
		}
		f := rowset.Fields{rowset.ColClusterID: to.Cluster, rowset.ColStatus: rowset.StatusMapped, rowset.ColUpdatedAt: now, rowset.ColLocked: true}
		if from != to.Cluster {
			rowset.ByHand(f, to.Cluster)
			touched[from], touched[to.Cluster] = true, true
			out.Keywords++
		}
		d.Update(rowset.Keywords, r.ID(), f)
	}
	changed(d, touched, now)
	return nil
}

// changed counts anew what clusters have, and takes back what was true of them before.
func changed(d *rowset.Draft, touched map[string]bool, now int64) {
	rowset.Recount(d, touched, now)
	for c := range d.Rows(rowset.Clusters) {
		if touched[c.Text(rowset.ColClusterID)] {
			d.Update(rowset.Clusters, c.ID(), unmeasured())
		}
	}
}

// Lock holds keywords where they are, or lets them go: no clustering moves what is locked.
// Invalid for ids without a keyword, and for keywords in no cluster. Safe to repeat.
func (s *Service) Lock(ctx context.Context, scope account.Scope, site string, keywords []int64, locked bool) (Applied, error) {
	out, err := s.change(ctx, scope, site, "", idem.Key{}, func(d *rowset.Draft, out *Applied) error {
		rows, err := named(d, keywords)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Text(rowset.ColClusterID) == "" && locked {
				return errs.Field("keyword_ids", fmt.Sprintf("%q is in no cluster: move it to one, which locks it there", r.Text(rowset.ColKeyword)))
			}
			if r.Flag(rowset.ColLocked) != locked {
				d.Update(rowset.Keywords, r.ID(), rowset.Fields{rowset.ColLocked: locked, rowset.ColUpdatedAt: rowset.Millis(s.clock.Now())})
				out.Keywords++
			}
		}
		return nil
	})
	return out, errs.Wrap("cluster.Lock", err)
}

// Merge puts all keywords of other clusters into one, which keeps its id and name; the others
// end. All or none. busy tells which can't end now, keep which something was made of: these
// are refused. NotFound and Conflict name the ids; Conflict when the cluster was edited since
// the version that the request names. Safe to repeat with a key.
func (s *Service) Merge(ctx context.Context, scope account.Scope, site, into string, others []string, busy, keep func(cluster string) bool, key idem.Key) (Applied, error) {
	out, err := s.change(ctx, scope, site, "", key, func(d *rowset.Draft, out *Applied) error {
		target, ok := find(d, into)
		if !ok {
			return noCluster()
		}
		if err := httpapi.Unchanged(ctx, edition(target)); err != nil {
			return err
		}
		ends, err := mergeable(d, target, others, busy, keep)
		if err != nil {
			return err
		}
		now := rowset.Millis(s.clock.Now())
		for k := range d.Rows(rowset.Keywords) {
			if ends[k.Text(rowset.ColClusterID)] == 0 {
				continue
			}
			f := rowset.Fields{rowset.ColClusterID: into, rowset.ColStatus: rowset.StatusMapped, rowset.ColUpdatedAt: now}
			rowset.ByHand(f, into)
			d.Update(rowset.Keywords, k.ID(), f)
			out.Keywords++
		}
		for _, row := range ends {
			d.Delete(rowset.Clusters, row)
		}
		out.Ended, out.Cluster = len(ends), into
		changed(d, map[string]bool{into: true}, now)
		return nil
	})
	return out, errs.Wrap("cluster.Merge", err)
}

// mergeable gives the rows of the clusters that end, by id; an error names those that can't.
func mergeable(d *rowset.Draft, target rowset.Row, others []string, busy, keep func(string) bool) (map[string]int64, error) {
	rows := map[string]rowset.Row{}
	for c := range d.Rows(rowset.Clusters) {
		rows[c.Text(rowset.ColClusterID)] = c
	}
	ends := map[string]int64{}
	var no httpapi.Refusals
	for _, id := range others {
		c, ok := rows[id]
		switch {
		case !ok:
			no.Add(id, httpapi.Missing())
		case c.ID() == target.ID():
			no.Add(id, errs.New(errs.Conflict, "conflict", "it is the cluster that the others go into"))
		case c.Text(rowset.ColSector) != target.Text(rowset.ColSector):
			no.Add(id, errs.New(errs.Conflict, "conflict", "it is of another sector than "+strconv.Quote(target.Text(rowset.ColName))))
		case busy(id):
			no.Add(id, httpapi.Busy())
		case keep(id):
			no.Add(id, errs.New(errs.Conflict, "has_ideas", "ideas were made of it: merge the others into this one instead"))
		default:
			ends[id] = c.ID()
		}
	}
	return ends, no.Err()
}

// Split takes chosen keywords out of a cluster into a new one. Invalid for keywords that the
// cluster does not have, and when nothing would be left in it; Conflict when the sector has
// the name, or the cluster was edited since the version that the request names. Safe to
// repeat with a key.
func (s *Service) Split(ctx context.Context, scope account.Scope, site, cluster string, keywords []int64, name string, key idem.Key) (Applied, error) {
	if err := checkName(name); err != nil {
		return Applied{}, err
	}
	out, err := s.change(ctx, scope, site, "", key, func(d *rowset.Draft, out *Applied) error {
		c, ok := find(d, cluster)
		if !ok {
			return noCluster()
		}
		if err := httpapi.Unchanged(ctx, edition(c)); err != nil {
			return err
		}
		rows, err := named(d, keywords)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Text(rowset.ColClusterID) != cluster {
				return errs.Field("keyword_ids", fmt.Sprintf("%q is not in this cluster", r.Text(rowset.ColKeyword)))
			}
		}
		if n, _ := c.Int(rowset.ColKeywordsCount); int64(len(rows)) >= n {
			return errs.Field("keyword_ids", "nothing would be left in the cluster: give it another name instead")
		}
		return s.moveTo(d, site, rows, Target{Name: name}, out)
	})
	return out, errs.Wrap("cluster.Split", err)
}
