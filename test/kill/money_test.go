package kill_test

import (
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/credit"
)

// checkMoney holds that the ledger adds up to the balance, line by line, and that each hold
// was charged or given back to the last credit. What the runs tell that they used has to be
// what the ledger charged.
func checkMoney(t *testing.T, rt *embedded.Runtime, scope account.Scope, site string, s *tally) {
	t.Helper()
	ctx := t.Context()
	have, err := rt.Credits.Balance(ctx, scope)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := rt.Credits.Ledger(ctx, scope)
	if err != nil {
		t.Fatal(err)
	}
	runs, err := rt.Engine.History(ctx, scope, site, 20)
	if err != nil {
		t.Fatal(err)
	}
	var told credit.Amount
	for _, r := range runs {
		v, err := rt.Engine.View(ctx, scope, site, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		told += v.Credits
	}
	drift := func(what string, d credit.Amount) {
		if d != 0 {
			s.drift += max(d, -d)
			t.Errorf("credits: %s differ by %s", what, d)
		}
	}
	var sum, charged credit.Amount
	held := map[string]credit.Amount{}
	for i, e := range entries {
		sum += e.Amount
		charged += e.Spent
		held[e.Reference] += e.Held
		drift("the balance after an entry and the sum up to it", e.BalanceAfter-sum)
		if e.Seq != int64(i+1) {
			t.Errorf("the ledger's entry %d has the number %d", i+1, e.Seq)
		}
	}
	for wave, rest := range held {
		drift("hold and settlement of "+wave, rest)
	}
	drift("ledger and balance", sum-have.Total())
	drift("what is held and nothing", have.Held)
	drift("what was charged and what the runs tell", charged-told)
	if charged == 0 {
		t.Error("nothing was charged")
	}
}
