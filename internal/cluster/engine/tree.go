package engine

import "slices"

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
	around []int32 // groups that hold a neighbour of its
}

// forest grows the tree of a space.
type forest struct {
	s      *space
	groups []*group // by node; nil once it is part of another
	into   []int32  // by node: the node that it became a part of, itself at first
	queue  queue
	mark   []int32 // by node: the last merge that looked at it
	merges []merge
	floor  []float32
}

// grow joins the two most alike groups again and again until none are as alike as least
// (average link: the mean over all pairs, so that chains do not form). Only groups with a
// pair of neighbours between them are looked at.
func (s *space) grow(links []link, least float32) []merge {
	f := &forest{s: s, groups: make([]*group, s.n, 2*s.n), into: make([]int32, s.n, 2*s.n), mark: make([]int32, s.n, 2*s.n), floor: make([]float32, s.n, 2*s.n)}
	for i := range s.n {
		f.groups[i] = &group{size: s.weight[i], dense: slices.Clone(s.row(i)), sparse: slices.Clone(s.sparse[i])}
		scaleRow(f.groups[i].dense, s.weight[i])
		for k := range f.groups[i].sparse {
			f.groups[i].sparse[k].x *= s.weight[i]
		}
		f.into[i], f.floor[i] = int32(i), 2 //nolint:gosec // items
	}
	for _, l := range links {
		f.groups[l.a].around = append(f.groups[l.a].around, l.b)
		f.groups[l.b].around = append(f.groups[l.b].around, l.a)
		if l.like >= least {
			f.queue = append(f.queue, queued{key(l.like, l.a), l.b})
		}
	}
	f.queue.init()
	for len(f.queue) > 0 {
		l := f.queue.pop()
		if f.groups[l.a] != nil && f.groups[l.b] != nil {
			f.merge(l, least)
		}
	}
	return f.merges
}

// like is the mean cosine of all pairs of two groups.
func (f *forest) like(a, b int32) float32 {
	x, y := f.groups[a], f.groups[b]
	return (dot(x.dense, y.dense) + sparseDot(x.sparse, y.sparse)) / float32(x.size*y.size)
}

func (f *forest) merge(l link, least float32) {
	a, b := f.groups[l.a], f.groups[l.b]
	c := int32(len(f.groups)) //nolint:gosec // nodes
	g := &group{size: a.size + b.size, dense: a.dense, sparse: addSparse(a.sparse, b.sparse)}
	for d, x := range b.dense {
		g.dense[d] += x
	}
	height := min(l.like, f.floor[l.a], f.floor[l.b])
	f.merges = append(f.merges, merge{l.a, l.b, height})
	f.groups[l.a], f.groups[l.b] = nil, nil
	f.into[l.a], f.into[l.b] = c, c
	f.groups, f.into, f.mark, f.floor = append(f.groups, g), append(f.into, c), append(f.mark, 0), append(f.floor, height)
	f.mark[c] = c
	for _, list := range [][]int32{a.around, b.around} {
		for _, o := range list {
			if o = f.now(o); f.mark[o] == c {
				continue
			}
			f.mark[o] = c
			g.around = append(g.around, o)
			f.groups[o].around = append(f.groups[o].around, c)
			if like := f.like(o, c); like >= least {
				f.queue.push(link{like, o, c})
			}
		}
	}
}

// now is the group that a node is part of.
func (f *forest) now(x int32) int32 {
	for f.into[x] != x {
		f.into[x] = f.into[f.into[x]]
		x = f.into[x]
	}
	return x
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

// queued is a link in the queue: what it is ordered by, and the second of its groups.
type queued struct {
	key uint64 // of likeness and first group
	b   int32
}

func (x queued) before(y queued) bool { return x.key < y.key || x.key == y.key && x.b < y.b }

// queue is a heap of links, best first: the most alike, then the older groups. Its order is
// total, so what comes out does not depend on how it was filled.
type queue []queued

const branches = 4 // of the heap: fewer levels, and the four stand side by side in memory

func (q queue) init() {
	for i := len(q) / branches; i >= 0; i-- {
		q.down(i)
	}
}

func (q *queue) push(l link) {
	*q = append(*q, queued{key(l.like, l.a), l.b})
	h := *q
	i := len(h) - 1
	x := h[i]
	for i > 0 {
		up := (i - 1) / branches
		if !x.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = x
}

func (q *queue) pop() link {
	h := *q
	top := h[0]
	h[0] = h[len(h)-1]
	*q = h[:len(h)-1]
	q.down(0)
	like, a := unkey(top.key)
	return link{like, a, top.b}
}

func (q queue) down(i int) {
	if i >= len(q) {
		return
	}
	x := q[i]
	for {
		first := branches*i + 1
		if first >= len(q) {
			break
		}
		best := first
		for c := first + 1; c < min(first+branches, len(q)); c++ {
			if q[c].before(q[best]) {
				best = c
			}
		}
		if !q[best].before(x) {
			break
		}
		q[i] = q[best]
		i = best
	}
	q[i] = x
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
