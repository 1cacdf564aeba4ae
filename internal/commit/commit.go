// Package commit makes the writes of callers that wait at the same time one transaction of a
// bbolt file: to write pages and sync the disk is most of what a small write costs. The
// embedded drivers write through it.
package commit

import (
	"errors"
	"sync"

	"go.etcd.io/bbolt"
)

// Group shares the transactions of one file. Who comes alone waits for nobody; who comes
// while another transaction is being written shares the next. Safe for concurrent use.
type Group struct {
	db *bbolt.DB

	mu      sync.Mutex
	next    *batch
	writing sync.Mutex
}

// New gives the Group of an open file. All writes that are to be shared go through one.
func New(db *bbolt.DB) *Group { return &Group{db: db} }

// batch are the calls of one transaction.
type batch struct {
	calls []*call
	done  chan struct{}
}

type call struct {
	step func(*bbolt.Tx) error
	err  error
}

var (
	errCutShort = errors.New("the transaction was cut short")
	errNothing  = errors.New("no step changed anything")
	errApart    = errors.New("a step failed halfway: each is done in a transaction of its own")
)

// untouched is the error of a step that changed nothing.
type untouched struct{ err error }

func (u untouched) Error() string { return u.err.Error() }

// Untouched marks the error of a step that has changed nothing in the file, such as a
// condition that does not hold: the other steps of its transaction then stand. nil stays nil.
func Untouched(err error) error {
	if err == nil {
		return nil
	}
	return untouched{err}
}

// Update runs step in a transaction and returns once that is on the disk; an error of step
// takes back what step did, and is returned as it is. Step sees the steps before it. It may
// run twice, so what it does must come of the transaction alone.
func (g *Group) Update(step func(*bbolt.Tx) error) error {
	c := &call{step: step, err: errCutShort} // which stays if another's step panics
	b, lead := g.join(c)
	if !lead {
		<-b.done
		return c.err
	}
	g.writing.Lock()
	defer g.writing.Unlock()
	g.mu.Lock()
	g.next = nil // who comes from now on is in the next transaction
	g.mu.Unlock()
	defer close(b.done)
	b.write(g.db)
	return c.err
}

func (g *Group) join(c *call) (b *batch, lead bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if lead = g.next == nil; lead {
		g.next = &batch{done: make(chan struct{})}
	}
	g.next.calls = append(g.next.calls, c)
	return g.next, lead
}

// Close waits for the transaction that is being written and closes the file. Updates after
// it fail with bbolt's ErrDatabaseNotOpen.
func (g *Group) Close() error {
	g.writing.Lock()
	defer g.writing.Unlock()
	return g.db.Close()
}

// write does all calls in one transaction, or, when one fails halfway, each in its own.
func (b *batch) write(db *bbolt.DB) {
	results, err := attempt(db, b.calls)
	if errors.Is(err, errApart) {
		for _, c := range b.calls {
			results, err := attempt(db, []*call{c})
			c.settle(results[0], err)
		}
		return
	}
	for i, c := range b.calls {
		c.settle(results[i], err)
	}
}

// attempt gives each call's own error, and that of the transaction.
func attempt(db *bbolt.DB, calls []*call) ([]error, error) {
	results := make([]error, len(calls))
	return results, db.Update(func(tx *bbolt.Tx) error {
		changed := false
		for i, c := range calls {
			results[i] = c.step(tx)
			var none untouched
			switch {
			case results[i] == nil:
				changed = true
			case errors.As(results[i], &none):
				results[i] = none.err
			case len(calls) > 1:
				return errApart
			default:
				return results[i]
			}
		}
		if !changed {
			return errNothing // spares the disk
		}
		return nil
	})
}

func (c *call) settle(own, transaction error) {
	c.err = own
	if own == nil && !errors.Is(transaction, errNothing) {
		c.err = transaction
	}
}
