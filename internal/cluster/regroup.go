package cluster

import (
	"context"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Extent is what a re-clustering looks at: a sector, or one cluster of it.
type Extent struct {
	Sector  string `json:"sector_id"`
	Cluster string `json:"cluster_id,omitempty"` // this one alone: how it splits
}

// Regrouping is what a sector's clusters would be at a strictness, beside what they are in
// one version of its rows. It is stored in two parts: Told, which is small, and the rest.
type Regrouping struct {
	Told   Told    `json:"told"`
	Groups []Group `json:"groups"`
	Moves  []Move  `json:"moves"`
}

// Told is what people are shown of a Regrouping.
type Told struct {
	ID         string         `json:"id" doc:"names what was computed; give it to apply/"`
	Site       string         `json:"site_id"`
	Sector     string         `json:"sector_id"`
	Cluster    string         `json:"cluster_id,omitempty" doc:"when one cluster alone was looked at"`
	Strictness float64        `json:"strictness"`
	Version    int64          `json:"version" doc:"of the site's rows that it was computed of"`
	Keywords   int            `json:"keywords" doc:"that took part"`
	Clusters   int            `json:"clusters" doc:"that there would be"`
	Before     int            `json:"clusters_before"`
	Topics     int            `json:"topics"`
	Alone      int            `json:"alone" doc:"keywords that are alike to no other"`
	Locked     int            `json:"locked" doc:"keywords that stay because a person put them where they are"`
	Moves      int            `json:"moves" doc:"keywords that would move"`
	Kinds      map[string]int `json:"kinds" doc:"how many changes of each kind"`
	Basis      Basis          `json:"basis" doc:"by what keywords were compared"`
	Changes    []Change       `json:"changes,omitempty"`
}

// ByInstead is what keywords are compared by when the product's own vectors are taken instead
// of a provider's.
const ByInstead = "instead"

// RegroupingID names what is computed of one version of the rows, whatever the strictness. by
// is what the keywords are compared by.
func RegroupingID(site string, x Extent, version int64, by string) string {
	parts := []string{site, x.Sector, x.Cluster, strconv.FormatInt(version, 10)}
	if by != ByBuiltIn {
		parts = append(parts, by)
	}
	return id.Hash("rgp", parts...)
}

// named is what is compared by, as RegroupingID names it.
func (b By) named() string {
	switch {
	case b.Vectors != nil:
		return ByOpenAI
	case b.Instead != "":
		return ByInstead
	}
	return ByBuiltIn
}

// Size tells how many keywords a re-clustering looks at, in which version of the rows.
// NotFound for a cluster that the sector does not have; Invalid when there are too few.
func (s *Service) Size(ctx context.Context, scope account.Scope, site string, x Extent) (keywords int, version int64, err error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return 0, 0, errs.Wrap("cluster.Size", err)
	}
	was, err := x.standing(set)
	if err != nil {
		return 0, 0, err
	}
	return len(was.at), set.Version(), nil
}

// TextsOf gives the texts of the keywords that a re-clustering looks at. Errors as of Size.
func (s *Service) TextsOf(ctx context.Context, scope account.Scope, site string, x Extent) ([]string, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.TextsOf", err)
	}
	was, err := x.standing(set)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(was.at))
	for r := range set.Rows(rowset.Keywords) {
		if _, ok := was.at[r.ID()]; ok {
			out = append(out, r.Text(rowset.ColKeyword))
		}
	}
	return out, nil
}

// AllTexts gives the texts of a site's keywords that are not disabled.
func (s *Service) AllTexts(ctx context.Context, scope account.Scope, site string) ([]string, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.AllTexts", err)
	}
	var out []string
	for r := range set.Rows(rowset.Keywords) {
		if !r.Flag(rowset.ColDisabled) {
			out = append(out, r.Text(rowset.ColKeyword))
		}
	}
	return out, nil
}

// minSplit is how many keywords a cluster needs to be split by what they are about.
const minSplit = 2

// standing reads what takes part: keywords and clusters of the extent that are not disabled.
func (x Extent) standing(set *rowset.Set) (standing, error) {
	was := standing{names: map[string]string{}, order: map[string]int64{}, at: map[int64]string{}, locked: map[int64]bool{}, elsewhere: map[string]int{}}
	for r := range set.Rows(rowset.Clusters) {
		name := r.Text(rowset.ColClusterID)
		if r.Text(rowset.ColSector) == x.Sector && !r.Flag(rowset.ColDisabled) && (x.Cluster == "" || x.Cluster == name) {
			was.names[name], was.order[name] = r.Text(rowset.ColName), r.ID()
		}
	}
	if x.Cluster != "" && len(was.names) == 0 {
		return was, noCluster()
	}
	for r := range set.Rows(rowset.Keywords) {
		at := r.Text(rowset.ColClusterID)
		_, known := was.names[at]
		if r.Text(rowset.ColSector) != x.Sector || !known && (at != "" || x.Cluster != "") {
			continue
		}
		if r.Flag(rowset.ColDisabled) {
			if at != "" {
				was.elsewhere[at]++
			}
			continue
		}
		was.at[r.ID()] = at
		if r.Flag(rowset.ColLocked) && at != "" {
			was.locked[r.ID()] = true
		}
	}
	if x.Cluster != "" {
		if len(was.at) < minSplit {
			return was, errs.New(errs.Invalid, "too_few_keywords", "a cluster needs 2 keywords that are not left alone to be split")
		}
		return was, nil
	}
	if v := ValidateMinimum(len(was.at)); !v.Valid {
		return was, errs.New(errs.Invalid, "too_few_keywords", v.Message)
	}
	return was, nil
}

// Regroup computes what the clusters would be, at each strictness, of one version of the
// rows. Keywords are compared once; a further strictness costs little. It writes nothing.
// Errors as of Size; Unavailable when a keyword came too late for by's vectors.
func (s *Service) Regroup(ctx context.Context, scope account.Scope, site string, x Extent, strictness []float64, by By) ([]Regrouping, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Regroup", err)
	}
	was, err := x.standing(set)
	if err != nil {
		return nil, err
	}
	keywords := make([]engine.Keyword, 0, len(was.at))
	for r := range set.Rows(rowset.Keywords) {
		if _, ok := was.at[r.ID()]; ok {
			if !by.has(r.Text(rowset.ColKeyword)) {
				return nil, errs.New(errs.Unavailable, "changed_meanwhile", "keywords were added while vectors were bought: it will be computed again").Because(errs.Ours)
			}
			volume, _ := r.Int(rowset.ColVolume)
			keywords = append(keywords, engine.Keyword{ID: r.ID(), Text: r.Text(rowset.ColKeyword), Volume: volume})
		}
	}
	tree := engine.Grow(keywords, nil, s.settings(by))
	out := make([]Regrouping, len(strictness))
	for i, how := range strictness {
		if err := ctx.Err(); err != nil {
			return nil, errs.Wrap("cluster.Regroup", err)
		}
		out[i] = regrouping(was, tree.Cut(max(engine.Strictness(how), engine.Broadest)), by)
		t := &out[i].Told
		t.ID, t.Site, t.Sector, t.Cluster = RegroupingID(site, x, set.Version(), by.named()), site, x.Sector, x.Cluster
		t.Strictness, t.Version, t.Keywords, t.Before = how, set.Version(), len(keywords), len(was.names)
	}
	return out, nil
}

// regrouping holds a run's answer against what is there.
func regrouping(was standing, res engine.Result, by By) Regrouping {
	c := compare(was, res.Groups)
	named := map[string]string{} // leader's text: the cluster that its group goes on as
	for g := range res.Groups {
		named[res.Groups[g].Name] = c.ids[g]
	}
	r := Regrouping{Moves: c.moves, Groups: make([]Group, len(res.Groups))}
	kept := map[string]bool{}
	for g := range res.Groups {
		x := explained(res.Groups[g], res.Topics, func(name string) string { return named[name] })
		if x.ID = c.ids[g]; IsFresh(x.ID) {
			x.Name = res.Groups[g].Name
		}
		kept[x.ID] = true
		r.Groups[g] = x
	}
	for id := range was.locked {
		kept[was.at[id]] = true
	}
	r.Told = Told{Clusters: len(kept), Topics: len(res.Topics), Alone: res.Alone, Locked: len(was.locked), Moves: len(c.moves),
		Kinds: map[string]int{}, Basis: by.basis(res.Basis), Changes: c.changes}
	for _, x := range c.changes {
		r.Told.Kinds[x.Kind]++
	}
	return r
}
