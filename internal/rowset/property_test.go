package rowset_test

import (
	"context"
	"fmt"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// model is what a site's rows should be, in plain maps.
type model map[rowset.Kind]map[int64]rowset.Fields

func (m model) clone() model {
	out := model{}
	for k, rows := range m {
		out[k] = map[int64]rowset.Fields{}
		for n, f := range rows {
			out[k][n] = maps.Clone(f)
		}
	}
	return out
}

// edit is one change: rows to add, rows whose counter goes up, rows to delete.
type edit struct {
	add  map[rowset.Kind]int
	bump map[rowset.Kind][]int64
	del  map[rowset.Kind][]int64
	text string
}

func drawEdit(rt *rapid.T) edit {
	e := edit{add: map[rowset.Kind]int{}, bump: map[rowset.Kind][]int64{}, del: map[rowset.Kind][]int64{}, text: rapid.StringN(0, 8, -1).Draw(rt, "text")}
	for _, k := range rowset.Kinds() {
		e.add[k] = rapid.IntRange(0, 4).Draw(rt, "add")
		for n := int64(1); n < 30; n++ {
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0, 1:
				e.bump[k] = append(e.bump[k], n)
			case 2:
				e.del[k] = append(e.del[k], n)
			}
		}
	}
	if rapid.IntRange(0, 7).Draw(rt, "bulk") == 0 {
		e.add[rowset.Keywords] = 3100 // more than a page
	}
	return e
}

// run does the edit on a draft and says which ids the new rows got.
func (e edit) run(d *rowset.Draft, ids map[rowset.Kind][]int64) error {
	for _, k := range rowset.Kinds() {
		ids[k] = nil
		for range e.add[k] {
			ids[k] = append(ids[k], d.Add(k, rowset.Fields{"text": e.text, "n": int64(0)}))
		}
		for _, n := range e.bump[k] {
			if r, ok := d.Get(k, n); ok {
				v, _ := r.Int("n")
				d.Update(k, n, rowset.Fields{"n": v + 1, "flag": v%2 == 0})
			}
		}
		for _, n := range e.del[k] {
			d.Delete(k, n)
		}
	}
	return nil
}

// apply does the edit on the model.
func (e edit) apply(m model, ids map[rowset.Kind][]int64) {
	for _, k := range rowset.Kinds() {
		for _, n := range ids[k] {
			m[k][n] = rowset.Fields{"text": e.text, "n": int64(0)}
		}
		for _, n := range e.bump[k] {
			if f := m[k][n]; f != nil {
				v := f["n"].(int64)
				f["n"], f["flag"] = v+1, v%2 == 0
			}
		}
		for _, n := range e.del[k] {
			delete(m[k], n)
		}
	}
}

// world is one random history.
type world struct {
	rt    *rapid.T
	ctx   context.Context
	clock *clock.Fake
	table *faulty
	site  string
	now   model
	undo  map[int64]model // version: what was before it
	last  int64
	n     int
}

func (w *world) store() *rowset.Store { return storeOn(w.table, w.clock) }

// commit applies one edit, again after a crash until it is through, and follows it in the
// model. between runs just before a random write.
func (w *world) commit(between func(), die bool) {
	e := drawEdit(w.rt)
	ids := map[rowset.Kind][]int64{}
	w.n++
	once := rowset.Options{Once: fmt.Sprint("edit", w.n)}
	w.table.at, w.table.writes = rapid.IntRange(0, 4).Draw(w.rt, "at"), 0
	w.table.act, w.table.die, w.table.late = between, die, rapid.Bool().Draw(w.rt, "late")
	scope := scopeOf("acc")
	r, err := w.store().Apply(w.ctx, scope, w.site, func(d *rowset.Draft) error { return e.run(d, ids) }, once)
	w.table.at, w.table.dead, w.table.die, w.table.act = -1, false, false, nil
	if err != nil {
		if !die {
			w.rt.Fatalf("apply: %v", err)
		}
		r, err = w.store().Apply(w.ctx, scope, w.site, func(d *rowset.Draft) error { return e.run(d, ids) }, once)
		if err != nil {
			w.rt.Fatalf("apply after a crash: %v", err)
		}
	}
	before := w.now.clone()
	e.apply(w.now, ids)
	if !r.Same && r.Version != w.last {
		w.undo[r.Version], w.last = before, r.Version
	}
	w.check("after an edit")
}

func (w *world) takeBack() {
	before, ok := w.undo[w.last]
	if !ok {
		return
	}
	r, err := w.store().Undo(w.ctx, scopeOf("acc"), w.site, w.last, rowset.Options{})
	if err != nil {
		w.rt.Fatalf("undo: %v", err)
	}
	w.undo[r.Version], w.now, w.last = w.now, before.clone(), r.Version
	w.check("after an undo")
}

func (w *world) sweep(age time.Duration) rowset.Swept {
	done, err := storeOn(w.table.Table, w.clock).Sweep(w.ctx, scopeOf("acc"), w.site, w.clock.Now(), age)
	if err != nil {
		w.rt.Fatalf("sweep: %v", err)
	}
	return done
}

// brokenSweep is a Sweep that dies at one of its writes.
func (w *world) brokenSweep() {
	f := &faulty{Table: w.table.Table, pages: map[string]table.Key{}, at: rapid.IntRange(0, 4).Draw(w.rt, "sweep at"), die: true, late: rapid.Bool().Draw(w.rt, "sweep late")}
	_, _ = storeOn(f, w.clock).Sweep(w.ctx, scopeOf("acc"), w.site, w.clock.Now(), time.Hour)
}

func (w *world) maybeSweep() {
	if rapid.Bool().Draw(w.rt, "sweep") {
		w.sweep(time.Hour)
	}
}

func (w *world) check(when string) {
	set, err := w.store().Load(w.ctx, scopeOf("acc"), w.site, table.Consistent)
	if err != nil {
		w.rt.Fatalf("%s: load: %v", when, err)
	}
	for _, k := range rowset.Kinds() {
		n := 0
		for r := range set.Rows(k) {
			n++
			want := w.now[k][r.ID()]
			for _, c := range []string{"text", "n", "flag"} {
				if want == nil || r.Value(c) != want[c] {
					w.rt.Fatalf("%s: %s %d: %s is %v, want %v", when, k, r.ID(), c, r.Value(c), want[c])
				}
			}
		}
		if n != len(w.now[k]) {
			w.rt.Fatalf("%s: %d %s, want %d", when, n, k, len(w.now[k]))
		}
	}
}

// leftovers checks that the pages there are just those that a head names.
func (w *world) leftovers() {
	items, err := table.Collect(w.ctx, w.table, table.Query{Partition: table.OfSite(scopeOf("acc"), w.site), Prefix: "ROWSET#", Consistency: table.Consistent})
	if err != nil {
		w.rt.Fatal(err)
	}
	named := map[string]bool{}
	for _, it := range items {
		h := it.Attrs
		switch it.Type {
		case "rowset_former":
			w.rt.Fatalf("a former head is left: %s", it.Key.Sort)
		case "rowset_intent":
			w.rt.Fatalf("an intent is left: %s %v", it.Key.Sort, it.Attrs["state"])
		case "rowset_head":
			for _, k := range rowset.Kinds() {
				refs, _ := h[string(k)].([]any)
				for _, ref := range refs {
					name, _ := table.OfSite(scopeOf("acc"), w.site, "P", ref.(map[string]any)["id"].(string)).Name()
					named[name] = true
				}
			}
		}
	}
	for name, key := range w.table.pages {
		_, err := w.table.Get(w.ctx, key, table.Consistent)
		if there := err == nil; there != named[name] {
			w.rt.Fatalf("page %s: there %v, named %v", name, there, named[name])
		}
	}
}

var sites atomic.Int64

// Random histories of edits, bulk edits, undo, a second writer at any write, a crash at any
// write (before it or with its answer lost), a writer stalled for hours while Sweep runs:
// what is stored is what a plain map says, and once time has passed nothing is left over.
func TestHistories(t *testing.T) {
	t.Parallel()
	c := start()
	base := openTable(t, c)
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{rt: rt, ctx: t.Context(), clock: c, site: fmt.Sprint("site", sites.Add(1)), undo: map[int64]model{},
			table: &faulty{Table: base, pages: map[string]table.Key{}, at: -1},
			now:   model{rowset.Keywords: {}, rowset.Clusters: {}}}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			switch rapid.IntRange(0, 6).Draw(rt, "step") {
			case 0, 1:
				w.commit(nil, false)
			case 2: // another writer comes between
				w.commit(func() { w.commit(nil, false) }, false)
			case 3:
				w.commit(nil, true)
			case 4: // the writer stalls for two hours and Sweep comes by, or dies on its way
				w.commit(func() { c.Advance(2 * time.Hour); w.brokenSweep(); w.maybeSweep() }, rapid.Bool().Draw(rt, "die"))
			case 5:
				w.takeBack()
			case 6:
				c.Advance(time.Duration(rapid.IntRange(0, 9).Draw(rt, "days")) * 24 * time.Hour)
				w.undo = map[int64]model{} // some of it may be gone by now
				w.sweep(time.Hour)
			}
		}
		c.Advance(2 * time.Hour)
		w.sweep(time.Hour)
		w.check("after sweep")
		c.Advance(15 * 24 * time.Hour)
		w.sweep(time.Hour)
		w.check("when time has passed")
		w.leftovers()
	})
}
