// Package engine groups keywords by what they are about. It is plain computation: no I/O,
// no clock, no chance. The same keywords give the same groups, in whatever order they come.
//
// Each keyword is a vector of its stems and character n-grams, weighted by rarity and seen
// from the site's own mean; groups that are most alike are joined until none are alike
// enough (average link). New keywords may join groups that are there already, which never
// lose a member.
package engine

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Keyword is one keyword to group.
type Keyword struct {
	ID     int64
	Text   string
	Volume int64 // searches a month, 0 when unknown
}

// Existing is a group that is there already, with the keywords that it has.
type Existing struct {
	ID    string
	Texts []string
}

// Settings say how alike is alike enough; the zero value means the defaults.
type Settings struct {
	Cut     float64 // mean likeness at which groups are joined, 0 to 1; higher is stricter
	Lower   float64 // likeness at which a keyword that stayed alone joins its nearest group
	NoStems bool    // the texts are not English: character n-grams instead of stems
	Strict  bool    // keywords that stayed alone stay alone
}

// The default cuts, chosen on labelled sets of search queries.
const (
	DefaultCut   = 0.35
	DefaultLower = 0.30
)

// Group is a set of keywords that one page can serve.
type Group struct {
	Into    string  // id of the existing group that takes them; empty for a new one
	Leader  int64   // the keyword that names a new group: typical and often searched
	Members []int64 // ids, ascending
}

// Make puts every keyword into exactly one group. Groups come by their first member.
// The work grows with the number of keywords times that of their neighbours.
func Make(keywords []Keyword, existing []Existing, set Settings) []Group {
	if set.Cut == 0 {
		set.Cut = DefaultCut
	}
	if set.Lower == 0 {
		set.Lower = DefaultLower
	}
	items := distinct(keywords, existing, set)
	if len(items.keywords) == 0 {
		return nil
	}
	s := makeSpace(items.texts, items.equal, !set.NoStems)
	fresh := items.join(s, existing, set)
	out := items.taken
	for _, g := range items.cluster(s, fresh, set) {
		out = append(out, items.group(s, g))
	}
	slices.SortFunc(out, func(a, b Group) int { return cmp.Compare(a.Members[0], b.Members[0]) })
	return out
}

// input is the keywords of a run with texts that mean the same made one: a flood of near
// copies would otherwise be each other's only neighbours.
type input struct {
	texts    []string    // by item, in order of their stems
	equal    []int       // keywords that item i stands for, old ones included
	keywords [][]Keyword // the new ones among them
	old      [][]int     // items of each existing group
	taken    []Group     // what existing groups took
}

func distinct(keywords []Keyword, existing []Existing, set Settings) *input {
	type one struct {
		key, text string
		fresh     []Keyword
		old       []int // existing groups that hold it, one entry a keyword
	}
	byKey := map[string]*one{}
	add := func(text string) *one {
		key := stemKey(text, !set.NoStems)
		o := byKey[key]
		if o == nil {
			o = &one{key: key, text: text}
			byKey[key] = o
		}
		o.text = min(o.text, text) // not the first that came: the order must not matter
		return o
	}
	for _, k := range keywords {
		o := add(k.Text)
		o.fresh = append(o.fresh, k)
	}
	for g, e := range existing {
		for _, t := range e.Texts {
			o := add(t)
			o.old = append(o.old, g)
		}
	}
	all := make([]*one, 0, len(byKey))
	for _, o := range byKey {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *one) int { return cmp.Compare(a.key, b.key) })
	in := &input{old: make([][]int, len(existing))}
	for i, o := range all {
		slices.SortFunc(o.fresh, func(a, b Keyword) int { return cmp.Compare(a.ID, b.ID) })
		in.texts, in.equal = append(in.texts, o.text), append(in.equal, len(o.fresh)+len(o.old))
		in.keywords = append(in.keywords, o.fresh)
		for _, g := range o.old {
			in.old[g] = append(in.old[g], i)
		}
	}
	return in
}

// stemKey is equal for texts that consist of the same stems.
func stemKey(text string, stems bool) string {
	var parts []string
	for _, f := range features(text, stems) {
		if f.name[0] != 'g' {
			parts = append(parts, f.name)
		}
	}
	if len(parts) == 0 { // nothing but signs
		return "=" + Fold(text)
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), " ")
}

// join lets existing groups take the items that are alike enough, and gives the others.
func (in *input) join(s *space, existing []Existing, set Settings) []int {
	groups := make([]*group, len(existing))
	holder := map[int]int{} // item: the existing group that holds it
	with := map[int32][]int{}
	for g, items := range in.old {
		for _, i := range items {
			if groups[g] == nil {
				groups[g] = s.one(i, 1)
			} else {
				groups[g] = join(groups[g], s.one(i, 1))
			}
			if at, ok := holder[i]; !ok || existing[g].ID < existing[at].ID {
				holder[i] = g
			}
		}
		if groups[g] != nil {
			for _, e := range groups[g].sum {
				with[e.dim] = append(with[e.dim], g)
			}
		}
	}
	takes := map[int][]int64{}
	var rest []int
	for i, fresh := range in.keywords {
		if len(fresh) == 0 {
			continue
		}
		g, ok := holder[i]
		if !ok {
			g, ok = s.nearest(s.one(i, 1), groups, with, set.Cut, func(a, b int) bool { return existing[a].ID < existing[b].ID })
		}
		if !ok {
			rest = append(rest, i)
			continue
		}
		for _, k := range fresh {
			takes[g] = append(takes[g], k.ID)
		}
	}
	for g, ids := range takes {
		slices.Sort(ids)
		in.taken = append(in.taken, Group{Into: existing[g].ID, Members: ids})
	}
	return rest
}

// nearest finds the group most alike to g among those that share a feature with it, if it
// is at least as alike as least. first breaks ties.
func (s *space) nearest(g *group, groups []*group, with map[int32][]int, least float64, first func(a, b int) bool) (int, bool) {
	best, at := math.Inf(-1), -1
	seen := map[int]bool{}
	for _, e := range g.sum {
		for _, o := range with[e.dim] {
			if seen[o] || groups[o] == nil || groups[o] == g {
				continue
			}
			seen[o] = true
			like := s.likeness(g, groups[o])
			if like > best || like == best && first(o, at) {
				best, at = like, o
			}
		}
	}
	return at, at >= 0 && best >= least
}

// cluster groups the items that no existing group took.
func (in *input) cluster(s *space, fresh []int, set Settings) []*group {
	place := make([]int, len(in.texts))
	for i := range place {
		place[i] = -1
	}
	start := make([]*group, len(fresh))
	for n, i := range fresh {
		place[i], start[n] = n, s.one(i, len(in.keywords[i]))
	}
	var near []link
	for _, l := range s.neighbours(set.Lower) {
		if l.a, l.b = place[l.a], place[l.b]; l.a >= 0 && l.b >= 0 {
			near = append(near, l)
		}
	}
	groups := s.agglomerate(start, near, set.Cut)
	if set.Strict {
		return groups
	}
	return s.attach(groups, set.Lower)
}

// attach lets each keyword that stayed alone join its nearest group of several.
func (s *space) attach(groups []*group, least float64) []*group {
	with := map[int32][]int{}
	targets := make([]*group, len(groups))
	for n, g := range groups {
		if g.size < 2 {
			continue
		}
		targets[n] = g
		for _, e := range g.sum {
			with[e.dim] = append(with[e.dim], n)
		}
	}
	var alone []*group
	more := map[int][]int{}
	for n, g := range groups {
		if targets[n] != nil {
			continue
		}
		if to, ok := s.nearest(g, targets, with, least, func(a, b int) bool { return a < b }); ok {
			more[to] = append(more[to], g.items...)
			continue
		}
		alone = append(alone, g)
	}
	for n, g := range targets {
		if g == nil {
			continue
		}
		for _, i := range more[n] {
			g = join(g, s.one(i, 1))
		}
		alone = append(alone, g)
	}
	return alone
}

// group names a group and lists its keywords.
func (in *input) group(s *space, g *group) Group {
	var out Group
	var lead Keyword
	best := math.Inf(-1)
	for _, i := range g.items {
		typical := math.Max(s.likeness(s.one(i, 1), g), 0.01)
		for _, k := range in.keywords[i] {
			out.Members = append(out.Members, k.ID)
			rank := typical * math.Log(math.E+float64(max(k.Volume, 0)))
			if rank > best || rank == best && (k.Text < lead.Text || k.Text == lead.Text && k.ID < lead.ID) {
				best, lead = rank, k
			}
		}
	}
	slices.Sort(out.Members)
	out.Leader = lead.ID
	return out
}
