package credit

import (
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Balance is what an account can spend: two pools, plan credits used first, and what its
// open waves hold. Seq is the number of the last ledger entry.
type Balance struct {
	Plan    Amount `json:"plan"`
	Bonus   Amount `json:"bonus"`
	Held    Amount `json:"held"`
	Seq     int64  `json:"ledger_seq"`
	version int64
}

// Total is what can be spent now.
func (b Balance) Total() Amount { return b.Plan + b.Bonus }

// Held is a hold, kept with the wave that it pays for.
type Held struct {
	Plan  Amount `json:"plan"`
	Bonus Amount `json:"bonus"`
}

// Sum is the whole hold.
func (h Held) Sum() Amount { return h.Plan + h.Bonus }

// EntryType is the kind of a ledger entry.
type EntryType string

// The ledger entries. A hold takes credits out of the balance, a charge turns held credits
// into spent ones, a release gives held ones back; a grant adds.
const (
	EntryHold    EntryType = "hold"
	EntryCharge  EntryType = "charge"
	EntryRelease EntryType = "release"
	EntryGrant   EntryType = "grant"
)

// Entry is one line of the append-only ledger. The sum of Amount over all entries is the
// balance, the sum of Held what open waves hold.
type Entry struct {
	Seq          int64     `json:"seq"`
	Type         EntryType `json:"transaction_type"`
	Amount       Amount    `json:"amount"`        // change of the balance, signed
	Held         Amount    `json:"held"`          // change of what is held, signed
	Spent        Amount    `json:"spent"`         // credits charged, for a charge
	BalanceAfter Amount    `json:"balance_after"` // Total after this entry
	Reference    string    `json:"reference_id"`  // wave, or the reason of a grant
	CreatedAt    time.Time `json:"created_at"`
}

// Hold takes sum out of the balance for a reference (a wave). It gives the balance after,
// the hold to keep, and the operations to join to the wave's own transaction; they fail
// together when the balance changed meanwhile. Exhausted (code credits) when the balance
// does not cover the sum.
func (b Balance) Hold(s account.Scope, sum Amount, ref string, now time.Time) (Balance, Held, []table.Op, error) {
	if sum > b.Total() {
		return b, Held{}, nil, errs.New(errs.Exhausted, "credits", fmt.Sprintf(
			"%s credits are needed and %s are left: add credits and resume", sum, b.Total())).Because(errs.Credits)
	}
	held := Held{Plan: min(sum, b.Plan)}
	held.Bonus = sum - held.Plan
	next := b
	next.Plan -= held.Plan
	next.Bonus -= held.Bonus
	next.Held += sum
	ops, err := next.write(s, b, now, Entry{Type: EntryHold, Amount: -sum, Held: sum, Reference: ref})
	return next, held, ops, err
}

// Settle ends a hold: charge is spent, the rest goes back to the pools it came from, bonus
// first, so that plan credits are the ones spent. charge is at most the hold.
func (b Balance) Settle(s account.Scope, held Held, charge Amount, ref string, now time.Time) (Balance, []table.Op, error) {
	if charge < 0 || charge > held.Sum() {
		return b, nil, fmt.Errorf("credit: charge %s against a hold of %s", charge, held.Sum())
	}
	rest := held.Sum() - charge
	bonus := min(rest, held.Bonus)
	next := b
	next.Bonus += bonus
	next.Plan += rest - bonus
	next.Held -= held.Sum()
	ops, err := next.write(s, b, now,
		Entry{Type: EntryCharge, Held: -charge, Spent: charge, Reference: ref},
		Entry{Type: EntryRelease, Amount: rest, Held: -rest, Reference: ref})
	return next, ops, err
}

// Grant adds credits to the bonus pool, or to the plan pool when plan is true.
func (b Balance) Grant(s account.Scope, sum Amount, plan bool, reason string, now time.Time) (Balance, []table.Op, error) {
	if sum <= 0 {
		return b, nil, errs.Field("credits", "has to be more than 0")
	}
	next := b
	if plan {
		next.Plan += sum
	} else {
		next.Bonus += sum
	}
	ops, err := next.write(s, b, now, Entry{Type: EntryGrant, Amount: sum, Reference: reason})
	return next, ops, err
}

// write gives the operations that replace was by b and append the entries; b's sequence is
// moved on.
func (b *Balance) write(s account.Scope, was Balance, now time.Time, entries ...Entry) ([]table.Op, error) {
	ops := make([]table.Op, 1, 1+len(entries))
	total := was.Total()
	for _, e := range entries {
		b.Seq++
		total += e.Amount
		e.Seq, e.BalanceAfter, e.CreatedAt = b.Seq, total, now
		attrs, err := table.Encode(e)
		if err != nil {
			return nil, err
		}
		ops = append(ops, table.Put(table.Item{Key: ledgerKey(s, e.Seq), Type: "credit_transaction", Attrs: attrs}, table.Absent()))
	}
	attrs, err := table.Encode(*b)
	if err != nil {
		return nil, err
	}
	cond := table.VersionIs(was.version)
	if was.version == 0 {
		cond = table.Absent()
	}
	ops[0] = table.Put(table.Item{Key: balanceKey(s), Type: "balance", Version: was.version, Attrs: attrs}, cond)
	b.version = was.version + 1
	return ops, nil
}
