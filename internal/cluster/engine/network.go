package engine

// network is weighted links between nodes, each told at both of its ends. Weights are whole
// numbers, so that their sums are the same in whatever order they are made.
type network struct {
	start []int32 // by node: where its links begin; one more at the end
	to    []int32
	by    []int64
	loop  []int64 // by node: what is linked within it, told at both ends
}

// fine is how many steps of weight a likeness of 1 has.
const fine = 256

// adder makes links from the node that is being made, of n: those to the same other are one,
// those to itself its loop. next ends the node.
func (g *network) adder(n int) func(to int32, by int64) {
	place := make([]int32, n) // by node: where the link to it is, from the node being made
	for i := range place {
		place[i] = -1
	}
	return func(to int32, by int64) {
		node := int32(len(g.start) - 1) //nolint:gosec // nodes
		if to == node {
			g.loop[node] += by
			return
		}
		if at := place[to]; at >= g.start[node] {
			g.by[at] += by
			return
		}
		place[to] = int32(len(g.to)) //nolint:gosec // links
		g.to, g.by = append(g.to, to), append(g.by, by)
	}
}

func (g *network) next() { g.start = append(g.start, int32(len(g.to))) } //nolint:gosec // links

// communities numbers the nodes by what belongs together: within a community there are more
// links than if they went by chance, by resolution times (the modularity of Reichardt and
// Bornholdt 2006). It is found as Blondel and others (2008) do: nodes move to where they fit
// best, then communities are the nodes, until nothing moves.
func (g *network) communities(resolution float64) []int32 {
	of := make([]int32, len(g.loop))
	for i := range of {
		of[i] = int32(i) //nolint:gosec // nodes
	}
	for {
		at, moved := g.move(resolution)
		if !moved {
			return number(of)
		}
		at = number(at)
		for i := range of {
			of[i] = at[of[i]]
		}
		g = g.joined(at)
	}
}

// joined is the network whose nodes are communities.
func (g *network) joined(at []int32) *network {
	nodes := members(at, 0)
	out := &network{start: make([]int32, 1, len(nodes)+1), loop: make([]int64, len(nodes)), to: make([]int32, 0, len(g.to)), by: make([]int64, 0, len(g.to))}
	add := out.adder(len(nodes))
	for c, parts := range nodes {
		for _, i := range parts {
			out.loop[c] += g.loop[i]
			for k := g.start[i]; k < g.start[i+1]; k++ {
				add(at[g.to[k]], g.by[k])
			}
		}
		out.next()
	}
	return out
}

// sweeps is how often all nodes are gone over at most: the last ones gain next to nothing.
const sweeps = 12

// move lets each node move to the community with which it has the most in common beyond
// chance, in their order and again, until none gains by it.
func (g *network) move(resolution float64) (at []int32, moved bool) {
	m := newMoves(g)
	if m.sum == 0 {
		return m.at, false
	}
	for range sweeps {
		any := false
		for i := range m.at {
			if m.settle(int32(i), resolution) { //nolint:gosec // nodes
				any, moved = true, true
			}
		}
		if !any {
			break
		}
	}
	return m.at, moved
}

// moves are the communities while nodes move.
type moves struct {
	g      *network
	at     []int32 // by node
	degree []int64 // by node: its links and its loop
	total  []int64 // by community: the degrees of its nodes
	sum    int64   // of all degrees
	shared []int64 // by community: what the node that is looked at has in common with it
	near   []int32 // communities that it is linked to, its own first
}

func newMoves(g *network) *moves {
	n := len(g.loop)
	m := &moves{g: g, at: make([]int32, n), degree: make([]int64, n), total: make([]int64, n), shared: make([]int64, n)}
	for i := range m.at {
		m.at[i] = int32(i) //nolint:gosec // nodes
		m.degree[i] = g.loop[i]
		for k := g.start[i]; k < g.start[i+1]; k++ {
			m.degree[i] += g.by[k]
		}
		m.total[i] = m.degree[i]
		m.sum += m.degree[i]
	}
	return m
}

// settle moves one node. Of communities that are as good its own is taken, or the first.
func (m *moves) settle(i int32, resolution float64) (moved bool) {
	own := m.at[i]
	m.near = append(m.near[:0], own)
	for k := m.g.start[i]; k < m.g.start[i+1]; k++ {
		c := m.at[m.g.to[k]]
		if m.shared[c] == 0 && c != own {
			m.near = append(m.near, c)
		}
		m.shared[c] += m.g.by[k]
	}
	m.total[own] -= m.degree[i]
	chance := resolution * float64(m.degree[i]) / float64(m.sum)
	best, to := m.gain(own, chance), own
	for _, c := range m.near[1:] {
		if x := m.gain(c, chance); x > best || x == best && to != own && c < to {
			best, to = x, c
		}
	}
	for _, c := range m.near {
		m.shared[c] = 0
	}
	m.total[to] += m.degree[i]
	m.at[i] = to
	return to != own
}

// gain is what a node has in common with a community beyond chance. The product is made by
// itself: some processors would make it and the difference one step, with another last bit.
func (m *moves) gain(c int32, chance float64) float64 {
	return float64(m.shared[c]) - float64(chance*float64(m.total[c]))
}
