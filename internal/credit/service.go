package credit

import (
	"context"
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Service reads balances and ledgers and grants credits.
type Service struct {
	table table.Table
	clock clock.Clock
	tell  func(s account.Scope, left Amount) (table.Op, error)
}

// New makes a Service.
func New(t table.Table, c clock.Clock) *Service { return &Service{table: t, clock: c} }

// Telling is v that joins an operation to each movement by hand (a grant, a renewal, an
// expiry), made from what is left after it: the account's story is told so.
func (v *Service) Telling(tell func(s account.Scope, left Amount) (table.Op, error)) *Service {
	return &Service{table: v.table, clock: v.clock, tell: tell}
}

func balanceKey(s account.Scope) table.Key { return table.Key{Partition: table.Of(s), Sort: "BALANCE"} }

func ledgerKey(s account.Scope, seq int64) table.Key {
	return table.Key{Partition: table.Of(s, "LEDGER"), Sort: fmt.Sprintf("LEDGER#%015d", seq)}
}

// Balance reads the account's balance, consistently: what can be spent at this moment, plan
// credits that have expired left out. An account without one has 0.
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
	b.lapse(v.clock.Now())
	return b, nil
}

// Grant adds credits with a reason. It is not idempotent: each call adds.
func (v *Service) Grant(ctx context.Context, s account.Scope, sum Amount, plan bool, reason string) error {
	return v.move(ctx, s, func(b Balance) (Balance, []table.Op, error) { return b.Grant(s, sum, plan, reason, v.clock.Now()) })
}

// Renew begins a period of plan credits that ends at until; those of the former period
// expire. Not idempotent. Errors as of Balance.Renew.
func (v *Service) Renew(ctx context.Context, s account.Scope, sum Amount, until time.Time, reason string) error {
	return v.move(ctx, s, func(b Balance) (Balance, []table.Op, error) { return b.Renew(s, sum, until, reason, v.clock.Now()) })
}

// Expire writes the ledger entry for plan credits that have expired, if there are any. Safe
// to repeat. It needs not be called: the next movement writes it too.
func (v *Service) Expire(ctx context.Context, s account.Scope) error {
	return v.move(ctx, s, func(b Balance) (Balance, []table.Op, error) { return b.Expire(s, v.clock.Now()) })
}

func (v *Service) move(ctx context.Context, s account.Scope, step func(Balance) (Balance, []table.Op, error)) error {
	return table.Again(func() error {
		b, err := v.Balance(ctx, s)
		if err != nil {
			return err
		}
		b, ops, err := step(b)
		if err != nil || len(ops) == 0 {
			return err
		}
		if v.tell != nil {
			op, err := v.tell(s, b.Total())
			if err != nil {
				return err
			}
			ops = append(ops, op)
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

// Last reads the last n entries, newest first.
func (v *Service) Last(ctx context.Context, s account.Scope, n int) ([]Entry, error) {
	page, err := v.table.Query(ctx, table.Query{Partition: table.Of(s, "LEDGER"), Prefix: "LEDGER#", Reverse: true, Limit: n, Consistency: table.Consistent})
	if err != nil {
		return nil, errs.Wrap("credit.Last", err)
	}
	return entries(page.Items)
}

// Ledger reads all entries, oldest first.
func (v *Service) Ledger(ctx context.Context, s account.Scope) ([]Entry, error) {
	items, err := table.Collect(ctx, v.table, table.Query{Partition: table.Of(s, "LEDGER"), Prefix: "LEDGER#", Consistency: table.Consistent})
	if err != nil {
		return nil, errs.Wrap("credit.Ledger", err)
	}
	return entries(items)
}

func entries(items []table.Item) ([]Entry, error) {
	out := make([]Entry, len(items))
	for i, it := range items {
		if err := table.Decode(it.Attrs, &out[i]); err != nil {
			return nil, errs.Wrap("credit: entry", err)
		}
	}
	return out, nil
}
