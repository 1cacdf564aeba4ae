package rowset

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Options of Apply and Undo.
type Options struct {
	// Once, when set, names a change that is done one time only (an import, a wave): the
	// second call with the same key changes nothing and says so.
	Once string
	// Ops are written in the swap's own transaction, at most 90. When one of their
	// conditions fails, nothing is written and the error's *table.Failed counts from the
	// first of these.
	Ops []table.Op
}

const maxOps = 90

// Result tells what Apply or Undo did.
type Result struct {
	Version  int64 // the head's version now; give it to Undo to take this change back
	Repeated bool  // Once had been used before: nothing was changed
	Same     bool  // the change had nothing to change: no new version
}

// Apply runs change on a Draft of what is there now and stores it as one swap of the head.
// When another writer was faster, change runs again on what is there then, so it has to say
// what to do (add these, set these fields of these ids), not what the outcome is, and must
// forget what an earlier run of it found. An error of change stores nothing.
//
// Errors: what change gives; Conflict when an op's condition failed, or when other writers
// were faster again and again; NotFound for a site that the Scope does not see. Safe to
// repeat with Once.
func (s *Store) Apply(ctx context.Context, scope account.Scope, site string, change func(*Draft) error, o Options) (Result, error) {
	if len(o.Ops) > maxOps {
		return Result{}, errs.New(errs.Invalid, "too_many_ops", "too many writes beside a change of rows")
	}
	w := where{scope, site}
	for try := range maxTries {
		r, again, err := s.attempt(ctx, w, change, o)
		if !again {
			return r, errs.Wrap("rowset.Apply", err)
		}
		if err := breathe(ctx, try); err != nil {
			return Result{}, errs.Wrap("rowset.Apply", err)
		}
	}
	return Result{}, errs.New(errs.Conflict, "busy", "the keywords of this site are being changed by others: try again in a moment")
}

// breathe keeps writers that collided from colliding for ever.
func breathe(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "stopped", "stopped while waiting for other writers").With(ctx.Err())
	case <-time.After(time.Duration(rand.Int64N(int64(time.Millisecond) * int64(1+min(try, 50))))):
		return nil
	}
}

func (s *Store) attempt(ctx context.Context, w where, change func(*Draft) error, o Options) (r Result, again bool, err error) {
	set, err := s.load(ctx, w, table.Consistent)
	if err != nil {
		return Result{}, errs.Of(err).Code == codePageGone, err
	}
	if done, err := s.used(ctx, w, o); done || err != nil {
		return Result{Version: set.version, Repeated: done}, false, err
	}
	d := draftOf(set)
	if err := change(d); err != nil {
		return Result{}, false, err
	}
	if !d.changed(Keywords) && !d.changed(Clusters) {
		return s.note(ctx, w, set, o)
	}
	l, err := s.layOut(d)
	if err != nil {
		return Result{}, false, err
	}
	write := s.ids.New(prefixWrite)
	l.head.Write = write
	x := swap{set: set, next: l.head, same: len(l.pages) == 0 && slices.Equal(set.head.pages(), l.head.pages()), o: o}
	if len(l.pages) > 0 {
		x.intent = write
		if again, err := s.writePages(ctx, w, write, l.pages); err != nil {
			return Result{}, again, err
		}
	}
	r, again, err = s.swap(ctx, w, x)
	if err == nil {
		s.remember(w, r.Version, l, set.raw)
	}
	return r, again, err
}

// remember keeps what was written, so that the next reader need not decode it.
func (s *Store) remember(w where, version int64, l *layout, known map[string]*page) {
	set := &Set{version: version, head: l.head, sheets: l.sheets, raw: map[string]*page{}}
	for _, p := range l.pages {
		set.raw[p.ref.ID] = p.page
	}
	for _, id := range l.head.pages() {
		if set.raw[id] == nil {
			set.raw[id] = known[id]
		}
	}
	if name, err := w.partition().Name(); err == nil {
		s.sets.put(name, set)
	}
}

// used tells whether the mark of a change that is done once is there.
func (s *Store) used(ctx context.Context, w where, o Options) (bool, error) {
	if o.Once == "" {
		return false, nil
	}
	_, err := s.table.Get(ctx, w.once(o.Once), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// note stores what goes with a change that had nothing to change.
func (s *Store) note(ctx context.Context, w where, set *Set, o Options) (Result, bool, error) {
	r := Result{Version: set.version, Same: true}
	if len(o.Ops) == 0 && o.Once == "" {
		return r, false, nil
	}
	cond := table.VersionIs(set.version)
	if set.version == 0 {
		cond = table.Absent()
	}
	ops := append([]table.Op{table.Check(w.head(), cond)}, s.extra(w, o)...)
	return s.outcome(s.table.Transact(ctx, ops...), r, 1, o)
}

// extra gives the caller's operations, the mark of Once last.
func (s *Store) extra(w where, o Options) []table.Op {
	ops := append([]table.Op{}, o.Ops...)
	if o.Once != "" {
		ops = append(ops, table.Put(table.Item{Key: w.once(o.Once), Type: typeOnce, Attrs: table.Attrs{"key": o.Once}}, table.Absent()))
	}
	return ops
}

// announce opens the intent: from now on Sweep knows of the pages that may be written.
func (s *Store) announce(ctx context.Context, w where, write string, pages []packed) error {
	in := intent{State: intentOpen, Started: s.clock.Now()}
	for _, p := range pages {
		in.Pages = append(in.Pages, p.ref.ID)
	}
	it, err := item(w.intent(write), typeIntent, 0, in)
	if err != nil {
		return err
	}
	return s.table.Write(ctx, table.Put(it, table.Absent()))
}

// writePages notes the intent and stores the pages on condition that it is still open: a
// page written after the intent was given up would stay for ever. again tells that it was,
// by Sweep while we were away.
func (s *Store) writePages(ctx context.Context, w where, write string, pages []packed) (again bool, err error) {
	if err := s.announce(ctx, w, write, pages); err != nil {
		return false, err
	}
	for len(pages) > 0 {
		ops, size := []table.Op{table.Check(w.intent(write), table.Equals("state", intentOpen))}, 0
		for _, p := range pages {
			op := table.Put(table.Item{Key: w.page(p.ref.ID), Type: typePage, Attrs: p.attrs})
			if size += op.Item.Size(); len(ops) == table.MaxTransact || len(ops) > 1 && size > s.limits.batch {
				break
			}
			ops = append(ops, op)
		}
		if err := s.table.Transact(ctx, ops...); err != nil {
			return table.FailedCondition(err) != nil, err
		}
		pages = pages[len(ops)-1:]
	}
	return false, nil
}

// swap is all that the swap of a head needs to know.
type swap struct {
	set    *Set
	next   head
	same   bool   // the pages are those of the head before
	intent string // empty when no pages were written
	o      Options
}

func (s *Store) swap(ctx context.Context, w where, x swap) (Result, bool, error) {
	ops, err := s.swapOps(w, x)
	if err != nil {
		return Result{}, false, err
	}
	own := len(ops)
	r := Result{Version: x.set.version + 1}
	err = s.table.Transact(ctx, append(ops, s.extra(w, x.o)...)...)
	if err != nil && table.FailedCondition(err) == nil {
		// The answer may be lost while the swap is done.
		if s.landed(ctx, w, x) {
			return r, false, nil
		}
		return Result{}, false, err
	}
	if err != nil && x.intent != "" {
		if e := s.giveUp(ctx, w, x.intent); e != nil {
			return Result{}, false, e
		}
	}
	return s.outcome(err, r, own, x.o)
}

// landed tells whether a swap without an answer was done: the intent knows, or else the
// head, or the former head of the version after it.
func (s *Store) landed(ctx context.Context, w where, x swap) bool {
	if x.intent != "" {
		return s.state(ctx, w, x.intent) == intentDone
	}
	version, h, err := s.headOnly(ctx, w, table.Consistent)
	if err != nil || version == x.set.version+1 {
		return err == nil && h.Write == x.next.Write
	}
	it, err := s.table.Get(ctx, w.former(x.set.version+2), table.Consistent)
	if err != nil {
		return false
	}
	f, err := readFormer(it)
	return err == nil && f.Head.Write == x.next.Write
}

// swapOps are the new head on condition of the old one's version, the old one under its own
// name, and the intent's end on condition that nobody gave it up. Pages that stay are not
// named a second time.
func (s *Store) swapOps(w where, x swap) ([]table.Op, error) {
	it, err := headItem(w.head(), typeHead, x.set.version, x.next, x.next)
	if err != nil {
		return nil, err
	}
	cond := table.VersionIs(x.set.version)
	if x.set.version == 0 {
		cond = table.Absent()
	}
	f := former{Head: x.set.head, Next: x.set.version + 1, Until: s.clock.Now().Add(keepUndo), Same: x.same}
	if x.same {
		f.Head.Keywords, f.Head.Clusters = nil, nil
	}
	old, err := headItem(w.former(f.Next), typeFormer, 0, x.set.head, f)
	if err != nil {
		return nil, err
	}
	ops := []table.Op{table.Put(it, cond), table.Put(old)}
	if x.intent != "" {
		gone := s.clock.Now().Add(keepDone)
		ops = append(ops, table.Change(w.intent(x.intent),
			table.Changes{Set: table.Attrs{"state": intentDone}, Expires: &gone}, table.Equals("state", intentOpen)))
	}
	return ops, nil
}

// outcome reads the answer of a transaction whose first own operations are ours, then the
// caller's, then the mark of Once.
func (s *Store) outcome(err error, r Result, own int, o Options) (Result, bool, error) {
	f := table.FailedCondition(err)
	if f == nil {
		if err != nil {
			return Result{}, false, err
		}
		return r, false, nil
	}
	var theirs []int
	for _, n := range f.Ops {
		switch {
		case n < own, n == own+len(o.Ops): // another writer was faster, or the mark is there now
			return Result{}, true, err
		default:
			theirs = append(theirs, n-own)
		}
	}
	return Result{}, false, &table.Failed{Ops: theirs}
}
