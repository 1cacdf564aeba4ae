package rowset

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// pending are the changes that the head itself holds, not folded into pages yet.
type pending struct {
	edits map[int64]Fields // of rows in pages
	gone  map[int64]bool   // rows of pages that were deleted
	fresh []row            // rows that are in no page, by id
}

func (p *pending) rows() int {
	if p == nil {
		return 0
	}
	return len(p.edits) + len(p.gone) + len(p.fresh)
}

// merged is what the head holds after the draft's changes.
func (p *pending) merged(d *Draft, k Kind) *pending {
	out := &pending{edits: map[int64]Fields{}, gone: map[int64]bool{}}
	own := map[int64]Fields{}
	if p != nil {
		maps.Copy(out.edits, p.edits)
		maps.Copy(out.gone, p.gone)
		for _, r := range p.fresh {
			own[r.id] = r.over
		}
	}
	for id, f := range d.edits[k] {
		if was, ok := own[id]; ok {
			own[id] = over(was, f)
		} else {
			out.edits[id] = over(out.edits[id], f)
		}
	}
	for id := range d.gone[k] {
		if _, ok := own[id]; ok {
			delete(own, id)
			continue
		}
		delete(out.edits, id)
		out.gone[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(own)) {
		out.fresh = append(out.fresh, row{id: id, over: own[id]})
	}
	out.fresh = append(out.fresh, d.added[k]...)
	return out
}

// over is a with b over it.
func over(a, b Fields) Fields {
	out := make(Fields, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// cellOf is a value of a type that this program does not know, kept as it is.
type cellOf struct {
	typ  byte
	cell string
}

// What a change of a row is, as stored.
const (
	rowEdited = 'e'
	rowGone   = 'g'
	rowFresh  = 'n'
	typeNone  = 'n' // a field that became unknown
)

// encode gives the changes as bytes: for each row what happened to it, its id, and its
// fields with their types. A value that no column can hold is Internal.
func (p *pending) encode() ([]byte, error) {
	var out []byte
	begin := func(what byte, id int64, f Fields) error {
		out = append(out, what)
		out = binary.AppendUvarint(out, uint64(id))
		out = binary.AppendUvarint(out, uint64(len(f)))
		for _, name := range slices.Sorted(maps.Keys(f)) {
			out = append(binary.AppendUvarint(out, uint64(len(name))), name...)
			if f[name] == nil {
				out = append(out, typeNone, 0)
				continue
			}
			m := newMaker(max(typeOf(f[name]), 1), 1)
			if err := m.put(name, f[name]); err != nil {
				return err
			}
			block := m.done().block() // type, then length and one, then the cell
			out = append(out, block...)
		}
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(p.edits)) {
		if err := begin(rowEdited, id, p.edits[id]); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.gone)) {
		if err := begin(rowGone, id, nil); err != nil {
			return nil, err
		}
	}
	for _, r := range p.fresh {
		if err := begin(rowFresh, r.id, r.over); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readPending reads what encode wrote.
func readPending(raw []byte) (*pending, error) {
	p := &pending{edits: map[int64]Fields{}, gone: map[int64]bool{}}
	for len(raw) > 0 {
		what := raw[0]
		raw = raw[1:]
		id, fields := int64(0), 0
		for i := range 2 {
			n, w := binary.Uvarint(raw)
			if w <= 0 || n > math.MaxInt64 {
				return nil, broken(nil)
			}
			if raw = raw[w:]; i == 0 {
				id = int64(n)
			} else {
				fields = int(min(n, math.MaxInt32))
			}
		}
		f := Fields{}
		for range fields {
			name, rest, ok := lengthed(raw, 0)
			if !ok || len(rest) == 0 {
				return nil, broken(nil)
			}
			typ := rest[0]
			cell, after, ok := lengthed(rest[1:], 1)
			if !ok {
				return nil, broken(nil)
			}
			var err error
			if f[string(name)], err = valueOf(typ, cell); err != nil {
				return nil, err
			}
			raw = after
		}
		switch what {
		case rowEdited:
			p.edits[id] = f
		case rowGone:
			p.gone[id] = true
		case rowFresh:
			p.fresh = append(p.fresh, row{id: id, over: f})
		default:
			return nil, broken(nil)
		}
	}
	return p, nil
}

// lengthed cuts off what stands behind its length, of which plus is taken off.
func lengthed(raw []byte, plus uint64) (cell, rest []byte, ok bool) {
	n, w := binary.Uvarint(raw)
	if w <= 0 || n > uint64(len(raw)-w)+plus {
		return nil, nil, false
	}
	if n < plus {
		return nil, raw[w:], true
	}
	n -= plus
	return raw[w : w+int(n)], raw[w+int(n):], true
}

func valueOf(typ byte, cell []byte) (any, error) {
	if typ == typeNone {
		return nil, nil
	}
	m := newMaker(typ, 1)
	if err := m.read(cell); err != nil {
		return nil, err
	}
	c := m.done()
	if c.foreign() {
		return cellOf{typ, c.cell(0)}, nil
	}
	return c.value(0), nil
}
