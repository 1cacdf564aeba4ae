package results

import "slices"

// hard gives the leader of each keyword.
//
// The pairs are never all held: those that share Top pages are gone through first, then those
// that share one less, and so on, each time through the lists of rare pages. What is known to
// be of one cluster already, or of two that can't be joined, is passed over a cluster at a
// time, so that a page that very many keywords have costs their clusters, not their pairs.
func (in *input) hard(least int) []int32 {
	u := newUnion(in, least)
	for shared := Top; shared >= least; shared-- {
		newLevel(u, shared).run()
	}
	leader := make([]int32, len(in.ids))
	for i := range leader {
		leader[i] = u.find(int32(i)) //nolint:gosec // places of keywords
	}
	return leader
}

// union is the clusters so far. A cluster is known by the keyword of it that is before all
// others.
type union struct {
	in      *input
	least   int
	up      []int32
	members [][]int32 // by first keyword
	core    [][]int32 // by first keyword: the pages that all members have, ascending
	apart   map[[2]int32]struct{}
}

func newUnion(in *input, least int) *union {
	u := &union{in: in, least: least, apart: map[[2]int32]struct{}{}}
	n := len(in.ids)
	u.up, u.members, u.core = make([]int32, n), make([][]int32, n), make([][]int32, n)
	for i := range int32(n) { //nolint:gosec // places of keywords
		u.up[i], u.members[i], u.core[i] = i, []int32{i}, in.sorted[i]
	}
	return u
}

func (u *union) find(i int32) int32 {
	for u.up[i] != i {
		u.up[i] = u.up[u.up[i]]
		i = u.up[i]
	}
	return i
}

// known tells whether two clusters were found not to go together. They never will: what
// keeps them apart stays in them.
func (u *union) known(a, b int32) bool {
	_, ok := u.apart[[2]int32{min(a, b), max(a, b)}]
	return ok
}

// join makes two clusters one when all their keywords match each other.
func (u *union) join(a, b int32) {
	a, b = min(a, b), max(a, b)
	if u.known(a, b) {
		return
	}
	if !u.match(a, b) {
		u.apart[[2]int32{a, b}] = struct{}{}
		return
	}
	u.up[b] = a
	if len(u.members[a]) < len(u.members[b]) {
		u.members[a], u.members[b] = u.members[b], u.members[a]
	}
	u.members[a] = append(u.members[a], u.members[b]...)
	u.core[a] = both(u.core[a], u.core[b])
	u.members[b], u.core[b] = nil, nil
}

// match tells whether every keyword of a shares enough pages with every one of b. Where what
// all have in common is enough, no pair needs to be looked at.
func (u *union) match(a, b int32) bool {
	if common(u.core[a], u.core[b]) >= u.least {
		return true
	}
	for _, x := range u.members[a] {
		for _, y := range u.members[b] {
			if u.in.shared(x, y) < u.least {
				return false
			}
		}
	}
	return true
}

// both are the numbers that two ascending lists have in common.
func both(x, y []int32) (out []int32) {
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			out = append(out, x[i])
			i, j = i+1, j+1
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return out
}

// level goes through the pairs that share a number of pages.
type level struct {
	*union
	shared int
	with   [][]int32 // by page: one keyword of each cluster that has it among its rare ones
	listed []int32   // by cluster: the last list that it was met in, counted
	lists  int32
	tried  []int32 // by cluster: the last keyword that it was held against, plus one
	found  []int32
}

func newLevel(u *union, shared int) *level {
	n := len(u.in.ids)
	l := &level{union: u, shared: shared, with: make([][]int32, len(u.in.names)), listed: make([]int32, n), tried: make([]int32, n)}
	u.in.list(l.with, shared)
	return l
}

// run goes through the level's pairs in their order and joins what goes together.
func (l *level) run() {
	for i := range int32(len(l.in.ids)) { //nolint:gosec // places of keywords
		l.found = l.found[:0]
		l.tried[l.find(i)] = i + 1
		for _, p := range l.in.rare(i, l.shared) {
			for _, c := range l.clusters(p) {
				if l.tried[c] != i+1 {
					l.tried[c] = i + 1
					l.hold(i, c)
				}
			}
		}
		slices.Sort(l.found)
		for _, j := range l.found {
			if a, b := l.find(i), l.find(j); a != b {
				l.join(a, b)
			}
		}
	}
}

// clusters are those that have the page, each once: keywords whose clusters have become one
// are from now on one entry of the list.
func (l *level) clusters(page int32) []int32 {
	l.lists++
	kept := l.with[page][:0]
	for _, i := range l.with[page] {
		if c := l.find(i); l.listed[c] != l.lists {
			l.listed[c] = l.lists
			kept = append(kept, c)
		}
	}
	l.with[page] = kept
	return kept
}

// hold finds the keywords of a cluster that are behind i and share the level's number of
// pages with it. None when i does not match all of the cluster: then nothing of it can come
// to be with i.
func (l *level) hold(i, c int32) {
	before := len(l.found)
	for n, j := range l.members[c] {
		shared := l.in.shared(i, j)
		if shared < l.least || n == 1 && l.known(l.find(i), c) {
			l.found = l.found[:before]
			return
		}
		if j > i && shared == l.shared {
			l.found = append(l.found, j)
		}
	}
}
