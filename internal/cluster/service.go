package cluster

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Service clusters a site's keywords and lists the clusters. It is safe for concurrent use.
type Service struct {
	table   table.Table
	rows    *rowset.Store
	clock   clock.Clock
	indexes indexes
}

// New makes a Service on the site's row sets.
func New(t table.Table, rows *rowset.Store, c clock.Clock) *Service {
	return &Service{table: t, rows: rows, clock: c}
}

// Sector is what waits in one sector.
type Sector struct {
	ID       string
	Keywords []Keyword // new, without cluster, not disabled; by id
	Clusters []string  // ids of the clusters that are there and not disabled, ascending
}

// Waiting gives what waits to be clustered, by sector id. NotFound for a site that the
// Scope does not see.
func (s *Service) Waiting(ctx context.Context, scope account.Scope, site string) ([]Sector, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Waiting", err)
	}
	bySector := map[string]*Sector{}
	for r := range set.Rows(rowset.Keywords) {
		if !waits(r) {
			continue
		}
		sector := r.Text(rowset.ColSector)
		if bySector[sector] == nil {
			bySector[sector] = &Sector{ID: sector}
		}
		bySector[sector].Keywords = append(bySector[sector].Keywords, toKeyword(r))
	}
	for r := range set.Rows(rowset.Clusters) {
		if x := bySector[r.Text(rowset.ColSector)]; x != nil && !r.Flag(rowset.ColDisabled) {
			x.Clusters = append(x.Clusters, r.Text(rowset.ColClusterID))
		}
	}
	out := make([]Sector, 0, len(bySector))
	for _, x := range bySector {
		slices.Sort(x.Clusters)
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Sector) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// Compute says where the waiting keywords of a sector belong, the first limit of them by
// id. It writes nothing. The same rows give the same Assignment; new keywords join clusters
// that are there when they are alike enough, and move none that has a place.
func (s *Service) Compute(ctx context.Context, scope account.Scope, site, sector string, limit int) (Assignment, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Assignment{}, errs.Wrap("cluster.Compute", err)
	}
	var fresh []engine.Keyword
	texts := map[string][]string{}
	names := map[int64]string{}
	for r := range set.Rows(rowset.Keywords) {
		if r.Text(rowset.ColSector) != sector {
			continue
		}
		if at := r.Text(rowset.ColClusterID); at != "" {
			texts[at] = append(texts[at], r.Text(rowset.ColKeyword))
		} else if waits(r) && len(fresh) < limit {
			volume, _ := r.Int(rowset.ColVolume)
			fresh = append(fresh, engine.Keyword{ID: r.ID(), Text: r.Text(rowset.ColKeyword), Volume: volume})
			names[r.ID()] = r.Text(rowset.ColKeyword)
		}
	}
	var there []engine.Existing
	taken := newNames()
	for r := range set.Rows(rowset.Clusters) {
		taken.add(r)
		if r.Text(rowset.ColSector) == sector && !r.Flag(rowset.ColDisabled) {
			there = append(there, engine.Existing{ID: r.Text(rowset.ColClusterID), Texts: texts[r.Text(rowset.ColClusterID)]})
		}
	}
	a := Assignment{Sector: sector}
	for _, g := range engine.Make(fresh, there, engine.Settings{}) {
		to := Group{ID: g.Into, Keywords: g.IDs()}
		if g.Into == "" {
			to.Name, to.ID = taken.fresh(site, sector, names[g.Leader])
		}
		a.Groups = append(a.Groups, to)
	}
	return a, nil
}

// Apply stores an Assignment: its keywords are mapped to their clusters, clusters that are
// not there yet begin as new. A keyword that got a cluster, was disabled or went away
// meanwhile is left as it is; a cluster that would be empty is not made. once names the
// work: a second call with it changes nothing. Errors as of rowset's Apply.
func (s *Service) Apply(ctx context.Context, scope account.Scope, site, once string, a Assignment) error {
	now := rowset.Millis(s.clock.Now())
	_, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		there := map[string]int64{} // cluster id: row
		taken := newNames()
		for r := range d.Rows(rowset.Clusters) {
			taken.add(r)
			there[r.Text(rowset.ColClusterID)] = r.ID()
		}
		for _, g := range a.Groups {
			placeGroup(d, site, a.Sector, g, there, taken, now)
		}
		return nil
	}, rowset.Options{Once: once})
	return errs.Wrap("cluster.Apply", err)
}

func placeGroup(d *rowset.Draft, site, sector string, g Group, there map[string]int64, taken *names, now int64) {
	var members []int64
	volume := int64(0)
	for _, n := range g.Keywords {
		if r, ok := d.Get(rowset.Keywords, n); ok && waits(r) && r.Text(rowset.ColSector) == sector {
			members = append(members, n)
			v, _ := r.Int(rowset.ColVolume)
			volume += v
		}
	}
	at, ok := there[g.ID]
	if len(members) == 0 || !ok && g.Name == "" { // the cluster that should take them was deleted
		return
	}
	cluster := g.ID
	if ok {
		r, _ := d.Get(rowset.Clusters, at)
		count, _ := r.Int(rowset.ColKeywordsCount)
		had, _ := r.Int(rowset.ColVolume)
		d.Update(rowset.Clusters, at, rowset.Fields{rowset.ColKeywordsCount: count + int64(len(members)), rowset.ColVolume: had + volume, rowset.ColUpdatedAt: now})
	} else {
		name, clusterID := taken.fresh(site, sector, g.Name)
		cluster = clusterID
		there[cluster] = d.Add(rowset.Clusters, rowset.Fields{
			rowset.ColClusterID: cluster, rowset.ColName: name, rowset.ColSector: sector, rowset.ColStatus: rowset.StatusNew,
			rowset.ColKeywordsCount: int64(len(members)), rowset.ColVolume: volume, rowset.ColCreatedAt: now, rowset.ColUpdatedAt: now,
		})
	}
	for _, n := range members {
		d.Update(rowset.Keywords, n, rowset.Fields{rowset.ColClusterID: cluster, rowset.ColStatus: rowset.StatusMapped, rowset.ColUpdatedAt: now})
	}
}

// names keeps cluster names unique in their sector, and ids unique in the site.
type names struct{ names, ids map[string]bool }

func newNames() *names { return &names{map[string]bool{}, map[string]bool{}} }

func (t *names) add(r rowset.Row) {
	t.names[r.Text(rowset.ColSector)+"\x00"+engine.Fold(r.Text(rowset.ColName))] = true
	t.ids[r.Text(rowset.ColClusterID)] = true
}

// fresh gives the name, with a number behind it if need be, and its id, and takes both.
func (t *names) fresh(site, sector, name string) (string, string) {
	for n, try := 2, name; ; n, try = n+1, name+" ("+strconv.Itoa(n)+")" {
		key, clusterID := sector+"\x00"+engine.Fold(try), newID(site, sector, try)
		if !t.names[key] && !t.ids[clusterID] {
			t.names[key], t.ids[clusterID] = true, true
			return try, clusterID
		}
	}
}
