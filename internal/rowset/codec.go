package rowset

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Types of a column, as stored. A block of another type is kept as it is, cell by cell, so
// that older code can write beside newer.
const (
	typeText  = 's'
	typeInt   = 'i'
	typeFloat = 'f'
	typeFlag  = 'b'
)

const (
	colPrefix = "c_"
	attrIDs   = "ids"
	maxBlock  = 64 << 20 // bytes of a block once unpacked; more is a broken page
)

// page is a decoded page: rows by id, values by column. It never changes once made.
type page struct {
	ids  []int64
	cols map[string]*column
}

// column holds one value a row; cells of an unknown type stay []byte.
type column struct {
	typ    byte
	values []any
}

func (p *page) last() int64 { return p.ids[len(p.ids)-1] }

func (p *page) value(name string, at int) any {
	c := p.cols[name]
	if c == nil {
		return nil
	}
	if _, foreign := c.values[at].([]byte); foreign {
		return nil
	}
	return c.values[at]
}

// row is a row on its way into a page: what it was, and what changed.
type row struct {
	id   int64
	from *page
	at   int
	over Fields
}

// build packs rows, sorted by id, into a page.
func build(rows []row) (*page, error) {
	p := &page{ids: make([]int64, len(rows)), cols: map[string]*column{}}
	for i, r := range rows {
		p.ids[i] = r.id
		if r.from != nil {
			for name, c := range r.from.cols {
				if _, changed := r.over[name]; changed || c.values[r.at] == nil {
					continue
				}
				if err := p.put(name, c.typ, i, c.values[r.at]); err != nil {
					return nil, err
				}
			}
		}
		for name, v := range r.over {
			if v == nil {
				continue
			}
			typ := typeOf(v)
			if typ == 0 {
				return nil, errs.New(errs.Internal, "row_value", "column "+name+" can't hold this value")
			}
			if err := p.put(name, typ, i, v); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

func (p *page) put(name string, typ byte, at int, v any) error {
	c := p.cols[name]
	if c == nil {
		c = &column{typ: typ, values: make([]any, len(p.ids))}
		p.cols[name] = c
	}
	if c.typ != typ {
		return errs.New(errs.Internal, "row_type", "column "+name+" would hold values of two types")
	}
	c.values[at] = v
	return nil
}

func typeOf(v any) byte {
	switch v.(type) {
	case string:
		return typeText
	case int64:
		return typeInt
	case float64:
		return typeFloat
	case bool:
		return typeFlag
	}
	return 0
}

// encode gives the attributes of a page item: the ids and a block for each column. The
// same page always gives the same bytes.
func (p *page) encode() (table.Attrs, int, error) {
	var ids []byte
	prev := int64(0)
	for _, n := range p.ids {
		ids = binary.AppendUvarint(ids, uint64(n-prev))
		prev = n
	}
	packed, err := pack(ids)
	if err != nil {
		return nil, 0, err
	}
	a, size := table.Attrs{attrIDs: packed}, len(packed)
	for _, name := range slices.Sorted(maps.Keys(p.cols)) {
		c := p.cols[name]
		raw := []byte{c.typ}
		for _, v := range c.values {
			raw = appendCell(raw, v)
		}
		block, err := pack(raw)
		if err != nil {
			return nil, 0, err
		}
		a[colPrefix+name] = block
		size += len(colPrefix) + len(name) + len(block)
	}
	return a, size, nil
}

// appendCell writes a cell: its length and one, or zero for unknown, then its bytes.
func appendCell(to []byte, v any) []byte {
	var cell []byte
	switch x := v.(type) {
	case nil:
		return append(to, 0)
	case string:
		to = binary.AppendUvarint(to, uint64(len(x))+1)
		return append(to, x...)
	case int64:
		cell = binary.AppendVarint(nil, x)
	case float64:
		cell = binary.BigEndian.AppendUint64(nil, math.Float64bits(x))
	case bool:
		cell = []byte{0}
		if x {
			cell[0] = 1
		}
	case []byte:
		cell = x
	}
	to = binary.AppendUvarint(to, uint64(len(cell))+1)
	return append(to, cell...)
}

// decode reads a page item.
func decode(a table.Attrs) (*page, error) {
	packed, _ := a[attrIDs].([]byte)
	raw, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	p := &page{cols: map[string]*column{}}
	prev := int64(0)
	for len(raw) > 0 {
		n, w := binary.Uvarint(raw)
		if w <= 0 || n == 0 || n > math.MaxInt64 {
			return nil, broken(nil)
		}
		prev += int64(n)
		p.ids, raw = append(p.ids, prev), raw[w:]
	}
	if len(p.ids) == 0 {
		return nil, broken(nil)
	}
	for name, v := range a {
		block, ok := v.([]byte)
		if !ok || !strings.HasPrefix(name, colPrefix) {
			continue
		}
		c, err := decodeColumn(block, len(p.ids))
		if err != nil {
			return nil, err
		}
		p.cols[strings.TrimPrefix(name, colPrefix)] = c
	}
	return p, nil
}

func decodeColumn(block []byte, rows int) (*column, error) {
	raw, err := unpack(block)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, broken(nil)
	}
	c := &column{typ: raw[0], values: make([]any, rows)}
	raw = raw[1:]
	for i := range rows {
		n, w := binary.Uvarint(raw)
		if w <= 0 || n > uint64(len(raw)-w)+1 {
			return nil, broken(nil)
		}
		raw = raw[w:]
		if n == 0 {
			continue
		}
		if c.values[i], err = readCell(c.typ, raw[:n-1]); err != nil {
			return nil, err
		}
		raw = raw[n-1:]
	}
	return c, nil
}

func readCell(typ byte, cell []byte) (any, error) {
	switch typ {
	case typeText:
		return string(cell), nil
	case typeInt:
		if n, w := binary.Varint(cell); w == len(cell) && w > 0 {
			return n, nil
		}
	case typeFloat:
		if len(cell) == 8 {
			return math.Float64frombits(binary.BigEndian.Uint64(cell)), nil
		}
	case typeFlag:
		if len(cell) == 1 {
			return cell[0] == 1, nil
		}
	default:
		return bytes.Clone(cell), nil
	}
	return nil, broken(nil)
}

func pack(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxBlock+1))
	if err != nil || len(raw) > maxBlock {
		return nil, broken(err)
	}
	return raw, nil
}

func broken(err error) error {
	return errs.New(errs.Internal, "page_broken", "a page of rows can't be read").With(err)
}
