// Package embedded is the table's driver on a bbolt file: one process, one writer at a
// time, each write synced to the disk before it returns.
package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/commit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// The buckets. An item names its own place in the other two, so whoever replaces or
// removes it finds the entries to remove.
var (
	items = []byte("items") // itemKey -> record
	index = []byte("index") // indexKey -> itemKey
	ttl   = []byte("ttl")   // second of expiry, itemKey -> nothing
)

const (
	openTimeout = time.Second
	sweepBatch  = 500 // expired items that one transaction of Sweep removes
)

// Table is a table.Table in a file. It is safe for concurrent use.
type Table struct {
	db     *bbolt.DB
	writes *commit.Group
	clock  clock.Clock
}

var _ table.Table = (*Table)(nil)

// Open opens the file at path, and makes it when absent; its folder has to be there. The
// clock stamps items and tells which are expired. A file in use by another process is an
// errs.Conflict with code "in_use" after a second; a file that is no table is Invalid, code
// "bad_file"; one that can't be opened is Unavailable.
func Open(path string, c clock.Clock) (*Table, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: openTimeout, FreelistType: bbolt.FreelistMapType})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, errs.New(errs.Conflict, "in_use",
			"the data file "+path+" is in use by another process: stop that one, or choose another data folder").With(err)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return nil, errs.New(errs.Invalid, "bad_file",
			"the file "+path+" is no table of IGNY8, or is damaged: restore it, or choose another data folder").With(err)
	case err != nil:
		return nil, errs.New(errs.Unavailable, "unavailable", "the data file "+path+" can't be opened").With(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{items, index, ttl} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(failure(err), db.Close())
	}
	return &Table{db: db, writes: commit.New(db), clock: c}, nil
}

// Close waits for the calls under way and closes the file. Calls after it are Unavailable.
func (t *Table) Close() error { return failure(t.writes.Close()) }

// Get implements table.Table. Every read sees every acknowledged write.
func (t *Table) Get(ctx context.Context, key table.Key, _ table.Consistency) (table.Item, error) {
	if err := table.CheckKey(key); err != nil {
		return table.Item{}, err
	}
	var it table.Item
	err := t.view(ctx, func(tx *bbolt.Tx) error {
		rec, err := read(tx, itemKey(key))
		if err != nil {
			return err
		}
		if rec == nil || rec.expired(t.clock.Now()) {
			return errs.New(errs.NotFound, "not_found", "not found")
		}
		it, err = rec.item(key)
		return err
	})
	return it, err
}

// Load implements table.Table. It leaves keys once it has read table.MaxLoadBytes.
func (t *Table) Load(ctx context.Context, keys []table.Key, _ table.Consistency) (found []table.Item, left []table.Key, err error) {
	if keys, err = table.CheckLoad(keys); err != nil || len(keys) == 0 {
		return nil, nil, err
	}
	size, now := 0, t.clock.Now()
	err = t.view(ctx, func(tx *bbolt.Tx) error {
		for i, key := range keys {
			rec, err := read(tx, itemKey(key))
			if err != nil {
				return err
			}
			if rec == nil {
				continue
			}
			it, err := rec.item(key)
			if err != nil {
				return err
			}
			if size += it.Size(); size > table.MaxLoadBytes {
				left = keys[i:]
				return nil
			}
			if !rec.expired(now) {
				found = append(found, it)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return found, left, nil
}

// Write implements table.Table.
func (t *Table) Write(ctx context.Context, op table.Op) error {
	op, err := table.CheckWrite(op)
	if err != nil {
		return err
	}
	return t.update(ctx, func(tx *bbolt.Tx) error { return t.do(tx, []table.Op{op}) })
}

// Transact implements table.Table.
func (t *Table) Transact(ctx context.Context, ops ...table.Op) error {
	ops, err := table.CheckTransact(ops)
	if err != nil || len(ops) == 0 {
		return err
	}
	return t.update(ctx, func(tx *bbolt.Tx) error { return t.do(tx, ops) })
}

// Store implements table.Table. All is done in one transaction, and nothing is ever left.
func (t *Table) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	ops, err := table.CheckStore(ops)
	if err != nil || len(ops) == 0 {
		return nil, err
	}
	return nil, t.update(ctx, func(tx *bbolt.Tx) error { return t.do(tx, ops) })
}

// Sweep deletes the items that are expired and says how many. It works in bounded
// transactions, so writers get their turn between; repeating it is safe.
func (t *Table) Sweep(ctx context.Context) (n int, err error) {
	for {
		done := 0
		err := t.update(ctx, func(tx *bbolt.Tx) error {
			done = 0
			for _, k := range expired(tx, t.clock.Now(), sweepBatch) {
				old, err := read(tx, k)
				if err != nil {
					return err
				}
				if err := remove(tx, k, old); err != nil {
					return err
				}
				done++
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		if n += done; done < sweepBatch {
			return n, nil
		}
	}
}

// expired gives the keys of up to limit items that are expired, as copies: the pages that
// hold them change with each removal.
func expired(tx *bbolt.Tx, now time.Time, limit int) [][]byte {
	var out [][]byte
	c := tx.Bucket(ttl).Cursor()
	for k, _ := c.First(); k != nil && len(out) < limit; k, _ = c.Next() {
		if int64(binary.BigEndian.Uint64(k)) > now.Unix() {
			break
		}
		out = append(out, bytes.Clone(k[8:]))
	}
	return out
}

func (t *Table) view(ctx context.Context, f func(*bbolt.Tx) error) error {
	if ctx.Err() != nil {
		return failure(ctx.Err())
	}
	return failure(t.db.View(f))
}

func (t *Table) update(ctx context.Context, f func(*bbolt.Tx) error) error {
	if ctx.Err() != nil {
		return failure(ctx.Err())
	}
	return failure(t.writes.Update(f))
}

// failure gives errors of the file and the context a kind; those of the port pass.
func failure(err error) error {
	var own *errs.Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	return errs.New(errs.Unavailable, "unavailable", "the data file did not answer: look for a full or failing disk").With(err)
}
