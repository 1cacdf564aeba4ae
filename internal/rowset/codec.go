package rowset

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pierrec/lz4/v4"

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
func (p *page) encode() (table.Attrs, int) {
	ids := make([]byte, 0, 2*len(p.ids))
	prev := int64(0)
	for _, n := range p.ids {
		ids = binary.AppendUvarint(ids, uint64(n-prev))
		prev = n
	}
	packed := pack(ids)
	a, size := table.Attrs{attrIDs: packed}, len(packed)
	for _, name := range slices.Sorted(maps.Keys(p.cols)) {
		block := pack(p.cols[name].block())
		a[colPrefix+name] = block
		size += len(colPrefix) + len(name) + len(block)
	}
	return a, size
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

// The first byte of a block: how the rest is packed.
const (
	packedNot = 0
	packedLZ4 = 1   // the length of what is packed, then one block of LZ4
	short     = 200 // bytes that are not worth packing
)

// LZ4 unpacks many times as fast as DEFLATE, and a cold read is mostly that.
func pack(raw []byte) []byte {
	if len(raw) >= short {
		out := binary.AppendUvarint([]byte{packedLZ4}, uint64(len(raw)))
		head := len(out)
		out = append(out, make([]byte, lz4.CompressBlockBound(len(raw)))...)
		if n, err := lz4.CompressBlockHC(raw, out[head:], lz4.Level5, nil, nil); err == nil && n > 0 && n < len(raw) {
			return bytes.Clone(out[:head+n])
		}
	}
	return append([]byte{packedNot}, raw...)
}

func unpack(packed []byte) ([]byte, error) {
	switch {
	case len(packed) > 0 && packed[0] == packedNot:
		return packed[1:], nil
	case len(packed) > 0 && packed[0] == packedLZ4:
		size, n := binary.Uvarint(packed[1:])
		if n <= 0 || size > maxBlock {
			return nil, broken(nil)
		}
		raw := make([]byte, size)
		got, err := lz4.UncompressBlock(packed[1+n:], raw)
		if err != nil || got != len(raw) {
			return nil, broken(err)
		}
		return raw, nil
	}
	return nil, broken(nil)
}

func broken(err error) error {
	return errs.New(errs.Internal, "page_broken", "a page of rows can't be read").With(err)
}
