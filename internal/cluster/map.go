package cluster

import (
	"cmp"
	"context"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// mapPage is how many clusters one answer has at least, unless there are no more: an answer
// of a function ends at 6 MB.
const mapPage = 20_000

// Map is the clusters of a site by topic, or a part of them.
type Map struct {
	Topics  []Topic `json:"topics" doc:"the largest first"`
	Version int64   `json:"version" doc:"of the site's rows"`
	Count   int     `json:"count" doc:"topics in all"`
	Next    int     `json:"next" doc:"from which topic on to ask for more; 0: this was all"`
}

// Topic is clusters that belong together.
type Topic struct {
	Name     string `json:"name"`
	Keywords int64  `json:"keywords_count"`
	Clusters []Spot `json:"clusters" doc:"the largest first"`
}

// Spot is a cluster as a map shows it.
type Spot struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Keywords int64  `json:"keywords_count"`
	Volume   int64  `json:"volume"`
	Disabled bool   `json:"disabled,omitempty"`
}

// MapOf gives the clusters of a site, or of one of its sectors, by topic, from a topic on. A
// cluster without a topic is one by itself.
func (s *Service) MapOf(ctx context.Context, scope account.Scope, site, sector string, from int) (Map, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return Map{}, errs.Wrap("cluster.MapOf", err)
	}
	all := topics(set, sector)
	m := Map{Topics: []Topic{}, Version: set.Version(), Count: len(all)}
	n := 0
	for i := min(max(from, 0), len(all)); i < len(all); i++ {
		if n >= mapPage {
			m.Next = i
			break
		}
		m.Topics = append(m.Topics, all[i])
		n += len(all[i].Clusters)
	}
	return m, nil
}

func topics(set *rowset.Set, sector string) []Topic {
	at := map[string]int{}
	var all []Topic
	for r := range set.Rows(rowset.Clusters) {
		if sector != "" && r.Text(rowset.ColSector) != sector {
			continue
		}
		x := Spot{ID: r.Text(rowset.ColClusterID), Name: r.Text(rowset.ColName), Disabled: r.Flag(rowset.ColDisabled)}
		x.Keywords, _ = r.Int(rowset.ColKeywordsCount)
		x.Volume, _ = r.Int(rowset.ColVolume)
		name := cmp.Or(r.Text(colTopic), x.Name)
		key := r.Text(rowset.ColSector) + "\x00" + name
		i, ok := at[key]
		if !ok {
			i = len(all)
			at[key] = i
			all = append(all, Topic{Name: name})
		}
		all[i].Keywords += x.Keywords
		all[i].Clusters = append(all[i].Clusters, x)
	}
	for i := range all {
		slices.SortStableFunc(all[i].Clusters, func(a, b Spot) int { return cmp.Compare(b.Keywords, a.Keywords) })
	}
	slices.SortStableFunc(all, func(a, b Topic) int { return cmp.Compare(b.Keywords, a.Keywords) })
	return all
}

// Dot is a keyword as a map shows it.
type Dot struct {
	ID         int64    `json:"id"`
	Keyword    string   `json:"keyword"`
	Cluster    string   `json:"cluster_id"`
	Volume     *int64   `json:"volume"`
	Similarity *float64 `json:"similarity"`
}

// maxDots is how many keywords one answer of a map has at most.
const maxDots = 5000

// Dots gives the keywords of clusters that a map is zoomed into, at most 5,000, by cluster in
// the order that is asked for.
func (s *Service) Dots(ctx context.Context, scope account.Scope, site string, clusters []string) ([]Dot, error) {
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return nil, errs.Wrap("cluster.Dots", err)
	}
	in := s.indexes.of(scope, site, set).keywords
	out := []Dot{}
	for _, c := range clusters {
		for _, id := range in[c] {
			r, ok := set.Get(rowset.Keywords, id)
			if !ok || len(out) >= maxDots {
				continue
			}
			d := Dot{ID: id, Keyword: r.Text(rowset.ColKeyword), Cluster: c, Similarity: known(r, rowset.ColSimilarity)}
			if n, ok := r.Int(rowset.ColVolume); ok {
				d.Volume = &n
			}
			out = append(out, d)
		}
	}
	return out, nil
}
