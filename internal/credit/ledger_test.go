package credit_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// Run one again with -run TestLedgerAgainstModel -ledger-seed 7 -ledgers 1.
var (
	ledgers    = flag.Int("ledgers", usualLedgers, "random interleavings")
	ledgerSeed = flag.Uint64("ledger-seed", 1, "seed of the first interleaving")
)

// book is the reference: what pools and holds are, in plain numbers.
type book struct {
	plan, bonus, spent, expired credit.Amount
	until                       time.Time
	waves                       map[string]*refWave
}

type refWave struct {
	plan, bonus credit.Amount
	until       time.Time
	settled     bool
}

func (b *book) lapse(now time.Time) {
	if !b.until.IsZero() && !now.Before(b.until) {
		b.expired, b.plan = b.expired+b.plan, 0
	}
}

func (b *book) held() (sum credit.Amount) {
	for _, w := range b.waves {
		if !w.settled {
			sum += w.plan + w.bonus
		}
	}
	return sum
}

// move is a change that an actor has read for and not written yet. Others come between.
type move struct {
	what  string
	ops   []table.Op
	apply func(b *book) // what the reference does when it was written
}

// ledger is one account, its actors, and the reference.
type ledger struct {
	rng     *rand.Rand
	clock   *clock.Fake
	table   *memory.Table
	service *credit.Service
	scope   account.Scope
	book    book
	pending []move
	waves   []*waveState
	faults  []string
}

// waveState is what the table holds of a wave: jobs with their shares, those still open.
type waveState struct {
	id     string
	held   credit.Held
	shares []credit.Amount
	draws  []credit.Amount // of jobs that are done, by place; -1 while open
}

func newLedger(seed uint64) *ledger {
	c := clock.At(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC))
	t := memory.New(c)
	return &ledger{rng: rand.New(rand.NewPCG(seed, 4)), clock: c, table: t, service: credit.New(t, c), scope: ledgerScope, book: book{waves: map[string]*refWave{}}}
}

var ledgerScope = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Owner})

func (l *ledger) fault(format string, args ...any) {
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

func (l *ledger) amount(most int64) credit.Amount { return credit.Amount(l.rng.Int64N(most + 1)) }

func waveItem(s account.Scope, id string) table.Key {
	return table.Key{Partition: table.Of(s, "test"), Sort: "WAVE#" + id}
}

// read prepares a change on the balance as it is now.
func (l *ledger) read() {
	b, err := l.service.Balance(context.Background(), l.scope)
	if err != nil {
		l.fault("balance: %v", err)
		return
	}
	now := l.clock.Now()
	var m move
	switch n := l.rng.IntN(10); {
	case n < 3:
		m, err = l.hold(b, now)
	case n < 6:
		m, err = l.settle(b, now)
	case n < 8:
		m, err = l.grant(b, now)
	case n < 9:
		m, err = l.renew(b, now)
	default:
		_, ops, eerr := b.Expire(l.scope, now)
		m, err = move{"expire", ops, func(k *book) { k.lapse(now) }}, eerr
	}
	if err != nil {
		l.fault("%s: %v", m.what, err)
	}
	if len(m.ops) > 0 {
		l.pending = append(l.pending, m)
	}
}

func (l *ledger) hold(b credit.Balance, now time.Time) (move, error) {
	w := &waveState{id: fmt.Sprint("wav_", len(l.waves), "_", len(l.pending), "_", l.rng.IntN(1000))}
	var sum credit.Amount
	for range 1 + l.rng.IntN(3) {
		share := l.amount(4000)
		sum += share
		w.shares, w.draws = append(w.shares, share), append(w.draws, -1)
	}
	_, held, ops, err := b.Hold(l.scope, sum, credit.Purpose{Reference: w.id}, now)
	if sum > b.Total() {
		if !errs.Is(err, errs.Exhausted) || errs.Of(err).Cause != errs.Credits || ops != nil {
			return move{what: "hold"}, fmt.Errorf("a hold of %s against %s gives %d operations and %w", sum, b.Total(), len(ops), err)
		}
		return move{}, nil
	}
	w.held = held
	ops = append(ops, table.Put(table.Item{Key: waveItem(l.scope, w.id), Type: "wave", Attrs: table.Attrs{"state": "planned"}}, table.Absent()))
	return move{"hold", ops, func(k *book) {
		k.lapse(now)
		plan := min(sum, k.plan)
		k.plan, k.bonus = k.plan-plan, k.bonus-(sum-plan)
		r := &refWave{plan: plan, bonus: sum - plan}
		if plan > 0 {
			r.until = k.until
		}
		k.waves[w.id] = r
		l.waves = append(l.waves, w)
	}}, err
}

// settle ends any wave whose jobs are done; it may be settled by another before it is written.
func (l *ledger) settle(b credit.Balance, now time.Time) (move, error) {
	var closed []*waveState
	for _, w := range l.waves {
		if w.open() < 0 {
			closed = append(closed, w)
		}
	}
	if len(closed) == 0 {
		return move{}, nil
	}
	w := closed[l.rng.IntN(len(closed))]
	var charge credit.Amount
	for _, d := range w.draws {
		charge += d
	}
	_, ops, err := b.Settle(l.scope, w.held, charge, credit.Purpose{Reference: w.id}, now)
	ops = append(ops, table.Change(waveItem(l.scope, w.id), table.Changes{Set: table.Attrs{"state": "closed"}}, table.Equals("state", "planned")))
	return move{"settle", ops, func(k *book) {
		k.lapse(now)
		r := k.waves[w.id]
		fromPlan := min(charge, r.plan)
		back := r.plan - fromPlan
		k.bonus += r.bonus - (charge - fromPlan)
		if r.until.Equal(k.until) && (r.until.IsZero() || now.Before(r.until)) {
			k.plan += back
		} else {
			k.expired += back
		}
		k.spent += charge
		r.settled = true
	}}, err
}

func (w *waveState) open() int {
	for i, d := range w.draws {
		if d < 0 {
			return i
		}
	}
	return -1
}

func (l *ledger) grant(b credit.Balance, now time.Time) (move, error) {
	sum, plan := 1+l.amount(8000), l.rng.IntN(2) == 0
	_, ops, err := b.Grant(l.scope, sum, plan, "test", now)
	return move{"grant", ops, func(k *book) {
		k.lapse(now)
		if !plan {
			k.bonus += sum
			return
		}
		if !k.until.IsZero() && !now.Before(k.until) {
			k.until = time.Time{}
		}
		k.plan += sum
	}}, err
}

func (l *ledger) renew(b credit.Balance, now time.Time) (move, error) {
	sum, until := 1+l.amount(8000), now.Add(time.Duration(1+l.rng.IntN(40))*time.Hour)
	_, ops, err := b.Renew(l.scope, sum, until, "test", now)
	return move{"renew", ops, func(k *book) {
		k.lapse(now)
		k.expired, k.plan, k.until = k.expired+k.plan, sum, until
	}}, err
}

// write writes what some actor prepared. Whether it is taken is the table's word alone; the
// actor may crash before it hears it, and somebody else does the same again.
func (l *ledger) write() {
	if len(l.pending) == 0 {
		return
	}
	i := l.rng.IntN(len(l.pending))
	m := l.pending[i]
	l.pending = append(l.pending[:i], l.pending[i+1:]...)
	err := l.table.Transact(context.Background(), m.ops...)
	if table.FailedCondition(err) != nil {
		return
	}
	if err != nil {
		l.fault("%s: %v", m.what, err)
		return
	}
	m.apply(&l.book)
	if l.rng.IntN(8) == 0 {
		l.pending = append(l.pending, move{m.what, m.ops, func(*book) { l.fault("a %s was written twice", m.what) }})
	}
}

// work has one open job done or failed, within its share.
func (l *ledger) work() {
	for _, w := range l.waves {
		if i := w.open(); i >= 0 {
			w.draws[i] = l.amount(int64(w.shares[i]))
			return
		}
	}
}

func (l *ledger) step() {
	switch n := l.rng.IntN(20); {
	case n < 9:
		l.read()
	case n < 15:
		l.write()
	case n < 18:
		l.work()
	case n < 19 && len(l.pending) > 0: // a crash between reading and writing
		l.pending = l.pending[1:]
	default:
		l.clock.Advance(time.Duration(l.rng.IntN(20)) * time.Hour)
	}
}

// end lets all that is left come to its end, as tick does, and looks at the whole.
func (l *ledger) end() {
	for len(l.pending) > 0 {
		l.write()
	}
	for _, w := range l.waves {
		for w.open() >= 0 {
			l.work()
		}
	}
	for n := 0; l.book.held() > 0 || l.unsettled(); n++ {
		if n > 200 {
			l.fault("waves stay open")
			break
		}
		b, err := l.service.Balance(context.Background(), l.scope)
		if err != nil {
			l.fault("balance: %v", err)
			return
		}
		m, err := l.settle(b, l.clock.Now())
		if err != nil {
			l.fault("settle: %v", err)
		}
		l.pending = append(l.pending, m)
		for len(l.pending) > 0 {
			l.write()
		}
	}
	if err := l.service.Expire(context.Background(), l.scope); err != nil {
		l.fault("expire: %v", err)
	}
	l.book.lapse(l.clock.Now())
	l.compare()
	l.audit()
}

func (l *ledger) unsettled() bool {
	for _, r := range l.book.waves {
		if !r.settled {
			return true
		}
	}
	return false
}

// compare holds the balance to the reference.
func (l *ledger) compare() {
	b, err := l.service.Balance(context.Background(), l.scope)
	if err != nil {
		l.fault("balance: %v", err)
		return
	}
	k := l.book
	k.lapse(l.clock.Now())
	if b.Plan != k.plan || b.Bonus != k.bonus || b.Held != k.held() || b.Plan < 0 || b.Bonus < 0 || b.Held < 0 {
		l.fault("plan %s, bonus %s, held %s; the reference has %s, %s, %s", b.Plan, b.Bonus, b.Held, k.plan, k.bonus, k.held())
	}
}

// audit reads the whole ledger.
func (l *ledger) audit() {
	entries, err := l.service.Ledger(context.Background(), l.scope)
	if err != nil {
		l.fault("ledger: %v", err)
		return
	}
	var sum, held, spent, expired credit.Amount
	waves := map[string]credit.Amount{}
	for i, e := range entries {
		sum, held, spent = sum+e.Amount, held+e.Held, spent+e.Spent
		if e.Seq != int64(i+1) || e.BalanceAfter != sum || sum < 0 || held < 0 || e.Spent < 0 {
			l.fault("entry %d (%s) has number %d and balance %s; the sum is %s, held %s", i+1, e.Type, e.Seq, e.BalanceAfter, sum, held)
		}
		switch e.Type {
		case credit.EntryExpire:
			expired -= e.Amount
		case credit.EntryHold:
			waves[e.Reference] += e.Held
		case credit.EntryCharge:
			waves[e.Reference] -= e.Spent
		case credit.EntryRelease:
			waves[e.Reference] -= e.Amount
		}
	}
	for ref, rest := range waves {
		if rest != 0 {
			l.fault("%s: hold, charge and release differ by %s", ref, rest)
		}
	}
	b, err := l.service.Balance(context.Background(), l.scope)
	if err != nil || b.Total() != sum || b.Seq != int64(len(entries)) || held != 0 {
		l.fault("balance %s and %d entries of sum %s, held %s: %v", b.Total(), len(entries), sum, held, err)
	}
	if spent != l.book.spent || expired != l.book.expired {
		l.fault("spent %s and expired %s; the reference has %s and %s", spent, expired, l.book.spent, l.book.expired)
	}
}

// TestLedgerAgainstModel: a hundred thousand random interleavings of hold, draw, settle and
// release, grant, new period, expiry and crash give what plain numbers give.
func TestLedgerAgainstModel(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	var next, bad, steps atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(*ledgers) && bad.Load() < 5; n = next.Add(1) {
				l := newLedger(*ledgerSeed + uint64(n-1))
				k := 6 + l.rng.IntN(14)
				for range k {
					l.step()
				}
				l.compare()
				l.end()
				steps.Add(int64(k))
				for _, f := range l.faults {
					t.Errorf("seed %d: %s", *ledgerSeed+uint64(n-1), f)
				}
				if l.faults != nil {
					bad.Add(1)
				}
			}
		})
	}
	wg.Wait()
	fmt.Printf("ledger: interleavings=%d seeds=%d..%d steps=%d violations=%d seconds=%.1f\n", *ledgers, *ledgerSeed, *ledgerSeed+uint64(*ledgers)-1, steps.Load(), bad.Load(), time.Since(begun).Seconds())
}
