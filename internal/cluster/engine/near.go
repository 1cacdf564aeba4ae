package engine

import (
	"cmp"
	"math"
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

// near finds for each wanted item its most alike others, at least as alike as least. Each
// pair stands once, ordered by its items. sign is the items' signatures, of a large site.
func (s *space) near(least float32, exact bool, sign []bitsOf, wanted func(int) bool) []link {
	if exact || s.n <= exactBelow {
		return pairs(s.exactly(least, wanted))
	}
	of := make([][]link, s.n)
	c := makeCells(sign)
	parallel(s.n, func(from, to int) {
		var r ranking
		scan := &scan{}
		for i := from; i < to; i++ {
			if wanted(i) {
				of[i] = r.best(s, i, c.nearest(&sign[i], int32(i), reranked, scan), least) //nolint:gosec // items
			}
		}
	})
	return pairs(of)
}

// pairs flattens each item's links; a pair that both have stands once.
func pairs(of [][]link) []link {
	start := make([]int, len(of)+1)
	for _, links := range of {
		for _, l := range links {
			start[l.a+1]++
		}
	}
	for i := range of {
		start[i+1] += start[i]
	}
	all, next := make([]link, start[len(of)]), slices.Clone(start)
	for _, links := range of {
		for _, l := range links {
			all[next[l.a]] = l
			next[l.a]++
		}
	}
	parallel(len(of), func(from, to int) {
		for i := from; i < to; i++ {
			slices.SortFunc(all[start[i]:start[i+1]], func(x, y link) int { return cmp.Compare(x.b, y.b) })
		}
	})
	return slices.CompactFunc(all, func(x, y link) bool { return x.a == y.a && x.b == y.b })
}

// ranking is what comparing one item needs, used again for the next.
type ranking struct{ keys []uint64 }

// best compares item i with the candidates and keeps the most alike.
func (r *ranking) best(s *space, i int, candidates []int32, least float32) []link {
	r.keys = r.keys[:0]
	for _, j := range candidates {
		if like := s.like(min(i, int(j)), max(i, int(j))); like >= least {
			r.keys = append(r.keys, key(like, j))
		}
	}
	return r.links(i)
}

// links are those of item i to the most alike that were compared.
func (r *ranking) links(i int) []link {
	slices.Sort(r.keys)
	out := make([]link, min(len(r.keys), neighbours))
	for k := range out {
		like, j := unkey(r.keys[k])
		out[k] = link{like, min(int32(i), j), max(int32(i), j)} //nolint:gosec // items
	}
	return out
}

// key is a number that is the less the more alike, then the lower the number of the item;
// likeness is not negative.
func key(like float32, item int32) uint64 {
	return uint64(^math.Float32bits(like))<<32 | uint64(uint32(item)) //nolint:gosec // never negative
}

func unkey(k uint64) (like float32, item int32) {
	return math.Float32frombits(^uint32(k >> 32)), int32(uint32(k)) //nolint:gosec // as it was put in
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

// signOf spreads two vectors over all axes (a Hadamard transform after a fixed change
// of signs: every axis sees a bit of everything) and takes the signs.
func signOf(dense []float32, sparse []entry, x []float32) (out bitsOf) {
	clear(x)
	for d, v := range dense {
		x[d%width] += v
	}
	for _, e := range sparse {
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
	sign   []bitsOf // by item
	centre []bitsOf
	start  []int32   // by cell: the place of its first member; at the end, how many there are
	member []int32   // by place: the item
	first  []firstOf // by place: the beginning of its signature
	probes int
}

// firstOf is the beginning of a signature, which is looked at first: most others are far off.
type firstOf [firstWords]uint64

const (
	rounds     = 4     // of moving the centres
	sampled    = 24000 // about how many items the centres are moved by
	firstWords = 3     // of a signature
	looked     = 800   // of the probed, as many as look nearest by these are looked at whole
)

func (s *space) signs() []bitsOf {
	sign := make([]bitsOf, s.n)
	parallel(s.n, func(from, to int) {
		x := make([]float32, width)
		for i := from; i < to; i++ {
			sign[i] = signOf(s.row(i), s.sparse[i], x)
		}
	})
	return sign
}

func makeCells(sign []bitsOf) *cells {
	c, n := &cells{sign: sign}, len(sign)
	k := max(1, n/256)
	for k > 1 && k*k > 2*n {
		k--
	}
	for i := range k {
		c.centre = append(c.centre, c.sign[i*n/k])
	}
	c.probes = min(k, max(2, probedRows*k/n))
	step := max(1, n/sampled)
	some := make([]int32, 0, n/step+1)
	for i := 0; i < n; i += step {
		some = append(some, int32(i)) //nolint:gosec // items
	}
	for range rounds {
		c.assign(some)
		c.move()
	}
	every := make([]int32, n)
	for i := range every {
		every[i] = int32(i) //nolint:gosec // items
	}
	c.assign(every)
	c.first = make([]firstOf, n)
	for at, i := range c.member {
		copy(c.first[at][:], c.sign[i][:firstWords])
	}
	return c
}

// assign puts each of some items into the cell of the nearest centre.
func (c *cells) assign(some []int32) {
	cell := make([]int32, len(some))
	parallel(len(some), func(from, to int) {
		for at := from; at < to; at++ {
			cell[at] = nearestOf(c.centre, &c.sign[some[at]])
		}
	})
	c.start = make([]int32, len(c.centre)+1)
	for _, k := range cell {
		c.start[k+1]++
	}
	for k := range c.centre {
		c.start[k+1] += c.start[k]
	}
	next := slices.Clone(c.start)
	c.member = make([]int32, len(some))
	for at, k := range cell {
		c.member[next[k]] = some[at]
		next[k]++
	}
}

func (c *cells) members(k int) []int32 { return c.member[c.start[k]:c.start[k+1]] }

// nearestOf is the place of the signature that differs least.
func nearestOf(among []bitsOf, from *bitsOf) int32 {
	best, at := width+1, 0
	for k := range among {
		if d := among[k].differ(from); d < best {
			best, at = d, k
		}
	}
	return int32(at) //nolint:gosec // few
}

// move sets each centre to the signs that most members have.
func (c *cells) move() {
	inParts(len(c.centre), 8, func(from, to int) {
		for k := from; k < to; k++ {
			var n [width]int32
			for _, i := range c.members(k) {
				for d := range n {
					n[d] += int32(c.sign[i][d/64] >> (d % 64) & 1) //nolint:gosec // a bit
				}
			}
			var to bitsOf
			for d := range n {
				if 2*int(n[d]) > len(c.members(k)) {
					to[d/64] |= 1 << (d % 64)
				}
			}
			if len(c.members(k)) > 0 {
				c.centre[k] = to
			}
		}
	})
}

// scan is what looking for one item's candidates needs, used again for the next.
type scan struct {
	far   []uint16 // by place in rows: how many signs differ
	rows  []int32
	short []uint8 // by place among the probed: how many signs of the first words differ
	cells []int32
	out   []int32
}

// limit is up to how much the nearest of those counted differ so that as many as wanted do,
// and how many of those that differ just as much are wanted.
func limit(count []int32, wanted int32) (far int, left int32) {
	for left = wanted; far < len(count) && count[far] < left; far++ {
		left -= count[far]
	}
	return far, left
}

// nearest keeps as many of rows as are wanted: those that differ least, and of those that
// differ as much as the last of them the first.
func (s *scan) nearest(out, rows []int32, wanted int32) []int32 {
	var count [width + 1]int32
	for _, d := range s.far {
		count[d]++
	}
	far, left := limit(count[:], wanted)
	out = out[:0]
	for k, d := range s.far {
		switch d := int(d); {
		case d < far:
			out = append(out, rows[k])
		case d == far && left > 0:
			out = append(out, rows[k])
			left--
		}
	}
	return out
}

// probe gives the places of those in some cells whose first words differ least.
func (c *cells) probe(s *scan, mine *bitsOf) []int32 {
	total := 0
	for _, k := range s.cells {
		total += int(c.start[k+1] - c.start[k])
	}
	if cap(s.short) < total {
		s.short = make([]uint8, total+total/4)
	}
	short := s.short[:total]
	var count [256]int32
	a, b, d, n := mine[0], mine[1], mine[2], 0
	for _, k := range s.cells {
		first := c.first[c.start[k]:c.start[k+1]]
		row := short[n : n+len(first)]
		for at := range row {
			o := &first[at]
			far := uint8(bits.OnesCount64(a^o[0]) + bits.OnesCount64(b^o[1]) + bits.OnesCount64(d^o[2])) //nolint:gosec // at most 192
			row[at] = far
			count[far]++
		}
		n += len(first)
	}
	far, left := limit(count[:], looked)
	out, n := s.out[:0], 0
	for _, k := range s.cells {
		from, to := c.start[k], c.start[k+1]
		for at, d := range short[n : n+int(to-from)] {
			if int(d) > far {
				continue
			}
			if int(d) == far {
				if left == 0 {
					continue
				}
				left--
			}
			out = append(out, from+int32(at)) //nolint:gosec // items
		}
		n += int(to - from)
	}
	return out
}

// nearest gives as many as are wanted of the signatures nearest to one, in the cells nearest to
// it, but for the one of that place; -1 for none.
func (c *cells) nearest(mine *bitsOf, but, wanted int32, s *scan) []int32 {
	s.far, s.rows = s.far[:0], s.rows[:0]
	for k := range c.centre {
		s.far, s.rows = append(s.far, uint16(c.centre[k].differ(mine))), append(s.rows, int32(k)) //nolint:gosec // at most width; few cells
	}
	s.cells = s.nearest(s.cells, s.rows, int32(c.probes)) //nolint:gosec // few cells
	s.out = c.probe(s, mine)
	s.far, s.rows = s.far[:0], s.rows[:0]
	for _, at := range s.out {
		if j := c.member[at]; j != but {
			s.far, s.rows = append(s.far, uint16(mine.differ(&c.sign[j]))), append(s.rows, j) //nolint:gosec // at most width
		}
	}
	s.out = s.nearest(s.out, s.rows, wanted)
	return s.out
}
