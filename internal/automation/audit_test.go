package automation_test

import (
	"context"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/table"
)

// TestAudit: when a site falls quiet, books that do not add up are told of, and books that do are
// not; a wave that is over and holds credits is a fault of its own.
func TestAudit(t *testing.T) {
	t.Parallel()
	balance := func(w *world) table.Key { return table.Key{Partition: table.Of(w.scope), Sort: "BALANCE"} }
	for name, spoil := range map[string]func(w *world) *table.Op{
		"nothing": func(*world) *table.Op { return nil },
		"a balance": func(w *world) *table.Op {
			op := table.Change(balance(w), table.Changes{Set: table.Attrs{"bonus": 7}})
			return &op
		},
		"an entry's sum": func(w *world) *table.Op {
			op := table.Change(w.entry("grant"), table.Changes{Set: table.Attrs{"amount": 7}})
			return &op
		},
		"a lost entry": func(w *world) *table.Op { op := table.Delete(w.entry("charge")); return &op },
		"a hold not ended": func(w *world) *table.Op {
			op := table.Change(w.entry("release"), table.Changes{Set: table.Attrs{"held": 0}})
			return &op
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 3)
			w.seedItems(3)
			w.grant(1000)
			w.settle(w.begin())
			op := spoil(w)
			if op != nil {
				w.must(w.table.Write(context.Background(), *op))
			}
			w.must(w.engine.Watch(context.Background(), w.scope, simSite))
			w.drifts.Store(0)
			w.clock.Advance(time.Hour)
			w.tick()
			if n := w.drifts.Load(); (n > 0) != (op != nil) {
				t.Errorf("%d drifts are told", n)
			}
		})
	}
}

// entry is the ledger's newest entry of a kind.
func (w *world) entry(kind string) table.Key {
	w.t.Helper()
	page, err := w.table.Query(context.Background(), table.Query{Partition: table.Of(w.scope, "LEDGER"), Prefix: "LEDGER#", Reverse: true, Limit: 1000, Consistency: table.Consistent})
	w.must(err)
	for _, it := range page.Items {
		if held, _ := it.Attrs["held"].(int64); it.Attrs["transaction_type"] == kind && (kind != "release" || held != 0) {
			return it.Key
		}
	}
	w.t.Fatalf("the ledger has no %s", kind)
	return table.Key{}
}
