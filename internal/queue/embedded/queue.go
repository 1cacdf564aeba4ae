// Package embedded is the queue driver of the all-in-one program: one bbolt file for the
// messages, and in memory what is needed to choose the next one. It is the sole owner of
// its file, so what a former holder had in flight is visible again as soon as it opens.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// Options sets the queue up; its zero value is usable.
type Options struct {
	MaxReceives int // deliveries of a message before it goes to the dead letters; 0 means 5
}

const (
	defaultReceives = 5
	lockTimeout     = time.Second
)

// Queue is every queue of one data folder. It is safe for concurrent use.
type Queue struct {
	store *store
	clock clock.Clock
	max   int

	mu     sync.Mutex // guards what follows; never held while the disk is written
	book   *book
	closed bool
}

var (
	_ queue.Sender   = (*Queue)(nil)
	_ queue.Receiver = (*Queue)(nil)
)

// Open opens or creates the queue file at path. Messages in flight when it was last used
// are visible at once; delays still hold. Conflict with code in_use: another process has
// it open. Close it to let it go.
func Open(path string, c clock.Clock, o Options) (*Queue, error) {
	if o.MaxReceives < 0 {
		return nil, errs.Field("max_receives", "must not be negative")
	}
	if o.MaxReceives == 0 {
		o.MaxReceives = defaultReceives
	}
	s, err := openStore(path)
	if err != nil {
		return nil, err
	}
	q := &Queue{store: s, clock: c, max: o.MaxReceives, book: newBook(o.MaxReceives)}
	if err := s.load(func(id uint64, r record) { q.book.load(id, r, c.Now()) }); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return q, nil
}

// Close waits for writes under way, lets the file go and ends waiting Receives. Later calls
// are Unavailable. Closing again is no error.
func (q *Queue) Close() error {
	q.mu.Lock()
	closed := q.closed
	q.closed = true
	q.book.wakeAll()
	q.mu.Unlock()
	if closed {
		return nil
	}
	return q.store.close()
}

// Send implements queue.Sender: all messages of a call in one transaction.
func (q *Queue) Send(ctx context.Context, name queue.Name, msgs ...queue.Message) error {
	if name == "" {
		return errs.Field("queue", "needs a name")
	}
	for _, m := range msgs {
		if err := m.Check(); err != nil {
			return err
		}
	}
	if err := ended(ctx); err != nil || len(msgs) == 0 {
		return err
	}
	now := q.clock.Now()
	records := make([]record, len(msgs))
	for i, m := range msgs {
		records[i] = record{Queue: name, Group: m.Group, Body: m.Body, Sent: now.UnixNano(), Due: now.Add(m.Delay).UnixNano()}
	}
	first, err := q.store.add(records)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, r := range records {
		q.book.load(first+uint64(i), r, now)
	}
	q.book.line(name).wakeUp()
	return nil
}

// Receive implements queue.Receiver. The waiting is done on the machine's time; which
// message is due is judged by the clock alone.
func (q *Queue) Receive(ctx context.Context, name queue.Name, max int, visibility, wait time.Duration) ([]queue.Delivery, error) {
	if name == "" {
		return nil, errs.Field("queue", "needs a name")
	}
	if err := queue.CheckReceive(max, visibility, wait); err != nil {
		return nil, err
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	for {
		if err := ended(ctx); err != nil {
			return nil, err
		}
		got, wake, next, err := q.take(name, max, visibility)
		if err != nil || len(got) > 0 || wait == 0 {
			return got, err
		}
		due := time.NewTimer(next)
		select {
		case <-wake:
		case <-due.C:
		case <-patience.C:
			wait = 0 // one last look
		case <-ctx.Done():
		}
		due.Stop()
	}
}

// take hands out what is visible now. Without any, it gives the channel that closes when
// the queue changes and the time until the next message is due.
func (q *Queue) take(name queue.Name, max int, visibility time.Duration) ([]queue.Delivery, <-chan struct{}, time.Duration, error) {
	now := q.clock.Now()
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil, nil, 0, errClosed()
	}
	plan := q.book.take(name, max, now, now.Add(visibility))
	line := q.book.line(name)
	wake, next := line.wake, q.book.untilNext(name, now)
	q.mu.Unlock()
	if plan.empty() {
		return nil, wake, next, nil
	}
	bodies, err := q.store.hand(plan)
	if err != nil {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.book.undo(plan)
		return nil, nil, 0, err
	}
	got := make([]queue.Delivery, 0, len(plan.taken))
	for _, t := range plan.taken {
		if body, ok := bodies[t.id]; ok {
			got = append(got, queue.Delivery{
				ID: messageID(t.id), Receipt: receipt{name, t.id, t.receives}.String(),
				Group: t.group, Body: body, Receives: t.receives,
			})
		}
	}
	return got, wake, next, nil
}

// Done implements queue.Receiver: all receipts of a call in one transaction. A receipt that
// a later delivery replaced deletes nothing.
func (q *Queue) Done(ctx context.Context, name queue.Name, receipts ...string) error {
	parsed := make([]receipt, len(receipts))
	for i, text := range receipts {
		r, err := parse(name, text)
		if err != nil {
			return err
		}
		parsed[i] = r
	}
	if err := ended(ctx); err != nil {
		return err
	}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return errClosed()
	}
	gone := q.book.remove(parsed)
	q.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	err := q.store.remove(gone)
	if err != nil {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.book.restore(gone)
	}
	return err
}

// Later implements queue.Receiver. The delay survives a restart.
func (q *Queue) Later(ctx context.Context, name queue.Name, text string, d time.Duration) error {
	if err := queue.CheckLater(d); err != nil {
		return err
	}
	r, err := parse(name, text)
	if err != nil {
		return err
	}
	if err := ended(ctx); err != nil {
		return err
	}
	now := q.clock.Now()
	due := now.Add(d)
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return errClosed()
	}
	ok := q.book.postpone(r, now, due)
	q.mu.Unlock()
	if !ok {
		return nil
	}
	return q.store.postpone(r.id, r.receives, due)
}

// Depth counts the messages of a queue for people: visible now, in flight, and delayed.
func (q *Queue) Depth(ctx context.Context, name queue.Name) (visible, inflight, delayed int, err error) {
	if err := ended(ctx); err != nil {
		return 0, 0, 0, err
	}
	now := q.clock.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0, 0, 0, errClosed()
	}
	visible, inflight, delayed = q.book.depth(name, now)
	return visible, inflight, delayed, nil
}

// receipt names one delivery of one message.
type receipt struct {
	queue    queue.Name
	id       uint64
	receives int
}

func (r receipt) String() string {
	return fmt.Sprintf("%s/%s/%d", r.queue, messageID(r.id), r.receives)
}

func messageID(id uint64) string { return fmt.Sprintf("%016x", id) }

func parse(name queue.Name, text string) (receipt, error) {
	bad := errs.New(errs.Invalid, "bad_receipt", "this receipt is not of queue "+strconv.Quote(string(name))+": hand back the one that Receive gave")
	parts := strings.Split(strings.TrimPrefix(text, string(name)+"/"), "/")
	if !strings.HasPrefix(text, string(name)+"/") || len(parts) != 2 {
		return receipt{}, bad
	}
	id, err := strconv.ParseUint(parts[0], 16, 64)
	if err != nil {
		return receipt{}, bad.With(err)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 1 {
		return receipt{}, bad.With(err)
	}
	return receipt{name, id, n}, nil
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return errs.New(errs.Unavailable, "cancelled", "the call was cancelled").With(err)
	}
	return nil
}

func errClosed() error {
	return errs.New(errs.Unavailable, "closed", "the queue is closed: the program is stopping").With(berrors.ErrDatabaseNotOpen)
}
