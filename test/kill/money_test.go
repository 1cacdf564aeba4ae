package kill_test

import (
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/test/outside"
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
	drift, faults := outside.Books(entries, have, told)
	report(t, faults)
	s.drift += drift
}
