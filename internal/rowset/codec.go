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
	"sync"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

const (
	colPrefix = "c_"
	attrIDs   = "ids"
	maxBlock  = 64 << 20 // bytes of a block once unpacked; more is a broken page
)

// encode gives the attributes of a page item: the ids and a block for each column. The
// same page always gives the same bytes.
func (p *page) encode() (table.Attrs, int, error) {
	ids := make([]byte, 0, 2*len(p.ids))
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
		block, err := pack(p.cols[name].block())
		if err != nil {
			return nil, 0, err
		}
		a[colPrefix+name] = block
		size += len(colPrefix) + len(name) + len(block)
	}
	return a, size, nil
}

// decode reads a page item.
func decode(a table.Attrs) (*page, error) {
	packed, _ := a[attrIDs].([]byte)
	raw, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	p := &page{cols: make(map[string]*column, len(a))}
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
	p.ids = slices.Clip(p.ids)
	for name, v := range a {
		block, ok := v.([]byte)
		if !ok || !strings.HasPrefix(name, colPrefix) {
			continue
		}
		raw, err := unpack(block)
		if err != nil {
			return nil, err
		}
		c, err := readBlock(raw, len(p.ids))
		if err != nil {
			return nil, err
		}
		p.add(strings.TrimPrefix(name, colPrefix), c)
	}
	return p, nil
}

// The packers and unpackers are large, so they are used again.
var (
	packers = sync.Pool{New: func() any {
		w, _ := flate.NewWriter(io.Discard, flate.DefaultCompression) // the level is valid
		return w
	}}
	unpackers = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}
)

// short is how few bytes are not worth a packer: they are one stored block of the same format.
const short = 200

func pack(raw []byte) ([]byte, error) {
	if n := len(raw); n < short {
		return append([]byte{1, byte(n), 0, ^byte(n), 0xff}, raw...), nil
	}
	var b bytes.Buffer
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	r := unpackers.Get().(io.ReadCloser)
	defer unpackers.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return nil, broken(err)
	}
	raw := bytes.NewBuffer(make([]byte, 0, 4*len(packed)+64))
	if n, err := raw.ReadFrom(io.LimitReader(r, maxBlock+1)); err != nil || n > maxBlock {
		return nil, broken(err)
	}
	return raw.Bytes(), nil
}

func broken(err error) error {
	return errs.New(errs.Internal, "page_broken", "a page of rows can't be read").With(err)
}
