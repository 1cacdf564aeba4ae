package engine

import "math"

// level is where a tree is cut.
type level struct {
	tight float32 // what is at least this alike is always joined
	broad float32 // what is less alike is never joined
}

// pages is the level of normal strictness, chosen on labelled sets (docs/clusters.md): where a
// tree is cut into what one page serves.
var pages = level{tight: 0.92, broad: 0.145}

// topics is by how much links within a topic outnumber chance at normal strictness: of 3 to 8,
// all about as good on labelled sets, one in the middle. On a small site, where a few links are
// a large share of all, it is less: √n parted by smallSites, of 3 to 4 as good.
const (
	topics     = 5
	smallSites = 3.5
)

// A larger site is more crowded: from manyItems on, the broad end of its clusters rises with
// each tenfold of items.
const (
	manyItems = 4000
	crowding  = 0.13
)

// page is where a tree of n items is cut into clusters.
func (s Strictness) page(n int) level {
	l := pages
	if n > manyItems {
		l.broad += float32(crowding * logarithm(float64(n)/manyItems) / logarithm(10))
	}
	return s.level(l)
}

// resolution is by how much links within a topic of n items outnumber chance: at the strict end
// four times as much as at normal, at the broad end a fourth.
func (s Strictness) resolution(n int) float64 {
	normal, by := min(topics, math.Sqrt(float64(n))/smallSites), s.by()
	if by > 0 {
		return normal * (1 + float64(3*by))
	}
	return normal / (1 - float64(3*by))
}

// by is how far a strictness is from normal: -1 (broad) to 1.
func (s Strictness) by() float64 {
	if s == 0 {
		s = Normal
	}
	return float64(2*s) - 1
}

// level moves a level: at the strict end nothing is joined, at the broad end it asks for half.
func (s Strictness) level(normal level) level {
	by := float32(s.by())
	if by > 0 {
		return level{normal.tight + float32(by*(1.2-normal.tight)), normal.broad + float32(by*(1.1-normal.broad))}
	}
	return level{normal.tight * (1 + by/2), normal.broad * (1 + by/2)}
}

// leastOf is the likeness of n items below which no strictness joins any, and which tells
// nothing of topics.
func leastOf(n int) float32 { return min(Broadest.page(n).broad, topicLink) }

// topicLink is the likeness from which on neighbours count for what belongs together.
const topicLink = 0.115

// soft is how little alike two must be for likeness to be measured in steps rather than in
// parts: above it a group lasts longer the more its likeness falls by in parts.
const soft = 0.2

// depth is a likeness as it is measured in the tree.
func depth(like float32) float32 { return float32(logarithm(float64(max(like, 0)) + soft)) }

// groups cuts a tree at a level: for each item the number of its group, numbered by their
// first items. A group is kept whole when it lasts for longer (from its own height down to
// that of the group above it) than its parts did on the mean: where a site's topics stand
// far apart they stay whole, where one runs into the next only the most alike are joined. A
// stricter level only takes groups apart.
func (l level) groups(n int, merges []merge, weight []float32) []int32 {
	nodes := n + len(merges)
	tight, broad := depth(l.tight), depth(l.broad)
	up := make([]float32, nodes)    // height of the node above
	parent := make([]int32, nodes)  // -1: none
	size := make([]float32, nodes)  // keywords
	lasts := make([]float32, nodes) // the best that can be made of it
	whole := make([]bool, nodes)    // it is best as one
	for i := range up {
		up[i], parent[i] = broad, -1
	}
	copy(size, weight)
	for k, m := range merges {
		size[n+k] = size[m.a] + size[m.b]
		h := max(depth(m.height), broad)
		up[m.a], up[m.b] = h, h
		parent[m.a], parent[m.b] = int32(n+k), int32(n+k) //nolint:gosec // nodes
	}
	for i := range n {
		lasts[i], whole[i] = float32(size[i]*max(0, tight-up[i])), true
	}
	for k, m := range merges {
		x, h := n+k, depth(m.height)
		parts := lasts[m.a] + lasts[m.b]
		own := float32(size[x] * max(0, min(h, tight)-up[x]))
		whole[x] = m.height >= l.broad && (h >= tight || own >= parts)
		lasts[x] = parts
		if whole[x] {
			lasts[x] = own
		}
	}
	top := make([]int32, nodes)
	for i := nodes - 1; i >= 0; i-- {
		top[i] = int32(i) //nolint:gosec // nodes
		if p := parent[i]; p >= 0 && (whole[p] || top[p] != p) {
			top[i] = top[p]
		}
	}
	return number(top[:n])
}
