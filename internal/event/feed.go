package event

import (
	"context"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Fresh is how old an account's head may be: however many read it, an instance asks the
// table for it once in that time.
const Fresh = time.Second

// Feed reads the stories of accounts. It keeps their newest part for the time that somebody
// reads it, so one Feed is shared by all requests of an instance. Safe for concurrent use.
type Feed struct {
	table table.Table
	clock clock.Clock
	fresh time.Duration

	mu      sync.Mutex
	heads   map[string]*head
	streams map[string]int
	closed  chan struct{}
	once    sync.Once
}

// NewFeed makes a Feed that asks the table for an account's newest events once in fresh; 0
// is Fresh. It has no service of its own to stop but its streams (Close).
func NewFeed(t table.Table, c clock.Clock, fresh time.Duration) *Feed {
	if fresh == 0 {
		fresh = Fresh
	}
	return &Feed{table: t, clock: c, fresh: fresh, heads: map[string]*head{}, streams: map[string]int{}, closed: make(chan struct{})}
}

// Query asks for events.
type Query struct {
	Cursor string // Page.Next of the page before, or an event's id; "" for the newest
	Site   string // "" for all that the Scope sees
	Limit  int    // new events at most, 1 to MaxLimit
}

// MaxLimit is the most new events of one page.
const MaxLimit = 500

// Page is what a reader had not been given, oldest first. Beyond the limit there may be
// some that became visible late, with those of their few seconds.
type Page struct {
	Events []Event
	Next   string // the cursor to go on with
	More   bool   // there are more already
	Lively bool   // something happened within the last minute
}

// Read gives the page after a cursor: everything that the Scope sees and the cursor does
// not know, an event twice at times (see Known), none never. Without a cursor it gives the
// newest. Invalid for a cursor that is none; Unavailable.
func (f *Feed) Read(ctx context.Context, s account.Scope, q Query) (Page, error) {
	c, err := parseCursor(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	if !s.Valid() {
		return Page{}, errs.New(errs.NotFound, "not_found", "not found")
	}
	q.Limit = min(max(q.Limit, 1), MaxLimit)
	sh, err := f.shot(ctx, s, q, c)
	if err != nil {
		return Page{}, errs.Wrap("event.Read", err)
	}
	r := reader{scope: s, site: q.Site, limit: q.Limit, cursor: c}
	if c.zero() {
		return r.newest(sh), nil
	}
	if c.from() >= sh.from {
		return r.after(sh), nil
	}
	if sh, err = f.past(ctx, s, c, sh); err != nil {
		return Page{}, errs.Wrap("event.Read", err)
	}
	return r.after(sh), nil
}

// shot gives the account's head, not older than fresh, and as far back as the cursor needs
// if that can be kept.
func (f *Feed) shot(ctx context.Context, s account.Scope, q Query, c cursor) (shot, error) {
	h := f.head(s.Account())
	if err := h.take(ctx); err != nil {
		return shot{}, err
	}
	defer h.leave()
	now := f.clock.Now()
	h.used = now
	if err := h.look(ctx, f.table, s, now, f.fresh); err != nil {
		return shot{}, err
	}
	need := func() bool { return c.from() < h.from }
	if c.zero() {
		need = func() bool { return count(h.events, s, q.Site) < q.Limit }
	}
	for h.from != "" && len(h.events) < mostKept && need() {
		if err := h.further(ctx, f.table, s, furtherUp); err != nil {
			return shot{}, err
		}
	}
	return h.shot(), nil
}

// past reads what lies before an account's head: some hundred events more than the cursor
// knows. It is not kept.
func (f *Feed) past(ctx context.Context, s account.Scope, c cursor, sh shot) (shot, error) {
	q := since(s, c.from(), furtherUp)
	out := shot{at: sh.at, from: c.from()}
	for n := 0; ; {
		page, err := f.table.Query(ctx, q)
		if err != nil {
			return out, err
		}
		got, err := decode(page.Items)
		if err != nil {
			return out, err
		}
		for _, ev := range got {
			if ev.ID > c.last {
				n++
			}
		}
		out.events = append(out.events, got...)
		if page.Next == "" {
			return out, nil
		}
		if q.After = page.Next; n > 0 {
			out.to = out.events[len(out.events)-1].ID
			return out, nil
		}
	}
}

// keptFor is how long a head is kept after its last reader.
const keptFor = 2 * time.Minute

// head finds the account's head. Those that nobody reads any more are let go.
func (f *Feed) head(acct string) *head {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.heads[acct]
	if h != nil {
		return h
	}
	now := f.clock.Now()
	for a, old := range f.heads {
		select {
		case old.lock <- struct{}{}:
			if now.Sub(old.used) > keptFor {
				delete(f.heads, a)
			}
			old.leave()
		default: // in use
		}
	}
	h = &head{lock: make(chan struct{}, 1), used: now}
	f.heads[acct] = h
	return h
}
