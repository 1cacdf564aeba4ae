// Package idem makes a write safe to send twice: the client's Idempotency-Key becomes a
// record that is written in the same transaction as what the request makes (protocols 10).
// The record holds ids only, never bodies, and lives for a day.
package idem

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Keep is how long a record is kept.
const Keep = 24 * time.Hour

// Key is one request's idempotency key. The zero Key stands for a request without one:
// Find finds nothing and Ops gives nothing.
type Key struct {
	name  string
	print string
}

// New makes the Key of a request: what the client calls it, the operation, and the hash of
// what it asks for.
func New(name, operation, print string) Key {
	if name == "" {
		return Key{}
	}
	return Key{name: id.Hash("idm", operation, name), print: print}
}

func (k Key) key(s account.Scope) table.Key {
	return table.Key{Partition: table.Of(s, "IDEM"), Sort: "IDEM#" + k.name}
}

type record struct {
	Print string            `json:"print"`
	IDs   map[string]string `json:"ids"`
}

// Find gives what an earlier request with this key made. Conflict when the key was used
// for another request.
func (k Key) Find(ctx context.Context, t table.Table, s account.Scope) (ids map[string]string, found bool, err error) {
	if k.name == "" {
		return nil, false, nil
	}
	it, err := t.Get(ctx, k.key(s), table.Consistent)
	if errs.Is(err, errs.NotFound) && s.Valid() {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, errs.Wrap("idem.Find", err)
	}
	var r record
	if err := table.Decode(it.Attrs, &r); err != nil {
		return nil, false, errs.Wrap("idem.Find", err)
	}
	if r.Print != k.print {
		return nil, false, errs.New(errs.Conflict, "idempotency_key_reused", "this Idempotency-Key was used for another request: choose a new one")
	}
	return r.IDs, true, nil
}

// Ops gives the operation to join to the request's transaction, none for the zero Key. When
// its condition fails, another request with this key was quicker: call Find again.
func (k Key) Ops(s account.Scope, ids map[string]string, now time.Time) []table.Op {
	if k.name == "" {
		return nil
	}
	any := make(map[string]any, len(ids))
	for n, v := range ids {
		any[n] = v
	}
	return []table.Op{table.Put(table.Item{
		Key: k.key(s), Type: "idempotency", Expires: now.Add(Keep),
		Attrs: table.Attrs{"print": k.print, "ids": any},
	}, table.Absent())}
}
