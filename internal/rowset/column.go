package rowset

import (
	"encoding/binary"
	"math"

	"github.com/igny8/igny8/internal/errs"
)

// Types of a column, as stored. A block of another type is kept as it is, cell by cell, so
// that older code can write beside newer.
const (
	typeText  = 's'
	typeInt   = 'i'
	typeFloat = 'f'
	typeFlag  = 'b'
)

func typeOf(v any) byte {
	switch x := v.(type) {
	case string:
		return typeText
	case int64:
		return typeInt
	case float64:
		return typeFloat
	case bool:
		return typeFlag
	case cellOf:
		return x.typ
	}
	return 0
}

// column holds one value a row, without a box around each: numbers side by side, texts in
// one string with the end of each, texts of few values as numbers of a list. It never
// changes once made.
type column struct {
	typ   byte
	n     int
	known bitmap   // rows whose value is known; nil: all
	nums  []int64  // whole numbers; the bits of fractional ones
	on    bitmap   // flags that are yes
	text  string   // texts, and cells of an unknown type, one behind the other
	ends  []uint32 // where each row's text ends
	words []string // the values of a text column that has few
	codes []uint16 // the place of each row's value in words
}

func (c *column) has(at int) bool { return c.known == nil || c.known.has(at) }

// foreign tells whether the column's type is of a newer program.
func (c *column) foreign() bool {
	return c.typ != typeText && c.typ != typeInt && c.typ != typeFloat && c.typ != typeFlag
}

// cell is the text of a row, or the bytes of an unknown type.
func (c *column) cell(at int) string {
	if c.codes != nil {
		return c.words[c.codes[at]]
	}
	from := uint32(0)
	if at > 0 {
		from = c.ends[at-1]
	}
	return c.text[from:c.ends[at]]
}

// value is what a row holds; nil for unknown, and for what this program can't read.
func (c *column) value(at int) any {
	if !c.has(at) {
		return nil
	}
	switch c.typ {
	case typeText:
		return c.cell(at)
	case typeInt:
		return c.nums[at]
	case typeFloat:
		return math.Float64frombits(uint64(c.nums[at]))
	case typeFlag:
		return c.on.has(at)
	}
	return nil
}

// bytes is about how much memory the column takes.
func (c *column) bytes() int {
	n := 160 + 8*(len(c.known)+len(c.nums)+len(c.on)) + len(c.text) + 4*len(c.ends) + 2*len(c.codes)
	for _, w := range c.words {
		n += 16 + len(w)
	}
	return n
}

// maker builds a column row by row.
type maker struct {
	typ   byte
	rows  int // how many there will be
	at    int
	known bitmap
	any   int // how many are known
	nums  []int64
	on    bitmap
	text  []byte
	ends  []uint32
}

func newMaker(typ byte, rows int) *maker {
	m := &maker{typ: typ, rows: rows, known: newBitmap(rows)}
	switch typ {
	case typeInt, typeFloat:
		m.nums = make([]int64, rows)
	case typeFlag:
		m.on = newBitmap(rows)
	default:
		m.ends = make([]uint32, rows)
	}
	return m
}

// next moves on by one row, after its value was put.
func (m *maker) next(known bool) {
	if known {
		m.known.set(m.at)
		m.any++
	}
	if m.ends != nil {
		m.ends[m.at] = uint32(len(m.text))
	}
	m.at++
}

// take appends a row of another column of the same type.
func (m *maker) take(c *column, at int) {
	if !c.has(at) {
		m.next(false)
		return
	}
	switch m.typ {
	case typeInt, typeFloat:
		m.nums[m.at] = c.nums[at]
	case typeFlag:
		if c.on.has(at) {
			m.on.set(m.at)
		}
	default:
		m.text = append(m.text, c.cell(at)...)
	}
	m.next(true)
}

// put appends a value, nil for unknown. Internal: it is of another type.
func (m *maker) put(name string, v any) error {
	if v == nil {
		m.next(false)
		return nil
	}
	if typeOf(v) != m.typ {
		return errs.New(errs.Internal, "row_type", "column "+name+" would hold values of two types, or one that it can't hold")
	}
	switch x := v.(type) {
	case string:
		m.text = append(m.text, x...)
	case int64:
		m.nums[m.at] = x
	case float64:
		m.nums[m.at] = int64(math.Float64bits(x))
	case bool:
		if x {
			m.on.set(m.at)
		}
	case cellOf:
		m.text = append(m.text, x.cell...)
	}
	m.next(true)
	return nil
}

// done gives the column; nil when no row has a value.
func (m *maker) done() *column {
	if m.any == 0 {
		return nil
	}
	c := &column{typ: m.typ, n: m.rows, nums: m.nums, on: m.on}
	if m.any < m.rows {
		c.known = m.known
	}
	if m.ends == nil {
		return c
	}
	if m.typ == typeText && c.listed(m.text, m.ends) {
		return c
	}
	c.text, c.ends = string(m.text), m.ends
	return c
}

// mostWords is how many values a column may have to be kept as a list of them: as many as
// make it smaller.
func mostWords(rows int) int { return min(max(16, rows/8), math.MaxUint16) }

// listed makes words and codes of texts that repeat; false when they don't.
func (c *column) listed(text []byte, ends []uint32) bool {
	most, from, last := mostWords(len(ends)), uint32(0), -1
	place := map[string]uint16{}
	var words []string
	codes := make([]uint16, len(ends))
	for i, to := range ends {
		cell := text[from:to]
		from = to
		if last >= 0 && string(cell) == words[last] {
			codes[i] = uint16(last)
			continue
		}
		p, ok := uint16(0), false
		if len(words) <= 8 { // a look at each is faster than a map
			for j := 0; j < len(words) && !ok; j++ {
				p, ok = uint16(j), words[j] == string(cell)
			}
		} else {
			p, ok = place[string(cell)]
		}
		if !ok {
			if len(words) == most || len(words) > 64 && len(words) > i/2 {
				return false // hardly any repeats
			}
			p = uint16(len(words))
			words = append(words, string(cell))
			place[words[p]] = p
		}
		codes[i], last = p, int(p)
	}
	c.words, c.codes = words, codes
	return true
}

// block is the column as it is stored, before packing: its type, then each row's cell. A
// cell is its length and one, or zero for unknown, then its bytes.
func (c *column) block() []byte {
	out := make([]byte, 0, 1+c.n*4+len(c.text))
	out = append(out, c.typ)
	var buf [binary.MaxVarintLen64]byte
	for i := range c.n {
		if !c.has(i) {
			out = append(out, 0)
			continue
		}
		switch c.typ {
		case typeInt:
			n := binary.PutVarint(buf[:], c.nums[i])
			out = append(append(out, byte(n+1)), buf[:n]...)
		case typeFloat:
			out = binary.BigEndian.AppendUint64(append(out, 9), uint64(c.nums[i]))
		case typeFlag:
			on := byte(0)
			if c.on.has(i) {
				on = 1
			}
			out = append(out, 2, on)
		default:
			cell := c.cell(i)
			out = append(binary.AppendUvarint(out, uint64(len(cell))+1), cell...)
		}
	}
	return out
}

// readBlock reads what block wrote.
func readBlock(raw []byte, rows int) (*column, error) {
	if len(raw) == 0 {
		return nil, broken(nil)
	}
	m := newMaker(raw[0], rows)
	raw = raw[1:]
	if m.ends != nil {
		m.text = make([]byte, 0, len(raw))
	}
	for range rows {
		n, w := uint64(0), 1
		if len(raw) > 0 && raw[0] < 0x80 {
			n = uint64(raw[0])
		} else {
			n, w = binary.Uvarint(raw)
		}
		if w <= 0 || n > uint64(len(raw)-w)+1 {
			return nil, broken(nil)
		}
		raw = raw[w:]
		if n == 0 {
			m.next(false)
			continue
		}
		if err := m.read(raw[:n-1]); err != nil {
			return nil, err
		}
		raw = raw[n-1:]
	}
	if len(raw) > 0 {
		return nil, broken(nil)
	}
	return m.done(), nil
}

func (m *maker) read(cell []byte) error {
	switch m.typ {
	case typeInt:
		n, w := binary.Varint(cell)
		if w != len(cell) || w <= 0 {
			return broken(nil)
		}
		m.nums[m.at] = n
	case typeFloat:
		if len(cell) != 8 {
			return broken(nil)
		}
		m.nums[m.at] = int64(binary.BigEndian.Uint64(cell))
	case typeFlag:
		if len(cell) != 1 {
			return broken(nil)
		}
		if cell[0] == 1 {
			m.on.set(m.at)
		}
	default:
		m.text = append(m.text, cell...)
	}
	m.next(true)
	return nil
}

// pick gives the rows at these places as a column; nil when none has a value.
func (c *column) pick(at []int) *column {
	m := newMaker(c.typ, len(at))
	for _, i := range at {
		m.take(c, i)
	}
	return m.done()
}
