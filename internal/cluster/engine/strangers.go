package engine

import (
	"cmp"
	"slices"
)

const (
	closest    = 10   // keywords nearest to a new one that are looked at
	byChance   = 0.02 // how often chance alone may make as many of them new
	company    = 3    // of some keywords, the most alike that tell how near they stand to another
	looser     = 4    // of a group's members, one in so many stands less near to the others than a keyword that joins
	smallGroup = 3    // members from which on a group tells how near they stand
	nearer     = 1.1  // how many times as near the new ones must stand as a smaller group
	asking     = 24   // members of a group that are asked how near they stand to the others
)

// beside tells what is near a new item: how alike the new ones are, and, until it is told that
// this is enough, those that were there, the nearest first as far as that is known.
type beside struct {
	fresh func(i int) []float32
	there func(i int, more func(like float32) bool)
}

// strangers takes those items out of takes (by item of s: the group of t that would take it)
// that belong to something new. An item does when more of the keywords nearest to it are new
// than chance would have, and when it stands less near to the group than the group's own
// members do: new keywords of an old topic fill a group up, those of a new one stand together
// beside it. share is the part of all items that is new.
func (t *Tree) strangers(s *space, takes []int32, members [][]int32, share float64, near beside) {
	fresh := make([][]float32, s.n) // by item: how alike the new ones are, when they are many
	most := closest - unlikely(closest, share)
	if most < 0 {
		return
	}
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			if takes[i] < 0 {
				continue
			}
			if likes := near.fresh(i); near.many(i, likes, most) {
				fresh[i] = likes
			}
		}
	})
	asked, groups := map[int32]int{}, []int32(nil) // by group: its place among those that are asked
	for i, likes := range fresh {
		g := takes[i]
		if _, ok := asked[g]; likes == nil || ok || len(members[g]) < smallGroup {
			continue
		}
		asked[g] = len(groups)
		groups = append(groups, g)
	}
	stand := make([]float32, len(groups))
	parallel(len(groups), func(from, to int) {
		for k := from; k < to; k++ {
			stand[k] = t.s.stands(members[groups[k]])
		}
	})
	parallel(s.n, func(from, to int) {
		for i := from; i < to; i++ {
			if fresh[i] == nil {
				continue
			}
			there := s.toMembers(i, t.s, members[takes[i]])
			least := topMean(fresh[i]) / nearer
			if k, ok := asked[takes[i]]; ok {
				least = stand[k]
			}
			if there < least {
				takes[i] = -1
			}
		}
	})
}

// many tells whether all but a number of those closest to an item are new, given these from
// the most alike on.
func (b beside) many(i int, fresh []float32, most int) bool {
	if len(fresh) < closest-most {
		return false
	}
	least, others := fresh[closest-most-1], 0
	b.there(i, func(like float32) bool {
		if like > least {
			others++
		}
		return others <= most
	})
	return others <= most
}

// toMembers is how near an item stands to members of a group in another space.
func (s *space) toMembers(i int, o *space, items []int32) float32 {
	likes := make([]float32, 0, len(items))
	for _, j := range items {
		if s != o || int(j) != i {
			likes = append(likes, s.likeIn(i, o, int(j)))
		}
	}
	return topMean(likes)
}

// likeIn is the likeness of an item to one of another space that is seen from the same place.
func (s *space) likeIn(i int, o *space, j int) float32 {
	return dot(s.row(i), o.row(j)) + sparseDot(s.sparse[i], o.sparse[j])
}

// stands is how near the looser members of a group stand to the others.
func (s *space) stands(items []int32) float32 {
	step := max(1, len(items)/asking)
	var all []float32
	for k := 0; k < len(items); k += step {
		all = append(all, s.toMembers(int(items[k]), s, items))
	}
	slices.Sort(all)
	return all[len(all)/looser]
}

// down sorts likes, the highest first.
func down(likes []float32) {
	slices.SortFunc(likes, func(a, b float32) int { return cmp.Compare(b, a) })
}

// topMean is the mean of the highest; it sorts what it is given.
func topMean(likes []float32) float32 {
	down(likes)
	likes = likes[:min(len(likes), company)]
	sum := float32(0)
	for _, x := range likes {
		sum += x
	}
	return sum / float32(max(1, len(likes)))
}

// unlikely is the least number of n that chance makes new at most in byChance of all cases,
// each with the probability of share: the tail of the binomial distribution. Beyond n there
// is no such number.
func unlikely(n int, share float64) int {
	odds := make([]float64, n+1) // of so many
	odds[0] = 1
	for k := 1; k <= n; k++ {
		for j := k; j > 0; j-- {
			odds[j] = float64(odds[j]*(1-share)) + float64(odds[j-1]*share)
		}
		odds[0] *= 1 - share
	}
	tail := 0.0
	for k := n; k >= 0; k-- {
		if tail += odds[k]; tail > byChance {
			return k + 1
		}
	}
	return 0
}
