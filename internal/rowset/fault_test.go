package rowset_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

var errCrash = errors.New("crash")

// faulty is a table in front of the real one. It remembers every page that was ever
// written, can run something just before a write, and can die at one.
type faulty struct {
	table.Table
	mu     sync.Mutex
	pages  map[string]table.Key // pages ever written, by the partition's name
	writes int
	at     int    // the write at which something happens; -1: none
	act    func() // run before that write
	die    bool   // fail at that write and at all that follows
	late   bool   // the deadly write is done, only its answer is lost
	dead   bool
}

// set says what happens at which of the writes to come.
func (f *faulty) set(at int, act func(), die, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.act, f.die, f.late, f.writes, f.dead = at, act, die, late, 0, false
}

func (f *faulty) step(ops ...table.Op) (done func() error, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return nil, errCrash
	}
	for _, op := range ops {
		if op.Kind == table.OpPut && op.Key.Sort == "PAGE" {
			name, _ := op.Key.Partition.Name()
			f.pages[name] = op.Key
		}
	}
	now := f.writes == f.at
	f.writes++
	if !now {
		return func() error { return nil }, nil
	}
	if act := f.act; act != nil {
		f.act = nil
		f.unlocked(act)
	}
	if f.die {
		f.dead = true
		if !f.late {
			return nil, errCrash
		}
		return func() error { return errCrash }, nil
	}
	return func() error { return nil }, nil
}

// unlocked runs act without the lock, and holds it again even when act panics.
func (f *faulty) unlocked(act func()) {
	f.mu.Unlock()
	defer f.mu.Lock()
	act()
}

func (f *faulty) Write(ctx context.Context, op table.Op) error {
	after, err := f.step(op)
	if err != nil {
		return err
	}
	return errors.Join(f.Table.Write(ctx, op), after())
}

func (f *faulty) Transact(ctx context.Context, ops ...table.Op) error {
	after, err := f.step(ops...)
	if err != nil {
		return err
	}
	return errors.Join(f.Table.Transact(ctx, ops...), after())
}

func (f *faulty) Store(ctx context.Context, ops []table.Op) ([]table.Op, error) {
	after, err := f.step(ops...)
	if err != nil {
		return nil, err
	}
	left, err := f.Table.Store(ctx, ops)
	return left, errors.Join(err, after())
}

func (f *faulty) Get(ctx context.Context, k table.Key, c table.Consistency) (table.Item, error) {
	f.mu.Lock()
	dead := f.dead
	f.mu.Unlock()
	if dead {
		return table.Item{}, errCrash
	}
	return f.Table.Get(ctx, k, c)
}

func scopeOf(acc string) account.Scope {
	return account.Mint(account.Grant{Account: acc, Actor: "usr_1", Role: account.Owner})
}

func start() *clock.Fake { return clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)) }

func storeOn(t table.Table, c clock.Clock) *rowset.Store {
	return rowset.New(t, c, id.NewSource(c, nil))
}
