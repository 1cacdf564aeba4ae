package tabletest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

func (e *env) place(part, sort string) *table.Index {
	return &table.Index{Partition: table.Of(e.scope, part), Sort: sort}
}

func indexReads(t *testing.T, e *env) {
	on := func(part string) []string {
		t.Helper()
		return append([]string{}, e.sorts(t, table.Query{Partition: table.Of(e.scope, part), OnIndex: true})...)
	}
	site := table.Key{Partition: table.OfSite(e.scope, "site_1"), Sort: "far"}
	e.put(t,
		table.Item{Key: e.key("b"), Index: e.place("open", "1"), Attrs: table.Attrs{"x": "b"}},
		table.Item{Key: e.key("a"), Index: e.place("open", "2")},
		table.Item{Key: site, Index: e.place("open", "3")},
		e.item("plain", nil))
	same(t, "index order, sparse", on("open"), []string{"b", "a", "far"})
	items, err := table.Collect(ctx(t), e, table.Query{Partition: table.Of(e.scope, "open"), OnIndex: true})
	must(t, err)
	for i, k := range []table.Key{e.key("b"), e.key("a"), site} {
		sameItem(t, items[i], e.get(t, k))
	}
	same(t, "not in the base partition", len(e.sorts(t, table.Query{Partition: table.Of(e.scope, "open")})), 0)

	must(t, e.Write(ctx(t), table.Change(items[2].Key, table.Changes{Index: e.place("open", "0")})))
	same(t, "moved by the key that the index gave", on("open"), []string{"far", "b", "a"})
	must(t, e.Write(ctx(t), table.Change(e.key("b"), table.Changes{Set: table.Attrs{"x": "c"}})))
	same(t, "stays on another change", on("open"), []string{"far", "b", "a"})
	must(t, e.Write(ctx(t), table.Change(e.key("b"), table.Changes{Index: e.place("done", "1")})))
	same(t, "moved away", on("open"), []string{"far", "a"})
	same(t, "moved there", on("done"), []string{"b"})
	must(t, e.Write(ctx(t), table.Change(e.key("b"), table.Changes{NoIndex: true})))
	same(t, "left by NoIndex", on("done"), []string{})
	if it := e.get(t, e.key("b")); it.Index != nil || it.Attrs["x"] != "c" {
		t.Fatalf("after NoIndex: %+v", it)
	}
	e.put(t, table.Item{Key: e.key("a")})
	must(t, e.Write(ctx(t), table.Delete(site)))
	same(t, "left by Put and Delete", on("open"), []string{})
	_, err = e.Store(ctx(t), []table.Op{table.Put(table.Item{Key: e.key("s"), Index: e.place("open", "9")})})
	must(t, err)
	same(t, "stored", on("open"), []string{"s"})
	failed(t, e.Transact(ctx(t), table.Change(e.key("s"), table.Changes{NoIndex: true}), table.Check(e.key("a"), table.Absent())), 1)
	same(t, "a failed transaction moves nothing", on("open"), []string{"s"})

	_, err = e.Query(ctx(t), table.Query{Partition: table.Of(e.scope, "open"), OnIndex: true, Consistency: table.Consistent})
	kind(t, err, errs.Invalid)
}

func indexOrder(t *testing.T, e *env) {
	sorts := []string{"a", "a\x00", "a\x00\x01", "a\x00b", "a\x01", "aa", "b#1", "b#2", "bä"}
	for i, s := range sorts {
		e.put(t, table.Item{Key: e.key(fmt.Sprint(9 - i)), Index: e.place("i", s)})
	}
	places := func(q table.Query) (out []string) {
		t.Helper()
		q.Partition, q.OnIndex = table.Of(e.scope, "i"), true
		items, err := table.Collect(ctx(t), e, q)
		must(t, err)
		for _, it := range items {
			out = append(out, it.Index.Sort)
		}
		return out
	}
	back := slices.Clone(sorts)
	slices.Reverse(back)
	for _, limit := range []int{0, 1, 2} {
		same(t, "all", places(table.Query{Limit: limit}), sorts)
		same(t, "back", places(table.Query{Limit: limit, Reverse: true}), back)
		same(t, "prefix", places(table.Query{Limit: limit, Prefix: "a\x00"}), sorts[1:4])
		same(t, "from to", places(table.Query{Limit: limit, From: "a\x00", To: "a\x01"}), sorts[1:5])
		same(t, "to", places(table.Query{Limit: limit, To: "a"}), sorts[:1])
		same(t, "from", places(table.Query{Limit: limit, From: "b"}), sorts[6:])
		same(t, "to, back", places(table.Query{Limit: limit, To: "aa", Reverse: true}), back[3:])
	}

	// Many items under one index sort key, over pages of 1 MB: each once.
	var ops []table.Op
	want := numbered("m", 15)
	for _, s := range want {
		ops = append(ops, table.Put(table.Item{Key: e.in("many", s), Index: e.place("same", "x"), Attrs: table.Attrs{"x": strings.Repeat("x", 150<<10)}}))
	}
	must(t, table.StoreAll(ctx(t), e, ops))
	for _, q := range []table.Query{{}, {Reverse: true}, {Limit: 2}} {
		q.Partition, q.OnIndex = table.Of(e.scope, "same"), true
		got := e.sorts(t, q)
		slices.Sort(got)
		same(t, "equal index sort keys", got, want)
	}
	page, err := e.Query(ctx(t), table.Query{Partition: table.Of(e.scope, "same"), OnIndex: true, Limit: 3})
	must(t, err)
	must(t, e.Write(ctx(t), table.Delete(page.Items[2].Key)))
	rest := e.sorts(t, table.Query{Partition: table.Of(e.scope, "same"), OnIndex: true, After: page.Next})
	same(t, "behind a deleted item", len(rest), 12)
}
