package engine

// level is where a tree is cut.
type level struct {
	tight float32 // what is at least this alike is always joined
	broad float32 // what is less alike is never joined
}

// page and topic are the two levels of one tree: what one page serves, and what belongs
// together on a site. They were chosen on labelled sets (docs/clusters.md).
func (s Strictness) page() level {
	return s.level(level{tight: 1, broad: 0.1}, 0.1)
}

func (s Strictness) topic() level {
	return s.level(level{tight: 0.2, broad: 0.1}, 0.08)
}

// level moves a level: twice and half of normal at the ends, and a floor that goes with it.
func (s Strictness) level(normal level, floor float32) level {
	if s == 0 {
		s = Normal
	}
	by := float32(2*s - 1) // -1 to 1
	if by > 0 {
		return level{normal.tight * (1 + by), normal.broad + by*(1-normal.broad)*.5}
	}
	return level{normal.tight * (1 + by/2), normal.broad + by*floor}
}

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
		lasts[i], whole[i] = size[i]*max(0, tight-up[i]), true
	}
	for k, m := range merges {
		x, h := n+k, depth(m.height)
		parts := lasts[m.a] + lasts[m.b]
		own := size[x] * max(0, min(h, tight)-up[x])
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
