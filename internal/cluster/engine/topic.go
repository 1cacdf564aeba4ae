package engine

import (
	"math"
)

const (
	topicSize = 12  // keywords that a topic of a large site has at least
	topicLike = 0.1 // cosine to a topic's middle below which a cluster stays a topic by itself
)

// smallTopic is how many keywords a topic has at least, by the number of the site's.
func smallTopic(n int) float32 {
	return min(topicSize, float32(math.Sqrt(float64(n)))/5)
}

// sign is a group's signature; that of one item the tree may have.
func (c *cutting) sign(p int, x []float32) bitsOf {
	if m := c.members[p]; len(m) == 1 && c.tree.sign != nil {
		return c.tree.sign[m[0]]
	}
	return signOf(c.sums[p].dense, c.sums[p].sparse, x)
}

// communities gives the topic of each group: groups whose keywords are more often neighbours
// than chance makes them. Those that were there already take no part, but chance is that of the
// whole site: of few new keywords all may be of one topic.
func (c *cutting) communities(resolution float64) []int32 {
	part := 0
	g := &network{start: make([]int32, 1, len(c.members)+1), loop: make([]int64, len(c.members))}
	add := g.adder(len(c.members))
	for p, items := range c.members {
		if int32(p) < c.old { //nolint:gosec // groups
			g.next()
			continue
		}
		part += len(items)
		for _, i := range items {
			for _, e := range c.tree.around[i] {
				if to := c.of[e.to]; to >= c.old {
					add(to, int64(e.like*fine))
				}
			}
		}
		g.next()
	}
	return g.communities(resolution * min(1, float64(part)/float64(max(c.tree.crowd, 1))))
}

// settleNew finds the topic of each new cluster beside those that are there already: the one
// whose middle it is nearest to, of the old ones and of those that the new keywords make among
// themselves.
func (c *cutting) settleNew() {
	at := make([]int32, len(c.sums)) // of an old topic its first cluster, of a new one its number after the old clusters
	copy(at, c.tree.held.topic)
	for g := int(c.old); g < len(at); g++ {
		at[g] = c.old + c.topic[g]
	}
	middles := c.tree.s.middles(c.sums, at, 0)
	for g := int(c.old); g < len(middles); g++ {
		if middles[g].size < topicSize { // few keywords more are rarely a new topic
			middles[g] = group{}
		}
	}
	look := lookupOf(middles)
	parallel(len(at)-int(c.old), func(from, end int) {
		scan := lookupScan{x: make([]float32, width)}
		for g := int(c.old) + from; g < int(c.old)+end; g++ {
			sign := c.sign(g, scan.x)
			at[g] = look.nearest(&c.sums[g], &sign, at[g], &scan)
		}
	})
	for g, topic := range at {
		if c.topic[g] = topic - c.old; topic < c.old {
			c.topic[g] = -1 - topic
		}
	}
}

// lookup finds middles by their signatures.
type lookup struct {
	middles []group
	topic   []int32 // by place: the topic
	sign    []bitsOf
}

// tried is how many middles, nearest by signature, a cluster is compared with.
const tried = 8

// lookupOf leaves out the middles of topics that are too small.
func lookupOf(middles []group) *lookup {
	l := &lookup{}
	for g := range middles {
		if middles[g].size > 0 {
			l.middles = append(l.middles, middles[g])
			l.topic = append(l.topic, int32(g)) //nolint:gosec // topics
		}
	}
	l.sign = make([]bitsOf, len(l.middles))
	inParts(len(l.middles), 16, func(from, to int) {
		x := make([]float32, width)
		for m := from; m < to; m++ {
			l.sign[m] = signOf(l.middles[m].dense, l.middles[m].sparse, x)
		}
	})
	return l
}

// lookupScan is what looking for one middle needs, used again for the next.
type lookupScan struct {
	scan
	x []float32
}

// nearest is the topic nearest to a cluster; its own when none is near enough.
func (l *lookup) nearest(cluster *group, sign *bitsOf, own int32, s *lookupScan) int32 {
	s.far, s.rows = s.far[:0], s.rows[:0]
	for m := range l.sign {
		s.far, s.rows = append(s.far, uint16(l.sign[m].differ(sign))), append(s.rows, int32(m)) //nolint:gosec // at most width; topics
	}
	s.out = s.scan.nearest(s.out, s.rows, tried)
	best, to := float32(topicLike*cluster.length()), own
	for _, m := range s.out {
		if like := cluster.along(&l.middles[m]); like > best {
			best, to = like, l.topic[m]
		}
	}
	return to
}

// length is that of a group's sum.
func (g *group) length() float32 { return float32(math.Sqrt(float64(g.along(g)))) }

// along is the product of two groups' sums.
func (g *group) along(o *group) float32 { return dot(g.dense, o.dense) + sparseDot(g.sparse, o.sparse) }

// members lists the items of each group, of at least n.
func members(of []int32, n int32) [][]int32 {
	for _, g := range of {
		n = max(n, g+1)
	}
	start := make([]int32, n+1)
	for _, g := range of {
		start[g+1]++
	}
	for g := range n {
		start[g+1] += start[g]
	}
	all, out := make([]int32, len(of)), make([][]int32, n)
	for g := range n {
		out[g] = all[start[g]:start[g]:start[g+1]]
	}
	for i, g := range of {
		out[g] = append(out[g], int32(i)) //nolint:gosec // items
	}
	return out
}

// middles are the topics' sums at length one; those of topics that are too small are empty.
func (s *space) middles(sums []group, at []int32, small float32) []group {
	of := members(at, 0)
	out := make([]group, len(of))
	parallel(len(of), func(from, to int) {
		for g := from; g < to; g++ {
			m := group{dense: make([]float32, s.dim)}
			var all []entry
			for _, p := range of[g] {
				for d, x := range sums[p].dense {
					m.dense[d] += x
				}
				all = append(all, sums[p].sparse...)
				m.size += sums[p].size
			}
			if m.size < small {
				continue
			}
			m.sparse = added(all)
			if length := m.length(); length > 0 {
				scaleRow(m.dense, 1/length)
				for k := range m.sparse {
					m.sparse[k].x /= length
				}
			}
			out[g] = m
		}
	})
	return out
}
