package credit

import (
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Balance is what an account can spend: two pools, plan credits used first, and what its
// open waves hold. Plan credits are those of one period, which ends at PlanUntil (zero: it
// does not end); what is left of them then expires. Seq is the number of the last ledger
// entry.
type Balance struct {
	Plan      Amount    `json:"plan"`
	Bonus     Amount    `json:"bonus"`
	Held      Amount    `json:"held"`
	PlanUntil time.Time `json:"plan_expires_at,omitzero"`
	Seq       int64     `json:"ledger_seq"`
	due       Amount    // plan credits that have expired; the next write has the entry for them
	version   int64
}

// Total is what can be spent now.
func (b Balance) Total() Amount { return b.Plan + b.Bonus }

// Held is a hold, kept with the wave that it pays for. Until is the end of the period that
// its plan credits are of.
type Held struct {
	Plan  Amount    `json:"plan"`
	Bonus Amount    `json:"bonus"`
	Until time.Time `json:"until,omitzero"`
}

// Sum is the whole hold.
func (h Held) Sum() Amount { return h.Plan + h.Bonus }

// EntryType is the kind of a ledger entry.
type EntryType string

// The ledger entries. A hold takes credits out of the balance, a charge turns held credits
// into spent ones, a release gives held ones back; a grant adds, and what is left of the
// plan pool at the end of its period expires.
const (
	EntryHold    EntryType = "hold"
	EntryCharge  EntryType = "charge"
	EntryRelease EntryType = "release"
	EntryGrant   EntryType = "grant"
	EntryExpire  EntryType = "expire"
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
	Reference    string    `json:"reference_id"`  // wave, the reason of a grant, or the day of an expiry
	Site         string    `json:"site_id,omitempty"`
	Run          string    `json:"run_id,omitempty"` // absent for what a person asked for by itself
	Stage        int       `json:"stage,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
}

// Purpose is what credits are held for: a wave, whose, and of which stage.
type Purpose struct {
	Reference string
	Site      string
	Run       string
	Stage     int
}

func (p Purpose) mark(e Entry) Entry {
	e.Reference, e.Site, e.Run, e.Stage = p.Reference, p.Site, p.Run, p.Stage
	return e
}

// Hold takes sum out of the balance for a purpose. It gives the balance after,
// the hold to keep, and the operations to join to the wave's own transaction; they fail
// together when the balance changed meanwhile. Exhausted (code credits) when the balance
// does not cover the sum.
func (b Balance) Hold(s account.Scope, sum Amount, of Purpose, now time.Time) (Balance, Held, []table.Op, error) {
	if sum > b.Total() {
		return b, Held{}, nil, errs.New(errs.Exhausted, "credits", fmt.Sprintf(
			"%s credits are needed and %s are left: add credits, then go on", sum, b.Total())).Because(errs.Credits)
	}
	held := Held{Plan: min(sum, b.Plan)}
	held.Bonus = sum - held.Plan
	if held.Plan > 0 {
		held.Until = b.PlanUntil
	}
	next := b
	next.Plan -= held.Plan
	next.Bonus -= held.Bonus
	next.Held += sum
	ops, err := next.write(s, b, now, of.mark(Entry{Type: EntryHold, Amount: -sum, Held: sum}))
	return next, held, ops, err
}

// Settle ends a hold: charge is spent, the rest goes back to the pools it came from, bonus
// first, so that plan credits are the ones spent. Plan credits whose period has ended since
// expire at once. charge is at most the hold.
func (b Balance) Settle(s account.Scope, held Held, charge Amount, of Purpose, now time.Time) (Balance, []table.Op, error) {
	if charge < 0 || charge > held.Sum() {
		return b, nil, fmt.Errorf("credit: charge %s against a hold of %s", charge, held.Sum())
	}
	rest := held.Sum() - charge
	bonus := min(rest, held.Bonus)
	next := b
	next.Bonus += bonus
	next.Held -= held.Sum()
	entries := []Entry{
		of.mark(Entry{Type: EntryCharge, Held: -charge, Spent: charge}),
		of.mark(Entry{Type: EntryRelease, Amount: rest, Held: -rest}),
	}
	switch plan := rest - bonus; {
	case plan == 0:
	case held.Until.Equal(b.PlanUntil) && !over(held.Until, now):
		next.Plan += plan
	default:
		entries = append(entries, expiry(plan, held.Until))
	}
	ops, err := next.write(s, b, now, entries...)
	return next, ops, err
}

// Grant adds credits to the bonus pool, or to the plan pool's present period when plan is
// true; after the end of a period it begins one that does not end.
func (b Balance) Grant(s account.Scope, sum Amount, plan bool, reason string, now time.Time) (Balance, []table.Op, error) {
	if sum <= 0 {
		return b, nil, errs.Field("credits", "has to be more than 0")
	}
	next := b
	if !plan {
		next.Bonus += sum
	} else {
		next.Plan += sum
		if over(b.PlanUntil, now) {
			next.PlanUntil = time.Time{}
		}
	}
	ops, err := next.write(s, b, now, Entry{Type: EntryGrant, Amount: sum, Reference: reason})
	return next, ops, err
}

// Renew begins a new period of the plan pool with sum credits: what is left of the former
// one expires. Invalid when sum is not more than 0, or until is not later than now.
func (b Balance) Renew(s account.Scope, sum Amount, until time.Time, reason string, now time.Time) (Balance, []table.Op, error) {
	if sum <= 0 {
		return b, nil, errs.Field("credits", "has to be more than 0")
	}
	if until = until.UTC().Truncate(time.Second); !until.After(now) {
		return b, nil, errs.Field("expires", "has to be later than now")
	}
	next := b
	next.Plan, next.PlanUntil = sum, until
	entries := []Entry{{Type: EntryGrant, Amount: sum, Reference: reason}}
	if b.Plan > 0 {
		entries = append([]Entry{expiry(b.Plan, b.PlanUntil)}, entries...)
	}
	ops, err := next.write(s, b, now, entries...)
	return next, ops, err
}

// Expire writes down what has expired; no operations when nothing has. Every other movement
// does so by itself.
func (b Balance) Expire(s account.Scope, now time.Time) (Balance, []table.Op, error) {
	if b.due == 0 {
		return b, nil, nil
	}
	next := b
	ops, err := next.write(s, b, now)
	return next, ops, err
}

// over tells whether a period that ends at until has ended.
func over(until, now time.Time) bool { return !until.IsZero() && !now.Before(until) }

// lapse takes plan credits of a period that has ended out of what can be spent.
func (b *Balance) lapse(now time.Time) {
	if over(b.PlanUntil, now) {
		b.due, b.Plan = b.due+b.Plan, 0
	}
}

func expiry(sum Amount, until time.Time) Entry {
	ref := "plan credits, replaced by a new period"
	if !until.IsZero() {
		ref = "plan credits until " + until.Format(time.DateOnly)
	}
	return Entry{Type: EntryExpire, Amount: -sum, Reference: ref}
}

// write gives the operations that replace was by b and append the entries, after one for
// what has expired; b's sequence is moved on.
func (b *Balance) write(s account.Scope, was Balance, now time.Time, entries ...Entry) ([]table.Op, error) {
	if was.due > 0 {
		entries = append([]Entry{expiry(was.due, was.PlanUntil)}, entries...)
		b.due = 0
	}
	ops := make([]table.Op, 1, 1+len(entries))
	total := was.Total() + was.due
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
