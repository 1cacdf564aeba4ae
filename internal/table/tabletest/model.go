package tabletest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/table"
)

// memory is the plainest table there is: what the driver has to agree with.
type memory map[string]memoryItem // by sort key

type memoryItem struct {
	version int64
	attrs   table.Attrs
	index   string // index sort key, empty: not in it
}

// step is one random operation in terms of the model.
type step struct {
	op   table.Op
	sort string
}

var (
	modelSorts = []string{"a", "a#1", "a#2", "a\x00", "b", "ü"}
	modelNames = []string{"n", "x"}
)

// model runs random operations against the driver and against memory, and compares.
func model(t *testing.T, e *env) {
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		base, idx := table.Of(e.scope, "model", fmt.Sprint(run)), table.Of(e.scope, "index", fmt.Sprint(run))
		want := memory{}
		for range rapid.IntRange(1, 12).Draw(r, "calls") {
			steps := drawSteps(r, base, idx, want)
			ops := make([]table.Op, len(steps))
			for i, s := range steps {
				ops[i] = s.op
			}
			places := want.failures(steps)
			var err error
			if len(ops) == 1 && ops[0].Kind != table.OpCheck && rapid.Bool().Draw(r, "alone") {
				err = e.Write(t.Context(), ops[0])
			} else {
				err = e.Transact(t.Context(), ops...)
			}
			compareFailure(r, err, places)
			if places == nil {
				for _, s := range steps {
					want.apply(s)
				}
			}
		}
		want.compare(r, t, e, base, idx)
	})
}

func drawSteps(r *rapid.T, base, idx table.Partition, m memory) []step {
	sorts := rapid.SliceOfNDistinct(rapid.SampledFrom(modelSorts), 1, 3, rapid.ID[string]).Draw(r, "sorts")
	steps := make([]step, len(sorts))
	for i, s := range sorts {
		k := table.Key{Partition: base, Sort: s}
		conds := drawConds(r, m[s].version)
		steps[i].sort = s
		switch rapid.SampledFrom([]table.OpKind{table.OpPut, table.OpChange, table.OpDelete, table.OpCheck}).Draw(r, "kind") {
		case table.OpPut:
			it := table.Item{Key: k, Version: m[s].version, Attrs: drawAttrs(r)}
			if at := rapid.SampledFrom([]string{"", "1", "2"}).Draw(r, "index"); at != "" {
				it.Index = &table.Index{Partition: idx, Sort: at + s}
			}
			steps[i].op = table.Put(it, conds...)
		case table.OpChange:
			steps[i].op = table.Change(k, drawChanges(r, idx, s), conds...)
		case table.OpDelete:
			steps[i].op = table.Delete(k, conds...)
		default:
			if conds == nil {
				conds = []table.Cond{table.Exists()}
			}
			steps[i].op = table.Check(k, conds...)
		}
	}
	return steps
}

func drawAttrs(r *rapid.T) table.Attrs {
	return table.Attrs{"n": rapid.Int64Range(-3, 3).Draw(r, "n"), "x": rapid.SampledFrom([]any{"", "text", nil, true, int64(1)}).Draw(r, "x")}
}

func drawChanges(r *rapid.T, idx table.Partition, sort string) table.Changes {
	var c table.Changes
	switch rapid.IntRange(0, 5).Draw(r, "change") {
	case 0:
		c.Set = drawAttrs(r)
	case 1:
		c.Add = map[string]int64{"n": rapid.Int64Range(-2, 2).Draw(r, "add")}
	case 2:
		c.Remove = []string{rapid.SampledFrom(modelNames).Draw(r, "remove")}
	case 3:
		c.NoIndex = true
	case 4:
		c.Index = &table.Index{Partition: idx, Sort: "3" + sort}
	}
	return c
}

func drawConds(r *rapid.T, version int64) []table.Cond {
	all := []table.Cond{
		table.Absent(), table.Exists(), table.VersionIs(version), table.VersionIs(version + 1), table.Missing("n"),
		table.AtLeast("n", 0), table.Equals("x", "text"), table.Equals("x", true), table.Equals("n", int64(1)),
	}
	if rapid.IntRange(0, 2).Draw(r, "bare") > 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(all), 1, 2).Draw(r, "conds")
}

func (m memory) failures(steps []step) (places []int) {
	for i, s := range steps {
		it, there := m[s.sort]
		for _, c := range s.op.If {
			if !m.holds(it, there, c) {
				places = append(places, i)
				break
			}
		}
	}
	return places
}

func (m memory) holds(it memoryItem, there bool, c table.Cond) bool {
	v, has := it.attrs[c.Name]
	switch c.Kind {
	case table.CondAbsent:
		return !there
	case table.CondExists:
		return there
	case table.CondVersion:
		return it.version == c.Value // 0 when absent
	case table.CondEquals:
		return has && v == c.Value
	case table.CondAtLeast:
		n, ok := v.(int64)
		return ok && n >= c.Value.(int64)
	default:
		return !has
	}
}

func (m memory) apply(s step) {
	it := m[s.sort]
	switch s.op.Kind {
	case table.OpPut:
		it = memoryItem{version: it.version + 1, attrs: maps.Clone(s.op.Item.Attrs)}
		if s.op.Item.Index != nil {
			it.index = s.op.Item.Index.Sort
		}
		m[s.sort] = it
	case table.OpDelete:
		delete(m, s.sort)
	case table.OpChange:
		c := s.op.Changes
		attrs := table.Attrs{}
		maps.Copy(attrs, it.attrs)
		maps.Copy(attrs, c.Set)
		for n, by := range c.Add {
			have, _ := attrs[n].(int64)
			attrs[n] = have + by
		}
		for _, n := range c.Remove {
			delete(attrs, n)
		}
		if c.NoIndex {
			it.index = ""
		} else if c.Index != nil {
			it.index = c.Index.Sort
		}
		m[s.sort] = memoryItem{version: it.version + 1, attrs: attrs, index: it.index}
	}
}

func compareFailure(r *rapid.T, err error, places []int) {
	f := table.FailedCondition(err)
	switch {
	case places == nil && err != nil:
		r.Fatalf("unexpected error %v", err)
	case places != nil && (f == nil || !slices.Equal(f.Ops, places)):
		r.Fatalf("got %v, want failed operations %v", err, places)
	}
}

// compare reads all by queries in both directions and through the index.
func (m memory) compare(r *rapid.T, t *testing.T, e *env, base, idx table.Partition) {
	limit := rapid.IntRange(0, 3).Draw(r, "limit")
	prefix := rapid.SampledFrom([]string{"", "a", "a#", "b"}).Draw(r, "prefix")
	reverse := rapid.Bool().Draw(r, "reverse")
	var want, wantIndex []string
	for s, it := range m {
		if strings.HasPrefix(s, prefix) {
			want = append(want, fmt.Sprintf("%q v%d %v %q", s, it.version, it.attrs, it.index))
		}
		if it.index != "" {
			wantIndex = append(wantIndex, it.index+" "+s)
		}
	}
	q := table.Query{Partition: base, Prefix: prefix, Limit: limit, Reverse: reverse, Consistency: table.Consistent}
	items, err := table.Collect(t.Context(), e, q)
	if err != nil {
		r.Fatal(err)
	}
	if sorts := sortsOf(items); reverse {
		slices.Reverse(sorts)
		if !slices.IsSorted(sorts) {
			r.Fatalf("not in order: %q", sorts)
		}
	} else if !slices.IsSorted(sorts) {
		r.Fatalf("not in order: %q", sorts)
	}
	var got, gotIndex []string
	for _, it := range items {
		at := ""
		if it.Index != nil {
			at = it.Index.Sort
		}
		got = append(got, fmt.Sprintf("%q v%d %v %q", it.Key.Sort, it.Version, it.Attrs, at))
	}
	onIndex, err := table.Collect(t.Context(), e, table.Query{Partition: idx, OnIndex: true, Limit: limit})
	if err != nil {
		r.Fatal(err)
	}
	for _, it := range onIndex {
		gotIndex = append(gotIndex, it.Index.Sort+" "+it.Key.Sort)
	}
	for _, list := range [][]string{want, got, wantIndex} {
		slices.Sort(list)
	}
	if !slices.Equal(got, want) {
		r.Fatalf("items\n%q\nwant\n%q", got, want)
	}
	slices.Sort(gotIndex)
	if !slices.Equal(gotIndex, wantIndex) {
		r.Fatalf("index\n%q\nwant\n%q", gotIndex, wantIndex)
	}
}
