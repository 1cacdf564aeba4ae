package embedded

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/igny8/igny8/internal/table"
)

// Query implements table.Table. It reads from one snapshot and, as DynamoDB does, counts
// expired items in Limit and MaxPage and may say Next where nothing follows.
func (t *Table) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := q.Check(); err != nil {
		return table.Page{}, err
	}
	start, err := q.Start()
	if err != nil || q.Empty() {
		return table.Page{}, err
	}
	var page table.Page
	err = t.view(ctx, func(tx *bbolt.Tx) error {
		page, err = t.page(tx, q, start)
		return err
	})
	if err != nil {
		return table.Page{}, err
	}
	return page, nil
}

// span is the part of a bucket that a query reads: low <= key < high.
type span struct {
	bucket    []byte
	low, high []byte
}

func spanOf(q table.Query) span {
	name, _ := q.Partition.Name() // checked before
	head := append([]byte(name), 0)
	bound := func(sort string) []byte {
		if q.OnIndex {
			return appendEscaped(bytes.Clone(head), sort)
		}
		return append(bytes.Clone(head), sort...)
	}
	s := span{bucket: items, low: bound(q.Prefix + q.From)} // one of them is empty
	if q.OnIndex {
		s.bucket = index
	}
	switch {
	case q.Prefix != "":
		s.high = after(bound(q.Prefix))
	case q.To == "":
		s.high = append([]byte(name), 1)
	case q.OnIndex:
		s.high = append(bound(q.To), 0, 2) // past the terminator 0 1 and whatever follows it
	default:
		s.high = append(bound(q.To), 0)
	}
	return s
}

// after is the least key greater than every key that begins with prefix. UTF-8 holds no
// 0xff, and the head ends with 0, so there is always a byte to raise.
func after(prefix []byte) []byte {
	out := bytes.Clone(prefix)
	for i := len(out) - 1; ; i-- {
		if out[i] < 0xff {
			out[i]++
			return out[:i+1]
		}
	}
}

func (t *Table) page(tx *bbolt.Tx, q table.Query, start *table.Cursor) (table.Page, error) {
	var page table.Page
	now, size, read := t.clock.Now(), 0, 0
	var last table.Cursor
	for e := range walk(tx, q, start) {
		it, rec, at, err := e.load(tx, q)
		if err != nil {
			return table.Page{}, err
		}
		if size += it.Size(); read > 0 && size > table.MaxPage {
			page.Next = q.Next(last)
			return page, nil
		}
		if read++; !rec.expired(now) {
			page.Items = append(page.Items, it)
		}
		if last = at; read == q.Limit {
			page.Next = q.Next(last)
			return page, nil
		}
	}
	return page, nil
}

// entry is a place in the bucket that a query reads.
type entry struct{ key, value []byte }

// walk goes through the query's span in its direction, from behind the cursor.
func walk(tx *bbolt.Tx, q table.Query, start *table.Cursor) func(yield func(entry) bool) {
	return func(yield func(entry) bool) {
		s := spanOf(q)
		c := tx.Bucket(s.bucket).Cursor()
		from := startKey(q, start)
		if q.Reverse {
			high := s.high
			if from != nil {
				high = from
			}
			for k, v := before(c, high); k != nil && bytes.Compare(k, s.low) >= 0; k, v = c.Prev() {
				if !yield(entry{k, v}) {
					return
				}
			}
			return
		}
		low := s.low
		if from != nil {
			low = slices.Concat(from, []byte{0})
		}
		for k, v := c.Seek(low); k != nil && bytes.Compare(k, s.high) < 0; k, v = c.Next() {
			if !yield(entry{k, v}) {
				return
			}
		}
	}
}

// before puts the cursor on the last key less than high.
func before(c *bbolt.Cursor, high []byte) ([]byte, []byte) {
	if k, _ := c.Seek(high); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// startKey is the bucket's key that a cursor points to; nil at the beginning.
func startKey(q table.Query, start *table.Cursor) []byte {
	if start == nil {
		return nil
	}
	if !q.OnIndex {
		return itemKey(table.Key{Partition: q.Partition, Sort: start.Sort})
	}
	name, _ := q.Partition.Name()
	item := append(append([]byte(start.Partition), 0), start.Item...)
	return indexKey(name, start.Sort, item)
}

// load reads the item of an entry, and the cursor that points to it.
func (e entry) load(tx *bbolt.Tx, q table.Query) (table.Item, *record, table.Cursor, error) {
	key, raw := e.key, e.value
	if q.OnIndex { // whose entries name the item
		key, raw = e.value, tx.Bucket(items).Get(e.value)
	}
	rec, err := decoded[record](key, raw)
	if err != nil {
		return table.Item{}, nil, table.Cursor{}, err
	}
	partition, sort, _ := strings.Cut(string(key), "\x00")
	if rec == nil {
		return table.Item{}, nil, table.Cursor{}, damaged(key, nil)
	}
	peer, err := q.Partition.Peer(partition)
	if err != nil {
		return table.Item{}, nil, table.Cursor{}, damaged(key, err)
	}
	at := table.Cursor{Sort: sort}
	if q.OnIndex {
		at = table.Cursor{Sort: rec.Sort, Partition: partition, Item: sort}
	}
	it, err := rec.item(table.Key{Partition: peer, Sort: sort})
	return it, rec, at, err
}
