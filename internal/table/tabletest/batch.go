package tabletest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

func expiry(t *testing.T, e *env) {
	it := table.Item{Key: e.key("a"), Expires: start.Add(10 * time.Second), Index: e.place("i", "a"), Attrs: table.Attrs{"n": int64(1)}}
	e.put(t, it, e.item("b", nil))
	same(t, "expiry in whole seconds", e.get(t, it.Key).Expires, start.Add(10*time.Second).Truncate(time.Second))
	e.clock.Advance(9 * time.Second)
	e.get(t, it.Key)
	e.clock.Advance(time.Second)

	e.absent(t, it.Key)
	q := table.Query{Partition: table.Of(e.scope), Consistency: table.Consistent}
	same(t, "queried", e.sorts(t, q), []string{"b"})
	q.Limit = 1
	same(t, "queried by one", e.sorts(t, q), []string{"b"})
	same(t, "on the index", len(e.sorts(t, table.Query{Partition: table.Of(e.scope, "i"), OnIndex: true})), 0)
	items, left, err := e.Load(ctx(t), []table.Key{it.Key, e.key("b")}, table.Consistent)
	must(t, err)
	same(t, "loaded", sortsOf(items), []string{"b"})
	same(t, "left", len(left), 0)

	// It still counts for conditions, and a change brings it back as it was.
	failed(t, e.Write(ctx(t), table.Put(it, table.Absent())), 0)
	never := time.Time{}
	must(t, e.Write(ctx(t), table.Change(it.Key, table.Changes{Expires: &never, Add: map[string]int64{"n": 1}}, table.VersionIs(1), table.Exists())))
	got := e.get(t, it.Key)
	same(t, "brought back", got.Attrs, table.Attrs{"n": int64(2)})
	same(t, "expiry removed", got.Expires, never)

	soon := e.clock.Now().Add(time.Hour)
	must(t, e.Write(ctx(t), table.Change(it.Key, table.Changes{Expires: &soon})))
	same(t, "expiry set", e.get(t, it.Key).Expires, soon.Truncate(time.Second))
	must(t, e.Write(ctx(t), table.Change(it.Key, table.Changes{Set: table.Attrs{"x": "1"}})))
	same(t, "expiry kept", e.get(t, it.Key).Expires, soon.Truncate(time.Second))
}

func load(t *testing.T, e *env) {
	var keys []table.Key
	for _, s := range numbered("k", table.MaxLoad) {
		keys = append(keys, e.key(s))
	}
	var ops []table.Op
	for i := 0; i < len(keys); i += 2 {
		ops = append(ops, table.Put(table.Item{Key: keys[i], Attrs: table.Attrs{"i": int64(i)}}))
	}
	far := table.Key{Partition: table.OfSite(e.scope, "s"), Sort: "far"}
	must(t, table.StoreAll(ctx(t), e, append(ops, table.Put(table.Item{Key: far}))))
	for _, c := range []table.Consistency{table.Consistent, table.Eventual} {
		items, left, err := e.Load(ctx(t), append([]table.Key{far}, keys[:99]...), c)
		must(t, err)
		same(t, "left", len(left), 0)
		same(t, "found", len(items), 51)
		for _, it := range items {
			sameItem(t, it, e.get(t, it.Key))
		}
	}
	items, _, err := e.Load(ctx(t), []table.Key{far, far, far}, table.Consistent)
	must(t, err)
	same(t, "named three times", len(items), 1)
	_, _, err = e.Load(ctx(t), append([]table.Key{far}, keys...), table.Consistent)
	kind(t, err, errs.Invalid)
	items, left, err := e.Load(ctx(t), nil, table.Consistent)
	must(t, err)
	same(t, "of nothing", len(items)+len(left), 0)
	items, err = table.LoadAll(ctx(t), e, append([]table.Key{far}, keys...), table.Consistent)
	must(t, err)
	same(t, "LoadAll of 101 keys", len(items), 51)
}

func loadLeftovers(t *testing.T, e *env) {
	const n = 45 // of 380 KB: over 16 MB
	var ops []table.Op
	var keys []table.Key
	want := numbered("k", n)
	for _, s := range want {
		keys = append(keys, e.key(s))
		ops = append(ops, table.Put(e.item(s, table.Attrs{"x": strings.Repeat("x", 380<<10)})))
	}
	must(t, table.StoreAll(ctx(t), e, ops))
	items, left, err := e.Load(ctx(t), keys, table.Consistent)
	must(t, err)
	if len(left) == 0 || len(items)+len(left) != n {
		t.Fatalf("Load over 16 MB read %d and left %d", len(items), len(left))
	}
	items, err = table.LoadAll(ctx(t), e, keys, table.Consistent)
	must(t, err)
	got := sortsOf(items)
	slices.Sort(got)
	same(t, "LoadAll", got, want)
}

func store(t *testing.T, e *env) {
	var puts, deletes []table.Op
	for _, s := range numbered("s", 60) {
		puts = append(puts, table.Put(e.item(s, nil)))
		deletes = append(deletes, table.Delete(e.key(s)))
	}
	q := table.Query{Partition: table.Of(e.scope), Consistency: table.Consistent}
	_, err := e.Store(ctx(t), puts[:table.MaxStore+1])
	kind(t, err, errs.Invalid)
	for _, op := range []table.Op{
		table.Put(e.item("x", nil), table.Absent()), table.Delete(e.key("x"), table.Exists()),
		table.Change(e.key("x"), table.Changes{}), table.Check(e.key("x"), table.Exists()), puts[0],
	} {
		_, err := e.Store(ctx(t), []table.Op{puts[0], op})
		kind(t, err, errs.Invalid)
	}
	left, err := e.Store(ctx(t), nil)
	must(t, err)
	same(t, "left of nothing", len(left), 0)
	same(t, "after refusals", len(e.sorts(t, q)), 0)
	must(t, table.StoreAll(ctx(t), e, puts))
	same(t, "stored", len(e.sorts(t, q)), 60)
	mixed := append(slices.Clone(deletes[:10]), puts[10:12]...)
	must(t, table.StoreAll(ctx(t), e, mixed))
	same(t, "deleted ten", len(e.sorts(t, q)), 50)
	must(t, table.StoreAll(ctx(t), e, deletes))
	same(t, "deleted all", len(e.sorts(t, q)), 0)
}
