package engine

import "slices"

// held is the groups that are there already, as the tree sees them.
type held struct {
	groups []Existing
	items  [][]int32 // by group: those that it holds
	of     []int32   // by item: the group that holds it or took it, -1 for none
	sums   []group
	topic  []int32   // by group: the first one of the same topic
	least  []float32 // by group: how alike to it a keyword must be to join
}

const (
	lowMember = 10   // of a hundred members, as many are less alike to the others than a keyword that joins must be
	joinTight = 0.62 // beyond which a keyword joins whatever the members are
	joinBroad = 0.22 // below which none joins
	aloneLike = 0.65 // what a group of one asks for
)

// hold says which items the existing groups hold. An item that several hold belongs to the
// one with the first id.
func (t *Tree) hold(existing []Existing) {
	h := &held{groups: existing, topic: firstOfTopic(existing), of: make([]int32, t.s.n), sums: make([]group, len(existing)), least: make([]float32, len(existing))}
	for i := range h.of {
		h.of[i] = -1
	}
	h.items = make([][]int32, len(existing))
	for g, is := range t.in.old {
		for _, i := range is {
			if at := h.of[i]; at < 0 || existing[g].ID < existing[at].ID {
				h.of[i] = int32(g) //nolint:gosec // groups
			}
		}
	}
	for i, g := range h.of {
		if g >= 0 {
			h.items[g] = append(h.items[g], int32(i)) //nolint:gosec // items
		}
	}
	parallel(len(existing), func(from, to int) {
		for g := from; g < to; g++ {
			h.sums[g] = t.s.sum(h.items[g])
			h.least[g] = t.s.asks(h.items[g], &h.sums[g])
		}
	})
	t.held = h
}

// firstOfTopic gives for each group the first one of the same topic.
func firstOfTopic(groups []Existing) []int32 {
	first, out := map[string]int32{}, make([]int32, len(groups))
	for i, g := range groups {
		out[i] = int32(i) //nolint:gosec // groups
		if g.Topic == "" {
			continue
		}
		if at, ok := first[g.Topic]; ok {
			out[i] = at
		} else {
			first[g.Topic] = out[i]
		}
	}
	return out
}

// asks is how alike to a group a keyword must be to join it: about as alike as the least
// alike of its members are to the others.
func (s *space) asks(items []int32, sum *group) float32 {
	if len(items) < 2 {
		return aloneLike
	}
	of := make([]float32, 0, len(items))
	for _, i := range items {
		w := s.weight[i]
		all := float32(s.toward(i, sum)*sum.size) - float32(w*s.like(int(i), int(i)))
		of = append(of, all/(sum.size-w))
	}
	slices.Sort(of)
	return min(max(of[len(of)*lowMember/100], joinBroad), joinTight)
}

// take lets the existing groups take the items that are alike enough.
func (t *Tree) take() {
	h := t.held
	takes := make([]int32, t.s.n)
	parallel(t.s.n, func(from, to int) {
		for i := from; i < to; i++ {
			takes[i] = -1
			if h.of[i] < 0 {
				takes[i] = t.taker(int32(i)) //nolint:gosec // items
			}
		}
	})
	t.strangers(t.s, takes, h.items, t.fresh(), beside{
		fresh: func(i int) (likes []float32) {
			for _, e := range t.around[i] {
				if h.of[e.to] < 0 {
					likes = append(likes, e.like)
				}
			}
			down(likes)
			return likes
		},
		there: func(i int, more func(float32) bool) {
			for _, e := range t.around[i] {
				if h.of[e.to] >= 0 && !more(e.like) {
					return
				}
			}
		},
	})
	for i, g := range takes {
		if g >= 0 {
			h.of[i] = g
		}
	}
}

// fresh is the part of the items that no existing group holds.
func (t *Tree) fresh() float64 {
	n := 0
	for _, g := range t.held.of {
		if g < 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, t.s.n))
}

// taker is the existing group that an item joins, -1 for none.
func (t *Tree) taker(i int32) int32 {
	h, best, at := t.held, float32(0), int32(-1)
	for _, e := range t.around[i] {
		g := h.of[e.to]
		if g < 0 || h.groups[g].Locked || g == at {
			continue
		}
		like := t.s.toward(i, &h.sums[g])
		if like < h.least[g] {
			continue
		}
		if like > best || like == best && (at < 0 || h.groups[g].ID < h.groups[at].ID) {
			best, at = like, g
		}
	}
	return at
}
