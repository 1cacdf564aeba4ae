// Package tabletest is the conformance suite of the table port. A driver that passes it
// can stand in for any other: what the suite leaves open, callers may not rely on.
package tabletest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// Open gives a table on the clock for one test. It may be shared between tests: each keeps
// to accounts of its own.
type Open func(t *testing.T, c clock.Clock) table.Table

// Run runs the whole suite, its parts side by side.
func Run(t *testing.T, open Open) {
	parts := []struct {
		name string
		test func(*testing.T, *env)
	}{
		{"conditions", conditions}, {"wrong calls", wrongCalls}, {"change", changes},
		{"stamps", stamps}, {"values", values}, {"numbers out of range", badValues},
		{"item size", itemSize}, {"transact", transact}, {"transact limits", transactLimits},
		{"query range", queryRange}, {"query pages", queryPages}, {"cursors", cursors},
		{"index", indexReads}, {"index order", indexOrder}, {"expiry", expiry},
		{"load", load}, {"load leftovers", loadLeftovers}, {"store", store},
		{"races", races}, {"isolation", isolation}, {"escaping", escaping}, {"system", systemItems},
		{"ended context", endedContext}, {"model", model},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, newEnv(t, open))
		})
	}
}

// env is what one test works with: a table and an account that no other test has.
type env struct {
	table.Table
	clock *clock.Fake
	scope account.Scope
	sys   system.Handle
	id    string // unique to the test
}

var start = time.Date(2026, 3, 1, 10, 20, 30, 123456789, time.UTC)

func newEnv(t *testing.T, open Open) *env {
	c := clock.At(start)
	id := ulid.Make().String()
	return &env{
		Table: open(t, c), clock: c, id: id, sys: system.As("robot"),
		scope: account.Mint(account.Grant{Account: "acc_" + id, Actor: "usr_1", Role: account.Owner}),
	}
}

func (e *env) key(sort string) table.Key {
	return table.Key{Partition: table.Of(e.scope), Sort: sort}
}

func (e *env) in(part, sort string) table.Key {
	return table.Key{Partition: table.Of(e.scope, part), Sort: sort}
}

func (e *env) item(sort string, attrs table.Attrs) table.Item {
	return table.Item{Key: e.key(sort), Type: "thing", Attrs: attrs}
}

func (e *env) put(t *testing.T, items ...table.Item) {
	t.Helper()
	for _, it := range items {
		must(t, e.Write(ctx(t), table.Put(it)))
	}
}

func (e *env) get(t *testing.T, k table.Key) table.Item {
	t.Helper()
	it, err := e.Get(ctx(t), k, table.Consistent)
	must(t, err)
	return it
}

func (e *env) absent(t *testing.T, k table.Key) {
	t.Helper()
	_, err := e.Get(ctx(t), k, table.Consistent)
	kind(t, err, errs.NotFound)
}

func (e *env) sorts(t *testing.T, q table.Query) []string {
	t.Helper()
	items, err := table.Collect(ctx(t), e, q)
	must(t, err)
	return sortsOf(items)
}

func sortsOf(items []table.Item) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.Key.Sort
	}
	return out
}

func ctx(t testing.TB) context.Context { return t.Context() }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

func kind(t testing.TB, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want || table.FailedCondition(err) != nil {
		t.Fatalf("got error %v (%v), want kind %v", err, errs.KindOf(err), want)
	}
}

// failed checks that exactly these operations failed their conditions.
func failed(t testing.TB, err error, places ...int) {
	t.Helper()
	f := table.FailedCondition(err)
	if f == nil {
		t.Fatalf("got %v, want a failed condition in %v", err, places)
	}
	if !slices.Equal(f.Ops, places) {
		t.Fatalf("failed operations %v, want %v", f.Ops, places)
	}
	if !errs.Is(err, errs.Conflict) {
		t.Fatalf("a failed condition is of kind %v, want conflict", errs.KindOf(err))
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b table.Partition) bool { return a == b })); d != "" {
		t.Fatalf("%s differs (-want +got):\n%s", what, d)
	}
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%04d", prefix, i)
	}
	return out
}

func endedContext(t *testing.T, e *env) {
	c, cancel := context.WithCancel(ctx(t))
	cancel()
	op := table.Put(e.item("a", nil))
	_, getErr := e.Get(c, e.key("a"), table.Consistent)
	_, queryErr := e.Query(c, table.Query{Partition: table.Of(e.scope)})
	_, _, loadErr := e.Load(c, []table.Key{e.key("a")}, table.Consistent)
	_, storeErr := e.Store(c, []table.Op{op})
	for _, err := range []error{getErr, queryErr, loadErr, storeErr, e.Write(c, op), e.Transact(c, op)} {
		kind(t, err, errs.Unavailable)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v does not hold the context's error", err)
		}
	}
	e.absent(t, e.key("a"))
}
