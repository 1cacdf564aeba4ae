package tabletest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// isolation: whoever may not see a partition gets NotFound from each verb, and nothing is
// written, not even by the rest of the same call.
func isolation(t *testing.T, e *env) {
	limited := account.Mint(account.Grant{Account: e.scope.Account(), Actor: "usr_3", Role: account.Editor, Sites: []string{"site_1"}})
	none := account.Mint(account.Grant{Account: e.scope.Account(), Actor: "usr_3", Role: account.Editor, Sites: []string{}})
	unseen := map[string]table.Partition{
		"zero scope":         table.Of(account.Scope{}),
		"zero scope, site":   table.OfSite(account.Scope{}, "site_1"),
		"zero handle":        table.OfSystem(system.Handle{}, "email", e.id),
		"zero partition":     {},
		"site not seen":      table.OfSite(limited, "site_2"),
		"no site seen":       table.OfSite(none, "site_1"),
		"empty site":         table.OfSite(e.scope, ""),
		"site spelt by hand": table.Of(limited, "S", "site_2"),
		"sites by hand":      table.Of(limited, "S"),
	}
	secret := table.Key{Partition: table.OfSite(e.scope, "site_2"), Sort: "a"}
	e.put(t, table.Item{Key: secret, Attrs: table.Attrs{"x": "secret"}})
	for name, p := range unseen {
		t.Run(name, func(t *testing.T) {
			notFound(t, e, p)
			same(t, "what they could not see", e.get(t, secret).Version, int64(1))
		})
	}
	e.put(t, table.Item{Key: table.Key{Partition: table.OfSite(limited, "site_1"), Sort: "a"}})
	e.get(t, table.Key{Partition: table.Of(e.scope, "S", "site_1"), Sort: "a"})

	rival := account.Mint(account.Grant{Account: "acc_rival" + e.id, Actor: "usr_2", Role: account.Owner})
	otherAccount(t, e, table.OfSite(rival, "site_2"), secret)
}

func notFound(t *testing.T, e *env, p table.Partition) {
	t.Helper()
	k, good := table.Key{Partition: p, Sort: "a"}, table.Put(e.item("good", nil))
	bad := map[string]table.Op{
		"put": table.Put(table.Item{Key: k}), "change": table.Change(k, table.Changes{}), "delete": table.Delete(k),
		"index": table.Put(table.Item{Key: e.key("b"), Index: &table.Index{Partition: p, Sort: "a"}}),
		"move":  table.Change(e.key("b"), table.Changes{Index: &table.Index{Partition: p, Sort: "a"}}),
	}
	for _, op := range bad {
		kind(t, e.Write(ctx(t), op), errs.NotFound)
		kind(t, e.Transact(ctx(t), good, op), errs.NotFound)
	}
	kind(t, e.Transact(ctx(t), good, table.Check(k, table.Absent())), errs.NotFound)
	_, err := e.Store(ctx(t), []table.Op{good, bad["put"]})
	kind(t, err, errs.NotFound)
	_, err = e.Store(ctx(t), []table.Op{good, bad["delete"]})
	kind(t, err, errs.NotFound)
	_, err = e.Get(ctx(t), k, table.Consistent)
	kind(t, err, errs.NotFound)
	_, err = e.Query(ctx(t), table.Query{Partition: p})
	kind(t, err, errs.NotFound)
	_, err = e.Query(ctx(t), table.Query{Partition: p, OnIndex: true})
	kind(t, err, errs.NotFound)
	_, _, err = e.Load(ctx(t), []table.Key{e.key("good"), k}, table.Consistent)
	kind(t, err, errs.NotFound)
	e.absent(t, e.key("good"))
	e.absent(t, e.key("b"))
}

// otherAccount: the same names in another account are other items.
func otherAccount(t *testing.T, e *env, theirs table.Partition, secret table.Key) {
	t.Helper()
	k := table.Key{Partition: theirs, Sort: secret.Sort}
	e.absent(t, k)
	items, _, err := e.Load(ctx(t), []table.Key{k}, table.Consistent)
	must(t, err)
	same(t, "loaded from another account", len(items), 0)
	same(t, "queried from another account", len(e.sorts(t, table.Query{Partition: theirs})), 0)
	failed(t, e.Write(ctx(t), table.Change(k, table.Changes{}, table.Exists())), 0)
	failed(t, e.Transact(ctx(t), table.Check(k, table.Exists())), 0)
	must(t, e.Write(ctx(t), table.Delete(k)))
	must(t, e.Write(ctx(t), table.Put(table.Item{Key: k})))
	_, err = e.Store(ctx(t), []table.Op{table.Delete(k)})
	must(t, err)
	same(t, "untouched", e.get(t, secret).Version, int64(1))
}

// escaping: no id can spell another partition, or another item.
func escaping(t *testing.T, e *env) {
	parts := [][]string{
		{"a", "b"}, {"a#b"}, {"a%23b"}, {"a%b"}, {"a%25b"}, {"a", "", "b"}, {"a\x00b"}, {"a%00b"}, {"a"}, {"a", ""},
		{"a#", "b"}, {"a", "#b"}, {"S#site_1"}, {"S%23site_1"}, {"ü#\U0001F600"},
	}
	sorts := []string{"s", "s\x00", "\x00s", "s#", "s%00", "\x00", "b\x00s"}
	n := 0
	for _, p := range parts {
		for _, s := range sorts {
			n++
			e.put(t, table.Item{Key: table.Key{Partition: table.Of(e.scope, p...), Sort: s}, Attrs: table.Attrs{"n": int64(n)}})
		}
	}
	n = 0
	for _, p := range parts {
		same(t, "items of a partition", len(e.sorts(t, table.Query{Partition: table.Of(e.scope, p...)})), len(sorts))
		for _, s := range sorts {
			n++
			same(t, "item", e.get(t, table.Key{Partition: table.Of(e.scope, p...), Sort: s}).Attrs["n"], any(int64(n)))
		}
	}
	sneaky := account.Mint(account.Grant{Account: e.scope.Account() + "#S#site_1", Actor: "x", Role: account.Owner})
	e.put(t, table.Item{Key: table.Key{Partition: table.OfSite(e.scope, "site_1"), Sort: "s"}})
	e.absent(t, table.Key{Partition: table.Of(sneaky), Sort: "s"})
}

func systemItems(t *testing.T, e *env) {
	p := table.OfSystem(e.sys, "due", e.id)
	k := table.Key{Partition: p, Sort: "a#b"}
	must(t, e.Write(ctx(t), table.Put(table.Item{Key: k, Index: &table.Index{Partition: table.OfSystem(e.sys, "open", e.id), Sort: "1"}})))
	same(t, "actor", e.get(t, k).Actor, "robot")
	same(t, "index", e.sorts(t, table.Query{Partition: table.OfSystem(e.sys, "open", e.id), OnIndex: true}), []string{"a#b"})
	e.absent(t, table.Key{Partition: table.OfSystem(e.sys, "due#"+e.id, ""), Sort: "a#b"})
}

// races: of many writers at once, exactly one wins; sums are exact; nothing is torn.
func races(t *testing.T, e *env) {
	const writers = 12
	together := func(f func(i int) error) (won int) {
		t.Helper()
		var wg sync.WaitGroup
		var wins atomic.Int64
		for i := range writers {
			wg.Go(func() {
				err := f(i)
				for errs.Is(err, errs.Unavailable) { // throttled, or met the others too often
					err = f(i)
				}
				if err == nil {
					wins.Add(1)
				} else if table.FailedCondition(err) == nil {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		return int(wins.Load())
	}
	who := func(sort string, i int) table.Item { return e.item(sort, table.Attrs{"who": int64(i)}) }
	same(t, "winners of Absent", together(func(i int) error {
		return e.Write(ctx(t), table.Put(who("absent", i), table.Absent()))
	}), 1)
	it := e.get(t, e.key("absent"))
	same(t, "winners of VersionIs", together(func(int) error {
		return e.Write(ctx(t), table.Put(it, table.VersionIs(it.Version)))
	}), 1)
	same(t, "winners in transactions", together(func(i int) error {
		return e.Transact(ctx(t), table.Put(who("lock", i), table.Absent()), table.Put(who("copy", i)))
	}), 1)
	same(t, "copy is the winner's", e.get(t, e.key("copy")).Attrs, e.get(t, e.key("lock")).Attrs)

	same(t, "adders", together(func(int) error {
		return e.Write(ctx(t), table.Change(e.key("sum"), table.Changes{Add: map[string]int64{"n": 3}}))
	}), writers)
	sum := e.get(t, e.key("sum"))
	same(t, "sum", sum.Attrs["n"], any(int64(3*writers)))
	same(t, "version", sum.Version, int64(writers))

	e.put(t, e.item("balance", table.Attrs{"n": int64(5)}))
	same(t, "spenders", together(func(i int) error {
		return e.Transact(ctx(t),
			table.Change(e.key("balance"), table.Changes{Add: map[string]int64{"n": -1}}, table.AtLeast("n", 1)),
			table.Put(e.item("entry"+numbered("", writers)[i], nil), table.Absent()))
	}), 5)
	same(t, "balance", e.get(t, e.key("balance")).Attrs["n"], any(int64(0)))
	same(t, "entries", len(e.sorts(t, table.Query{Partition: table.Of(e.scope), Prefix: "entry", Consistency: table.Consistent})), 5)
}
