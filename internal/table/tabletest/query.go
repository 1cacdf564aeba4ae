package tabletest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

func queryRange(t *testing.T, e *env) {
	all := []string{"A#1", "A#2", "A#2\x00", "A#2#x", "A$", "B#1", "B#2", "C", "a", "ä", "Ω", "\U0001F600"}
	for _, s := range all {
		e.put(t, e.item(s, nil))
	}
	e.put(t, table.Item{Key: e.in("next", "A#1")}, table.Item{Key: table.Key{Partition: table.OfSite(e.scope, "s"), Sort: "A#1"}})
	for name, c := range map[string]struct {
		q    table.Query
		want []string
	}{
		"all":           {table.Query{}, all},
		"prefix":        {table.Query{Prefix: "A#"}, all[:4]},
		"prefix whole":  {table.Query{Prefix: "A#2"}, all[1:4]},
		"prefix none":   {table.Query{Prefix: "Z"}, nil},
		"prefix wide":   {table.Query{Prefix: "Ω"}, all[10:11]},
		"prefix widest": {table.Query{Prefix: "\U0001F600"}, all[11:]},
		"from to":       {table.Query{From: "A#2", To: "B#1"}, all[1:6]},
		"between":       {table.Query{From: "A#15", To: "B#11"}, all[1:6]},
		"one":           {table.Query{From: "A#2", To: "A#2"}, all[1:2]},
		"from":          {table.Query{From: "B#2"}, all[6:]},
		"to":            {table.Query{To: "B#1"}, all[:6]},
		"from over to":  {table.Query{From: "B", To: "A"}, nil},
	} {
		q := c.q
		q.Partition, q.Consistency = table.Of(e.scope), table.Consistent
		for _, q.Limit = range []int{0, 1, 2, 3, 100} {
			q.Reverse = false
			same(t, fmt.Sprintf("%s, limit %d", name, q.Limit), append([]string(nil), e.sorts(t, q)...), append([]string(nil), c.want...))
			q.Reverse = true
			back := slices.Clone(c.want)
			slices.Reverse(back)
			same(t, fmt.Sprintf("%s back, limit %d", name, q.Limit), append([]string(nil), e.sorts(t, q)...), append([]string(nil), back...))
		}
	}
	for _, q := range []table.Query{{Prefix: "A", From: "A"}, {Prefix: "A", To: "B"}, {Limit: -1}, {Prefix: "\xff"}} {
		q.Partition = table.Of(e.scope)
		_, err := e.Query(ctx(t), q)
		kind(t, err, errs.Invalid)
	}
}

func queryPages(t *testing.T, e *env) {
	const size, n = 100 << 10, 25
	want := numbered("p", n)
	var ops []table.Op
	for _, s := range want {
		ops = append(ops, table.Put(e.item(s, table.Attrs{"x": strings.Repeat("x", size)})))
	}
	must(t, table.StoreAll(ctx(t), e, ops))
	for _, reverse := range []bool{false, true} {
		q := table.Query{Partition: table.Of(e.scope), Reverse: reverse, Consistency: table.Consistent}
		page, err := e.Query(ctx(t), q)
		must(t, err)
		if got := len(page.Items); got < 9 || got > 11 || page.Next == "" {
			t.Fatalf("a page of 1 MB holds %d items of 100 KB (next %q)", got, page.Next)
		}
		got := e.sorts(t, q)
		if reverse {
			slices.Reverse(got)
		}
		same(t, "all pages", got, want)
		q.Limit = 4
		page, err = e.Query(ctx(t), q)
		must(t, err)
		same(t, "items under Limit", len(page.Items), 4)
		same(t, "pages of 4", len(e.sorts(t, q)), n)
		q.Limit = 20
		page, err = e.Query(ctx(t), q)
		must(t, err)
		if got := len(page.Items); got > 11 {
			t.Fatalf("a page with Limit 20 holds %d items of 100 KB", got)
		}
	}
}

func cursors(t *testing.T, e *env) {
	want := numbered("c", 6)
	for _, s := range want {
		e.put(t, e.item(s, nil), table.Item{Key: e.in("other", s)})
	}
	q := table.Query{Partition: table.Of(e.scope), Limit: 3, Consistency: table.Consistent}
	first, err := e.Query(ctx(t), q)
	must(t, err)
	q.After = first.Next
	must(t, e.Write(ctx(t), table.Delete(e.key(want[2]))))
	same(t, "after the deletion of its item", e.sorts(t, q), want[3:])
	q.Reverse = true
	same(t, "the other way", e.sorts(t, q), []string{want[1], want[0]})
	q.Reverse = false

	rival := account.Mint(account.Grant{Account: "acc_rival" + e.id, Actor: "usr_2", Role: account.Owner})
	for name, bad := range map[string]func(*table.Query){
		"other partition": func(q *table.Query) { q.Partition = table.Of(e.scope, "other") },
		"other account":   func(q *table.Query) { q.Partition = table.Of(rival) },
		"on the index":    func(q *table.Query) { q.OnIndex, q.Consistency = true, table.Eventual },
		"outside prefix":  func(q *table.Query) { q.Prefix = "d" },
		"outside range":   func(q *table.Query) { q.From = want[4] },
		"damaged":         func(q *table.Query) { q.After = q.After[:len(q.After)-3] },
		"nonsense":        func(q *table.Query) { q.After = "nonsense!" },
	} {
		q := q
		bad(&q)
		if _, err := e.Query(ctx(t), q); !errs.Is(err, errs.Invalid) {
			t.Errorf("cursor %s: %v, want invalid", name, err)
		}
	}
	for _, secret := range []string{e.id, want[2]} {
		if strings.Contains(first.Next, secret) {
			t.Errorf("the cursor %q shows %q", first.Next, secret)
		}
	}
}
