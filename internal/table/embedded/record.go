package embedded

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"
	"go.etcd.io/bbolt"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// record is an item as stored. Fields may be added under new numbers; a number is never
// given a second meaning.
type record struct {
	Type      string         `cbor:"1,keyasint,omitempty"`
	Version   int64          `cbor:"2,keyasint"`
	Created   string         `cbor:"3,keyasint"`
	Updated   string         `cbor:"4,keyasint"`
	Actor     string         `cbor:"5,keyasint,omitempty"`
	Expires   int64          `cbor:"6,keyasint,omitempty"` // unix seconds, 0 never
	HasExpiry bool           `cbor:"7,keyasint,omitempty"`
	Partition string         `cbor:"8,keyasint,omitempty"` // the index's
	Sort      string         `cbor:"9,keyasint,omitempty"` // the index's; empty: not in it
	Attrs     map[string]any `cbor:"10,keyasint"`
}

var (
	encoding = must(cbor.EncOptions{Sort: cbor.SortNone}.EncMode())
	decoding = must(cbor.DecOptions{
		DefaultMapType:   mapType,
		IntDec:           cbor.IntDecConvertSignedOrFail,
		MaxNestedLevels:  64,
		MaxArrayElements: 1 << 20, // an item's worth of the shortest values
		MaxMapPairs:      1 << 20,
	}.DecMode())
)

// must is for options that are constants: a wrong one fails every test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// read gives the record under an item's key; nil when there is none.
func read(tx *bbolt.Tx, key []byte) (*record, error) {
	return decoded[record](key, tx.Bucket(items).Get(key))
}

// decoded is what is stored under a key, as far as T has fields for it; nil for nothing.
func decoded[T any](key, raw []byte) (*T, error) {
	if raw == nil {
		return nil, nil
	}
	var v T
	if err := decoding.Unmarshal(raw, &v); err != nil {
		return nil, damaged(key, err)
	}
	return &v, nil
}

// bare is what a write has to know of the item that it replaces: its version, and where the
// index and the list of expiries name it. Attributes are most of an item, and of decoding it.
type bare struct {
	Version   int64  `cbor:"2,keyasint"`
	Expires   int64  `cbor:"6,keyasint"`
	HasExpiry bool   `cbor:"7,keyasint"`
	Partition string `cbor:"8,keyasint"`
	Sort      string `cbor:"9,keyasint"`
}

// readFor gives the record for an operation: without attributes when it looks at none.
func readFor(tx *bbolt.Tx, op table.Op) (*record, error) {
	key := itemKey(op.Key)
	if op.Kind == table.OpChange || slices.ContainsFunc(op.If, func(c table.Cond) bool { return c.Name != "" }) {
		return read(tx, key)
	}
	b, err := decoded[bare](key, tx.Bucket(items).Get(key))
	if b == nil || err != nil {
		return nil, err
	}
	return &record{Version: b.Version, Expires: b.Expires, HasExpiry: b.HasExpiry, Partition: b.Partition, Sort: b.Sort}, nil
}

func damaged(key []byte, err error) error {
	return errs.New(errs.Internal, "damaged", fmt.Sprintf("the item %q in the data file is damaged", key)).With(err)
}

func (r *record) expired(now time.Time) bool { return r.HasExpiry && r.Expires <= now.Unix() }

func (r *record) item(key table.Key) (table.Item, error) {
	it := table.Item{Key: key, Type: r.Type, Version: r.Version, Actor: r.Actor, Attrs: r.Attrs}
	if it.Attrs == nil {
		it.Attrs = table.Attrs{}
	}
	var err error
	if it.Created, err = time.Parse(time.RFC3339Nano, r.Created); err != nil {
		return table.Item{}, damaged(itemKey(key), err)
	}
	if it.Updated, err = time.Parse(time.RFC3339Nano, r.Updated); err != nil {
		return table.Item{}, damaged(itemKey(key), err)
	}
	if r.HasExpiry {
		it.Expires = time.Unix(r.Expires, 0).UTC()
	}
	if r.Sort != "" {
		p, err := key.Partition.Peer(r.Partition)
		if err != nil {
			return table.Item{}, damaged(itemKey(key), err)
		}
		it.Index = &table.Index{Partition: p, Sort: r.Sort}
	}
	return it, nil
}

func (r *record) expire(at time.Time) {
	r.Expires, r.HasExpiry = 0, !at.IsZero()
	if r.HasExpiry {
		r.Expires = at.Unix()
	}
}

func (r *record) place(x *table.Index) error {
	r.Partition, r.Sort = "", ""
	if x == nil {
		return nil
	}
	name, err := x.Partition.Name()
	r.Partition, r.Sort = name, x.Sort
	return err
}

// stamp is a time as stored: text, since Go's int64 nanoseconds end in 2262.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// itemKey orders items by partition, then sort key. A partition's name holds no NUL.
func itemKey(k table.Key) []byte {
	name, _ := k.Partition.Name() // checked before
	return append(append([]byte(name), 0), k.Sort...)
}

// indexKey orders by the index's partition, its sort key, then the item. The sort key may
// hold NULs; they are escaped so that order is kept and no sort key is another's beginning.
func indexKey(partition, sort string, item []byte) []byte {
	out := append([]byte(partition), 0)
	out = append(appendEscaped(out, sort), 0, 1)
	return append(out, item...)
}

func appendEscaped(out []byte, sort string) []byte {
	for i := range len(sort) {
		if out = append(out, sort[i]); sort[i] == 0 {
			out = append(out, 0xff)
		}
	}
	return out
}

// ttlKey orders by the second of expiry. Times before 1970 count as that.
func ttlKey(second int64, item []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(max(second, 0))), item...)
}
