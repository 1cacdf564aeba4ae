package credit_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

// bank is one table with the accounts of many cases.
type bank struct {
	table   table.Table
	service *credit.Service
	clock   *clock.Fake
	now     time.Time
	n       atomic.Int64
}

func newBank(t *testing.T) *bank {
	now := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	c := clock.At(now)
	tbl := disk.Open(t, c)
	return &bank{table: tbl, service: credit.New(tbl, c), clock: c, now: now}
}

func (b *bank) open() account.Scope {
	return account.Mint(account.Grant{Account: "acc_" + time.Unix(b.n.Add(1), 0).UTC().Format("150405"), Actor: "usr_test", Role: account.Owner})
}

type failer interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func (b *bank) balance(t failer, s account.Scope) credit.Balance {
	got, err := b.service.Balance(context.Background(), s)
	if err != nil {
		t.Fatalf("balance: %v", err)
	}
	return got
}

// hold takes a hold as a wave does: read, then write on condition, again when it loses.
func (b *bank) hold(s account.Scope, sum credit.Amount, ref string) (held credit.Held, err error) {
	err = table.Again(func() error {
		bal, err := b.service.Balance(context.Background(), s)
		if err != nil {
			return err
		}
		var ops []table.Op
		if _, held, ops, err = bal.Hold(s, sum, credit.Purpose{Reference: ref}, b.now); err != nil {
			return err
		}
		return b.table.Transact(context.Background(), ops...)
	})
	return held, err
}

func (b *bank) settle(s account.Scope, held credit.Held, charge credit.Amount, ref string) error {
	return table.Again(func() error {
		bal, err := b.service.Balance(context.Background(), s)
		if err != nil {
			return err
		}
		_, ops, err := bal.Settle(s, held, charge, credit.Purpose{Reference: ref}, b.now)
		if err != nil {
			return err
		}
		return b.table.Transact(context.Background(), ops...)
	})
}

// audit reads the whole ledger: sums, numbers, each hold against its charge and release.
func (b *bank) audit(t failer, s account.Scope, open int) (spent credit.Amount) {
	entries, err := b.service.Ledger(context.Background(), s)
	if err != nil {
		t.Fatalf("ledger: %v", err)
	}
	bal := b.balance(t, s)
	var sum, held credit.Amount
	type wave struct{ hold, charge, release credit.Amount }
	waves := map[string]*wave{}
	for i, e := range entries {
		sum, held, spent = sum+e.Amount, held+e.Held, spent+e.Spent
		if e.Seq != int64(i+1) || e.BalanceAfter != sum || sum < 0 || held < 0 {
			t.Errorf("entry %d is number %d: balance %s of %s, held %s", i+1, e.Seq, e.BalanceAfter, sum, held)
		}
		if e.Type == credit.EntryGrant {
			continue
		}
		if waves[e.Reference] == nil {
			waves[e.Reference] = &wave{}
		}
		switch e.Type {
		case credit.EntryHold:
			waves[e.Reference].hold += e.Held
		case credit.EntryCharge:
			waves[e.Reference].charge += e.Spent
		case credit.EntryRelease:
			waves[e.Reference].release += e.Amount
		}
	}
	unsettled := 0
	for ref, w := range waves {
		if w.charge+w.release == 0 && w.hold > 0 {
			unsettled++
		} else if w.hold != w.charge+w.release {
			t.Errorf("%s: hold %s, charge %s, release %s", ref, w.hold, w.charge, w.release)
		}
	}
	if unsettled != open {
		t.Errorf("%d holds are open, want %d", unsettled, open)
	}
	if bal.Total() != sum || bal.Held != held || bal.Seq != int64(len(entries)) || bal.Plan < 0 || bal.Bonus < 0 {
		t.Errorf("balance %+v, ledger %s and %s held in %d entries", bal, sum, held, len(entries))
	}
	return spent
}

// TestModel: grants, holds and settlements in any order give what a plain sum gives. The
// actors' steps overlap: a step that was prepared on an old balance must not be written.
func TestModel(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		s := b.open()
		type hold struct {
			held credit.Held
			ref  string
		}
		var plan, bonus, spent credit.Amount
		var open []hold
		var old credit.Balance // what a slow actor read some steps ago
		stale := false
		for i := range rapid.IntRange(1, 14).Draw(t, "steps") {
			ref := "wav_" + string(rune('a'+i))
			sum := credit.Amount(rapid.Int64Range(1, 9000).Draw(t, "sum"))
			changed := true
			switch rapid.SampledFrom([]string{"grant", "hold", "settle", "read", "slow"}).Draw(t, "what") {
			case "grant":
				toPlan := rapid.Bool().Draw(t, "plan")
				if err := b.service.Grant(ctx, s, sum, toPlan, "test"); err != nil {
					t.Fatalf("grant: %v", err)
				}
				if toPlan {
					plan += sum
				} else {
					bonus += sum
				}
			case "hold":
				held, err := b.hold(s, sum, ref)
				if sum > plan+bonus {
					if !errs.Is(err, errs.Exhausted) || errs.Of(err).Cause != errs.Credits {
						t.Fatalf("hold of %s against %s: %v", sum, plan+bonus, err)
					}
					changed = false
					break
				}
				want := credit.Held{Plan: min(sum, plan), Bonus: sum - min(sum, plan)}
				if err != nil || held != want {
					t.Fatalf("hold %+v, want %+v: %v", held, want, err)
				}
				plan, bonus, open = plan-want.Plan, bonus-want.Bonus, append(open, hold{held, ref})
			case "settle":
				if changed = len(open) > 0; !changed {
					break
				}
				h := open[0]
				open = open[1:]
				charge := credit.Amount(rapid.Int64Range(0, int64(h.held.Sum())).Draw(t, "charge"))
				if err := b.settle(s, h.held, charge, h.ref); err != nil {
					t.Fatalf("settle: %v", err)
				}
				spent += charge
				fromPlan := min(charge, h.held.Plan) // plan credits are the ones spent
				plan += h.held.Plan - fromPlan
				bonus += h.held.Bonus - (charge - fromPlan)
			case "read":
				old, stale, changed = b.balance(t, s), false, false
			case "slow":
				changed = false
				if !stale || old.Total() == 0 {
					break
				}
				if _, _, ops, err := old.Hold(s, 1, credit.Purpose{Reference: ref}, b.now); err != nil || table.FailedCondition(b.table.Transact(ctx, ops...)) == nil {
					t.Fatalf("a hold on an old balance was written: %v", err)
				}
			}
			stale = stale || changed
			if got := b.balance(t, s); got.Plan != plan || got.Bonus != bonus {
				t.Fatalf("plan %s and bonus %s, want %s and %s", got.Plan, got.Bonus, plan, bonus)
			}
		}
		if got := b.audit(t, s, len(open)); got != spent {
			t.Fatalf("spent %s, want %s", got, spent)
		}
	})
}

// TestParallelHolds: as many as the balance covers succeed, whoever comes.
func TestParallelHolds(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	s := b.open()
	if err := b.service.Grant(context.Background(), s, credit.Whole(3), true, "test"); err != nil {
		t.Fatal(err)
	}
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			_, err := b.hold(s, credit.Whole(1), "wav_"+string(rune('A'+i)))
			if err == nil {
				won.Add(1)
			} else if !errs.Is(err, errs.Exhausted) {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 3 {
		t.Errorf("%d holds of 1 on a balance of 3", won.Load())
	}
	if bal := b.balance(t, s); bal.Total() != 0 || bal.Held != credit.Whole(3) {
		t.Errorf("balance %+v", bal)
	}
	b.audit(t, s, 3)
}

// TestActorsSideBySide: some hold and settle, some grant, all at once.
func TestActorsSideBySide(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	s := b.open()
	if err := b.service.Grant(context.Background(), s, credit.Whole(20), false, "test"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for actor := range 4 {
		wg.Go(func() {
			for i := range 6 {
				ref := "wav_" + string(rune('a'+actor)) + string(rune('a'+i))
				held, err := b.hold(s, credit.Whole(2), ref)
				if err == nil {
					err = b.settle(s, held, credit.Whole(1), ref)
				}
				if err == nil {
					err = b.service.Grant(context.Background(), s, credit.Whole(1), actor%2 == 0, "test")
				}
				if err != nil {
					t.Errorf("%v", err)
				}
			}
		})
	}
	wg.Wait()
	if spent := b.audit(t, s, 0); spent != credit.Whole(24) {
		t.Errorf("spent %s, want 24", spent)
	}
	if bal := b.balance(t, s); bal.Total() != credit.Whole(20) {
		t.Errorf("balance %s, want 20", bal.Total())
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	s := b.open()
	for _, sum := range []credit.Amount{0, -1} {
		if err := b.service.Grant(context.Background(), s, sum, true, "test"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a grant of %s: %v", sum, err)
		}
	}
	for _, charge := range []credit.Amount{-1, 3001} {
		if _, _, err := (credit.Balance{Held: 3000}).Settle(s, credit.Held{Plan: 1000, Bonus: 2000}, charge, credit.Purpose{Reference: "wav"}, b.now); err == nil {
			t.Errorf("a charge of %s against a hold of 3 was taken", charge)
		}
	}
	if _, err := b.service.Balance(context.Background(), account.Scope{}); err == nil {
		t.Error("a balance without an account")
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]credit.Amount{"0": 0, "12.5": 12500, "0.001": 1, "-0.05": -50, "-3": -3000, "100": credit.Whole(100)} {
		if a.String() != want {
			t.Errorf("%d is %s, want %s", a, a, want)
		}
	}
}
