package engine

import (
	"cmp"
	"container/heap"
	"slices"
)

const (
	maxNeighbours = 20
	commonShare   = 0.2 // beyond this share of a large site a feature finds no neighbours
	largeSite     = 5000
)

// link is two groups that may be joined.
type link struct {
	like float64
	a, b int // a < b
}

// before orders links: the most alike first, then the older groups.
func before(x, y link) int {
	return cmp.Or(cmp.Compare(y.like, x.like), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}

// neighbours finds for each item its most alike others, at least as alike as least, through
// an inverted index. Each pair stands once.
func (s *space) neighbours(least float64) []link {
	posting := make([][]entry, len(s.mean)) // entry.dim is the item here
	for i, v := range s.vecs {
		for _, e := range v {
			posting[e.dim] = append(posting[e.dim], entry{int32(i), e.x})
		}
	}
	n := len(s.vecs)
	score, seen := make([]float64, n), make([]int32, 0, n)
	var links []link
	for i, v := range s.vecs {
		for _, e := range v {
			if n > largeSite && float64(len(posting[e.dim])) > commonShare*float64(n) {
				continue
			}
			for _, p := range posting[e.dim] {
				if score[p.dim] == 0 {
					seen = append(seen, p.dim)
				}
				score[p.dim] += float64(e.x * p.x)
			}
		}
		var mine []link
		for _, j := range seen {
			cos := score[j]
			score[j] = 0
			if int(j) == i || s.scale[i] == 0 || s.scale[j] == 0 {
				continue
			}
			like := (cos - s.dot[i] - s.dot[j] + s.mm) * s.scale[i] * s.scale[j]
			if like >= least {
				mine = append(mine, link{like, min(i, int(j)), max(i, int(j))})
			}
		}
		seen = seen[:0]
		slices.SortFunc(mine, before)
		links = append(links, mine[:min(len(mine), maxNeighbours)]...)
	}
	slices.SortFunc(links, func(x, y link) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.CompactFunc(links, func(x, y link) bool { return x.a == y.a && x.b == y.b })
}

// queue of links, best first.
type links []link

func (l links) Len() int           { return len(l) }
func (l links) Less(i, j int) bool { return before(l[i], l[j]) < 0 }
func (l links) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *links) Push(x any)        { *l = append(*l, x.(link)) }
func (l *links) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}

// agglomerate joins the two most alike groups again and again until none are as alike as
// cut (average link: the mean over all pairs, so that chains do not form). Only groups with
// a pair of neighbours between them are looked at. Groups come out by their first item.
func (s *space) agglomerate(start []*group, near []link, cut float64) []*group {
	groups := slices.Clone(start)
	around := make([]map[int]bool, len(groups), 2*len(groups))
	for i := range around {
		around[i] = map[int]bool{}
	}
	var q links
	for _, l := range near {
		l.like = s.likeness(groups[l.a], groups[l.b])
		around[l.a][l.b], around[l.b][l.a] = true, true
		if l.like >= cut {
			q = append(q, l)
		}
	}
	heap.Init(&q)
	for q.Len() > 0 {
		l := heap.Pop(&q).(link)
		if groups[l.a] == nil || groups[l.b] == nil {
			continue
		}
		c := len(groups)
		g := join(groups[l.a], groups[l.b])
		next := map[int]bool{}
		for _, old := range []int{l.a, l.b} {
			for o := range around[old] {
				delete(around[o], old)
				if o != l.a && o != l.b {
					next[o] = true
				}
			}
			around[old], groups[old] = nil, nil
		}
		groups, around = append(groups, g), append(around, next)
		for o := range next {
			around[o][c] = true
			// The heap's order is total, so the order of these pushes does not matter.
			if like := s.likeness(groups[o], g); like >= cut {
				heap.Push(&q, link{like, o, c})
			}
		}
	}
	out := slices.DeleteFunc(groups, func(g *group) bool { return g == nil })
	for _, g := range out {
		slices.Sort(g.items)
	}
	slices.SortFunc(out, func(x, y *group) int { return cmp.Compare(x.items[0], y.items[0]) })
	return out
}
