package credit

import (
	"context"
	"fmt"

	"github.com/igny8/igny8/internal/account"
)

// audited is how many of the newest entries an audit looks at: one look at the table.
const audited = 500

// Audit holds an account's balance against the newest part of its ledger: the balance is what the
// last entry says, each entry goes on from the one before, no number is missing, nothing is
// negative, and no wave holds less than nothing. held are the waves of a site, by reference, of
// which the ledger says that they hold credits still: the caller knows whether they are open. A
// wave whose hold is older than what is looked at is left out. It changes nothing; faults say what
// has drifted, none is as it should be.
func (v *Service) Audit(ctx context.Context, s account.Scope, site string) (faults []string, held map[string]Amount, err error) {
	b, err := v.Balance(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	all, err := v.Last(ctx, s, audited)
	if err != nil {
		return nil, nil, err
	}
	whole := len(all) < audited
	for len(all) > 0 && all[0].Seq > b.Seq { // written since the balance was read
		all = all[1:]
	}
	return append(b.drift(all), chain(all, whole)...), holds(all, site), nil
}

// drift holds the balance against the ledger's newest entries.
func (b Balance) drift(all []Entry) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	var last Entry
	if len(all) > 0 {
		last = all[0]
	}
	if last.Seq != b.Seq {
		bad("the balance is of entry %d, the last entry of the ledger is %d", b.Seq, last.Seq)
	}
	if has := b.Total() + b.due; has != last.BalanceAfter {
		bad("the balance is %s, by the ledger it is %s", has, last.BalanceAfter)
	}
	if b.Plan < 0 || b.Bonus < 0 || b.Held < 0 {
		bad("the balance is negative: plan %s, bonus %s, held %s", b.Plan, b.Bonus, b.Held)
	}
	if int64(len(all)) == b.Seq { // the whole ledger is here
		var held Amount
		for _, e := range all {
			held += e.Held
		}
		if held != b.Held {
			bad("%s are held, by the ledger %s", b.Held, held)
		}
	}
	return faults
}

// chain holds each entry, newest first, against the one before it. whole: the oldest is the first.
func chain(all []Entry, whole bool) (faults []string) {
	for i, e := range all {
		var before Entry
		switch {
		case i+1 < len(all):
			before = all[i+1]
		case !whole:
			return faults // older ones are not here
		}
		if e.Seq != before.Seq+1 {
			faults = append(faults, fmt.Sprintf("entry %d follows entry %d", e.Seq, before.Seq))
		} else if e.BalanceAfter != before.BalanceAfter+e.Amount {
			faults = append(faults, fmt.Sprintf("entry %d makes %s of %s with %s", e.Seq, e.BalanceAfter, before.BalanceAfter, e.Amount))
		}
	}
	return faults
}

// holds are what a site's waves hold by these entries, those that hold nothing left out.
func holds(all []Entry, site string) map[string]Amount {
	out, begun := map[string]Amount{}, map[string]bool{}
	for _, e := range all {
		if e.Site != site || e.Held == 0 {
			continue
		}
		out[e.Reference] += e.Held
		begun[e.Reference] = begun[e.Reference] || e.Type == EntryHold
	}
	for ref, sum := range out {
		if sum == 0 || !begun[ref] {
			delete(out, ref)
		}
	}
	return out
}
