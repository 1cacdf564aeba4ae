package engine

// exactly compares every wanted item with all others. The stems are looked up by the items
// that have them, so that most of the work is one product of two dense vectors a pair.
func (s *space) exactly(least float32, wanted func(int) bool) [][]link {
	dims := 0
	for _, v := range s.sparse {
		for _, e := range v {
			dims = max(dims, int(e.dim)+1)
		}
	}
	with := make([][]entry, dims) // by dimension: the items that have it
	for i, v := range s.sparse {
		for _, e := range v {
			with[e.dim] = append(with[e.dim], entry{int32(i), e.x}) //nolint:gosec // items
		}
	}
	of := make([][]link, s.n)
	inParts(s.n, 32, func(from, to int) {
		var r ranking
		like := make([]float32, s.n)
		for i := from; i < to; i++ {
			if wanted(i) {
				of[i] = r.all(s, i, like, with, least)
			}
		}
	})
	return of
}

func (r *ranking) all(s *space, i int, like []float32, with [][]entry, least float32) []link {
	clear(like)
	for _, e := range s.sparse[i] {
		for _, o := range with[e.dim] {
			like[o.dim] += float32(e.x * o.x)
		}
	}
	r.keys = r.keys[:0]
	row := s.row(i)
	for j := range s.n {
		if x := dot(row, s.row(j)) + like[j]; x >= least && j != i {
			r.keys = append(r.keys, key(x, int32(j))) //nolint:gosec // items
		}
	}
	return r.links(i)
}
