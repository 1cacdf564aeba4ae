package credit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/table"
)

// TestAudit: each way in which a balance and its ledger can drift apart is told by its name, and
// books that add up are not.
func TestAudit(t *testing.T) {
	t.Parallel()
	b, ctx := newBank(t), context.Background()
	entry := func(s account.Scope, n string) table.Key {
		return table.Key{Partition: table.Of(s, "LEDGER"), Sort: "LEDGER#00000000000000" + n}
	}
	balance := func(s account.Scope) table.Key { return table.Key{Partition: table.Of(s), Sort: "BALANCE"} }
	set := func(key table.Key, name string, value int) table.Op {
		return table.Change(key, table.Changes{Set: table.Attrs{name: value}})
	}
	// Entries: 1 grant, 2 hold, 3 charge, 4 release, 5 hold of a wave that is open.
	for name, c := range map[string]struct {
		spoil func(s account.Scope) table.Op
		want  string // "" is no fault
	}{
		"nothing":              {nil, ""},
		"a balance":            {func(s account.Scope) table.Op { return set(balance(s), "bonus", 7) }, "the balance is 0.007, by the ledger it is 5"},
		"a negative balance":   {func(s account.Scope) table.Op { return set(balance(s), "plan", -7) }, "the balance is negative"},
		"what is held":         {func(s account.Scope) table.Op { return set(balance(s), "held", 7) }, "0.007 are held, by the ledger 2"},
		"a lost last entry":    {func(s account.Scope) table.Op { return table.Delete(entry(s, "5")) }, "the balance is of entry 5, the last entry of the ledger is 4"},
		"a lost entry":         {func(s account.Scope) table.Op { return table.Delete(entry(s, "3")) }, "entry 4 follows entry 2"},
		"a lost first entry":   {func(s account.Scope) table.Op { return table.Delete(entry(s, "1")) }, "entry 2 follows entry 0"},
		"a sum that is not so": {func(s account.Scope) table.Op { return set(entry(s, "2"), "amount", -1) }, "entry 2 makes 7 of 10 with -0.001"},
		"a first sum":          {func(s account.Scope) table.Op { return set(entry(s, "1"), "amount", 1) }, "entry 1 makes 10 of 0 with 0.001"},
	} {
		s := b.open()
		if err := b.service.Grant(ctx, s, credit.Whole(10), false, "test"); err != nil {
			t.Fatal(err)
		}
		now := b.balance(t, s)
		for _, w := range []string{"over", "open"} {
			next, held, ops, err := now.Hold(s, credit.Whole(3), credit.Purpose{Reference: w, Site: "sit"}, b.now)
			if w == "open" {
				next, held, ops, err = now.Hold(s, credit.Whole(2), credit.Purpose{Reference: w, Site: "sit"}, b.now)
			}
			if err == nil {
				err = b.table.Transact(ctx, ops...)
			}
			if err != nil {
				t.Fatal(err)
			}
			if now = next; w == "over" {
				if now, ops, err = now.Settle(s, held, 3000, credit.Purpose{Reference: w, Site: "sit"}, b.now); err == nil {
					err = b.table.Transact(ctx, ops...)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if c.spoil != nil {
			if err := b.table.Write(ctx, c.spoil(s)); err != nil {
				t.Fatal(err)
			}
		}
		faults, held, err := b.service.Audit(ctx, s, "sit")
		if told := strings.Join(faults, "; "); err != nil || (c.want == "") != (told == "") || !strings.Contains(told, c.want) {
			t.Errorf("%s: %q, want %q (%v)", name, told, c.want, err)
		}
		if c.spoil == nil && (len(held) != 1 || held["open"] != credit.Whole(2)) {
			t.Errorf("waves hold %v", held)
		}
	}
}
