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

// Before is what was there when the change began, for queries.
func (d *Draft) Before() *Set { return d.base }

// Add makes a row and gives its id.
func (d *Draft) Add(k Kind, f Fields) int64 {
	d.seq++
	own := make(Fields, len(f)+1)
	maps.Copy(own, f)
	d.added[k] = append(d.added[k], row{id: d.seq, over: own})
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
	d.edits[k][id] = over(d.edits[k][id], f) // a copy, so that rows read before stay as they were
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
	if added := d.added[k]; len(added) == 0 || id < added[0].id {
		return 0, false
	}
	return slices.BinarySearchFunc(d.added[k], id, func(r row, id int64) int { return int(r.id - id) })
}

func (d *Draft) changed(k Kind) bool {
	return len(d.edits[k])+len(d.gone[k])+len(d.added[k]) > 0
}

// touched are the pages, by their place among the stored ones, of the rows of base that
// change.
func (d *Draft) touched(k Kind) map[int]bool {
	refs := *d.base.head.refs(k)
	out := map[int]bool{}
	see := func(id int64) {
		i, _ := slices.BinarySearchFunc(refs, id, func(r pageRef, id int64) int {
			if r.Last < id {
				return -1
			}
			return 1
		})
		if i < len(refs) {
			out[i] = true
		}
	}
	for id := range d.edits[k] {
		see(id)
	}
	for id := range d.gone[k] {
		see(id)
	}
	return out
}
