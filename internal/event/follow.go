package event

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// maxStreams is how many streams an account may have open in one process: none of them
// takes anything from another account.
const maxStreams = 1_000

// aliveEvery is how long a stream is silent at most.
const aliveEvery = 15 * time.Second

// Out takes a stream's events.
type Out interface {
	// Send sends one event; id is the cursor behind it, "" within a page.
	Send(id string, v any) error
	// Alive says that nothing happened; id is the cursor.
	Alive(id string) error
}

// Open counts a stream in, until done is called. Exhausted (code streams) when the account
// has too many, Unavailable when the Feed is closed.
func (f *Feed) Open(s account.Scope) (done func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.closed:
		return nil, errs.New(errs.Unavailable, "closing", "the server is going down: come back in a moment").After(time.Second)
	default:
	}
	acct := s.Account()
	if f.streams[acct] >= maxStreams {
		return nil, errs.New(errs.Exhausted, "streams", "the account has too many open streams: close some, or poll without Accept: text/event-stream").After(30 * time.Second)
	}
	f.streams[acct]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.streams[acct]--; f.streams[acct] == 0 {
			delete(f.streams, acct)
		}
	}, nil
}

// Close ends all streams. Pages can still be read.
func (f *Feed) Close() { f.once.Do(func() { close(f.closed) }) }

// Follow sends what happens from a cursor on, each event once, until ctx ends, the Feed is
// closed, or out fails. It reads as everybody does: an account's streams cost one look at
// the table in Fresh, together.
func (f *Feed) Follow(ctx context.Context, s account.Scope, q Query, out Out) error {
	var known Known
	if q.Limit == 0 {
		q.Limit = MaxLimit
	}
	pulse := time.NewTicker(f.fresh)
	defer pulse.Stop()
	for silent := aliveEvery; ; silent += f.fresh {
		page, err := f.Read(ctx, s, q)
		if err != nil {
			return err
		}
		q.Cursor = page.Next
		events := known.New(page.Events)
		for i, ev := range events {
			id := ""
			if i == len(events)-1 {
				id = page.Next
			}
			if err := out.Send(id, ev); err != nil {
				return err
			}
			silent = 0
		}
		if silent >= aliveEvery {
			if err := out.Alive(page.Next); err != nil {
				return err
			}
			silent = 0
		}
		if page.More {
			continue
		}
		select {
		case <-pulse.C:
		case <-f.closed:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
