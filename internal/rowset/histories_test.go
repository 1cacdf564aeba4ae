package rowset_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// Run one again with -run TestHistories -histories-seed 7 -histories 1.
var (
	histories     = flag.Int("histories", usualHistories, "random histories of row sets")
	historiesSeed = flag.Uint64("histories-seed", 1, "seed of the first history")
)

const site = "sit"

var owner = scopeOf("acc")

// world is one random history.
type world struct {
	rng   *rand.Rand
	ctx   context.Context
	clock *clock.Fake
	table *faulty
	kept  [2]*rowset.Store // two programs that keep what they read
	now   model
	undo  map[int64]model // version: what was before it
	last  int64
	n     int
	did   map[string]int
	fault string
}

func newWorld(ctx context.Context, seed uint64) *world {
	c := start()
	w := &world{rng: rand.New(rand.NewPCG(seed, 7)), ctx: ctx, clock: c, table: &faulty{Table: memory.New(c), pages: map[string]table.Key{}, at: -1},
		now: model{rowset.Keywords: {}, rowset.Clusters: {}}, undo: map[int64]model{}, did: map[string]int{}}
	for i := range w.kept {
		w.kept[i] = w.on(w.table)
	}
	return w
}

// on is a program that knows nothing yet; its pages have 8 rows, its heads edit 5.
func (w *world) on(t table.Table) *rowset.Store {
	s := storeOn(t, w.clock)
	s.Shrink(8, 5, 900, 4)
	return s
}

// store is one of the two programs, or a fresh one.
func (w *world) store() *rowset.Store {
	if i := w.rng.IntN(3); i < 2 {
		return w.kept[i]
	}
	return w.on(w.table)
}

// fail notes the first fault.
func (w *world) fail(format string, args ...any) {
	if w.fault == "" {
		w.fault = fmt.Sprintf(format, args...)
	}
}

// commit applies one edit, again after a crash until it is through, and follows it in the
// model. between runs just before a random write.
func (w *world) commit(between func(), die bool) {
	e := drawEdit(w.rng, w.now)
	ids := map[rowset.Kind][]int64{}
	w.n++
	once := rowset.Options{}
	if die || w.rng.IntN(2) == 0 {
		once.Once = fmt.Sprint("edit", w.n)
	}
	w.table.set(w.rng.IntN(5), between, die, w.rng.IntN(2) == 0)
	change := func(d *rowset.Draft) error { e.run(d, ids); return nil }
	r, err := w.store().Apply(w.ctx, owner, site, change, once)
	w.table.set(-1, nil, false, false)
	if err != nil && die {
		r, err = w.store().Apply(w.ctx, owner, site, change, once)
	}
	if err != nil {
		w.fail("apply: %v", err)
		return
	}
	before := w.now.clone()
	e.apply(w.now, ids)
	if !r.Same && r.Version != w.last {
		w.undo[r.Version], w.last = before, r.Version
	}
	w.check("after an edit")
}

// takeBack undoes the last change; the program may die at it.
func (w *world) takeBack() {
	before, ok := w.undo[w.last]
	if !ok {
		return
	}
	if _, err := w.store().Undo(w.ctx, owner, site, w.last-1, rowset.Options{}); !errs.Is(err, errs.Conflict) {
		w.fail("undo of what was before: %v", err)
	}
	die := w.rng.IntN(4) == 0
	w.table.set(0, nil, die, w.rng.IntN(2) == 0)
	r, err := w.store().Undo(w.ctx, owner, site, w.last, rowset.Options{})
	w.table.set(-1, nil, false, false)
	if err != nil && die {
		set, err := w.store().Load(w.ctx, owner, site, table.Consistent)
		if err != nil || set.Version() == w.last { // not done
			return
		}
		r.Version = set.Version()
	} else if err != nil {
		w.fail("undo: %v", err)
		return
	}
	w.undo[r.Version], w.now, w.last = w.now, before.clone(), r.Version
	w.check("after an undo")
}

func (w *world) sweep() {
	if _, err := w.on(w.table.Table).Sweep(w.ctx, owner, site, w.clock.Now(), time.Hour); err != nil {
		w.fail("sweep: %v", err)
	}
}

// tick is a Sweep that may die at one of its writes.
func (w *world) tick() {
	f := &faulty{Table: w.table.Table, pages: map[string]table.Key{}, at: -1}
	if w.rng.IntN(2) == 0 {
		f.set(w.rng.IntN(4), nil, true, w.rng.IntN(2) == 0)
	}
	_, _ = w.on(f).Sweep(w.ctx, owner, site, w.clock.Now(), time.Hour)
}

// check holds what is stored to the model: rows, order by text, totals.
func (w *world) check(when string) {
	set, err := w.store().Load(w.ctx, owner, site, table.Consistent)
	if err != nil {
		w.fail("%s: load: %v", when, err)
		return
	}
	for _, k := range rowset.Kinds() {
		n := 0
		for r := range set.Rows(k) {
			n++
			want := w.now[k][r.ID()]
			if g, ok := set.Get(k, r.ID()); !ok || g.ID() != r.ID() {
				w.fail("%s: %s %d is not found", when, k, r.ID())
			}
			for _, c := range columns {
				if want == nil || r.Value(c) != want[c] {
					w.fail("%s: %s %d: %s is %v, want %v", when, k, r.ID(), c, r.Value(c), want[c])
				}
			}
		}
		if n != len(w.now[k]) || set.Len(k) != n {
			w.fail("%s: %d %s, want %d", when, n, k, len(w.now[k]))
		}
		w.checkOrder(when, k, set)
		w.checkTotals(when, k, set.Totals(k))
	}
}

func (w *world) checkOrder(when string, k rowset.Kind, set *rowset.Set) {
	text := func(id int64) string {
		s, ok := w.now[k][id][textOf(k)].(string)
		return s + map[bool]string{false: "\xff"}[ok]
	}
	want := slices.SortedFunc(maps.Keys(w.now[k]), func(a, b int64) int { return cmp.Or(cmp.Compare(text(a), text(b)), cmp.Compare(a, b)) })
	var got []int64
	for _, r := range set.Find(k, rowset.Query{By: textOf(k), Limit: 1000}).Rows {
		got = append(got, r.ID())
	}
	if !slices.Equal(got, want) {
		w.fail("%s: %s by text %v, want %v", when, k, got, want)
	}
}

func (w *world) checkTotals(when string, k rowset.Kind, t rowset.Totals) {
	rows, n, status := w.now.totals(k)
	if t.Rows != rows || t.Sums["n"] != n || !maps.Equal(t.Values["status"], status) {
		w.fail("%s: %s total %+v, want %d rows, n %+v, status %v", when, k, t, rows, n, status)
	}
}

// leftovers checks that the pages there are just those that a head names.
func (w *world) leftovers() {
	items, err := table.Collect(w.ctx, w.table, table.Query{Partition: table.OfSite(owner, site), Prefix: "ROWSET#", Consistency: table.Consistent})
	if err != nil {
		w.fail("%v", err)
	}
	named := map[string]bool{}
	for _, it := range items {
		switch it.Type {
		case "rowset_former", "rowset_intent":
			w.fail("left over: %s %v", it.Key.Sort, it.Attrs)
		case "rowset_head":
			pages, err := rowset.Named(it)
			if err != nil {
				w.fail("head: %v", err)
			}
			for _, p := range pages {
				name, _ := table.OfSite(owner, site, "P", p).Name()
				named[name] = true
			}
		}
	}
	for name, key := range w.table.pages {
		_, err := w.table.Get(w.ctx, key, table.Consistent)
		if there := err == nil; there != named[name] {
			w.fail("page %s: there %v, named %v", name, there, named[name])
		}
	}
}

func (w *world) step() {
	stall := func() { // the writer stalls for two hours and tick comes by, or dies on its way
		w.clock.Advance(2 * time.Hour)
		w.tick()
		w.tick()
	}
	what := [...]string{"edit", "edit", "edit", "another between", "crash", "stall", "stall and crash", "undo", "undo", "tick between", "tick", "days"}[w.rng.IntN(12)]
	w.did[what]++
	switch what {
	case "edit":
		w.commit(nil, false)
	case "another between":
		w.commit(func() { w.commit(nil, false) }, false)
	case "crash":
		w.commit(nil, true)
	case "stall":
		w.commit(stall, false)
	case "stall and crash":
		w.commit(stall, true)
	case "undo":
		w.takeBack()
	case "tick between":
		w.commit(func() { w.commit(nil, true); w.tick() }, false)
	case "tick":
		w.tick()
		w.takeBack()
	case "days":
		w.clock.Advance(time.Duration(w.rng.IntN(9)) * 24 * time.Hour)
		w.undo = map[int64]model{} // some of it may be gone by now
		w.sweep()
	}
}

// history runs one from its seed; a fault says what was wrong.
func history(ctx context.Context, seed uint64) *world {
	w := newWorld(ctx, seed)
	for range 1 + w.rng.IntN(7) {
		if w.step(); w.fault != "" {
			return w
		}
	}
	w.clock.Advance(2 * time.Hour)
	w.sweep()
	w.check("after sweep")
	w.clock.Advance(15 * 24 * time.Hour)
	w.sweep()
	w.check("when time has passed")
	w.leftovers()
	return w
}

// Random histories of single edits, edits of a few rows and of many, undo, a second writer
// at any write, a crash at any write (before it or with its answer lost), a writer stalled
// for hours while tick runs and may die: what is stored is what a plain map says, in the
// order and with the totals that it says, and once time has passed nothing is left over.
func TestHistories(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	var next, bad, done atomic.Int64
	var mu sync.Mutex
	did := map[string]int{}
	var wg sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) { // a writer that was too late waits a moment
		wg.Go(func() {
			for n := next.Add(1); n <= int64(*histories) && bad.Load() < 5; n = next.Add(1) {
				seed := *historiesSeed + uint64(n-1)
				w := history(t.Context(), seed)
				if done.Add(1); w.fault != "" {
					bad.Add(1)
					t.Errorf("seed %d: %s", seed, w.fault)
				}
				mu.Lock()
				for what, n := range w.did {
					did[what] += n
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Printf("row sets: histories=%d seeds=%d..%d differences=%d seconds=%.1f steps=%v\n",
		done.Load(), *historiesSeed, *historiesSeed+uint64(*histories)-1, bad.Load(), time.Since(begun).Seconds(), did)
}
