package rowset

import (
	"slices"
	"strconv"
	"strings"
)

// Query says which rows of a set to give, and in which order.
type Query struct {
	Where         []Predicate // all have to hold
	By            string      // the column to sort by; empty: by id
	Down          bool        // the highest first; unknown values come last either way, ties by id
	Offset, Limit int
	Sums          []string // columns of whole numbers to add up over all rows that match
}

// Found is what a Query gives: some rows, and of all that match their number and sums.
type Found struct {
	Rows  []Row
	Count int
	Sums  map[string]Sum
}

// Find answers a query from memory. What it learns, orders and filters, the Set remembers
// in part, so that a walk through the pages of a list is cheap.
func (s *Set) Find(k Kind, q Query) Found {
	sh := s.sheets[k]
	rows := sh.matching(q.Where)
	f := Found{Count: rows.count(), Sums: map[string]Sum{}}
	for _, name := range q.Sums {
		f.Sums[name] = sh.sum(name, rows)
	}
	for _, place := range sh.page(rows, f.Count, q) {
		f.Rows = append(f.Rows, sh.row(int(place)))
	}
	return f
}

// sum adds up a column over these rows.
func (s *sheet) sum(name string, rows bitmap) (out Sum) {
	for i, p := range s.views {
		if c := p.cols[name]; c != nil && c.typ == typeInt {
			x := c.sum(s.part(rows, i))
			out = Sum{out.Known + x.Known, out.Sum + x.Sum}
		}
	}
	return out
}

// Predicate is a condition on a row. Make it with Is, Contains, Between, Yes, Tagged.
type Predicate struct {
	name   [3]string // what it is known by: kind, column, value
	column string
	mark   func(c *column, rows int, out bitmap) // c may be nil: all unknown
}

// matching gives the places of the rows that all predicates hold for.
func (s *sheet) matching(where []Predicate) bitmap {
	rows := s.all()
	for _, p := range where {
		rows.and(s.filter(p))
	}
	return rows
}

// filter marks the rows that one predicate holds for, once.
func (s *sheet) filter(p Predicate) bitmap {
	if have, ok := s.engine.filter(p.name); ok {
		return have
	}
	out := newBitmap(s.places)
	for i, v := range s.views {
		p.mark(v.cols[p.column], len(v.ids), s.part(out, i))
	}
	s.engine.keepFilter(p.name, out)
	return out
}

// Is holds where a text is this one, letters' case aside. An empty one holds where it is
// unknown too.
func Is(name, value string) Predicate {
	return texts("is", name, value, value == "", func(cell string) bool { return strings.EqualFold(cell, value) })
}

// Tagged holds where one line of a text is this one, letters' case aside.
func Tagged(name, tag string) Predicate {
	return texts("tagged", name, tag, false, func(cell string) bool {
		for line := range strings.SplitSeq(cell, "\n") {
			if line != "" && strings.EqualFold(line, tag) {
				return true
			}
		}
		return false
	})
}

// texts is a predicate on a text; unknown says whether it holds for unknown ones.
func texts(kind, name, value string, unknown bool, holds func(string) bool) Predicate {
	return Predicate{name: [3]string{kind, name, value}, column: name, mark: func(c *column, rows int, out bitmap) {
		if c == nil || c.typ != typeText {
			if unknown {
				out.fill(rows)
			}
			return
		}
		yes := make([]bool, len(c.words))
		for i, w := range c.words {
			yes[i] = holds(w)
		}
		for at := range rows {
			switch {
			case !c.has(at):
				if unknown {
					out.set(at)
				}
			case c.codes != nil:
				if yes[c.codes[at]] {
					out.set(at)
				}
			case holds(c.cell(at)):
				out.set(at)
			}
		}
	}}
}

// Contains holds where a text has this one in it, as it stands: fold both. An empty one
// holds everywhere.
func Contains(name, part string) Predicate {
	return Predicate{name: [3]string{"contains", name, part}, column: name, mark: func(c *column, rows int, out bitmap) {
		switch {
		case part == "":
			out.fill(rows)
		case c == nil || c.typ != typeText:
		case c.codes != nil:
			yes := make([]bool, len(c.words))
			for i, w := range c.words {
				yes[i] = strings.Contains(w, part)
			}
			for at, code := range c.codes {
				if yes[code] && c.has(at) {
					out.set(at)
				}
			}
		default:
			c.search(part, out)
		}
	}}
}

// search looks through all texts of the column as through one; what it finds across the end
// of a text is none.
func (c *column) search(part string, out bitmap) {
	for from := 0; ; {
		i := strings.Index(c.text[from:], part)
		if i < 0 {
			return
		}
		at := from + i
		row, found := slices.BinarySearch(c.ends, uint32(at))
		for found && row < len(c.ends) && c.ends[row] <= uint32(at) { // that text ends where the match begins
			row++
		}
		if at+len(part) <= int(c.ends[row]) {
			out.set(row)
			from = int(c.ends[row])
		} else {
			from = at + 1
		}
	}
}

// Between holds where a whole number is known and within the bounds; nil is no bound.
func Between(name string, low, high *int64) Predicate {
	known := [3]string{"between", name, bound(low) + " " + bound(high)}
	return Predicate{name: known, column: name, mark: func(c *column, rows int, out bitmap) {
		if low == nil && high == nil {
			out.fill(rows)
			return
		}
		if c == nil || c.typ != typeInt {
			return
		}
		for at, n := range c.nums {
			if (low == nil || n >= *low) && (high == nil || n <= *high) && c.has(at) {
				out.set(at)
			}
		}
	}}
}

// Yes holds where a flag is as asked; an unknown one is no.
func Yes(name string, want bool) Predicate {
	known := [3]string{"yes", name, ""}
	if !want {
		known[0] = "no"
	}
	return Predicate{name: known, column: name, mark: func(c *column, rows int, out bitmap) {
		for at := range rows {
			if (c != nil && c.typ == typeFlag && c.has(at) && c.on.has(at)) == want {
				out.set(at)
			}
		}
	}}
}

func bound(n *int64) string {
	if n == nil {
		return "-"
	}
	return strconv.FormatInt(*n, 10)
}
