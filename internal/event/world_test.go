package event_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

var start = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

func scope(acct string, sites ...string) account.Scope {
	return account.Mint(account.Grant{Account: acct, Actor: "usr_1", Role: account.Viewer, Sites: sites})
}

// counting counts what is asked of a table.
type counting struct {
	table.Table
	queries atomic.Int64
	fail    atomic.Bool
}

func (c *counting) Query(ctx context.Context, q table.Query) (table.Page, error) {
	c.queries.Add(1)
	if c.fail.Load() {
		return table.Page{}, context.DeadlineExceeded
	}
	return c.Table.Query(ctx, q)
}

// skewed is a clock that is wrong by as much.
type skewed struct {
	clock.Clock
	by time.Duration
}

func (s skewed) Now() time.Time { return s.Clock.Now().Add(s.by) }

// world is a table whose events become visible some time after their ids were made.
type world struct {
	t       *testing.T
	clock   *clock.Fake
	table   *counting
	pending []commit
	visible []event.Event // in the order of their commits
}

type commit struct {
	at time.Time
	op table.Op
	ev event.Event
}

func newWorld(t *testing.T) *world {
	c := clock.At(start)
	return &world{t: t, clock: c, table: &counting{Table: memory.New(c)}}
}

// begin makes an event whose transaction is committed after delay.
func (w *world) begin(s account.Scope, ids *id.Source, ev event.Event, delay time.Duration) {
	w.t.Helper()
	op, err := event.Write(s, ids, w.clock.Now(), ev)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := table.Decode(op.Item.Attrs, &ev); err != nil {
		w.t.Fatal(err)
	}
	w.pending = append(w.pending, commit{w.clock.Now().Add(delay), op, ev})
	w.settle()
}

// settle commits what is due.
func (w *world) settle() {
	w.t.Helper()
	slices.SortStableFunc(w.pending, func(a, b commit) int { return a.at.Compare(b.at) })
	for len(w.pending) > 0 && !w.pending[0].at.After(w.clock.Now()) {
		if err := w.table.Write(w.t.Context(), w.pending[0].op); err != nil {
			w.t.Fatal(err)
		}
		w.visible = append(w.visible, w.pending[0].ev)
		w.pending = w.pending[1:]
	}
}

func (w *world) pass(d time.Duration) {
	w.clock.Advance(d)
	w.settle()
}

func (w *world) read(f *event.Feed, s account.Scope, q event.Query) event.Page {
	w.t.Helper()
	p, err := f.Read(w.t.Context(), s, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func ids(events []event.Event) []string {
	out := make([]string, len(events))
	for i, ev := range events {
		out[i] = ev.ID
	}
	return out
}

func source(c clock.Clock, seed uint64) *id.Source {
	var key [32]byte
	copy(key[:], fmt.Sprint(seed))
	return id.NewSource(c, rand.NewChaCha8(key))
}
