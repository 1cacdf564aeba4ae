package cluster

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster/embeddings"
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
	means   func() engine.Meaning
}

// New makes a Service on the site's row sets.
func New(t table.Table, rows *rowset.Store, c clock.Clock) *Service {
	return &Service{table: t, rows: rows, clock: c}
}

// ByMeaning lets keywords be compared by what they mean, beside their words. load is called
// when that is first needed. Only programs that link vectors do so.
func (s *Service) ByMeaning(load func() engine.Meaning) *Service {
	s.means = load
	return s
}

func (s *Service) meaning() engine.Meaning {
	if s.means == nil {
		return nil
	}
	return s.means()
}

// By is what keywords are compared by. The zero value is the product's own vectors, where the
// program has them, beside the keywords' words.
type By struct {
	Vectors *embeddings.Vectors // of a provider; texts that have none take no part
	Model   string              // whose they are
	Instead string              // why the product's own are taken, where others were chosen
}

// Basis tells by what keywords were compared.
type Basis struct {
	engine.Basis
	By      string `json:"by,omitempty" enum:"built_in,openai" doc:"whose vectors"`
	Model   string `json:"model,omitempty" doc:"the provider's model"`
	Instead string `json:"instead,omitempty" doc:"why the product's own vectors were taken, where a provider's were chosen"`
}

// By what keywords are compared.
const (
	ByBuiltIn = "built_in"
	ByOpenAI  = "openai"
)

func (b By) basis(of engine.Basis) Basis {
	if b.Vectors != nil {
		return Basis{Basis: of, By: ByOpenAI, Model: b.Model}
	}
	return Basis{Basis: of, By: ByBuiltIn, Instead: b.Instead}
}

// settings are the engine's for what keywords are compared by.
func (s *Service) settings(by By) engine.Settings {
	if by.Vectors == nil {
		return engine.Settings{Meaning: s.meaning()}
	}
	if own := s.meaning(); own != nil {
		by.Vectors.Words(own.Word)
	}
	return engine.Settings{Meaning: by.Vectors}
}

// has tells whether a text can take part.
func (b By) has(text string) bool { return b.Vectors == nil || b.Vectors.Has(text) }

// Sector is what waits in one sector.
type Sector struct {
	ID       string
	Keywords []Keyword // new, without cluster, not disabled; by id
	Clusters []string  // ids of the clusters that are there and not disabled, ascending
	Members  []string  // texts of the keywords that those clusters have
}

// Waiting gives what waits to be clustered, by sector id. NotFound for a site that the
// Scope does not see.
func (s *Service) Waiting(ctx context.Context, scope account.Scope, site string) ([]Sector, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Waiting", err)
	}
	bySector, members := map[string]*Sector{}, map[string][]string{}
	for r := range set.Rows(rowset.Keywords) {
		if !waits(r) {
			if at := r.Text(rowset.ColClusterID); at != "" {
				members[at] = append(members[at], r.Text(rowset.ColKeyword))
			}
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
			x.Members = append(x.Members, members[r.Text(rowset.ColClusterID)]...)
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
// that are there when they are alike enough, and move none that has a place. Keywords that came
// too late for by's vectors go on waiting.
func (s *Service) Compute(ctx context.Context, scope account.Scope, site, sector string, limit int, by By) (Assignment, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Assignment{}, errs.Wrap("cluster.Compute", err)
	}
	var fresh []engine.Keyword
	texts := map[string][]string{}
	at := map[string]string{} // text of a keyword that may lead: its cluster
	for r := range set.Rows(rowset.Keywords) {
		if r.Text(rowset.ColSector) != sector {
			continue
		}
		text := r.Text(rowset.ColKeyword)
		if !by.has(text) {
			continue
		}
		if in := r.Text(rowset.ColClusterID); in != "" {
			texts[in] = append(texts[in], text)
			at[text] = in
		} else if waits(r) && len(fresh) < limit {
			volume, _ := r.Int(rowset.ColVolume)
			fresh = append(fresh, engine.Keyword{ID: r.ID(), Text: text, Volume: volume})
		}
	}
	var there []engine.Existing
	taken := newNames()
	for r := range set.Rows(rowset.Clusters) {
		taken.add(r)
		if r.Text(rowset.ColSector) == sector && !r.Flag(rowset.ColDisabled) {
			there = append(there, engine.Existing{ID: r.Text(rowset.ColClusterID), Topic: r.Text(colTopic), Texts: texts[r.Text(rowset.ColClusterID)]})
		}
	}
	res := engine.Run(fresh, there, s.settings(by))
	a := Assignment{Sector: sector, Basis: by.basis(res.Basis), Groups: make([]Group, len(res.Groups))}
	for i, g := range res.Groups {
		to := &a.Groups[i]
		if to.ID = g.Into; g.Into == "" {
			to.Name, to.ID = taken.fresh(site, sector, g.Name)
			at[g.Name] = to.ID
		}
	}
	for i, g := range res.Groups {
		to := explained(g, res.Topics, func(name string) string { return at[name] })
		to.ID, to.Name = a.Groups[i].ID, a.Groups[i].Name
		a.Groups[i] = to
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
		p := placing{d: d, site: site, sector: a.Sector, there: there, taken: taken, real: map[string]string{}, touched: map[string]bool{}, now: now}
		for _, g := range a.Groups {
			p.group(g)
		}
		p.reasons(a.Groups)
		rowset.Recount(d, p.touched, now)
		return nil
	}, rowset.Options{Once: once})
	return errs.Wrap("cluster.Apply", err)
}

// placing puts groups into a draft.
type placing struct {
	d            *rowset.Draft
	site, sector string
	there        map[string]int64 // cluster id: row
	taken        *names
	real         map[string]string // clusters that got another name, and so another id, than was computed
	touched      map[string]bool
	now          int64
}

func (p *placing) group(g Group) {
	var members []int64
	for _, n := range g.Keywords {
		if r, ok := p.d.Get(rowset.Keywords, n); ok && waits(r) && r.Text(rowset.ColSector) == p.sector {
			members = append(members, n)
		}
	}
	at, ok := p.there[g.ID]
	if len(members) == 0 || !ok && g.Name == "" { // the cluster that should take them was deleted
		return
	}
	cluster := g.ID
	if !ok {
		cluster, at = p.make(g)
		p.real[g.ID] = cluster
	}
	p.touched[cluster] = true
	p.d.Update(rowset.Clusters, at, g.figures())
	for _, n := range members {
		p.d.Update(rowset.Keywords, n, rowset.Fields{rowset.ColClusterID: cluster, rowset.ColStatus: rowset.StatusMapped, rowset.ColLocked: nil, rowset.ColUpdatedAt: p.now})
	}
}

// make adds a cluster, under a name that the sector does not have yet.
func (p *placing) make(g Group) (cluster string, row int64) {
	name, cluster := p.taken.fresh(p.site, p.sector, g.Name)
	row = p.d.Add(rowset.Clusters, rowset.Fields{
		rowset.ColClusterID: cluster, rowset.ColName: name, rowset.ColSector: p.sector, rowset.ColStatus: rowset.StatusNew,
		rowset.ColKeywordsCount: int64(0), rowset.ColVolume: int64(0), rowset.ColCreatedAt: p.now, rowset.ColUpdatedAt: p.now,
	})
	p.there[cluster] = row
	return cluster, row
}

// reasons tells of each keyword that is where its group says why it is there.
func (p *placing) reasons(groups []Group) {
	real := func(name string) string {
		if to, ok := p.real[name]; ok {
			return to
		}
		if _, ok := p.there[name]; ok {
			return name
		}
		return ""
	}
	for _, g := range groups {
		at := real(g.ID)
		if !p.touched[at] {
			continue
		}
		for i, n := range g.Keywords {
			why, ok := g.place(i)
			if r, there := p.d.Get(rowset.Keywords, n); ok && there && r.Text(rowset.ColClusterID) == at {
				p.d.Update(rowset.Keywords, n, why.fields(real))
			}
		}
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
