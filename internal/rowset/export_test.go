package rowset

import "github.com/igny8/igny8/internal/table"

// Shrink makes pages, heads, transactions and the room between ranks small, so that short
// histories cross their bounds.
func (s *Store) Shrink(rows, pending, batch int, step int64) {
	s.limits = limits{rows, pending, batch, step}
}

// Forget drops what the store keeps in memory.
func (s *Store) Forget() {
	s.sets = newCache(setBytes, (*Set).bytes)
}

// Bound keeps at most so many bytes.
func (s *Store) Bound(bytes int) { s.sets = newCache(bytes, (*Set).bytes) }

// Hold keeps others from reading pages until free is called.
func (s *Store) Hold() (free func()) {
	s.turn <- struct{}{}
	return func() { <-s.turn }
}

// Take keeps what another store has in memory.
func (s *Store) Take(from *Store) {
	for name := range from.sets.at {
		s.sets.put(name, from.known(name))
	}
}

// Foreign is a value of a type that only a newer program knows.
func Foreign(typ byte, cell string) any { return cellOf{typ, cell} }

// Cell is what a row holds of such a column.
func Cell(r Row, column string) string {
	if c := r.page.cols[column]; c != nil && c.has(r.at) {
		return c.cell(r.at)
	}
	return ""
}

// Ranked tells whether a list by text needs no comparing of texts.
func Ranked(s *Set, k Kind) bool { return s.sheets[k].sortColumn(ranked(k)) == ColRank }

// Named are the pages that a head names.
func Named(it table.Item) ([]string, error) {
	h, err := readHead(it)
	return h.pages(), err
}
