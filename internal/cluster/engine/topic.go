package engine

import "math"

const (
	topicSize = 12  // keywords that a topic of a large site has at least
	topicLike = 0.1 // cosine to a topic's middle below which a cluster stays a topic by itself
)

// smallTopic is how many keywords a topic has at least, by the number of the site's.
func smallTopic(n int) float32 {
	return min(topicSize, float32(math.Sqrt(float64(n)))/5)
}

// settle moves the clusters of topics to the topic whose middle they are nearest to, and
// gives up topics that are too small: what the cut left over joins what is there. of is the
// topic and part the cluster of each item; the answer is the topic of each.
func (s *space) settle(of, part []int32, small float32) []int32 {
	parts := members(part)
	sums := make([]group, len(parts))
	parallel(len(parts), func(from, to int) {
		for p := from; p < to; p++ {
			sums[p] = s.sum(parts[p])
		}
	})
	at := make([]int32, len(parts))
	for i, p := range part {
		at[p] = of[i]
	}
	at = number(at)
	middles := s.middles(sums, at, small)
	to := make([]int32, len(parts))
	parallel(len(parts), func(from, end int) {
		for p := from; p < end; p++ {
			to[p] = nearestMiddle(&sums[p], middles, at[p])
		}
	})
	out := make([]int32, len(of))
	for i, p := range part {
		out[i] = to[p]
	}
	return number(out)
}

// nearestMiddle is the topic nearest to a cluster; its own when none is near enough.
func nearestMiddle(cluster *group, middles []group, own int32) int32 {
	length := float32(math.Sqrt(float64(dot(cluster.dense, cluster.dense) + sparseDot(cluster.sparse, cluster.sparse))))
	best, to := float32(topicLike*length), own
	for g := range middles {
		if middles[g].size == 0 {
			continue
		}
		if like := dot(cluster.dense, middles[g].dense) + sparseDot(cluster.sparse, middles[g].sparse); like > best {
			best, to = like, int32(g) //nolint:gosec // topics
		}
	}
	return to
}

// members lists the items of each group.
func members(of []int32) [][]int32 {
	n := int32(0)
	for _, g := range of {
		n = max(n, g+1)
	}
	out := make([][]int32, n)
	for i, g := range of {
		out[g] = append(out[g], int32(i)) //nolint:gosec // items
	}
	return out
}

// middles are the topics' sums at length one; those of topics that are too small are empty.
func (s *space) middles(sums []group, at []int32, small float32) []group {
	of := members(at)
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
			length := float32(math.Sqrt(float64(dot(m.dense, m.dense) + sparseDot(m.sparse, m.sparse))))
			if length > 0 {
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
