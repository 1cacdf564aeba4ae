package rowset

import (
	"maps"
	"slices"
	"sync"
)

// page is some rows by id, values by column. It never changes once made.
type page struct {
	ids  []int64
	cols map[string]*column

	once sync.Once
	sums totals // made once, when first asked for
}

func (p *page) last() int64 { return p.ids[len(p.ids)-1] }

func (p *page) value(name string, at int) any {
	c := p.cols[name]
	if c == nil {
		return nil
	}
	return c.value(at)
}

func (p *page) text(name string, at int) string {
	c := p.cols[name]
	if c == nil || c.typ != typeText || !c.has(at) {
		return ""
	}
	return c.cell(at)
}

func (p *page) bytes() int {
	n := 200 + 8*len(p.ids)
	for name, c := range p.cols {
		n += 64 + len(name) + c.bytes()
	}
	return n
}

// row is a row that is in no page yet.
type row struct {
	id   int64
	over Fields
}

// with gives the page with changed rows, without those that are gone, and with new ones at
// its end; columns that nothing touches are shared. Internal: a value that its column
// can't hold. The page may be nil, and what comes out may be empty.
func (p *page) with(edits map[int64]Fields, gone map[int64]bool, fresh []row) (*page, error) {
	if p == nil {
		p = &page{}
	}
	keep := p.staying(gone)
	out := &page{cols: make(map[string]*column, len(p.cols)), ids: make([]int64, 0, len(keep)+len(fresh))}
	for _, at := range keep {
		out.ids = append(out.ids, p.ids[at])
	}
	for _, r := range fresh {
		out.ids = append(out.ids, r.id)
	}
	touched := map[string]bool{}
	changed := make(map[int]Fields, len(edits))
	for i, at := range keep {
		if f, ok := edits[p.ids[at]]; ok {
			changed[i] = f
			note(touched, f)
		}
	}
	fromFresh := map[string]bool{}
	for _, r := range fresh {
		note(fromFresh, r.over)
	}
	same := len(keep) == len(p.ids) && len(fresh) == 0
	for name, c := range p.cols {
		switch {
		case same && !touched[name]:
			out.cols[name] = c
		case len(fresh) == 0 && !touched[name]:
			out.add(name, c.pick(keep))
		default:
			touched[name] = true
		}
	}
	maps.Copy(touched, fromFresh)
	for _, name := range slices.Sorted(maps.Keys(touched)) {
		c, err := p.rebuilt(name, keep, changed, fresh)
		if err != nil {
			return nil, err
		}
		out.add(name, c)
	}
	return out, nil
}

func (p *page) add(name string, c *column) {
	if c != nil {
		p.cols[name] = c
	}
}

func note(names map[string]bool, f Fields) {
	for name := range f {
		names[name] = true
	}
}

// staying are the places of the rows that are not gone.
func (p *page) staying(gone map[int64]bool) []int {
	keep := make([]int, 0, len(p.ids))
	for i, id := range p.ids {
		if len(gone) == 0 || !gone[id] {
			keep = append(keep, i)
		}
	}
	return keep
}

// rebuilt is one column of with.
func (p *page) rebuilt(name string, keep []int, changed map[int]Fields, fresh []row) (*column, error) {
	old := p.cols[name]
	typ := byte(0)
	if old != nil {
		typ = old.typ
	}
	if old == nil || overwritten(old, name, keep, changed) {
		typ = firstType(name, len(keep), changed, fresh, typ)
	}
	if typ == 0 {
		return nil, nil
	}
	m := newMaker(typ, len(keep)+len(fresh))
	for i, at := range keep {
		v, over := changed[i][name]
		switch {
		case over:
			if err := m.put(name, v); err != nil {
				return nil, err
			}
		case old != nil:
			m.take(old, at)
		default:
			m.next(false)
		}
	}
	for _, r := range fresh {
		if err := m.put(name, r.over[name]); err != nil {
			return nil, err
		}
	}
	return m.done(), nil
}

// overwritten tells whether nothing of the old column stays, so that its type may change.
func overwritten(old *column, name string, keep []int, changed map[int]Fields) bool {
	for i, at := range keep {
		if _, over := changed[i][name]; !over && old.has(at) {
			return false
		}
	}
	return true
}

// firstType is the type of the first value that is put into a column.
func firstType(name string, kept int, changed map[int]Fields, fresh []row, otherwise byte) byte {
	for i := range kept {
		if v := changed[i][name]; v != nil {
			return max(typeOf(v), 1)
		}
	}
	for _, r := range fresh {
		if v := r.over[name]; v != nil {
			return max(typeOf(v), 1)
		}
	}
	return otherwise
}
