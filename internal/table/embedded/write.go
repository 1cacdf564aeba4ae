package embedded

import (
	"fmt"
	"math"
	"reflect"

	"go.etcd.io/bbolt"

	"github.com/igny8/igny8/internal/commit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

var mapType = reflect.TypeFor[map[string]any]()

// do tests the conditions of all operations, then does them. An error rolls all back.
func (t *Table) do(tx *bbolt.Tx, ops []table.Op) error {
	olds := make([]*record, len(ops))
	var failed []int
	for i, op := range ops {
		old, err := readFor(tx, op)
		if err != nil {
			return err
		}
		olds[i] = old
		for _, c := range op.If {
			if !holds(c, old) {
				failed = append(failed, i)
				break
			}
		}
	}
	if failed != nil {
		return commit.Untouched(&table.Failed{Ops: failed})
	}
	for i, op := range ops {
		if err := t.apply(tx, op, olds[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) apply(tx *bbolt.Tx, op table.Op, old *record) error {
	key := itemKey(op.Key)
	switch op.Kind {
	case table.OpPut:
		rec, err := t.put(op.Item)
		if err != nil {
			return err
		}
		return replace(tx, key, old, rec)
	case table.OpChange:
		rec, err := t.change(op, old)
		if err != nil {
			return err
		}
		return replace(tx, key, old, rec)
	case table.OpDelete:
		return remove(tx, key, old)
	}
	return nil
}

func (t *Table) put(it table.Item) (*record, error) {
	now := t.clock.Now()
	if it.Created.IsZero() {
		it.Created = now
	}
	rec := &record{
		Type: it.Type, Version: it.Version + 1, Actor: it.Actor,
		Created: stamp(it.Created), Updated: stamp(now), Attrs: it.Attrs,
	}
	rec.expire(it.Expires)
	return rec, rec.place(it.Index)
}

func (t *Table) change(op table.Op, old *record) (*record, error) {
	now := stamp(t.clock.Now())
	rec := &record{Created: now, Attrs: map[string]any{}}
	if old != nil {
		*rec = *old
		rec.Attrs = make(map[string]any, len(old.Attrs))
		for k, v := range old.Attrs {
			rec.Attrs[k] = v
		}
	}
	c := op.Changes
	rec.Version++
	rec.Updated, rec.Actor = now, op.Key.Partition.Actor()
	if rec.Type == "" {
		rec.Type = c.Type
	}
	if err := alter(rec.Attrs, c); err != nil {
		return nil, err
	}
	if c.Expires != nil {
		rec.expire(*c.Expires)
	}
	if c.Index != nil || c.NoIndex {
		if err := rec.place(c.Index); err != nil {
			return nil, err
		}
	}
	it, err := rec.item(op.Key)
	if err != nil {
		return nil, err
	}
	return rec, table.CheckSize(it)
}

func alter(attrs map[string]any, c table.Changes) error {
	for name, v := range c.Set {
		attrs[name] = v
	}
	for _, name := range c.Remove {
		delete(attrs, name)
	}
	for name, n := range c.Add {
		v, err := sum(name, attrs, n)
		if err != nil {
			return err
		}
		attrs[name] = v
	}
	return nil
}

func sum(name string, attrs map[string]any, n int64) (any, error) {
	v, ok := attrs[name]
	if !ok {
		return n, nil
	}
	switch have := v.(type) {
	case int64:
		if (n > 0 && have > math.MaxInt64-n) || (n < 0 && have < math.MinInt64-n) {
			return nil, errs.New(errs.Invalid, "sum", fmt.Sprintf("table: adding %d to %s leaves int64", n, name))
		}
		return have + n, nil
	case float64:
		return table.Whole(have + float64(n)), nil
	}
	return nil, errs.New(errs.Invalid, "sum", fmt.Sprintf("table: the attribute %s is no number to add to", name))
}

// replace stores the record and keeps its places in the index and the ttl bucket.
func replace(tx *bbolt.Tx, key []byte, old, rec *record) error {
	if err := unlink(tx, key, old); err != nil {
		return err
	}
	raw, err := encoding.Marshal(rec)
	if err != nil {
		return errs.New(errs.Internal, "encode", "an item can't be encoded").With(err)
	}
	if err := tx.Bucket(items).Put(key, raw); err != nil {
		return err
	}
	if rec.Sort != "" {
		if err := tx.Bucket(index).Put(indexKey(rec.Partition, rec.Sort, key), key); err != nil {
			return err
		}
	}
	if rec.HasExpiry {
		return tx.Bucket(ttl).Put(ttlKey(rec.Expires, key), nil)
	}
	return nil
}

func remove(tx *bbolt.Tx, key []byte, old *record) error {
	if err := unlink(tx, key, old); err != nil {
		return err
	}
	return tx.Bucket(items).Delete(key)
}

func unlink(tx *bbolt.Tx, key []byte, old *record) error {
	if old == nil {
		return nil
	}
	if old.Sort != "" {
		if err := tx.Bucket(index).Delete(indexKey(old.Partition, old.Sort, key)); err != nil {
			return err
		}
	}
	if old.HasExpiry {
		return tx.Bucket(ttl).Delete(ttlKey(old.Expires, key))
	}
	return nil
}

// holds tells whether a condition holds for what is stored, expired or not.
func holds(c table.Cond, rec *record) bool {
	switch c.Kind {
	case table.CondAbsent:
		return rec == nil
	case table.CondExists:
		return rec != nil
	case table.CondVersion:
		v := c.Value.(int64)
		return (rec == nil && v == 0) || (rec != nil && rec.Version == v)
	case table.CondMissing:
		if rec == nil {
			return true
		}
		_, there := rec.Attrs[c.Name]
		return !there
	}
	if rec == nil {
		return false
	}
	have, there := rec.Attrs[c.Name]
	if c.Kind == table.CondEquals {
		// A list or a map is no value that Equals takes, and comparing one would panic.
		switch have.(type) {
		case string, bool, int64:
			return there && have == c.Plain()
		}
		return false
	}
	return atLeast(have, c.Value.(int64))
}

func atLeast(have any, n int64) bool {
	switch v := have.(type) {
	case int64:
		return v >= n
	case float64:
		// Whole numbers within int64 are int64, so v is either a fraction below 2^53, where
		// rounding n changes nothing, or beyond every int64.
		return v >= float64(n)
	}
	return false
}
