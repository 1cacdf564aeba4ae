package event_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/id"
)

// client is somebody who shows events: it keeps its cursor and what it knows.
type client struct {
	site   string
	limit  int
	cursor string
	known  event.Known
	more   bool
	shown  []string
	given  int // with repeats
}

// TestNoneLostNoneTwice: clients of three instances whose clocks differ read while events
// become visible up to 50 s late and in any order. Each reconnects more than 100 times, at
// times with an older cursor, because the last answer was lost on its way.
func TestNoneLostNoneTwice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 8))
			w := newWorld(t)
			all := scope("acc_1")
			var feeds []*event.Feed
			var writers []*id.Source
			for i := range 3 {
				by := time.Duration(rnd.IntN(8000)-4000) * time.Millisecond
				feeds = append(feeds, event.NewFeed(w.table, skewed{w.clock, by}, 0))
				writers = append(writers, source(skewed{w.clock, -by}, seed*10+uint64(i)))
			}
			first := event.Query{Cursor: id.Least("evt", start.Add(-time.Minute))}
			clients := []*client{{limit: 500}, {limit: 1 + rnd.IntN(5)}, {limit: 20, site: "sit_1"}, {limit: 100}}
			for _, c := range clients {
				c.cursor = first.Cursor
			}
			reconnects := 0
			look := func(c *client) {
				f := feeds[rnd.IntN(len(feeds))] // each request may reach another instance
				p := w.read(f, all, event.Query{Cursor: c.cursor, Site: c.site, Limit: c.limit})
				c.given += len(p.Events)
				c.more = true
				if rnd.IntN(4) == 0 { // the answer is lost, or what came of it
					reconnects++
					return
				}
				c.shown = append(c.shown, ids(c.known.New(p.Events))...)
				c.cursor, c.more = p.Next, p.More
			}
			for range 300 {
				busy := rnd.IntN(3) == 0
				for range rnd.IntN(4) {
					delay := time.Duration(rnd.ExpFloat64() * float64(300*time.Millisecond))
					if rnd.IntN(10) == 0 {
						delay = time.Duration(rnd.IntN(50_000)) * time.Millisecond
					}
					w.begin(all, writers[rnd.IntN(3)], event.Event{Kind: event.StageItemProcessed, Site: fmt.Sprint("sit_", rnd.IntN(3))}, delay)
				}
				for _, c := range clients {
					if rnd.IntN(3) > 0 {
						look(c)
					}
				}
				step := time.Duration(rnd.IntN(4000)) * time.Millisecond
				if busy {
					step = time.Duration(rnd.IntN(200)) * time.Millisecond
				}
				if rnd.IntN(50) == 0 {
					step = time.Duration(rnd.IntN(300)) * time.Second // asleep
				}
				w.pass(step)
			}
			w.pass(time.Minute) // all is committed; each reads to the end
			for _, c := range clients {
				for c.more = true; c.more; {
					look(c)
				}
				w.pass(2 * time.Second)
				for c.more = true; c.more; { // by an instance that had looked before the last commits
					look(c)
				}
			}
			if reconnects < 100 {
				t.Fatalf("only %d reconnects", reconnects)
			}
			for i, c := range clients {
				var want []string
				for _, ev := range w.visible {
					if c.site == "" || ev.Site == c.site {
						want = append(want, ev.ID)
					}
				}
				slices.Sort(want)
				got := slices.Clone(c.shown)
				slices.Sort(got)
				if twice := len(got) - len(slices.Compact(slices.Clone(got))); twice > 0 {
					t.Errorf("seed %d, client %d: %d shown twice", seed, i, twice)
				}
				if !slices.Equal(got, want) {
					t.Errorf("seed %d, client %d: shown %d of %d", seed, i, len(got), len(want))
				}
				if c.given > 6*len(want) {
					t.Errorf("seed %d, client %d: %d events were sent for %d", seed, i, c.given, len(want))
				}
			}
		})
	}
}

// TestIdleReaders: a thousand readers of one account, nothing happens: the table is asked
// once a second, whatever cursors they come with.
func TestIdleReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, src := scope("acc_1"), source(w.clock, 1)
	for range 2100 {
		w.begin(s, src, event.Event{Kind: event.StageItemProcessed, Site: "sit_1"}, 0)
		w.pass(30 * time.Millisecond)
	}
	w.pass(2 * time.Minute)
	f := event.NewFeed(w.table, w.clock, 0)
	cursors := make([]string, 1000)
	for i := range cursors {
		if i%3 > 0 { // some come back from earlier, some begin
			cursors[i] = w.visible[i*2].ID
		}
	}
	var wg sync.WaitGroup
	round := func() {
		for i := range cursors {
			wg.Go(func() {
				p, err := f.Read(t.Context(), s, event.Query{Cursor: cursors[i], Limit: 500})
				if err != nil {
					t.Error(err)
				}
				cursors[i] = p.Next
			})
		}
		wg.Wait()
	}
	for range 10 { // who came from earlier catches up
		round()
	}
	if n := w.table.queries.Load(); n > 10 {
		t.Errorf("%d looks at the table to catch up", n)
	}
	w.table.queries.Store(0)
	const seconds = 10
	for range 5 * seconds {
		w.pass(200 * time.Millisecond)
		round()
	}
	if n := w.table.queries.Load(); n > seconds || n < seconds-1 {
		t.Errorf("%d looks at the table in %d seconds", n, seconds)
	}
	w.begin(s, src, event.Event{Kind: event.RunStarted, Site: "sit_1"}, 0)
	w.pass(time.Second)
	for _, c := range cursors {
		if p := w.read(f, s, event.Query{Cursor: c, Limit: 10}); len(p.Events) != 1 || p.Events[0].Kind != event.RunStarted || !p.Lively {
			t.Fatalf("after the quiet: %d events", len(p.Events))
		}
	}
}

// A table in trouble is asked once a second as well, and what happened meanwhile comes.
func TestTrouble(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, f := scope("acc_1"), event.NewFeed(w.table, w.clock, 0)
	p := w.read(f, s, event.Query{Limit: 10})
	w.pass(time.Second)
	w.begin(s, source(w.clock, 1), event.Event{Kind: event.RunStarted, Site: "sit_1"}, 0)
	w.table.fail.Store(true)
	w.table.queries.Store(0)
	for range 50 {
		if _, err := f.Read(t.Context(), s, event.Query{Cursor: p.Next, Limit: 10}); err == nil {
			t.Fatal("no error")
		}
	}
	if n := w.table.queries.Load(); n != 1 {
		t.Errorf("%d looks at a table in trouble", n)
	}
	w.table.fail.Store(false)
	w.pass(time.Second)
	if p := w.read(f, s, event.Query{Cursor: p.Next, Limit: 10}); len(p.Events) != 1 {
		t.Errorf("%d events", len(p.Events))
	}
}

// TestTenants: a Scope is given its account's events alone, and those of its sites.
func TestTenants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	src, f := source(w.clock, 1), event.NewFeed(w.table, w.clock, 0)
	w.begin(scope("acc_1"), src, event.Event{Kind: event.RunStarted, Site: "sit_1"}, 0)
	w.begin(scope("acc_1"), src, event.Event{Kind: event.RunStarted, Site: "sit_2"}, 0)
	w.begin(scope("acc_1"), src, event.Event{Kind: event.CreditsChanged}, 0)
	w.begin(scope("acc_2"), src, event.Event{Kind: event.RunStarted, Site: "sit_9"}, 0)
	for _, x := range []struct {
		name  string
		sites []string
		site  string
		want  int
	}{{"all", nil, "", 3}, {"one of all", nil, "sit_2", 1}, {"limited", []string{"sit_2"}, "", 2}, {"limited, another", []string{"sit_2"}, "sit_1", 0}, {"foreign", nil, "sit_9", 0}, {"none", []string{}, "", 1}} {
		for _, from := range []string{"", id.Least("evt", start.Add(-time.Hour))} {
			if p := w.read(f, scope("acc_1", x.sites...), event.Query{Site: x.site, Cursor: from, Limit: 10}); len(p.Events) != x.want && x.name != "none" {
				t.Errorf("%s: %d events, want %d", x.name, len(p.Events), x.want)
			}
		}
	}
	if _, err := f.Read(t.Context(), scope(""), event.Query{Limit: 1}); !errs.Is(err, errs.NotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// TestLongAgo: what lies before all that is kept is read page by page.
func TestLongAgo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, src := scope("acc_1"), source(w.clock, 1)
	const n = 5500
	for range n {
		w.begin(s, src, event.Event{Kind: event.StageItemProcessed, Site: "sit_1"}, 0)
		w.pass(30 * time.Millisecond)
	}
	f := event.NewFeed(w.table, w.clock, 0)
	var k event.Known
	var got []string
	q := event.Query{Cursor: id.Least("evt", start), Limit: 500}
	for range 100 {
		p := w.read(f, s, q)
		got = append(got, ids(k.New(p.Events))...)
		if q.Cursor = p.Next; !p.More {
			break
		}
	}
	if !slices.Equal(got, ids(w.visible)) {
		t.Errorf("%d of %d, in order: %v", len(got), n, slices.IsSorted(got))
	}
}

func TestCursors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, f := scope("acc_1"), event.NewFeed(w.table, w.clock, 0)
	for range 500 {
		w.begin(s, source(w.clock, uint64(len(w.visible))), event.Event{Kind: event.RunStarted, Site: "sit_1"}, 0)
		w.pass(200 * time.Millisecond)
	}
	good := w.read(f, s, event.Query{Limit: 10}).Next
	if len(good) > 400 {
		t.Errorf("a cursor of %d characters", len(good))
	}
	for _, bad := range []string{"x", "evt_x", "AQ", "AAAA", good[:10], good[:len(good)-3], "evt_01KQRS00000000000000000000x"} {
		if _, err := f.Read(t.Context(), s, event.Query{Cursor: bad, Limit: 1}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("AdDhj_3fMwA")
	f.Fuzz(func(t *testing.T, text string) {
		w := newWorld(t)
		_, _ = event.NewFeed(w.table, w.clock, 0).Read(t.Context(), scope("acc_1"), event.Query{Cursor: text, Limit: 1})
	})
}
