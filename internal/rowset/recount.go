package rowset

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Recount sets what the rows of these clusters say of the keywords that are in them now: how
// many, their searches together, the mean of the difficulties that are known, and how many of
// each intent. It is part of each change that moves keywords, or changes their figures.
func Recount(d *Draft, clusters map[string]bool, now int64) {
	delete(clusters, "")
	if len(clusters) == 0 {
		return
	}
	all := map[string]*tallied{}
	for r := range d.Rows(Keywords) {
		at := r.Text(ColClusterID)
		if !clusters[at] {
			continue
		}
		if all[at] == nil {
			all[at] = &tallied{intents: map[string]int64{}}
		}
		all[at].add(r)
	}
	for c := range d.Rows(Clusters) {
		at := c.Text(ColClusterID)
		if !clusters[at] {
			continue
		}
		t := all[at]
		if t == nil {
			t = &tallied{}
		}
		f := t.fields()
		f[ColUpdatedAt] = now
		d.Update(Clusters, c.ID(), f)
	}
}

// tallied is what the keywords of one cluster come to.
type tallied struct {
	count, volume     int64
	known, difficulty int64
	intents           map[string]int64
}

func (t *tallied) add(r Row) {
	n, _ := r.Int(ColVolume)
	t.count++
	t.volume += n
	if n, ok := r.Int(ColDifficulty); ok {
		t.known++
		t.difficulty += n
	}
	if intent := r.Text(ColIntent); intent != "" {
		t.intents[intent]++
	}
}

func (t *tallied) fields() Fields {
	f := Fields{ColKeywordsCount: t.count, ColVolume: t.volume, ColDifficulty: nil, ColIntents: nil}
	if t.known > 0 {
		f[ColDifficulty] = (t.difficulty + t.known/2) / t.known
	}
	if len(t.intents) > 0 {
		f[ColIntents] = packIntents(t.intents)
	}
	return f
}

// packIntents writes counts as a column holds them, the most frequent first.
func packIntents(counts map[string]int64) string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, name := range names {
		names[i] = name + "=" + strconv.FormatInt(counts[name], 10)
	}
	return strings.Join(names, ",")
}

// Intents reads ColIntents: how many keywords have which intent. Nil when none is known.
func Intents(packed string) map[string]int64 {
	if packed == "" {
		return nil
	}
	out := map[string]int64{}
	for _, part := range strings.Split(packed, ",") {
		name, n, _ := strings.Cut(part, "=")
		out[name], _ = strconv.ParseInt(n, 10, 64)
	}
	return out
}

// ByHand adds to a keyword's change what holds when a person puts it into a cluster, or into
// none: it is locked there, and what a clustering said of its place is not known any more.
func ByHand(f Fields, cluster string) {
	f[ColLocked] = nil
	if cluster != "" {
		f[ColLocked] = true
	}
	Unplaced(f)
}

// Unplaced takes back what a clustering said of a keyword's place.
func Unplaced(f Fields) { f[ColSimilarity], f[ColRunnerUp], f[ColToRunnerUp] = nil, nil, nil }
