package event

import (
	"context"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// The sizes of what an instance keeps of an account.
const (
	firstLook = 200   // events of the first look
	furtherUp = 500   // events of each look further back
	mostKept  = 4_000 // events kept; older ones are read from the table by whoever asks for them
)

// head is the newest part of an account's story, kept by this instance for all who read it.
type head struct {
	lock   chan struct{} // holds one; a channel, so that nobody waits longer than for its own request
	used   time.Time
	tried  time.Time // the last look
	err    error     // of the last look
	at     time.Time // the last look that went well began then
	from   string    // the least id from which on everything is here; "" for all
	events []Event   // by id; replaced, never changed
}

// shot is what a reader takes with it.
type shot struct {
	at     time.Time
	from   string
	events []Event
	to     string // the last id that was read, where there are more; "" when these are all
}

func (h *head) shot() shot { return shot{at: h.at, from: h.from, events: h.events} }

// take waits for the head.
func (h *head) take(ctx context.Context) error {
	select {
	case h.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *head) leave() { <-h.lock }

// look reads what is new, unless that was done within fresh. A look that failed counts as
// one: a table in trouble is not asked by every reader.
func (h *head) look(ctx context.Context, t table.Table, s account.Scope, now time.Time, fresh time.Duration) error {
	if d := now.Sub(h.tried); !h.tried.IsZero() && d >= 0 && d < fresh {
		return h.err
	}
	err := h.read(ctx, t, s, now)
	if err != nil && ctx.Err() != nil {
		return err // this reader has gone: the next one looks
	}
	h.tried, h.err = now, err
	return err
}

func (h *head) read(ctx context.Context, t table.Table, s account.Scope, now time.Time) error {
	if h.at.IsZero() {
		if err := h.further(ctx, t, s, firstLook); err != nil {
			return err
		}
		h.at = now
		return nil
	}
	from := id.Least("evt", h.at.Add(-Back))
	items, err := table.Collect(ctx, t, since(s, from, 0))
	if err != nil {
		return err
	}
	got, err := decode(items)
	if err != nil {
		return err
	}
	h.merge(got)
	h.at, h.from = now, min(h.from, from)
	h.trim()
	return nil
}

// further reads up to n events before those that are here.
func (h *head) further(ctx context.Context, t table.Table, s account.Scope, n int) error {
	page, err := t.Query(ctx, before(s, h.from, n))
	if err != nil {
		return err
	}
	got, err := decode(page.Items)
	if err != nil {
		return err
	}
	h.merge(got)
	h.from = ""
	if page.Next != "" && len(got) > 0 {
		h.from = got[len(got)-1].ID
	}
	return nil
}

// merge takes in events in any order. Nothing is copied when all are known.
func (h *head) merge(got []Event) {
	var fresh []Event
	for _, ev := range got {
		if _, known := slices.BinarySearchFunc(h.events, ev.ID, byID); !known {
			fresh = append(fresh, ev)
		}
	}
	if len(fresh) == 0 {
		return
	}
	all := slices.Concat(h.events, fresh)
	slices.SortFunc(all, func(a, b Event) int { return byID(a, b.ID) })
	h.events = all
}

// trim lets go of the oldest events, but for the last two minutes of them.
func (h *head) trim() {
	if len(h.events) <= mostKept {
		return
	}
	keep := id.Least("evt", h.at.Add(-2*Back))
	n, _ := slices.BinarySearchFunc(h.events, keep, byID)
	n = min(n, len(h.events)-mostKept/2)
	h.events, h.from = slices.Clone(h.events[n:]), h.events[n].ID
}

func byID(ev Event, id string) int {
	switch {
	case ev.ID < id:
		return -1
	case ev.ID > id:
		return 1
	}
	return 0
}
