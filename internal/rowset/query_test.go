package rowset_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// wide is a row with a column of each kind: texts of few values and of many, numbers, flags,
// and any of them unknown.
func wide(r *rand.Rand) rowset.Fields {
	words := []string{"garden", "hose", "reel", "Bücher", "ca", "café", "x", ""}
	f := rowset.Fields{}
	put := func(name string, v any) {
		if r.IntN(5) > 0 {
			f[name] = v
		}
	}
	put(rowset.ColFold, words[r.IntN(len(words))]+" "+words[r.IntN(len(words))]+fmt.Sprint(r.IntN(40)))
	put("long", strings.Repeat(words[r.IntN(3)], r.IntN(3))+fmt.Sprint(r.IntN(1000)))
	put("few", words[r.IntN(len(words))])
	put("tags", strings.Join([]string{words[r.IntN(3)], words[3+r.IntN(3)]}[:r.IntN(3)], "\n"))
	put("n", r.Int64N(40)-20)
	put("big", [...]int64{-1 << 63, 1<<63 - 1, 0, 1 << 40}[r.IntN(4)])
	put("mean", float64(r.IntN(9)-4)/3)
	put("flag", r.IntN(2) == 0)
	return f
}

// want is a predicate of the set and what it means on plain fields.
type want struct {
	predicate rowset.Predicate
	holds     func(f rowset.Fields) bool
	text      string
}

func drawWant(r *rand.Rand) want {
	text := func(f rowset.Fields, c string) string { s, _ := f[c].(string); return s }
	number := func() *int64 {
		if r.IntN(3) == 0 {
			return nil
		}
		n := r.Int64N(40) - 20
		return &n
	}
	word := []string{"Garden", "hose", "BÜCHER", "a", "e1", "", "re", "l1", "\n", "1g", "3h"}[r.IntN(11)]
	column := []string{rowset.ColFold, "long", "few", "tags", "none", "n"}[r.IntN(6)]
	switch r.IntN(5) {
	case 0:
		return want{rowset.Is(column, word), func(f rowset.Fields) bool { return strings.EqualFold(text(f, column), word) }, "is " + column + " " + word}
	case 1:
		low := strings.ToLower(word)
		return want{rowset.Contains(column, low), func(f rowset.Fields) bool { return strings.Contains(text(f, column), low) }, "contains " + column + " " + low}
	case 2:
		tag := strings.Trim(word, "\n")
		return want{rowset.Tagged("tags", tag), func(f rowset.Fields) bool {
			return tag != "" && slices.ContainsFunc(strings.Split(text(f, "tags"), "\n"), func(s string) bool { return strings.EqualFold(s, tag) })
		}, "tagged " + tag}
	case 3:
		low, high := number(), number()
		c := []string{"n", "big"}[r.IntN(2)]
		return want{rowset.Between(c, low, high), func(f rowset.Fields) bool {
			n, ok := f[c].(int64)
			return low == nil && high == nil || ok && (low == nil || n >= *low) && (high == nil || n <= *high)
		}, fmt.Sprint("between ", c, low, high)}
	default:
		yes := r.IntN(2) == 0
		return want{rowset.Yes("flag", yes), func(f rowset.Fields) bool { on, _ := f["flag"].(bool); return on == yes }, fmt.Sprint("flag ", yes)}
	}
}

// before orders two values of a column; unknown ones come last either way.
func before(a, b any, down bool) int {
	if a == nil || b == nil {
		return cmp.Compare(map[bool]int{true: 1}[a == nil], map[bool]int{true: 1}[b == nil])
	}
	c := 0
	switch x := a.(type) {
	case string:
		c = strings.Compare(x, b.(string))
	case int64:
		c = cmp.Compare(x, b.(int64))
	case float64:
		c = cmp.Compare(x, b.(float64))
	case bool:
		c = cmp.Compare(map[bool]int{true: 1}[x], map[bool]int{true: 1}[b.(bool)])
	}
	if down {
		return -c
	}
	return c
}

// naive answers a query from plain fields.
func naive(rows rows, wants []want, by string, down bool, offset, limit int) (page []int64, count int, sum rowset.Sum) {
	var ids []int64
	for id, f := range rows {
		if slices.ContainsFunc(wants, func(w want) bool { return !w.holds(f) }) {
			continue
		}
		ids = append(ids, id)
		if n, ok := f["n"].(int64); ok {
			sum.Known, sum.Sum = sum.Known+1, sum.Sum+n
		}
	}
	value := func(id int64) any {
		v := rows[id][by]
		if by == "flag" && v == nil {
			return false
		}
		return v
	}
	slices.SortFunc(ids, func(a, b int64) int {
		if by == "" && down {
			return cmp.Compare(b, a)
		}
		return cmp.Or(before(value(a), value(b), down), cmp.Compare(a, b))
	})
	from := min(offset, len(ids))
	return ids[from:min(from+limit, len(ids))], len(ids), sum
}

// TestFind holds the query engine to a naive reading of the same rows: random sets in pages
// of random sizes, with edits in the head, random filters, orders and pages, asked again in
// part so that what the set remembers answers too.
func TestFind(t *testing.T) {
	t.Parallel()
	queries := 0
	for seed := range uint64(usualSets) {
		r := rand.New(rand.NewPCG(seed, 11))
		c := start()
		s := storeOn(memory.New(c), c)
		s.Shrink(1+r.IntN(300), 60, 1<<20, []int64{1, 1 << 28}[r.IntN(2)])
		plain := rows{}
		change := func(n, update, del int) {
			if _, err := s.Apply(t.Context(), owner, site, func(d *rowset.Draft) error {
				for range n {
					f := wide(r)
					plain[d.Add(rowset.Keywords, f)] = f
				}
				for range update {
					id, f := plain.draw(r), wide(r)
					if d.Update(rowset.Keywords, id, f) {
						plain[id] = over(plain[id], f)
					}
				}
				for range del {
					id := plain.draw(r)
					d.Delete(rowset.Keywords, id)
					delete(plain, id)
				}
				return nil
			}, rowset.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		change(r.IntN(900), 0, r.IntN(5))
		for range 2 {
			change(r.IntN(10), r.IntN(10), r.IntN(10))
			if r.IntN(2) == 0 {
				s.Forget()
			}
			set, err := s.Load(t.Context(), owner, site, table.Consistent)
			if err != nil {
				t.Fatal(err)
			}
			for range 60 {
				queries++
				ask(t, seed, r, set, plain)
			}
		}
	}
	fmt.Printf("row sets: queries=%d against a naive reading\n", queries)
}

func over(a, b rowset.Fields) rowset.Fields {
	out := rowset.Fields{}
	for _, f := range []rowset.Fields{a, b} {
		for k, v := range f {
			out[k] = v
		}
	}
	return out
}

func ask(t *testing.T, seed uint64, r *rand.Rand, set *rowset.Set, plain rows) {
	t.Helper()
	var wants []want
	q := rowset.Query{Down: r.IntN(2) == 0, Offset: []int{0, 0, r.IntN(50), r.IntN(2500), 1<<63 - 1}[r.IntN(5)], Limit: []int{1, 10, 100, 3000}[r.IntN(4)], Sums: []string{"n"}}
	q.By = []string{"", rowset.ColFold, "long", "few", "tags", "n", "big", "mean", "flag", "none"}[r.IntN(10)]
	text := ""
	for range r.IntN(4) {
		w := drawWant(r)
		wants, q.Where, text = append(wants, w), append(q.Where, w.predicate), text+"; "+w.text
	}
	found := set.Find(rowset.Keywords, q)
	ids, count, sum := naive(plain, wants, q.By, q.Down, q.Offset, q.Limit)
	var got []int64
	for _, row := range found.Rows {
		got = append(got, row.ID())
	}
	if !slices.Equal(got, ids) || found.Count != count || found.Sums["n"] != sum {
		t.Fatalf("seed %d: by %q down %v from %d, %d rows%s:\n got %v of %d, %+v\nwant %v of %d, %+v",
			seed, q.By, q.Down, q.Offset, q.Limit, text, got, found.Count, found.Sums["n"], ids, count, sum)
	}
}
