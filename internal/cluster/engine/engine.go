// Package engine groups keywords by what they are about. It is plain computation: no I/O,
// no clock, no chance. The same keywords give the same groups, in whatever order they come,
// on however many cores of whatever make.
//
// Each keyword is a vector by meaning, seen from the site's own mean, beside one of its stems
// and character n-grams, weighted by rarity. The two most alike groups are joined until none
// are alike (average link); the tree of these merges is cut at two levels: clusters, which
// one page can serve, and topics, which belong together on a site. A stricter or broader cut
// is made from the same tree. New keywords may join groups that are there already, which
// never lose a member.
package engine

import (
	"cmp"
	"slices"
	"sync"
)

// Keyword is one keyword to group.
type Keyword struct {
	ID     int64
	Text   string
	Volume int64 // searches a month, 0 when unknown
}

// Existing is a group that is there already, with the keywords that it has.
type Existing struct {
	ID     string
	Topic  string // the topic that it belongs to, when that is known
	Texts  []string
	Locked bool // it takes no new keywords
}

// Settings say what keywords are compared by; the zero value means the defaults.
type Settings struct {
	Meaning    Meaning    // vectors by meaning; nil: words alone
	Strictness Strictness // how alike a cluster's keywords are
	NoStems    bool       // the texts are not English: character n-grams instead of stems
	Exact      bool       // compare all pairs, however many: to measure what the quick way costs
}

// Group is a set of keywords that one page can serve.
type Group struct {
	Into       string   // id of the existing group that takes them; empty for a new one
	Leader     int64    // the keyword that names a group: typical and often searched; 0 when it is one of an existing group's
	Name       string   // its text
	Members    []Member // by id
	Topic      int      // number of the topic that it belongs to, from 0 on
	Volume     int64    // of the members together
	Cohesion   float64  // mean likeness of its keywords to each other; 1 for a group of one
	Separation float64  // how unlike the nearest other group is
}

// IDs are those of the group's members, ascending.
func (g Group) IDs() []int64 {
	out := make([]int64, len(g.Members))
	for i, m := range g.Members {
		out[i] = m.ID
	}
	return out
}

// Member is a keyword of a group and why it is there.
type Member struct {
	ID         int64
	Similarity float64 // to the group's leader, 0 to 1
	RunnerUp   string  // name of the next best group, existing ones included; empty when no other is alike
	ToRunnerUp float64 // mean likeness to that group
}

// Result is a run's answer.
type Result struct {
	Groups []Group // by their first member
	Topics []Topic
	Basis  Basis
	Alone  int // keywords that are a group by themselves
}

// Topic is groups that belong together on a site.
type Topic struct {
	Into   string // name of the existing topic; empty for a new one
	Name   string // the leader of the group with the most searches
	Groups []int  // places in the result
}

// Basis tells by what keywords were compared: how many of them by meaning above all, and how
// many by their words and n-grams above all.
type Basis struct {
	Meaning int `json:"meaning"`
	Words   int `json:"words"`
}

// Run puts every keyword into exactly one group.
func Run(keywords []Keyword, existing []Existing, set Settings) Result {
	t := Grow(keywords, existing, set)
	return t.Cut(set.Strictness)
}

// Make is Run for those who want the groups alone.
func Make(keywords []Keyword, existing []Existing, set Settings) []Group {
	return Run(keywords, existing, set).Groups
}

// Tree is what a run computed before it was cut: Cut makes groups of any strictness of it
// without computing it again. It is safe for concurrent use.
type Tree struct {
	in     *input
	set    Settings
	s      *space
	merges []merge  // of the items that no existing group holds or took
	around [][]edge // by item: its neighbours
	sign   []bitsOf // by item; none on a small site
	held   *held
	crowd  int // by how many items it is told how alike a cluster must be
}

// Grow compares the keywords and grows the tree. The work grows a little faster than the
// number of keywords.
func Grow(keywords []Keyword, existing []Existing, set Settings) *Tree {
	return See(keywords, existing, set).Grow()
}

// Seen is keywords with their vectors, not yet compared.
type Seen struct {
	in       *input
	s        *space
	existing []Existing
	set      Settings
}

// See makes the vectors of keywords.
func See(keywords []Keyword, existing []Existing, set Settings) *Seen {
	in := distinct(keywords, existing, set)
	return &Seen{in, makeSpace(in.texts, in.equal, set.Meaning, !set.NoStems), existing, set}
}

// Grow compares what was seen and grows the tree.
func (v *Seen) Grow() *Tree {
	t := &Tree{in: v.in, s: v.s, set: v.set, crowd: v.s.n}
	t.hold(v.existing)
	if t.s.n > exactBelow {
		t.sign = t.s.signs()
	}
	t.grow(t.s.near(leastOf(t.s.n), v.set.Exact, t.sign, func(i int) bool { return t.held.of[i] < 0 }))
	return t
}

// grow makes a tree of the links between its items.
func (t *Tree) grow(links []link) {
	t.around = around(t.s.n, links)
	t.take()
	t.merges = t.s.grow(slices.DeleteFunc(links, func(l link) bool { return t.held.of[l.a] >= 0 || t.held.of[l.b] >= 0 }), leastOf(t.s.n))
}

// around lists each item's neighbours.
func around(n int, links []link) [][]edge {
	out := make([][]edge, n)
	for _, l := range links {
		out[l.a] = append(out[l.a], edge{l.b, l.like})
		out[l.b] = append(out[l.b], edge{l.a, l.like})
	}
	return out
}

// Cut makes the groups of a strictness.
func (t *Tree) Cut(strictness Strictness) Result {
	_, r := t.cut(strictness)
	return r
}

func (t *Tree) cut(strictness Strictness) (*cutting, Result) {
	c := &cutting{tree: t, old: int32(len(t.held.groups))} //nolint:gosec // groups
	c.of = c.place(strictness.page(t.crowd).groups(t.s.n, t.merges, t.in.equal))
	c.members = members(c.of, c.old)
	var topics sync.WaitGroup
	topics.Go(func() { c.topic = c.communities(strictness.resolution(t.crowd)) })
	c.gather()
	topics.Wait()
	if c.old > 0 {
		c.settleNew()
	}
	return c, c.result()
}

// cutting turns numbers of groups into groups with their reasons.
type cutting struct {
	tree    *Tree
	old     int32     // groups that are there already: the first ones
	of      []int32   // by item
	topic   []int32   // by group; of one that was there already -1 less its first group
	members [][]int32 // items by group
	sums    []group
	leads   []int32 // item by group
}

// place puts the existing groups, with what they took, before the tree's.
func (c *cutting) place(of []int32) []int32 {
	for i, g := range of {
		if of[i] = c.old + g; c.tree.held.of[i] >= 0 {
			of[i] = c.tree.held.of[i]
		}
	}
	names := map[int32]int32{}
	for i, g := range of {
		if g < c.old {
			continue
		}
		if _, ok := names[g]; !ok {
			names[g] = c.old + int32(len(names)) //nolint:gosec // groups
		}
		of[i] = names[g]
	}
	return of
}

func (c *cutting) result() Result {
	var out Result
	if len(c.members) == 0 {
		return out
	}
	out.Groups = make([]Group, len(c.members))
	parallel(len(c.members), func(from, to int) {
		for g := from; g < to; g++ {
			out.Groups[g] = c.group(int32(g)) //nolint:gosec // groups
		}
	})
	out.Groups = slices.DeleteFunc(out.Groups, func(g Group) bool { return len(g.Members) == 0 })
	c.order(&out)
	c.topics(&out)
	out.Basis = basisOf(c.tree.in, c.tree.s)
	for _, g := range out.Groups {
		if len(g.Members) == 1 {
			out.Alone++
		}
	}
	return out
}

func basisOf(in *input, s *space) (b Basis) {
	for i, k := range in.keywords {
		if s.known[i] >= halfKnown {
			b.Meaning += len(k)
		} else {
			b.Words += len(k)
		}
	}
	return b
}

// halfKnown is the share of a keyword from which on it is compared by meaning above all.
const halfKnown = 0.5

// gather adds the vectors of each group's items.
func (c *cutting) gather() {
	s := c.tree.s
	n := len(c.members)
	c.sums, c.leads = make([]group, n), make([]int32, n)
	parallel(n, func(from, to int) {
		for g := from; g < to; g++ {
			c.sums[g] = s.sum(c.members[g])
			if len(c.members[g]) > 0 {
				c.leads[g] = c.lead(g)
			}
		}
	})
}

// sum adds items; the sum of one is its own vector, not a copy.
func (s *space) sum(items []int32) group {
	if len(items) == 1 && s.weight[items[0]] == 1 {
		return group{size: 1, dense: s.row(int(items[0])), sparse: s.sparse[items[0]]}
	}
	g := group{dense: make([]float32, s.dim)}
	var all []entry
	for _, i := range items {
		w := s.weight[i]
		g.size += w
		for d, x := range s.row(int(i)) {
			g.dense[d] += float32(w * x)
		}
		for _, e := range s.sparse[i] {
			all = append(all, entry{e.dim, float32(w * e.x)})
		}
	}
	g.sparse = added(all)
	return g
}

// added sorts entries by dimension and makes those of one dimension one.
func added(all []entry) []entry {
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.dim, b.dim) })
	out := all[:0]
	for _, e := range all {
		if k := len(out); k > 0 && out[k-1].dim == e.dim {
			out[k-1].x += e.x
			continue
		}
		out = append(out, e)
	}
	return slices.Clip(out)
}

// toward is the mean likeness of an item to a group's keywords.
func (s *space) toward(i int32, g *group) float32 {
	return (dot(s.row(int(i)), g.dense) + sparseDot(s.sparse[i], g.sparse)) / g.size
}

// lead is the item that names a group: typical, and often searched.
func (c *cutting) lead(g int) int32 {
	best, at := float32(-1), c.members[g][0]
	if len(c.members[g]) == 1 {
		return at
	}
	for _, i := range c.members[g] {
		volume := int64(0)
		for _, k := range c.tree.in.keywords[i] {
			volume = max(volume, k.Volume)
		}
		typical := max(c.tree.s.toward(i, &c.sums[g]), 0.01)
		if rank := typical * float32(logarithm(2.8+float64(volume))); rank > best {
			best, at = rank, i
		}
	}
	return at
}

// order puts groups by their first member.
func (c *cutting) order(out *Result) {
	slices.SortFunc(out.Groups, func(a, b Group) int { return cmp.Compare(a.Members[0].ID, b.Members[0].ID) })
}

// topics numbers the topics by their first group.
func (c *cutting) topics(out *Result) {
	place := map[int]int{}
	for g := range out.Groups {
		of := out.Groups[g].Topic
		at, ok := place[of]
		if !ok {
			at = len(out.Topics)
			place[of] = at
			out.Topics = append(out.Topics, Topic{})
			if of < 0 {
				out.Topics[at].Into = c.tree.held.groups[-1-of].Topic
			}
		}
		out.Groups[g].Topic = at
		out.Topics[at].Groups = append(out.Topics[at].Groups, g)
	}
	for i := range out.Topics {
		t := &out.Topics[i]
		head := slices.MaxFunc(t.Groups, func(a, b int) int {
			x, y := &out.Groups[a], &out.Groups[b]
			return cmp.Or(cmp.Compare(x.Volume, y.Volume), cmp.Compare(len(x.Members), len(y.Members)), cmp.Compare(b, a))
		})
		t.Name = out.Groups[head].Name
	}
}

// Dim is the length of the tree's vectors by meaning, 0 without any.
func (t *Tree) Dim() int { return t.s.dim }

// Vectors gives the vector by meaning of each keyword, by id from 0 to n-1, as the tree sees
// them.
func (t *Tree) Vectors(n int) [][]float32 {
	out := make([][]float32, n)
	for i, ks := range t.in.keywords {
		for _, k := range ks {
			out[k.ID] = t.s.row(i)
		}
	}
	return out
}
