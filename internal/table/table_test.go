package table_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/embedded"
)

var scope = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})

func name(t testing.TB, p table.Partition) string {
	t.Helper()
	n, err := p.Name()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEncode(t *testing.T) {
	t.Parallel()
	type row struct {
		Max   int64          `json:"max"`
		Min   int64          `json:"min"`
		Float float64        `json:"float"`
		Whole float64        `json:"whole"`
		Large float64        `json:"large"`
		Texts []string       `json:"texts"`
		Any   map[string]any `json:"any"`
		At    time.Time      `json:"at"`
		None  *int           `json:"none"`
		Off   string         `json:"off,omitempty"`
	}
	in := row{
		Max: math.MaxInt64, Min: math.MinInt64, Float: 0.1, Whole: 3, Large: 1e20, Texts: []string{"<a>"},
		Any: map[string]any{"x": []any{true, "é"}}, At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
	}
	got, err := table.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	want := table.Attrs{
		"max": int64(math.MaxInt64), "min": int64(math.MinInt64), "float": 0.1, "whole": int64(3), "large": 1e20, "texts": []any{"<a>"},
		"any": map[string]any{"x": []any{true, "é"}}, "at": "2026-01-02T03:04:05.000000006Z", "none": nil,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var back row
	if err := table.Decode(got, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(in, back); d != "" {
		t.Error(d)
	}
	for _, bad := range []any{map[string]any{"n": uint64(math.MaxUint64)}, map[string]any{"l": []any{uint64(1<<63 + 1)}}, map[string]any{"f": math.NaN()}, []int{1}, "x"} {
		if a, err := table.Encode(bad); err == nil {
			t.Errorf("Encode(%v) gives %v", bad, a)
		}
	}
}

func TestPartitionNames(t *testing.T) {
	t.Parallel()
	sys := system.As("robot")
	for want, p := range map[string]table.Partition{
		"A#acc_1":             table.Of(scope),
		"A#acc_1#x%23y%25":    table.Of(scope, "x#y%"),
		"A#acc_1#S#site":      table.OfSite(scope, "site"),
		"A#acc_1#S#site#P#1":  table.OfSite(scope, "site", "P", "1"),
		"X#email#a%00b":       table.OfSystem(sys, "email", "a\x00b"),
		"A#acc_1#S#site#gone": table.Of(scope, "S", "site", "gone"),
	} {
		if got := name(t, p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := table.OfSystem(sys, "a", "b").Actor(); got != "robot" {
		t.Errorf("actor %q", got)
	}
}

// TestPartitionNamesDiffer: different parts never give the same name.
func TestPartitionNamesDiffer(t *testing.T) {
	t.Parallel()
	part := rapid.StringOf(rapid.SampledFrom([]rune{'a', '#', '%', '2', '3', '5', '0', 0}))
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.SliceOfN(part, 0, 3).Draw(r, "a"), rapid.SliceOfN(part, 0, 3).Draw(r, "b")
		same := cmp.Equal(append([]string{}, a...), append([]string{}, b...))
		if (name(t, table.Of(scope, a...)) == name(t, table.Of(scope, b...))) != same {
			r.Fatalf("%q and %q", a, b)
		}
	})
}

func TestPeerStaysInTheTenant(t *testing.T) {
	t.Parallel()
	own, sys := table.Of(scope, "open"), table.OfSystem(system.As("robot"), "open", "1")
	for _, c := range []struct {
		from table.Partition
		name string
		ok   bool
	}{
		{own, "A#acc_1", true}, {own, "A#acc_1#S#s", true}, {own, "A#acc_10", false}, {own, "A#acc_2#S#s", false}, {own, "X#a#b", false},
		{own, "", false}, {own, "A", false}, {sys, "X#a#b", true}, {sys, "A#acc_1", false}, {table.Partition{}, "", false}, {table.Partition{}, "A#acc_1", false},
	} {
		p, err := c.from.Peer(c.name)
		if (err == nil) != c.ok || (err != nil && !errs.Is(err, errs.NotFound)) {
			t.Errorf("Peer(%q): %v, want ok %v", c.name, err, c.ok)
		}
		if err == nil && (name(t, p) != c.name || p.Actor() != c.from.Actor()) {
			t.Errorf("Peer(%q) is %q by %q", c.name, name(t, p), p.Actor())
		}
	}
}

// slow does at most n of a batch and leaves the rest, in a slice that shares the caller's
// memory, as a driver may.
type slow struct {
	table.Table
	n, calls int
}

func (s *slow) Load(ctx context.Context, keys []table.Key, c table.Consistency) ([]table.Item, []table.Key, error) {
	s.calls++
	n := min(s.n, len(keys))
	items, _, err := s.Table.Load(ctx, keys[len(keys)-n:], c)
	return items, keys[:len(keys)-n], err
}

func (s *slow) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	s.calls++
	n := min(s.n, len(ops))
	_, err := s.Table.Store(ctx, ops[len(ops)-n:])
	return ops[:len(ops)-n], err
}

func TestLeftoversAreDrivenToTheEnd(t *testing.T) {
	t.Parallel()
	file, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s := &slow{Table: file, n: 20}
	var ops []table.Op
	var keys []table.Key
	for i := range 230 {
		keys = append(keys, table.Key{Partition: table.Of(scope), Sort: string(rune('a'+i/26)) + string(rune('a'+i%26))})
		ops = append(ops, table.Put(table.Item{Key: keys[i]}))
	}
	if err := table.StoreAll(t.Context(), s, ops); err != nil {
		t.Fatal(err)
	}
	for i, op := range ops {
		if op.Key != keys[i] {
			t.Fatal("StoreAll changed its caller's slice")
		}
	}
	before := append([]table.Key(nil), keys...)
	items, err := table.LoadAll(t.Context(), s, keys, table.Consistent)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, it := range items {
		seen[it.Key.Sort] = true
	}
	if len(items) != len(keys) || len(seen) != len(keys) {
		t.Fatalf("%d items, %d different, want %d", len(items), len(seen), len(keys))
	}
	for i := range keys {
		if keys[i] != before[i] {
			t.Fatal("LoadAll changed its caller's slice")
		}
	}
}

func TestNothingDoneWaitsAndGivesUpWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{} // does nothing; its Table is reached with empty batches only
		s.Table = empty{}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := table.StoreAll(ctx, s, []table.Op{table.Delete(table.Key{Partition: table.Of(scope), Sort: "a"})})
		if !errs.Is(err, errs.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if s.calls < 10 || s.calls > 25 {
			t.Errorf("%d calls in 10 s: the wait has to double up to a second", s.calls)
		}
	})
}

type empty struct{ table.Table }

func (empty) Store(context.Context, []table.Op) ([]table.Op, error) { return nil, nil }

// Decode writes attributes as encoding/json does, the order of names aside.
func TestDecodeIsJSON(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringN(0, 6, -1), rapid.SampledFrom([]string{`"`, `\`, "\n", "\x00", "é", "<b>", "\u2028", "plain"}))
	var value *rapid.Generator[any]
	value = rapid.Custom(func(t *rapid.T) any {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.Int64().Draw(t, "int")
		case 3:
			return rapid.Float64Range(-1e9, 1e9).Draw(t, "float")
		case 4:
			return rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes")
		case 5:
			return rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return value }), 0, 3).Draw(t, "list")
		case 6:
			return rapid.MapOfN(text, rapid.Deferred(func() *rapid.Generator[any] { return value }), 0, 3).Draw(t, "map")
		default:
			return text.Draw(t, "text")
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a := table.Attrs(rapid.MapOfN(text, value, 0, 5).Draw(t, "attrs"))
		raw, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		if err := table.Decode(a, &got); err != nil {
			t.Fatalf("%v of %v", err, a)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%v: %s", a, d)
		}
	})
}
