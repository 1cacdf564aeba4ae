package tabletest

import (
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

func transact(t *testing.T, e *env) {
	e.put(t, e.item("a", table.Attrs{"n": int64(1)}), e.item("b", nil), e.item("gone", nil))
	ops := []table.Op{
		table.Put(e.item("new", nil), table.Absent()),
		table.Change(e.key("a"), table.Changes{Add: map[string]int64{"n": 5}}, table.AtLeast("n", 1)),
		table.Delete(e.key("gone"), table.Exists()),
		table.Check(e.key("b"), table.VersionIs(1)),
	}
	must(t, e.Transact(ctx(t), ops...))
	same(t, "changed", e.get(t, e.key("a")).Attrs, table.Attrs{"n": int64(6)})
	same(t, "new", e.get(t, e.key("new")).Version, int64(1))
	e.absent(t, e.key("gone"))
	same(t, "only checked", e.get(t, e.key("b")).Version, int64(1))

	// Again: the first and the third don't hold any more, and nothing is done.
	failed(t, e.Transact(ctx(t), ops...), 0, 2)
	same(t, "changed once", e.get(t, e.key("a")).Attrs, table.Attrs{"n": int64(6)})

	// A failed check at the end undoes all before it.
	err := e.Transact(ctx(t), table.Put(e.item("x", nil)), table.Delete(e.key("a")), table.Check(e.key("b"), table.VersionIs(9)))
	failed(t, err, 2)
	if f := table.FailedCondition(err); f.Op(0) || !f.Op(2) {
		t.Fatalf("Op of %v is wrong", f.Ops)
	}
	e.absent(t, e.key("x"))
	e.get(t, e.key("a"))
	must(t, e.Transact(ctx(t)))

	// Items of several partitions, the system's included.
	sys := table.Key{Partition: table.OfSystem(e.sys, "email", e.id), Sort: "user"}
	site := table.Key{Partition: table.OfSite(e.scope, "site_1"), Sort: "a"}
	must(t, e.Transact(ctx(t), table.Put(table.Item{Key: sys}, table.Absent()), table.Put(table.Item{Key: site}), table.Delete(e.key("a"))))
	same(t, "system actor", e.get(t, sys).Actor, "robot")
	same(t, "account actor", e.get(t, site).Actor, "usr_1")
}

func transactLimits(t *testing.T, e *env) {
	var ops []table.Op
	for _, s := range numbered("i", table.MaxTransact+1) {
		ops = append(ops, table.Put(e.item(s, nil), table.Absent()))
	}
	kind(t, e.Transact(ctx(t), ops...), errs.Invalid)
	q := table.Query{Partition: table.Of(e.scope), Consistency: table.Consistent}
	same(t, "items after 101", len(e.sorts(t, q)), 0)
	must(t, e.Transact(ctx(t), ops[:table.MaxTransact]...))
	same(t, "items after 100", len(e.sorts(t, q)), table.MaxTransact)

	a, b := e.item("x", nil), e.key("x")
	for _, twice := range [][]table.Op{
		{table.Put(a), table.Put(a)},
		{table.Check(b, table.Absent()), table.Put(a)},
		{table.Change(b, table.Changes{}), table.Delete(b)},
	} {
		kind(t, e.Transact(ctx(t), twice...), errs.Invalid)
		e.absent(t, b)
	}
	large := func(n int) (ops []table.Op) {
		for _, s := range numbered("large", n) {
			ops = append(ops, table.Put(e.item(s, table.Attrs{"x": strings.Repeat("x", 380<<10)})))
		}
		return ops
	}
	kind(t, e.Transact(ctx(t), large(12)...), errs.Invalid)
	e.absent(t, e.key("large0000"))
	must(t, e.Transact(ctx(t), large(10)...))
}
