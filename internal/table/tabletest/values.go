package tabletest

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

func mintActor(e *env, actor string) account.Scope {
	return account.Mint(account.Grant{Account: e.scope.Account(), Actor: actor, Role: account.Editor})
}

// sameItem compares items whole, the index by name.
func sameItem(t testing.TB, got, want table.Item) {
	t.Helper()
	same(t, "key", nameOf(t, got.Key.Partition)+" "+got.Key.Sort, nameOf(t, want.Key.Partition)+" "+want.Key.Sort)
	if (got.Index == nil) != (want.Index == nil) {
		t.Fatalf("index %v, want %v", got.Index, want.Index)
	}
	if got.Index != nil {
		same(t, "index", nameOf(t, got.Index.Partition)+" "+got.Index.Sort, nameOf(t, want.Index.Partition)+" "+want.Index.Sort)
	}
	got.Key, want.Key, got.Index, want.Index = table.Key{}, table.Key{}, nil, nil
	same(t, "item", got, want)
}

func nameOf(t testing.TB, p table.Partition) string {
	t.Helper()
	name, err := p.Name()
	must(t, err)
	return name
}

type status string

func values(t *testing.T, e *env) {
	big := strings.Repeat("ü", 5000)
	attrs := table.Attrs{
		"max": int64(math.MaxInt64), "min": int64(math.MinInt64), "zero": int64(0), "near": int64(1<<53 + 1),
		"float": 0.1, "small": -1.5e-120, "large": 1.25e120, "above": 1e19, "third": 1.0 / 3,
		"yes": true, "no": false, "nil": nil, "empty": "", "nul": "a\x00b", "text": big,
		"bytes": []byte{0, 255, 128}, "no bytes": []byte{},
		"list": []any{}, "map": map[string]any{},
		"deep": map[string]any{"l": []any{int64(1), 2.5, nil, "", []any{[]byte("x")}, map[string]any{"k": []any{false}}}},
		"#odd": "1", "a.b[0]": "2", ":x": "3", "pk": "4", "ttl": "soon", "a_x": "5", "x": "6", "Größe": "7",
	}
	e.put(t, e.item("a", attrs))
	same(t, "put", e.get(t, e.key("a")).Attrs, attrs)
	must(t, e.Write(ctx(t), table.Change(e.key("b"), table.Changes{Set: attrs})))
	same(t, "changed", e.get(t, e.key("b")).Attrs, attrs)
	items, err := table.Collect(ctx(t), e, table.Query{Partition: table.Of(e.scope), Consistency: table.Consistent})
	must(t, err)
	same(t, "queried", items[0].Attrs, attrs)

	e.put(t, e.item("named", table.Attrs{
		"status": status("done"), "n": 3, "u": uint8(4), "list": []string{"a"}, "map": map[string]int{"k": 1}, "whole": 5.0, "minus": math.Copysign(0, -1),
		"wait": time.Second, "nil list": []any(nil), "nil map": map[string]any(nil), "nil bytes": []byte(nil),
	}))
	same(t, "narrower types", e.get(t, e.key("named")).Attrs, table.Attrs{
		"status": "done", "n": int64(3), "u": int64(4), "list": []any{"a"}, "map": map[string]any{"k": int64(1)}, "whole": int64(5), "minus": int64(0),
		"wait": int64(time.Second), "nil list": []any{}, "nil map": map[string]any{}, "nil bytes": []byte{},
	})
	must(t, e.Write(ctx(t), table.Delete(e.key("named"), table.Equals("status", status("done")), table.Equals("n", 3))))

	e.put(t, e.item("none", nil))
	same(t, "no attributes", e.get(t, e.key("none")).Attrs, table.Attrs{})
	same(t, "what was given", attrs["text"], any(big))
}

func badValues(t *testing.T, e *env) {
	deep := any("x")
	for range 40 {
		deep = []any{deep}
	}
	for name, v := range map[string]any{
		"NaN": math.NaN(), "infinite": math.Inf(-1), "too large": 1e126, "too small": 1e-131, "too deep": deep,
		"pointer": new(int), "uint64": uint64(math.MaxUint64), "int keys": map[int]string{1: "x"},
		"empty key": map[string]any{"": "x"}, "text in list": []any{"\xff"},
	} {
		op := table.Put(e.item("a", table.Attrs{"x": v}))
		if err := e.Write(ctx(t), op); !errs.Is(err, errs.Invalid) {
			t.Errorf("put %s: %v, want invalid", name, err)
		}
		op = table.Change(e.key("a"), table.Changes{Set: table.Attrs{"x": v}})
		if err := e.Write(ctx(t), op); !errs.Is(err, errs.Invalid) {
			t.Errorf("change %s: %v, want invalid", name, err)
		}
	}
	e.absent(t, e.key("a"))
	for range 12 {
		deep = deep.([]any)[0]
	}
	e.put(t, e.item("deep", table.Attrs{"x": deep}))
	if got := e.get(t, e.key("deep")).Attrs["x"]; !reflect.DeepEqual(got, deep) { // cmp takes 2^28 steps
		t.Fatalf("28 levels: got %v", got)
	}
}

func itemSize(t *testing.T, e *env) {
	under, over := strings.Repeat("x", table.MaxItem-1024), strings.Repeat("x", table.MaxItem)
	e.put(t, e.item("a", table.Attrs{"text": under}))
	same(t, "bytes read", len(e.get(t, e.key("a")).Attrs["text"].(string)), len(under))
	kind(t, e.Write(ctx(t), table.Put(e.item("b", table.Attrs{"text": over}))), errs.Invalid)
	kind(t, e.Transact(ctx(t), table.Put(e.item("b", table.Attrs{"text": over}))), errs.Invalid)
	_, err := e.Store(ctx(t), []table.Op{table.Put(e.item("b", table.Attrs{"text": over}))})
	kind(t, err, errs.Invalid)
	kind(t, e.Write(ctx(t), table.Change(e.key("b"), table.Changes{Set: table.Attrs{"text": over}})), errs.Invalid)
	e.absent(t, e.key("b"))

	// A change that is small itself and makes the item too large.
	more := table.Changes{Set: table.Attrs{"more": strings.Repeat("y", 1024)}}
	kind(t, e.Write(ctx(t), table.Change(e.key("a"), more)), errs.Invalid)
	kind(t, e.Transact(ctx(t), table.Change(e.key("a"), more), table.Put(e.item("b", nil))), errs.Invalid)
	e.absent(t, e.key("b"))
	same(t, "version after refused changes", e.get(t, e.key("a")).Version, int64(1))

	// Names count as well.
	names := table.Attrs{}
	for _, n := range numbered(strings.Repeat("n", 200), 1950) {
		names[n] = "x"
	}
	e.put(t, e.item("names", names))
	for _, n := range numbered(strings.Repeat("m", 200), 60) {
		names[n] = "x"
	}
	kind(t, e.Write(ctx(t), table.Put(e.item("names", names))), errs.Invalid)
}
