package results

import (
	"cmp"
	"slices"
)

// leaders are some keywords, found by their pages.
type leaders struct {
	in    *input
	least int
	with  [][]int32 // by page: the leaders that have it among their rare ones
}

func (in *input) leaders(least int) *leaders {
	return &leaders{in: in, least: least, with: make([][]int32, len(in.names))}
}

func (l *leaders) add(i int32) {
	for _, p := range l.in.rare(i, l.least) {
		l.with[p] = append(l.with[p], i)
	}
}

// list puts every keyword into the lists of its rare pages.
func (in *input) list(with [][]int32, least int) {
	size, total := make([]int32, len(with)), 0
	for i := range int32(len(in.ids)) { //nolint:gosec // places of keywords
		for _, p := range in.rare(i, least) {
			size[p]++
			total++
		}
	}
	all := make([]int32, total) // one piece of memory for all lists
	for p, n := range size {
		with[p], all = all[:0:n], all[n:]
	}
	for i := range int32(len(in.ids)) { //nolint:gosec // places of keywords
		for _, p := range in.rare(i, least) {
			with[p] = append(with[p], i)
		}
	}
}

// search goes through leaders; each one that works at the same time needs its own.
type search struct {
	*leaders
	seen []int32 // by keyword: the last one for which it was looked at, plus one
}

func (l *leaders) search() *search { return &search{l, make([]int32, len(l.in.ids))} }

// each calls found for every leader that shares at least l.least pages with keyword i, itself
// included when it leads, until found says no.
func (s *search) each(i int32, found func(leader int32, shared int) bool) {
	for _, p := range s.in.rare(i, s.least) {
		for _, l := range s.with[p] {
			if s.seen[l] == i+1 {
				continue
			}
			s.seen[l] = i + 1
			if n := s.in.shared(i, l); n >= s.least && !found(l, n) {
				return
			}
		}
	}
}

// soft gives the leader of each keyword.
//
// Leaders share fewer than least pages with each other, so of the pages that are everywhere
// no two leaders hold the same least ones: all but few leaders have them among those that
// rare leaves out, and the lists that are gone through stay short.
func (in *input) soft(least int) []int32 {
	leader := make([]int32, len(in.ids))
	all := in.leaders(least)
	s := all.search()
	for i := range int32(len(in.ids)) { //nolint:gosec // places of keywords
		leader[i] = i
		s.each(i, func(l int32, _ int) bool {
			leader[i] = -1
			return false
		})
		if leader[i] == i {
			all.add(i)
		}
	}
	in.inParts(all, func(s *search, i int32) {
		if leader[i] == i {
			return
		}
		leader[i], _ = s.best(i, -1)
	})
	return leader
}

// best is the leader that shares most pages with keyword i, but for one; -1 for none.
func (s *search) best(i, but int32) (leader int32, shared int) {
	leader = -1
	s.each(i, func(l int32, n int) bool {
		if l != but && (n > shared || n == shared && l < leader) {
			leader, shared = l, n
		}
		return true
	})
	return leader, shared
}

// result tells of each keyword where it is and why.
func (in *input) result(leader []int32, least int) Result {
	out := Result{Without: in.without, Places: make([]Place, len(in.ids))}
	at := make([]int32, len(in.ids)) // by leader: its cluster
	all := in.leaders(least)
	for i, l := range leader {
		if int(l) == i {
			at[l] = int32(len(out.Clusters)) //nolint:gosec // places of keywords
			out.Clusters = append(out.Clusters, Cluster{Leader: in.ids[l], Members: []int64{in.ids[l]}})
			all.add(l)
		}
	}
	for i, l := range leader {
		if int(l) != i {
			c := &out.Clusters[at[l]]
			c.Members = append(c.Members, in.ids[i])
		}
	}
	in.inParts(all, func(s *search, i int32) {
		p := Place{ID: in.ids[i], Cluster: int(at[leader[i]]), RunnerUp: -1}
		for _, page := range in.ranked[i] {
			if slices.Contains(in.sorted[leader[i]], page) {
				p.Shared = append(p.Shared, in.names[page])
			}
		}
		if l, n := s.best(i, leader[i]); l >= 0 {
			p.RunnerUp, p.RunnerUpShared = int(at[l]), n
		}
		out.Places[i] = p
	})
	slices.SortFunc(out.Places, func(a, b Place) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
