package rowset

import (
	"maps"
	"strings"
)

// Totals are counts and sums of a set of rows.
type Totals struct {
	Rows   int64                       `json:"rows"`
	Sums   map[string]Sum              `json:"sums,omitempty"`   // of columns of whole numbers, times and ranks aside
	Values map[string]map[string]int64 `json:"values,omitempty"` // rows by value, of columns that have few; of flags: "true"
}

// Sum is the sum of what is known of a column.
type Sum struct {
	Known int64 `json:"known"` // rows whose value is known
	Sum   int64 `json:"sum"`
}

// Mean is the mean of what is known; false when nothing is.
func (s Sum) Mean() (float64, bool) {
	if s.Known == 0 {
		return 0, false
	}
	return float64(s.Sum) / float64(s.Known), true
}

const (
	fewValues = 12 // of a column whose values are counted
	shortText = 64 // bytes of such a value
)

// totals are Totals while they are made; a column of too many values has nil.
type totals struct {
	rows   int64
	sums   map[string]Sum
	values map[string]map[string]int64
}

// summed tells whether a sum of the column means anything.
func summed(name string) bool { return name != ColRank && !strings.HasSuffix(name, "_at") }

// totals counts the page once.
func (p *page) totals() totals {
	p.once.Do(func() {
		p.sums = totals{rows: int64(len(p.ids)), sums: map[string]Sum{}, values: map[string]map[string]int64{}}
		for name, c := range p.cols {
			switch {
			case c.typ == typeInt && summed(name):
				p.sums.sums[name] = c.sum(nil)
			case c.typ == typeFlag:
				if n := c.on.count(); n > 0 {
					p.sums.values[name] = map[string]int64{"true": int64(n)}
				}
			case c.typ == typeText:
				if v := c.counted(); v == nil || len(v) > 0 {
					p.sums.values[name] = v
				}
			}
		}
	})
	return p.sums
}

// sum adds up the column's known values, of these rows; nil: of all.
func (c *column) sum(rows bitmap) (s Sum) {
	add := func(at int) {
		if c.has(at) {
			s.Known++
			s.Sum += c.nums[at]
		}
	}
	if rows != nil {
		rows.each(add)
		return s
	}
	for at := range c.n {
		add(at)
	}
	return s
}

// counted gives the rows by value; nil when there are too many values, or long ones.
func (c *column) counted() map[string]int64 {
	out := map[string]int64{}
	if c.codes == nil {
		for at := range c.n {
			if cell := c.cell(at); c.has(at) && !tally(out, cell, 1) {
				return nil
			}
		}
		return out
	}
	rows := make([]int64, len(c.words))
	for at, code := range c.codes {
		if c.has(at) {
			rows[code]++
		}
	}
	for i, w := range c.words {
		if rows[i] > 0 && !tally(out, w, rows[i]) {
			return nil
		}
	}
	return out
}

func tally(counts map[string]int64, value string, n int64) bool {
	if value == "" {
		return true
	}
	counts[value] += n
	return len(value) <= shortText && len(counts) <= fewValues
}

// sum makes Totals of all views.
func (s *sheet) totals() Totals {
	out := Totals{Sums: map[string]Sum{}, Values: map[string]map[string]int64{}}
	for _, p := range s.views {
		t := p.totals()
		out.Rows += t.rows
		for name, x := range t.sums {
			have := out.Sums[name]
			out.Sums[name] = Sum{have.Known + x.Known, have.Sum + x.Sum}
		}
		for name, counts := range t.values {
			out.count(name, counts)
		}
	}
	maps.DeleteFunc(out.Values, func(_ string, v map[string]int64) bool { return v == nil })
	return out
}

func (t *Totals) count(name string, counts map[string]int64) {
	have, ok := t.Values[name]
	if ok && have == nil {
		return
	}
	if !ok {
		have = map[string]int64{}
	}
	t.Values[name] = have
	if counts == nil {
		t.Values[name] = nil
	}
	for value, n := range counts {
		if !tally(have, value, n) {
			t.Values[name] = nil
			return
		}
	}
}
