package engine

import (
	"cmp"
	"slices"
)

// merge is a node of the tree: two nodes became one. Nodes 0 to n-1 are the items, node n+k
// is what merge k made.
type merge struct {
	a, b   int32
	height float32 // how alike the two were; never above that of what they are made of
}

// group is a set of items while it is one: the sums of its vectors, from which the mean
// cosine of all pairs between two groups follows.
type group struct {
	size   float32 // keywords
	dense  []float32
	sparse []entry
	edges  []edge
	best   edge // of the edges; to none: -1
}

// edge leads to a group that has a pair of neighbours with this one.
type edge struct {
	to   int32
	like float32
}

// forest grows the tree of a space.
type forest struct {
	s      *space
	least  float32
	groups []*group // by node; nil once it is part of another
	into   []int32  // by node: the node that it became a part of, itself at first
	merges []merge
	floor  []float32 // by node: its height; of an item more than any
	fresh  [][]edge  // by node: edges to what this round made
}

// grow joins the most alike groups again and again until none are as alike as least (average
// link: the mean over all pairs, so that chains do not form). Only groups with a pair of
// neighbours between them are looked at. In each round all pairs are joined of which each is
// the other's best: that gives what joining the best pair of all alone would give, since no
// group is more alike to two that were joined than to the better of them, and all cores work.
func (s *space) grow(links []link, least float32) []merge {
	f := &forest{s: s, least: least, groups: make([]*group, s.n, 2*s.n), into: make([]int32, s.n, 2*s.n), floor: make([]float32, s.n, 2*s.n), fresh: make([][]edge, s.n, 2*s.n)}
	f.plant(links)
	look := make([]int32, s.n) // groups with other edges than before
	for i := range look {
		look[i] = int32(i) //nolint:gosec // items
	}
	for len(look) > 0 {
		inParts(len(look), 64, func(from, to int) {
			for _, g := range look[from:to] {
				f.choose(g)
			}
		})
		look = f.round(f.mutual(look))
	}
	return f.merges
}

// plant makes a group of each item.
func (f *forest) plant(links []link) {
	s := f.s
	count := make([]int32, s.n)
	for _, l := range links {
		count[l.a]++
		count[l.b]++
	}
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			g := &group{size: s.weight[i], dense: s.row(i), sparse: s.sparse[i], edges: make([]edge, 0, count[i])}
			if w := s.weight[i]; w != 1 {
				g.dense, g.sparse = slices.Clone(g.dense), slices.Clone(g.sparse)
				scaleRow(g.dense, w)
				for k := range g.sparse {
					g.sparse[k].x *= w
				}
			}
			f.groups[i], f.into[i], f.floor[i] = g, int32(i), 2 //nolint:gosec // items
		}
	})
	for _, l := range links {
		if l.like >= f.least {
			f.groups[l.a].edges = append(f.groups[l.a].edges, edge{l.b, l.like})
			f.groups[l.b].edges = append(f.groups[l.b].edges, edge{l.a, l.like})
		}
	}
}

// choose drops what a group's edges lead to no longer, takes in the new ones and finds the
// best: the most alike, of these the older pair.
func (f *forest) choose(at int32) {
	g := f.groups[at]
	g.edges = slices.DeleteFunc(g.edges, func(e edge) bool { return f.into[e.to] != e.to })
	g.edges = append(g.edges, f.fresh[at]...)
	f.fresh[at] = nil
	g.best = edge{to: -1}
	for _, e := range g.edges {
		if e.like > g.best.like || e.like == g.best.like && older(at, e.to, g.best.to) {
			g.best = e
		}
	}
}

// older tells whether the pair of a and x comes before that of a and y.
func older(a, x, y int32) bool {
	return cmp.Or(cmp.Compare(min(a, x), min(a, y)), cmp.Compare(max(a, x), max(a, y))) < 0
}

// mutual gives the pairs of which each is the other's best, the most alike first.
func (f *forest) mutual(look []int32) []link {
	var out []link
	for _, x := range look {
		e := f.groups[x].best
		if e.to < 0 || f.groups[e.to].best.to != x {
			continue
		}
		out = append(out, link{e.like, min(x, e.to), max(x, e.to)})
	}
	slices.SortFunc(out, func(x, y link) int {
		return cmp.Or(cmp.Compare(y.like, x.like), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return slices.Compact(out) // both may have looked
}

// round joins pairs and gives the groups that have other edges now.
func (f *forest) round(pairs []link) []int32 {
	first := int32(len(f.groups)) //nolint:gosec // nodes
	for k, l := range pairs {
		c := first + int32(k) //nolint:gosec // nodes
		height := min(l.like, f.floor[l.a], f.floor[l.b])
		f.merges = append(f.merges, merge{l.a, l.b, height})
		f.groups, f.into, f.floor, f.fresh = append(f.groups, nil), append(f.into, c), append(f.floor, height), append(f.fresh, nil)
		f.into[l.a], f.into[l.b] = c, c
	}
	inParts(len(pairs), 16, func(from, to int) {
		for k := from; k < to; k++ {
			f.groups[int(first)+k] = f.join(pairs[k])
		}
	})
	var all []link // between what was made and what is there, to be compared
	for k, l := range pairs {
		c := first + int32(k) //nolint:gosec // nodes
		f.groups[l.a], f.groups[l.b] = nil, nil
		for _, e := range f.groups[c].edges {
			if e.to < first || e.to > c { // two new ones are compared once
				all = append(all, link{a: c, b: e.to})
			}
		}
		f.groups[c].edges = f.groups[c].edges[:0]
	}
	inParts(len(all), 64, func(from, to int) {
		for k := from; k < to; k++ {
			all[k].like = f.like(all[k].a, all[k].b)
		}
	})
	var look []int32
	for k := range pairs {
		look = append(look, first+int32(k)) //nolint:gosec // nodes
	}
	for _, l := range all {
		if l.b < first && f.fresh[l.b] == nil {
			look = append(look, l.b)
			f.fresh[l.b] = []edge{}
		}
		if l.like >= f.least {
			f.fresh[l.a] = append(f.fresh[l.a], edge{l.b, l.like})
			f.fresh[l.b] = append(f.fresh[l.b], edge{l.a, l.like})
		}
	}
	return look
}

// join makes one group of two; its edges tell where they lead, not yet how alike that is.
func (f *forest) join(l link) *group {
	a, b := f.groups[l.a], f.groups[l.b]
	g := &group{size: a.size + b.size, dense: make([]float32, len(a.dense)), sparse: addSparse(a.sparse, b.sparse), edges: make([]edge, 0, len(a.edges)+len(b.edges))}
	for d, x := range a.dense {
		g.dense[d] = x + b.dense[d]
	}
	for _, edges := range [][]edge{a.edges, b.edges} {
		for _, e := range edges {
			if to := f.into[e.to]; e.to != l.a && e.to != l.b {
				g.edges = append(g.edges, edge{to: to})
			}
		}
	}
	slices.SortFunc(g.edges, func(x, y edge) int { return cmp.Compare(x.to, y.to) })
	g.edges = slices.Compact(g.edges)
	return g
}

// like is the mean cosine of all pairs of two groups.
func (f *forest) like(a, b int32) float32 {
	x, y := f.groups[a], f.groups[b]
	return (dot(x.dense, y.dense) + sparseDot(x.sparse, y.sparse)) / float32(x.size*y.size)
}

func addSparse(a, b []entry) []entry {
	out := make([]entry, 0, len(a)+len(b))
	i := 0
	for _, e := range b {
		for ; i < len(a) && a[i].dim < e.dim; i++ {
			out = append(out, a[i])
		}
		if i < len(a) && a[i].dim == e.dim {
			e.x += a[i].x
			i++
		}
		out = append(out, e)
	}
	return append(out, a[i:]...)
}

// number replaces any names of groups by numbers in the order of their first items.
func number(of []int32) []int32 {
	names := map[int32]int32{}
	out := make([]int32, len(of))
	for i, x := range of {
		if _, ok := names[x]; !ok {
			names[x] = int32(len(names)) //nolint:gosec // groups
		}
		out[i] = names[x]
	}
	return out
}
