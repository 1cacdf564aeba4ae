package rowset

import (
	"iter"
	"maps"
	"slices"
)

// Draft is a Set with changes not stored yet. What it reads includes them. It belongs to
// one call of Apply and one goroutine.
type Draft struct {
	base  *Set
	seq   int64
	edits map[Kind]map[int64]Fields // of rows in base
	gone  map[Kind]map[int64]bool   // rows of base that were deleted
	added map[Kind][]row            // by id
}

func draftOf(s *Set) *Draft {
	d := &Draft{base: s, seq: s.head.Seq, edits: map[Kind]map[int64]Fields{}, gone: map[Kind]map[int64]bool{}, added: map[Kind][]row{}}
	for _, k := range Kinds() {
		d.edits[k], d.gone[k] = map[int64]Fields{}, map[int64]bool{}
	}
	return d
}

// Add makes a row and gives its id.
func (d *Draft) Add(k Kind, f Fields) int64 {
	d.seq++
	d.added[k] = append(d.added[k], row{id: d.seq, over: maps.Clone(f)})
	return d.seq
}

// Update sets these fields of a row, nil for unknown; false when there is no such row.
func (d *Draft) Update(k Kind, id int64, f Fields) bool {
	if i, ok := d.fresh(k, id); ok {
		maps.Copy(d.added[k][i].over, f)
		return true
	}
	if _, ok := d.base.Get(k, id); !ok || d.gone[k][id] {
		return false
	}
	// A copy, so that rows read before stay as they were.
	next := maps.Clone(d.edits[k][id])
	if next == nil {
		next = Fields{}
	}
	maps.Copy(next, f)
	d.edits[k][id] = next
	return true
}

// Delete takes a row out; false when there is no such row.
func (d *Draft) Delete(k Kind, id int64) bool {
	if i, ok := d.fresh(k, id); ok {
		d.added[k] = slices.Delete(d.added[k], i, i+1)
		return true
	}
	if _, ok := d.base.Get(k, id); !ok || d.gone[k][id] {
		return false
	}
	d.gone[k][id] = true
	delete(d.edits[k], id)
	return true
}

// Get gives one row as it will be; false when there is none.
func (d *Draft) Get(k Kind, id int64) (Row, bool) {
	if i, ok := d.fresh(k, id); ok {
		return Row{id: id, over: maps.Clone(d.added[k][i].over)}, true
	}
	r, ok := d.base.Get(k, id)
	if !ok || d.gone[k][id] {
		return Row{}, false
	}
	r.over = d.edits[k][id]
	return r, true
}

// Rows gives all rows as they will be, by id. Do not add or delete meanwhile.
func (d *Draft) Rows(k Kind) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for r := range d.base.Rows(k) {
			if d.gone[k][r.id] {
				continue
			}
			r.over = d.edits[k][r.id]
			if !yield(r) {
				return
			}
		}
		for _, n := range d.added[k] {
			if !yield(Row{id: n.id, over: maps.Clone(n.over)}) {
				return
			}
		}
	}
}

func (d *Draft) fresh(k Kind, id int64) (int, bool) {
	return slices.BinarySearchFunc(d.added[k], id, func(r row, id int64) int { return int(r.id - id) })
}

func (d *Draft) changed(k Kind) bool {
	return len(d.edits[k])+len(d.gone[k])+len(d.added[k]) > 0
}

// touches tells whether a page of base has to be written anew.
func (d *Draft) touches(k Kind, p *page) bool {
	for _, id := range p.ids {
		if d.gone[k][id] {
			return true
		}
		if _, ok := d.edits[k][id]; ok {
			return true
		}
	}
	return false
}

// kept gives the rows of a page that stay, with their edits.
func (d *Draft) kept(k Kind, p *page) []row {
	out := make([]row, 0, len(p.ids))
	for i, id := range p.ids {
		if !d.gone[k][id] {
			out = append(out, row{id: id, from: p, at: i, over: d.edits[k][id]})
		}
	}
	return out
}
