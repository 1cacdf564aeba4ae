package engine

import "testing"

// spots makes a space of n items around each of some directions, a few degrees apart.
func spots(n int, seed uint64, directions ...[3]float32) *space {
	s := &space{n: n * len(directions), dim: 3}
	for d, at := range directions {
		for i := range n {
			row := at
			for k := range row {
				h := mix(seed<<32 + uint64(d)<<16 + uint64(i)<<8 + uint64(k)) //nolint:gosec // small
				row[k] += float32(h%1000)/1000*0.3 - 0.15
			}
			unit(row[:])
			s.dense = append(s.dense, row[:]...)
		}
	}
	s.sparse = make([][]entry, s.n)
	return s
}

func ids(from, to int) (out []int32) {
	for i := from; i < to; i++ {
		out = append(out, int32(i)) //nolint:gosec // few
	}
	return out
}

// taken lets a group of two spots take new items of a large site, and tells how many it keeps.
func taken(fresh *space) (n int) {
	old := spots(8, 1, [3]float32{1, 0, 0}, [3]float32{0, 1, 0}, [3]float32{0, 0, -1}, [3]float32{-1, -1, 0})
	t := &Tree{s: old}
	takes, group := make([]int32, fresh.n), ids(0, 16)
	t.strangers(fresh, takes, [][]int32{group}, .05, beside{
		fresh: func(i int) (likes []float32) {
			for j := range fresh.n {
				if j != i {
					likes = append(likes, fresh.like(i, j))
				}
			}
			down(likes)
			return likes
		},
		there: func(i int, more func(float32) bool) { fresh.each(i, old, ids(0, old.n), more) },
	})
	for _, g := range takes {
		if g == 0 {
			n++
		}
	}
	return n
}

func TestStrangersStayByThemselves(t *testing.T) {
	t.Parallel()
	between := [3]float32{0.6, 0.6, 0.5}
	for _, c := range []struct {
		what        string
		fresh       *space
		least, most int
	}{
		{"new ones that stand together beside the group", spots(8, 2, between), 0, 0},
		{"one of these alone", spots(1, 2, between), 1, 1},
		{"as many, among the members of the group", spots(8, 3, [3]float32{1, 0, 0}), 5, 8},
		{"more than were there, among them", spots(16, 4, [3]float32{1, 0, 0}), 10, 16},
	} {
		if n := taken(c.fresh); n < c.least || n > c.most {
			t.Errorf("%s: %d are taken, want %d to %d", c.what, n, c.least, c.most)
		}
	}
}

// The tails of the binomial distribution, from a table: P(X >= 3 | 10, .05) = .0115,
// P(X >= 2) = .0861; P(X >= 5 | 10, .2) = .0328, P(X >= 6) = .0064.
func TestUnlikely(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n     int
		share float64
		want  int
	}{{10, .05, 3}, {10, .2, 6}, {10, 0, 1}, {10, .9, 11}, {10, 1, 11}, {0, .5, 1}} {
		if got := unlikely(c.n, c.share); got != c.want {
			t.Errorf("%d of which a share of %v: %d, want %d", c.n, c.share, got, c.want)
		}
	}
}
