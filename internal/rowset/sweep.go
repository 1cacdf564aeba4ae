package rowset

import (
	"context"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Undo takes back the change that made this version: the former head comes back, as a new
// version (so an undo can be undone). Conflict when rows were changed since, NotFound when
// the former head is older than 14 days or there is none. Safe to repeat: the second call
// is a Conflict.
func (s *Store) Undo(ctx context.Context, scope account.Scope, site string, version int64, o Options) (Result, error) {
	w := where{scope, site}
	later := errs.New(errs.Conflict, "changed_since", "this can't be undone any more: rows were changed since")
	gone := errs.New(errs.NotFound, "undo_gone", "what was before is kept for 14 days and is gone")
	at, present, err := s.headOnly(ctx, w, table.Consistent)
	switch {
	case errs.Is(err, errs.NotFound):
		if _, err := w.partition().Name(); err != nil {
			return Result{}, errs.Wrap("rowset.Undo", err)
		}
		if version == 0 {
			return Result{}, gone
		}
		return Result{}, later
	case err != nil:
		return Result{}, errs.Wrap("rowset.Undo", err)
	case at != version:
		return Result{}, later
	}
	it, err := s.table.Get(ctx, w.former(version), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return Result{}, gone
	}
	if err != nil {
		return Result{}, errs.Wrap("rowset.Undo", err)
	}
	f, err := readFormer(it)
	if err != nil {
		return Result{}, errs.Wrap("rowset.Undo", err)
	}
	if !s.clock.Now().Before(f.Until) {
		return Result{}, gone
	}
	next := f.Head
	next.Seq, next.Write = present.Seq, s.ids.New(prefixWrite) // numbers are never given twice
	if f.Same {
		next.Keywords, next.Clusters = present.Keywords, present.Clusters
	}
	r, again, err := s.swap(ctx, w, swap{set: &Set{version: version, head: present}, next: next, same: f.Same, o: o})
	if again {
		return Result{}, later
	}
	return r, errs.Wrap("rowset.Undo", err)
}

// Swept tells what Sweep did.
type Swept struct {
	Intents int  // writers given up
	Formers int  // former heads let go
	Pages   int  // pages deleted
	Pending bool // something is left that will be due later
}

// Sweep gives up writers that began more than age ago, then deletes their pages, and lets
// go of former heads that are past their time, with the pages that only they name. Safe to
// repeat, and beside any writer: one that stalled can neither swap nor write afterwards.
func (s *Store) Sweep(ctx context.Context, scope account.Scope, site string, now time.Time, age time.Duration) (Swept, error) {
	w := where{scope, site}
	var done Swept
	items, err := table.Collect(ctx, s.table, table.Query{Partition: w.partition(), Prefix: sortIntent, Consistency: table.Consistent})
	if err != nil {
		return done, errs.Wrap("rowset.Sweep", err)
	}
	for _, it := range items {
		var in intent
		if err := table.Decode(it.Attrs, &in); err != nil {
			return done, errs.Wrap("rowset.Sweep", err)
		}
		if in.State == intentDone || in.State == intentOpen && now.Sub(in.Started) < age {
			done.Pending = done.Pending || in.State == intentOpen
			continue
		}
		if err := s.giveUp(ctx, w, strings.TrimPrefix(it.Key.Sort, sortIntent)); err != nil {
			return done, errs.Wrap("rowset.Sweep", err)
		}
		done.Intents, done.Pages = done.Intents+1, done.Pages+len(in.Pages)
	}
	return done, errs.Wrap("rowset.Sweep", s.letGo(ctx, w, now, &done))
}

// giveUp ends an intent that is not done: first it is abandoned, so that its writer can
// write no more, then its pages go, then the intent itself.
func (s *Store) giveUp(ctx context.Context, w where, write string) error {
	it, err := s.table.Get(ctx, w.intent(write), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var in intent
	if err := table.Decode(it.Attrs, &in); err != nil {
		return err
	}
	if in.State == intentOpen {
		err := s.table.Write(ctx, table.Change(w.intent(write), table.Changes{Set: table.Attrs{"state": intentAbandoned}}, table.Equals("state", intentOpen)))
		if table.FailedCondition(err) != nil {
			return nil // done meanwhile, or given up by another, who cleans up
		}
		if err != nil {
			return err
		}
	} else if in.State == intentDone {
		return nil
	}
	if err := s.drop(ctx, w, in.Pages); err != nil {
		return err
	}
	return s.table.Write(ctx, table.Delete(w.intent(write)))
}

func (s *Store) drop(ctx context.Context, w where, pages []string) error {
	ops := make([]table.Op, len(pages))
	for i, p := range pages {
		ops[i] = table.Delete(w.page(p))
	}
	return table.StoreAll(ctx, s.table, ops)
}

// state is an intent's state; empty when it can't be read.
func (s *Store) state(ctx context.Context, w where, write string) string {
	it, err := s.table.Get(ctx, w.intent(write), table.Consistent)
	if err != nil {
		return ""
	}
	state, _ := it.Attrs["state"].(string)
	return state
}

// letGo deletes former heads past their time. The present head is read first, then the
// former ones: a page that leaves the head meanwhile was seen in it, and one that an undo
// brings back is named by a former head that is not past its time.
func (s *Store) letGo(ctx context.Context, w where, now time.Time, done *Swept) error {
	version, present, err := s.headOnly(ctx, w, table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return nil // nothing was ever stored
	}
	if err != nil {
		return err
	}
	items, err := table.Collect(ctx, s.table, table.Query{Partition: w.partition(), Prefix: sortFormer, Consistency: table.Consistent})
	if err != nil {
		return err
	}
	used := map[string]bool{}
	var old []table.Key
	var pages []string
	for _, it := range items {
		f, err := readFormer(it)
		if err != nil {
			return err
		}
		// Only the newest can be brought back; the others are kept for what they tell, if
		// they name pages. An hour for clocks that differ.
		if f.Same && f.Next < version || now.After(f.Until.Add(time.Hour)) {
			old, pages = append(old, it.Key), append(pages, f.Head.pages()...)
			continue
		}
		done.Pending = true
		for _, p := range f.Head.pages() {
			used[p] = true
		}
	}
	for _, p := range present.pages() {
		used[p] = true
	}
	var gone []string
	for _, p := range pages {
		if !used[p] {
			gone, used[p] = append(gone, p), true
		}
	}
	if err := s.drop(ctx, w, gone); err != nil {
		return err
	}
	ops := make([]table.Op, len(old))
	for i, k := range old {
		ops[i] = table.Delete(k)
	}
	done.Formers, done.Pages = done.Formers+len(old), done.Pages+len(gone)
	return table.StoreAll(ctx, s.table, ops)
}
