package tabletest

import (
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// conditions tries each condition, true and false, on each kind of operation, alone and in
// a transaction, on an item that is there and on one that is not.
func conditions(t *testing.T, e *env) {
	attrs := table.Attrs{
		"text": "x", "flag": true, "n": int64(5), "f": 2.5, "none": nil, "list": []any{"x"}, "empty": "",
		"type": "own", "v": int64(7), // names that the driver may use itself
	}
	cases := []struct {
		name          string
		cond          table.Cond
		there, absent bool // whether it holds
	}{
		{"absent", table.Absent(), false, true},
		{"exists", table.Exists(), true, false},
		{"version", table.VersionIs(1), true, false},
		{"version other", table.VersionIs(2), false, false},
		{"version never stored", table.VersionIs(0), false, true},
		{"equals text", table.Equals("text", "x"), true, false},
		{"equals text other", table.Equals("text", "y"), false, false},
		{"equals bool", table.Equals("flag", true), true, false},
		{"equals bool other", table.Equals("flag", false), false, false},
		{"equals number", table.Equals("n", int64(5)), true, false},
		{"equals number other", table.Equals("n", int64(6)), false, false},
		{"equals other type", table.Equals("n", "5"), false, false},
		{"equals empty", table.Equals("empty", ""), true, false},
		{"equals on nil", table.Equals("none", ""), false, false},
		{"equals on list", table.Equals("list", "x"), false, false},
		{"equals on no attribute", table.Equals("no", "x"), false, false},
		{"equals own type", table.Equals("type", "own"), true, false},
		{"equals own v", table.Equals("v", int64(7)), true, false},
		{"at least below", table.AtLeast("n", 4), true, false},
		{"at least same", table.AtLeast("n", 5), true, false},
		{"at least above", table.AtLeast("n", 6), false, false},
		{"at least fraction below", table.AtLeast("f", 2), true, false},
		{"at least fraction above", table.AtLeast("f", 3), false, false},
		{"at least on text", table.AtLeast("text", 0), false, false},
		{"at least on no attribute", table.AtLeast("no", -1), false, false},
		{"missing", table.Missing("no"), true, true},
		{"missing but there", table.Missing("text"), false, true},
		{"missing but nil", table.Missing("none"), false, true},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := func(sort string) table.Key { return e.in("c"+numbered("", len(cases))[i], sort) }
			tryCondition(t, e, at("there"), attrs, c.cond, c.there)
			tryCondition(t, e, at("absent"), nil, c.cond, c.absent)
			// All conditions have to hold.
			for _, other := range []table.Cond{table.Missing("no"), table.AtLeast("n", 99)} {
				holds := c.there && other.Kind == table.CondMissing
				tryCondition(t, e, at("both"), attrs, c.cond, holds, other)
			}
		})
	}
}

// tryCondition does each kind of operation under the condition, with the item first made
// as attrs say (nil: absent).
func tryCondition(t *testing.T, e *env, k table.Key, attrs table.Attrs, cond table.Cond, holds bool, more ...table.Cond) {
	t.Helper()
	conds := append([]table.Cond{cond}, more...)
	ops := map[string]table.Op{
		"put":    table.Put(table.Item{Key: k, Attrs: table.Attrs{"new": "put"}}, conds...),
		"change": table.Change(k, table.Changes{Set: table.Attrs{"new": "change"}}, conds...),
		"delete": table.Delete(k, conds...),
		"check":  table.Check(k, conds...),
	}
	for name, op := range ops {
		for _, alone := range []bool{true, false} {
			if alone && op.Kind == table.OpCheck {
				continue
			}
			must(t, e.Write(ctx(t), table.Delete(k)))
			if attrs != nil {
				must(t, e.Write(ctx(t), table.Put(table.Item{Key: k, Attrs: attrs})))
			}
			err := func() error {
				if alone {
					return e.Write(ctx(t), op)
				}
				return e.Transact(ctx(t), op)
			}()
			if !holds {
				failed(t, err, 0)
			} else if err != nil {
				t.Fatalf("%s (alone %v): %v", name, alone, err)
			}
			checkOutcome(t, e, op, attrs, holds)
		}
	}
}

func checkOutcome(t *testing.T, e *env, op table.Op, attrs table.Attrs, done bool) {
	t.Helper()
	if !done || op.Kind == table.OpCheck {
		if attrs == nil {
			e.absent(t, op.Key)
			return
		}
		same(t, "untouched item", e.get(t, op.Key).Attrs, attrs)
		return
	}
	if op.Kind == table.OpDelete {
		e.absent(t, op.Key)
		return
	}
	if got := e.get(t, op.Key).Attrs["new"]; got == nil {
		t.Fatalf("operation of kind %d left no trace", op.Kind)
	}
}

func wrongCalls(t *testing.T, e *env) {
	k, long := e.key("a"), strings.Repeat("x", table.MaxSortKey+1)
	other := table.Index{Partition: table.OfSystem(e.sys, "open", e.id), Sort: "a"}
	at := func(sort string) table.Index { return table.Index{Partition: table.Of(e.scope, "i"), Sort: sort} }
	empty, own := at(""), at("a")
	for name, op := range map[string]table.Op{
		"empty sort":             table.Put(e.item("", nil)),
		"long sort":              table.Put(e.item(long, nil)),
		"sort not UTF-8":         table.Put(e.item("a\xff", nil)),
		"delete empty sort":      table.Delete(e.key("")),
		"change empty sort":      table.Change(e.key(""), table.Changes{}),
		"empty name":             table.Put(e.item("a", table.Attrs{"": "x"})),
		"text not UTF-8":         table.Put(e.item("a", table.Attrs{"x": "\xff"})),
		"unknown type":           table.Put(e.item("a", table.Attrs{"x": struct{}{}})),
		"negative version":       table.Put(table.Item{Key: k, Version: -1}),
		"index of other tenant":  table.Put(table.Item{Key: k, Index: &other}),
		"empty index sort":       table.Put(table.Item{Key: k, Index: &empty}),
		"change index elsewhere": table.Change(k, table.Changes{Index: &other}),
		"index and none":         table.Change(k, table.Changes{Index: &own, NoIndex: true}),
		"set and add":            table.Change(k, table.Changes{Set: table.Attrs{"n": int64(1)}, Add: map[string]int64{"n": 1}}),
		"set and remove":         table.Change(k, table.Changes{Set: table.Attrs{"n": int64(1)}, Remove: []string{"n"}}),
		"remove twice":           table.Change(k, table.Changes{Remove: []string{"n", "n"}}),
		"equals on list":         table.Delete(k, table.Equals("n", []any{})),
		"equals nil":             table.Delete(k, table.Equals("n", nil)),
		"condition without name": table.Delete(k, table.Missing("")),
		"unknown condition":      table.Delete(k, table.Cond{Kind: 99, Name: "n"}),
		"unknown operation":      {Kind: 99, Key: k},
	} {
		kind(t, e.Write(ctx(t), op), errs.Invalid)
		if err := e.Transact(ctx(t), table.Put(e.item("b", nil)), op); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s in a transaction: %v, want invalid", name, err)
		}
	}
	kind(t, e.Write(ctx(t), table.Check(k, table.Absent())), errs.Invalid)
	kind(t, e.Transact(ctx(t), table.Check(k)), errs.Invalid)
	_, err := e.Get(ctx(t), e.key(""), table.Consistent)
	kind(t, err, errs.Invalid)
	_, _, err = e.Load(ctx(t), []table.Key{k, e.key("")}, table.Consistent)
	kind(t, err, errs.Invalid)
	same(t, "items written by wrong calls", len(e.sorts(t, table.Query{Partition: table.Of(e.scope), Consistency: table.Consistent})), 0)
}

func changes(t *testing.T, e *env) {
	k := e.key("a")
	must(t, e.Write(ctx(t), table.Change(k, table.Changes{
		Type: "made", Set: table.Attrs{"x": "1", "gone": true}, Add: map[string]int64{"n": -3},
	})))
	it := e.get(t, k)
	same(t, "made item", it.Attrs, table.Attrs{"x": "1", "gone": true, "n": int64(-3)})
	same(t, "its type", it.Type, "made")
	must(t, e.Write(ctx(t), table.Change(k, table.Changes{
		Type: "other", Set: table.Attrs{"x": nil}, Add: map[string]int64{"n": 10}, Remove: []string{"gone", "never"},
	})))
	it = e.get(t, k)
	same(t, "changed item", it.Attrs, table.Attrs{"x": nil, "n": int64(7)})
	same(t, "type of a changed item", it.Type, "made")
	must(t, e.Write(ctx(t), table.Change(k, table.Changes{})))
	same(t, "version after an empty change", e.get(t, k).Version, int64(3))

	add := table.Change(k, table.Changes{Add: map[string]int64{"x": 1}})
	kind(t, e.Write(ctx(t), add), errs.Invalid)
	kind(t, e.Transact(ctx(t), table.Put(e.item("b", nil)), add), errs.Invalid)
	e.absent(t, e.key("b"))
	same(t, "version after refused changes", e.get(t, k).Version, int64(3))
	must(t, e.Write(ctx(t), table.Delete(e.key("never"))))
}

func stamps(t *testing.T, e *env) {
	k := e.key("a")
	e.put(t, e.item("a", table.Attrs{"x": "1"}))
	it := e.get(t, k)
	want := table.Item{
		Key: k, Type: "thing", Version: 1, Created: start, Updated: start, Actor: "usr_1", Attrs: table.Attrs{"x": "1"},
	}
	sameItem(t, it, want)

	e.clock.Advance(time.Minute)
	it.Actor, it.Updated = "forged", time.Time{}
	must(t, e.Write(ctx(t), table.Put(it, table.VersionIs(it.Version))))
	want.Version, want.Updated = 2, start.Add(time.Minute)
	sameItem(t, e.get(t, k), want)

	e.clock.Advance(time.Minute)
	robot := table.Of(mintActor(e, "robot"))
	must(t, e.Write(ctx(t), table.Change(table.Key{Partition: robot, Sort: "a"}, table.Changes{Set: table.Attrs{"x": "2"}})))
	want.Version, want.Updated, want.Actor, want.Attrs = 3, start.Add(2*time.Minute), "robot", table.Attrs{"x": "2"}
	sameItem(t, e.get(t, k), want)

	made := e.key("made")
	must(t, e.Write(ctx(t), table.Change(made, table.Changes{Type: "thing"})))
	sameItem(t, e.get(t, made), table.Item{
		Key: made, Type: "thing", Version: 1, Created: want.Updated, Updated: want.Updated, Actor: "usr_1", Attrs: table.Attrs{},
	})

	old := e.item("old", nil)
	old.Created, old.Version = start.Add(-time.Hour), 41
	_, err := e.Store(ctx(t), []table.Op{table.Put(old)})
	must(t, err)
	it = e.get(t, old.Key)
	same(t, "created that was given", it.Created, old.Created)
	same(t, "version that follows", it.Version, int64(42))
	same(t, "actor of Store", it.Actor, "usr_1")
}
