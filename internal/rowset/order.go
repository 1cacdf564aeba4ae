package rowset

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"sync"
)

// How much a set remembers of what it was asked.
const (
	mostFilters = 24
	mostOrders  = 4
	deepPage    = 2000 // rows down a list from which its whole order is worth having
)

// engine remembers what was asked of a sheet: filters, whole orders, and which orders were
// asked for.
type engine struct {
	mu      sync.Mutex
	filters []namedFilter // the newest last
	orders  []namedOrder
	asked   map[orderName]bool
}

type namedFilter struct {
	name [3]string
	rows bitmap
}

type orderName struct {
	column string
	down   bool
}

type namedOrder struct {
	name  orderName
	order []uint32
	known int
}

func (e *engine) filter(name [3]string) (bitmap, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.filters, func(f namedFilter) bool { return f.name == name })
	if i < 0 {
		return nil, false
	}
	f := e.filters[i]
	e.filters = append(slices.Delete(e.filters, i, i+1), f)
	return f.rows, true
}

func (e *engine) keepFilter(name [3]string, rows bitmap) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.filters = append(e.filters, namedFilter{name, rows})
	if len(e.filters) > mostFilters {
		e.filters = slices.Delete(e.filters, 0, 1)
	}
}

// find gives an order that is there; again tells that it was asked for before.
func (e *engine) find(name orderName) (o namedOrder, ok, again bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.orders, func(o namedOrder) bool { return o.name == name })
	if i < 0 {
		again = e.asked[name]
		if e.asked == nil {
			e.asked = map[orderName]bool{}
		}
		e.asked[name] = true
		return o, false, again
	}
	o = e.orders[i]
	e.orders = append(slices.Delete(e.orders, i, i+1), o)
	return o, true, true
}

func (e *engine) keepOrder(o namedOrder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.orders = append(e.orders, o)
	if len(e.orders) > mostOrders {
		delete(e.asked, e.orders[0].name)
		e.orders = slices.Delete(e.orders, 0, 1)
	}
}

// page gives the places of the asked part of the rows, in the asked order.
func (s *sheet) page(rows bitmap, count int, q Query) []uint32 {
	from := min(max(q.Offset, 0), count)
	to := count
	if q.Limit < count-from {
		to = from + max(q.Limit, 0)
	}
	if from == to {
		return nil
	}
	if q.By == "" {
		return s.byID(rows, count, from, to, q.Down)
	}
	name := orderName{q.By, q.Down}
	have, ok, again := s.engine.find(name)
	if !ok {
		if k, cheap := s.keys(s.sortColumn(q.By)); cheap && !again && to <= deepPage {
			return k.top(rows, from, to, q.Down)
		}
		have.order, _ = s.order(q.By, q.Down)
	}
	out := make([]uint32, 0, to-from)
	seen := 0
	for _, place := range have.order {
		if !rows.has(int(place)) {
			continue
		}
		if seen++; seen > from {
			out = append(out, place)
		}
		if seen == to {
			break
		}
	}
	return out
}

func (s *sheet) byID(rows bitmap, count, from, to int, down bool) []uint32 {
	if down {
		from, to = count-to, count-from
	}
	out := make([]uint32, 0, to-from)
	seen := 0
	rows.each(func(place int) {
		if seen++; seen > from && seen <= to {
			out = append(out, uint32(place))
		}
	})
	if down {
		slices.Reverse(out)
	}
	return out
}

// order is the order of all rows by a column, unknown ones last; known is how many are not.
func (s *sheet) order(by string, down bool) (order []uint32, known int) {
	name := orderName{by, down}
	if o, ok, _ := s.engine.find(name); ok {
		return o.order, o.known
	}
	k, _ := s.keys(s.sortColumn(by))
	o := namedOrder{name: name}
	o.order, o.known = k.sorted(s.all(), down)
	s.engine.keepOrder(o)
	return o.order, o.known
}

// sortColumn is the column to sort by: the rank stands for its text where every row that
// has the text has a rank.
func (s *sheet) sortColumn(by string) string {
	if by != ColFold && by != ColName {
		return by
	}
	for _, p := range s.views {
		text, rank := p.cols[by], p.cols[ColRank]
		if text == nil {
			continue
		}
		if rank == nil || text.n != rank.n {
			return by
		}
		for i := range newBitmap(text.n) {
			if text.word(i)&^rank.word(i) != 0 {
				return by
			}
		}
		if other := p.cols[otherRanked(by)]; other != nil {
			return by // the rank may be the other's
		}
	}
	return ColRank
}

func otherRanked(by string) string {
	if by == ColFold {
		return ColName
	}
	return ColFold
}

// word is 64 rows of what is known.
func (c *column) word(i int) uint64 {
	if c.known != nil {
		return c.known[i]
	}
	if rest := c.n - i*64; rest < 64 {
		return 1<<rest - 1
	}
	return math.MaxUint64
}

// keys are numbers in the order of a column's values, by place.
type keys struct {
	of    []uint64
	known bitmap
}

// keys makes the keys of a column; cheap says that it cost no comparing of texts.
func (s *sheet) keys(name string) (k keys, cheap bool) {
	k = keys{of: make([]uint64, s.places), known: newBitmap(s.places)}
	ranks, cheap := s.wordRanks(name)
	if !cheap {
		s.textKeys(name, k)
		return k, false
	}
	for i, p := range s.views {
		c, of := p.cols[name], k.of[s.first[i]:]
		if c == nil || c.foreign() {
			if c == nil && s.flags(name) {
				s.part(k.known, i).fill(len(p.ids)) // an unknown flag is no
			}
			continue
		}
		for w, part := 0, s.part(k.known, i); w < len(part); w++ {
			part[w] = c.word(w)
		}
		switch c.typ {
		case typeInt:
			for at, n := range c.nums {
				of[at] = uint64(n) ^ 1<<63
			}
		case typeFloat:
			for at, n := range c.nums {
				of[at] = floatKey(uint64(n))
			}
		case typeFlag:
			s.part(k.known, i).fill(len(p.ids))
			c.on.each(func(at int) { of[at] = 1 })
		case typeText:
			mine := make([]uint64, len(c.words))
			for j, w := range c.words {
				mine[j] = ranks[w]
			}
			for at, code := range c.codes {
				of[at] = mine[code]
			}
		}
	}
	return k, true
}

// flags tells whether the column is one of flags.
func (s *sheet) flags(name string) bool {
	return slices.ContainsFunc(s.views, func(p *page) bool { c := p.cols[name]; return c != nil && c.typ == typeFlag })
}

// floatKey keeps the order of fractional numbers.
func floatKey(bits uint64) uint64 {
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}

// wordRanks numbers the values of a column of few texts; false when it has many.
func (s *sheet) wordRanks(name string) (map[string]uint64, bool) {
	ranks := map[string]uint64{}
	for _, p := range s.views {
		c := p.cols[name]
		if c == nil || c.typ != typeText {
			continue
		}
		if c.codes == nil {
			return nil, false
		}
		for _, w := range c.words {
			ranks[w] = 0
		}
	}
	words := make([]string, 0, len(ranks))
	for w := range ranks {
		words = append(words, w)
	}
	slices.Sort(words)
	for i, w := range words {
		ranks[w] = uint64(i)
	}
	return ranks, true
}

// textKeys numbers the texts of a column by comparing each that there is.
func (s *sheet) textKeys(name string, k keys) {
	number := map[string]int{} // by text, in the order of appearance
	var texts []string
	of := make([]int, s.places)
	for i, p := range s.views {
		c := p.cols[name]
		if c == nil || c.typ != typeText {
			continue
		}
		for at := range p.ids {
			if !c.has(at) {
				continue
			}
			text := c.cell(at)
			n, ok := number[text]
			if !ok {
				n = len(texts)
				texts, number[text] = append(texts, text), n
			}
			k.known.set(s.first[i] + at)
			of[s.first[i]+at] = n
		}
	}
	rank := make([]uint64, len(texts))
	slices.Sort(texts)
	for i, text := range texts {
		rank[number[text]] = uint64(i)
	}
	k.known.each(func(place int) { k.of[place] = rank[of[place]] })
}

// entry is a row to sort: those with smaller keys come first, then those with smaller places.
type entry struct {
	key   uint64
	place uint32
}

func (a entry) compare(b entry) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.place, b.place))
}

func (k keys) entry(place int, down bool) entry {
	key := k.of[place]
	if down {
		key = ^key
	}
	return entry{key, uint32(place)}
}

// sorted gives all rows in order, and how many of them are known.
func (k keys) sorted(rows bitmap, down bool) ([]uint32, int) {
	out := make([]uint32, 0, rows.count())
	var known []entry
	rows.each(func(place int) {
		if k.known.has(place) {
			known = append(known, k.entry(place, down))
		}
	})
	for _, e := range radix(known) {
		out = append(out, e.place)
	}
	n := len(out)
	rows.each(func(place int) {
		if !k.known.has(place) {
			out = append(out, uint32(place))
		}
	})
	return out, n
}

// radix sorts by key, byte by byte from the lowest, and leaves equal ones as they stand.
func radix(in []entry) []entry {
	if len(in) < 256 {
		slices.SortFunc(in, entry.compare)
		return in
	}
	out := make([]entry, len(in))
	for shift := 0; shift < 64; shift += 8 {
		var counts [256]int
		for _, e := range in {
			counts[byte(e.key>>shift)]++
		}
		if slices.Contains(counts[:], len(in)) {
			continue // all the same
		}
		at := 0
		for i, n := range counts {
			counts[i], at = at, at+n
		}
		for _, e := range in {
			b := byte(e.key >> shift)
			out[counts[b]] = e
			counts[b]++
		}
		in, out = out, in
	}
	return in
}

// top gives rows from to to of the order without sorting the others.
func (k keys) top(rows bitmap, from, to int, down bool) []uint32 {
	var best worst
	unknown := 0
	rows.each(func(place int) {
		if !k.known.has(place) {
			unknown++
			return
		}
		e := k.entry(place, down)
		switch {
		case len(best) < to:
			if best = append(best, e); len(best) == to {
				heap.Init(&best)
			}
		case e.compare(best[0]) < 0:
			best[0] = e
			heap.Fix(&best, 0)
		}
	})
	slices.SortFunc(best, entry.compare)
	out := make([]uint32, 0, to-from)
	for _, e := range best[min(from, len(best)):] {
		out = append(out, e.place)
	}
	skip := max(from-len(best), 0)
	if need := to - from - len(out); need > 0 && unknown > 0 {
		rows.each(func(place int) {
			if k.known.has(place) || need == 0 {
				return
			}
			if skip > 0 {
				skip--
				return
			}
			out, need = append(out, uint32(place)), need-1
		})
	}
	return out
}

// worst is a heap with the last of the best at its top.
type worst []entry

func (w worst) Len() int           { return len(w) }
func (w worst) Less(i, j int) bool { return w[i].compare(w[j]) > 0 }
func (w worst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worst) Push(x any)        { *w = append(*w, x.(entry)) }
func (w *worst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
