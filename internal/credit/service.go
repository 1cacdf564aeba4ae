package credit

import (
	"context"
	"fmt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Service reads balances and ledgers and grants credits.
type Service struct {
	table table.Table
	clock clock.Clock
}

// New makes a Service.
func New(t table.Table, c clock.Clock) *Service { return &Service{table: t, clock: c} }

func balanceKey(s account.Scope) table.Key { return table.Key{Partition: table.Of(s), Sort: "BALANCE"} }

func ledgerKey(s account.Scope, seq int64) table.Key {
	return table.Key{Partition: table.Of(s, "LEDGER"), Sort: fmt.Sprintf("LEDGER#%015d", seq)}
}

// Balance reads the account's balance, consistently. An account without one has 0.
func (v *Service) Balance(ctx context.Context, s account.Scope) (Balance, error) {
	it, err := v.table.Get(ctx, balanceKey(s), table.Consistent)
	if errs.Is(err, errs.NotFound) && s.Valid() {
		return Balance{}, nil
	}
	if err != nil {
		return Balance{}, errs.Wrap("credit.Balance", err)
	}
	var b Balance
	if err := table.Decode(it.Attrs, &b); err != nil {
		return Balance{}, errs.Wrap("credit.Balance", err)
	}
	b.version = it.Version
	return b, nil
}

// Grant adds credits with a reason. It is not idempotent: each call adds.
func (v *Service) Grant(ctx context.Context, s account.Scope, sum Amount, plan bool, reason string) error {
	return table.Again(func() error {
		b, err := v.Balance(ctx, s)
		if err != nil {
			return err
		}
		_, ops, err := b.Grant(s, sum, plan, reason, v.clock.Now())
		if err != nil {
			return err
		}
		return v.table.Transact(ctx, ops...)
	})
}

// FirstGrant gives the operations that open a new account's balance with sum plan credits,
// to be joined to the transaction that makes the account.
func (v *Service) FirstGrant(s account.Scope, sum Amount, reason string) ([]table.Op, error) {
	_, ops, err := Balance{}.Grant(s, sum, true, reason, v.clock.Now())
	return ops, err
}

// Ledger reads all entries, oldest first.
func (v *Service) Ledger(ctx context.Context, s account.Scope) ([]Entry, error) {
	items, err := table.Collect(ctx, v.table, table.Query{Partition: table.Of(s, "LEDGER"), Prefix: "LEDGER#", Consistency: table.Consistent})
	if err != nil {
		return nil, errs.Wrap("credit.Ledger", err)
	}
	out := make([]Entry, len(items))
	for i, it := range items {
		if err := table.Decode(it.Attrs, &out[i]); err != nil {
			return nil, errs.Wrap("credit.Ledger", err)
		}
	}
	return out, nil
}
