// Package rowset keeps the keywords and clusters of a site: two sets of rows in immutable
// packed pages under one head item, so that an import, a clustering or a bulk edit of any
// size is one swap of the head, and the former head is the undo (docs/protocols.md, 8). A
// change of a few rows is kept in the head itself until there are too many.
//
// Callers say what to change as operations on a Draft; on a version conflict they are
// applied again to what is there by then. Set.Find filters, sorts, counts and sums in
// memory. Features keyword and cluster use it; the names of the columns they share are in
// columns.go.
package rowset

import (
	"iter"
	"time"
)

// Kind names one of the two sets of a site.
type Kind string

// The two sets.
const (
	Keywords Kind = "keywords"
	Clusters Kind = "clusters"
)

// Kinds lists the sets, in the order in which a head holds them.
func Kinds() []Kind { return []Kind{Keywords, Clusters} }

// Fields are a row's values by column: string, bool, int64, float64, or nil for unknown.
// One column holds one type.
type Fields map[string]any

// Row is one row as read; it stays valid and unchanged for as long as it is held.
type Row struct {
	id   int64
	page *page
	at   int
	over Fields
}

// ID is the row's number, unique among both sets of the site and never given twice.
func (r Row) ID() int64 { return r.id }

// Value is the value of a column, nil when unknown.
func (r Row) Value(column string) any {
	if v, ok := r.over[column]; ok {
		if _, foreign := v.(cellOf); foreign {
			return nil
		}
		return v
	}
	if r.page == nil {
		return nil
	}
	return r.page.value(column, r.at)
}

// Text is a string column, empty when unknown.
func (r Row) Text(column string) string {
	if r.over == nil && r.page != nil {
		return r.page.text(column, r.at)
	}
	s, _ := r.Value(column).(string)
	return s
}

// Int is a whole number column; false when unknown.
func (r Row) Int(column string) (int64, bool) {
	if r.over != nil || r.page == nil {
		n, ok := r.Value(column).(int64)
		return n, ok
	}
	c := r.page.cols[column]
	if c == nil || c.typ != typeInt || !c.has(r.at) {
		return 0, false
	}
	return c.nums[r.at], true
}

// Float is a fractional number column; false when unknown.
func (r Row) Float(column string) (float64, bool) { f, ok := r.Value(column).(float64); return f, ok }

// Flag is a yes-or-no column, false when unknown.
func (r Row) Flag(column string) bool { b, _ := r.Value(column).(bool); return b }

// Time is a column of milliseconds since 1970, the zero time when unknown.
func (r Row) Time(column string) time.Time {
	ms, ok := r.Int(column)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Millis is a time as a column holds it.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// Set is both sets of a site as they were at one version. It is safe for concurrent use.
type Set struct {
	version int64
	head    head
	raw     map[string]*page // the head's pages as they are stored, by id
	sheets  map[Kind]*sheet
}

// Version is the head's version; 0 when nothing was ever stored.
func (s *Set) Version() int64 { return s.version }

// Len is the number of rows.
func (s *Set) Len(k Kind) int { return s.sheets[k].rows }

// Rows gives all rows, by id.
func (s *Set) Rows(k Kind) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, p := range s.sheets[k].views {
			for i, id := range p.ids {
				if !yield(Row{id: id, page: p, at: i}) {
					return
				}
			}
		}
	}
}

// Get gives one row; false when there is none.
func (s *Set) Get(k Kind, id int64) (Row, bool) {
	p, at, ok := s.sheets[k].find(id)
	if !ok {
		return Row{}, false
	}
	return Row{id: id, page: p, at: at}, true
}

// Totals are counts and sums of the whole set, as the head has them.
func (s *Set) Totals(k Kind) Totals { return s.head.Totals[k] }
