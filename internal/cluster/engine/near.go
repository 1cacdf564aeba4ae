package engine

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	neighbours = 20   // of each item, the most alike
	reranked   = 72   // candidates by signature that are compared exactly
	exactBelow = 2500 // items of a site small enough to compare all pairs
	signature  = 8    // words of 64 bits
	probedRows = 7000 // about how many items' signatures are compared with each
)

// link is two items or groups and how alike they are; a < b.
type link struct {
	like float32
	a, b int32
}

// before orders links: the most alike first, then the older groups.
func before(x, y link) int {
	return cmp.Or(cmp.Compare(y.like, x.like), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}

// near finds for each wanted item its most alike others, at least as alike as least. Each
// pair stands once, ordered by its items.
func (s *space) near(least float32, wanted func(int) bool) []link {
	of := make([][]link, s.n)
	if s.n <= exactBelow {
		parallel(s.n, func(from, to int) {
			for i := from; i < to; i++ {
				if wanted(i) {
					of[i] = s.best(i, s.others(i), least)
				}
			}
		})
	} else {
		c := s.makeCells()
		parallel(s.n, func(from, to int) {
			scan := newScan(s.n)
			for i := from; i < to; i++ {
				if wanted(i) {
					of[i] = s.best(i, c.candidates(i, scan), least)
				}
			}
		})
	}
	return pairs(of)
}

// pairs flattens each item's links; a pair that both have stands once.
func pairs(of [][]link) []link {
	total := 0
	for _, l := range of {
		total += len(l)
	}
	all := make([]link, 0, total)
	for _, l := range of {
		all = append(all, l...)
	}
	slices.SortFunc(all, func(x, y link) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.CompactFunc(all, func(x, y link) bool { return x.a == y.a && x.b == y.b })
}

func (s *space) others(i int) []int32 {
	out := make([]int32, 0, s.n-1)
	for j := range s.n {
		if j != i {
			out = append(out, int32(j)) //nolint:gosec // few items
		}
	}
	return out
}

// best compares item i with the candidates and keeps the most alike.
func (s *space) best(i int, candidates []int32, least float32) []link {
	out := make([]link, 0, len(candidates))
	for _, j := range candidates {
		a, b := min(i, int(j)), max(i, int(j))
		if like := s.like(a, b); like >= least {
			out = append(out, link{like, int32(a), int32(b)}) //nolint:gosec // items
		}
	}
	slices.SortFunc(out, before)
	return slices.Clone(out[:min(len(out), neighbours)])
}

// bitsOf is the signs of a vector seen along random axes: the fewer differ between two, the
// more alike they are.
type bitsOf [signature]uint64

func (a *bitsOf) differ(b *bitsOf) int {
	n := 0
	for k := range a {
		n += bits.OnesCount64(a[k] ^ b[k])
	}
	return n
}

const width = signature * 64

// sign spreads an item's two vectors over all axes (a Hadamard transform after a fixed change
// of signs: every axis sees a bit of everything) and takes the signs.
func (s *space) sign(i int, x []float32) (out bitsOf) {
	clear(x)
	for d, v := range s.row(i) {
		x[d%width] += v
	}
	for _, e := range s.sparse[i] {
		h := mix(uint64(e.dim)) //nolint:gosec // never negative
		// A stem stands in four places, so that two that meet in one are told apart by the others.
		for range 4 {
			at, v := h%width, e.x/2
			if h&(1<<40) != 0 {
				v = -v
			}
			x[at] += v
			h = mix(h)
		}
	}
	for d := range x {
		if mix(uint64(d)+1<<32)&1 != 0 { //nolint:gosec // never negative
			x[d] = -x[d]
		}
	}
	hadamard(x)
	for d, v := range x {
		if v > 0 {
			out[d/64] |= 1 << (d % 64)
		}
	}
	return out
}

func hadamard(x []float32) {
	for h := 1; h < len(x); h *= 2 {
		for i := 0; i < len(x); i += 2 * h {
			for j := i; j < i+h; j++ {
				x[j], x[j+h] = x[j]+x[j+h], x[j]-x[j+h]
			}
		}
	}
}

// mix spreads the bits of a number (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// cells divide the signatures into about as many parts as the root of their number, each
// around a centre, so that an item is compared with those in the nearest cells alone.
type cells struct {
	sign    []bitsOf
	centre  []bitsOf
	members [][]int32
	probes  int
}

const rounds = 4 // of moving the centres

func (s *space) makeCells() *cells {
	c := &cells{sign: make([]bitsOf, s.n)}
	parallel(s.n, func(from, to int) {
		x := make([]float32, width)
		for i := from; i < to; i++ {
			c.sign[i] = s.sign(i, x)
		}
	})
	k := max(1, s.n/256)
	for k > 1 && k*k > 2*s.n {
		k--
	}
	for i := range k {
		c.centre = append(c.centre, c.sign[i*s.n/k])
	}
	c.probes = min(k, max(2, probedRows*k/s.n))
	cell := make([]int32, s.n)
	for r := range rounds + 1 {
		parallel(s.n, func(from, to int) {
			for i := from; i < to; i++ {
				cell[i] = c.nearest(i)
			}
		})
		c.members = make([][]int32, k)
		for i, at := range cell {
			c.members[at] = append(c.members[at], int32(i)) //nolint:gosec // items
		}
		if r < rounds {
			c.move()
		}
	}
	return c
}

func (c *cells) nearest(i int) int32 {
	best, at := width+1, 0
	for k := range c.centre {
		if d := c.centre[k].differ(&c.sign[i]); d < best {
			best, at = d, k
		}
	}
	return int32(at) //nolint:gosec // few cells
}

// move sets each centre to the signs that most members have.
func (c *cells) move() {
	parallel(len(c.centre), func(from, to int) {
		for k := from; k < to; k++ {
			var n [width]int32
			for _, i := range c.members[k] {
				for d := range n {
					n[d] += int32(c.sign[i][d/64] >> (d % 64) & 1) //nolint:gosec // a bit
				}
			}
			var to bitsOf
			for d := range n {
				if 2*int(n[d]) > len(c.members[k]) {
					to[d/64] |= 1 << (d % 64)
				}
			}
			if len(c.members[k]) > 0 {
				c.centre[k] = to
			}
		}
	})
}

// scan is what looking for one item's candidates needs, used again for the next.
type scan struct {
	far   []uint16 // by place in rows: how many signs differ
	rows  []int32
	cells []link
	count [width + 2]int32
	out   []int32
}

func newScan(n int) *scan { return &scan{rows: make([]int32, 0, min(n, 2*probedRows))} }

// candidates gives the items with the signatures nearest to i's, in the cells nearest to it.
func (c *cells) candidates(i int, s *scan) []int32 {
	s.cells = s.cells[:0]
	for k := range c.centre {
		s.cells = append(s.cells, link{like: -float32(c.centre[k].differ(&c.sign[i])), a: int32(k)}) //nolint:gosec // few cells
	}
	slices.SortFunc(s.cells, before)
	s.rows, s.far, s.out = s.rows[:0], s.far[:0], s.out[:0]
	clear(s.count[:])
	mine := &c.sign[i]
	for _, l := range s.cells[:c.probes] {
		for _, j := range c.members[l.a] {
			if int(j) == i {
				continue
			}
			d := mine.differ(&c.sign[j])
			s.rows, s.far = append(s.rows, j), append(s.far, uint16(d)) //nolint:gosec // at most width
			s.count[d]++
		}
	}
	// All nearer than where the wanted number is reached, and of those just there the first.
	limit, left := 0, int32(reranked)
	for ; limit <= width && s.count[limit] < left; limit++ {
		left -= s.count[limit]
	}
	for k, j := range s.rows {
		switch d := int(s.far[k]); {
		case d < limit:
			s.out = append(s.out, j)
		case d == limit && left > 0:
			s.out = append(s.out, j)
			left--
		}
	}
	return s.out
}
