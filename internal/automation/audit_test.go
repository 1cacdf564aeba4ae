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
	change := func(key table.Key, name string, value int64) table.Op {
		return table.Change(key, table.Changes{Set: table.Attrs{name: value}})
	}
	for name, spoil := range map[string]func(w *world) []table.Op{
		"nothing":        func(*world) []table.Op { return nil },
		"a balance":      func(w *world) []table.Op { return []table.Op{change(w.balanceKey(), "bonus", 7)} },
		"an entry's sum": func(w *world) []table.Op { return []table.Op{change(w.entry("grant").Key, "amount", 7)} },
		"a lost entry":   func(w *world) []table.Op { return []table.Op{table.Delete(w.entry("charge").Key)} },
		"a wave that is over and holds credits, as balance and ledger say": func(w *world) []table.Op {
			release := w.entry("release")
			held, _ := release.Attrs["held"].(int64)
			return []table.Op{change(release.Key, "held", 0), change(w.balanceKey(), "held", -held)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 3)
			w.seedItems(3)
			w.grant(1000)
			w.settle(w.begin())
			ops := spoil(w)
			for _, op := range ops {
				w.must(w.table.Write(context.Background(), op))
			}
			w.must(w.engine.Watch(context.Background(), w.scope, simSite))
			w.drifts.Store(0)
			w.clock.Advance(time.Hour)
			w.tick()
			if n := w.drifts.Load(); (n > 0) != (ops != nil) {
				t.Errorf("%d drifts are told", n)
			}
		})
	}
}

func (w *world) balanceKey() table.Key {
	return table.Key{Partition: table.Of(w.scope), Sort: "BALANCE"}
}

// entry is the ledger's newest entry of a kind.
func (w *world) entry(kind string) table.Item {
	w.t.Helper()
	page, err := w.table.Query(context.Background(), table.Query{Partition: table.Of(w.scope, "LEDGER"), Prefix: "LEDGER#", Reverse: true, Limit: 1000, Consistency: table.Consistent})
	w.must(err)
	for _, it := range page.Items {
		if held, _ := it.Attrs["held"].(int64); it.Attrs["transaction_type"] == kind && (kind != "release" || held != 0) {
			return it
		}
	}
	w.t.Fatalf("the ledger has no %s", kind)
	return table.Item{}
}
