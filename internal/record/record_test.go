package record_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

type note struct {
	ID        string    `json:"id"`
	Site      string    `json:"site"`
	Text      string    `json:"text"`
	Deleted   bool      `json:"deleted"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	Version   int64     `json:"version"`
}

func (n note) ETag() string { return httpapi.VersionTag(n.Version) }

const keep = 24 * time.Hour

var (
	owner = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Owner})
	kind  = record.Kind[note]{Type: "note", Prefix: "NOTE#", Keep: keep, Head: func(n *note) record.Head {
		return record.Head{ID: &n.ID, Site: &n.Site, Deleted: &n.Deleted, Created: &n.CreatedAt, Updated: &n.UpdatedAt, Version: &n.Version}
	}}
)

// open makes a store with the notes of those ids.
func open(t *testing.T, ids ...string) (record.Store[note], table.Table, *clock.Fake) {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := disk.Open(t, c)
	r := record.NewStore(kind, tb, c)
	for _, id := range ids {
		if _, err := r.Add(t.Context(), owner, note{ID: id, Site: "sit", Text: "first"}, idem.Key{}); err != nil {
			t.Fatal(err)
		}
	}
	return r, tb, c
}

func is(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if !errs.Is(err, want) {
		t.Errorf("%s: %v, want kind %v", what, err, want)
	}
}

// to is the change that sets the text.
func to(text string) func(note) (note, error) {
	return func(n note) (note, error) { n.Text = text; return n, nil }
}

// TestAdd: a key makes one record, and no id is taken twice.
func TestAdd(t *testing.T) {
	t.Parallel()
	r, _, _ := open(t)
	ctx, key := t.Context(), idem.New("k", "add", "print")
	first, err := r.Add(ctx, owner, note{ID: "a", Site: "sit"}, key)
	if err != nil || first.Version != 1 || first.CreatedAt.IsZero() {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := r.Add(ctx, owner, note{ID: "b", Site: "sit"}, key); err != nil || again != first {
		t.Errorf("again %+v, %v; want %+v", again, err, first)
	}
	_, err = r.Add(ctx, owner, note{ID: "a", Site: "sit"}, idem.Key{})
	is(t, "the id is taken", err, errs.Conflict)
}

// TestUpdate: what is answered is what is kept, and what change refuses is not written.
func TestUpdate(t *testing.T) {
	t.Parallel()
	r, _, c := open(t, "a")
	ctx := t.Context()
	c.Advance(time.Hour)
	now, err := r.Update(ctx, owner, "sit", "a", to("second"))
	kept, _ := r.Get(ctx, owner, "sit", "a")
	if err != nil || now != kept || kept.Text != "second" || kept.Version != 2 || kept.UpdatedAt.Sub(kept.CreatedAt) != time.Hour {
		t.Errorf("answered %+v, kept %+v, %v", now, kept, err)
	}
	_, err = r.Update(ctx, owner, "sit", "a", func(note) (note, error) { return note{}, errs.Field("text", "no") })
	is(t, "refused", err, errs.Invalid)
	_, err = r.Update(ctx, owner, "sit", "none", to("x"))
	is(t, "absent", err, errs.NotFound)
}

// TestDeletion: a deleted record is there for those who ask for it, until its time is over.
func TestDeletion(t *testing.T) {
	t.Parallel()
	r, tb, c := open(t, "a", "b")
	ctx := t.Context()
	mark := table.Key{Partition: table.OfSite(owner, "sit"), Sort: "MARK"}
	beside := func(note) ([]table.Op, error) { return []table.Op{table.Put(table.Item{Key: mark, Type: "mark"})}, nil }
	was, until, err := r.Remove(ctx, owner, "sit", "a", beside)
	if err != nil || was.Text != "first" || !until.Equal(c.Now().Add(keep)) {
		t.Errorf("removed %+v until %v, %v", was, until, err)
	}
	if _, err := tb.Get(ctx, mark, table.Consistent); err != nil {
		t.Error(err)
	}
	_, _, err = r.Remove(ctx, owner, "sit", "a", nil)
	is(t, "removed already", err, errs.NotFound)
	busy := errors.New("busy")
	if _, _, err := r.Remove(ctx, owner, "sit", "b", func(note) ([]table.Op, error) { return nil, busy }); !errors.Is(err, busy) {
		t.Errorf("refused: %v", err)
	}
	if got := list(t, r); got != "b" {
		t.Errorf("left %s, want b", got)
	}
	if n, err := r.Load(ctx, owner, "sit", "a"); err != nil || !n.Deleted {
		t.Errorf("deleted one: %+v, %v", n, err)
	}
	for range 2 {
		if err := r.Restore(ctx, owner, "sit", "a"); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		if err := r.Delete(ctx, owner, "sit", "b"); err != nil {
			t.Error(err)
		}
	}
	if got := list(t, r); got != "a" {
		t.Errorf("left %s, want a", got)
	}
	c.Advance(keep + time.Hour)
	if _, err := r.Get(ctx, owner, "sit", "a"); err != nil {
		t.Errorf("the restored one: %v", err)
	}
	is(t, "gone for good", r.Restore(ctx, owner, "sit", "never"), errs.Conflict)
}

// list is the ids of those that are there, by two ways of reading.
func list(t *testing.T, r record.Store[note]) string {
	t.Helper()
	all, err := r.List(t.Context(), owner, "sit", func(n note) bool { return !n.Deleted }, func(a, b note) int { return strings.Compare(a.ID, b.ID) })
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range all {
		out = append(out, n.ID)
	}
	seen := 0
	for n, err := range r.Each(t.Context(), owner, "sit") {
		if seen++; err != nil || n.Deleted {
			t.Errorf("each gives %+v, %v", n, err)
		}
	}
	if seen != len(all) {
		t.Errorf("each gives %d, list %d", seen, len(all))
	}
	return strings.Join(out, " ")
}

// TestBulk: all or none, and what is as asked already counts as done.
func TestBulk(t *testing.T) {
	t.Parallel()
	r, _, _ := open(t, "a", "b", "c")
	ctx := t.Context()
	second := func(n note) (note, bool, error) {
		if n.Text == "locked" {
			return n, false, errs.New(errs.Conflict, "locked", "it is locked")
		}
		same := n.Text == "second"
		n.Text = "second"
		return n, same, nil
	}
	update := func(ids ...string) (httpapi.Bulk, error) { return r.UpdateAll(ctx, owner, "sit", ids, second) }
	remove := func(beside record.Beside[note], ids ...string) (httpapi.Bulk, error) {
		return r.DeleteAll(ctx, owner, "sit", ids, beside)
	}
	done := func(what string, want httpapi.Bulk) func(httpapi.Bulk, error) {
		return func(got httpapi.Bulk, err error) {
			t.Helper()
			if err != nil || got.Count != want.Count || got.Changed != want.Changed {
				t.Errorf("%s: %+v, %v, want %+v", what, got, err, want)
			}
		}
	}
	done("changed", httpapi.Bulk{Count: 2, Changed: 2})(update("a", "b"))
	done("one is as asked", httpapi.Bulk{Count: 2, Changed: 1})(update("b", "c"))
	if _, err := r.Update(ctx, owner, "sit", "c", to("locked")); err != nil {
		t.Fatal(err)
	}
	_, err := update("a", "c")
	is(t, "one is locked", err, errs.Conflict)
	_, err = remove(func(n note) ([]table.Op, error) {
		if n.ID == "b" {
			return nil, httpapi.Busy()
		}
		return nil, nil
	}, "a", "b")
	is(t, "one is busy", err, errs.Conflict)
	done("deleted", httpapi.Bulk{Count: 1, Changed: 1})(remove(nil, "a"))
	done("one is deleted", httpapi.Bulk{Count: 2, Changed: 1})(remove(nil, "a", "b"))
	_, err = update("a", "c")
	is(t, "one is deleted", err, errs.NotFound)
	_, err = remove(nil, "never")
	is(t, "one never was", err, errs.NotFound)
}

// TestScope: who does not see the site finds nothing in it.
func TestScope(t *testing.T) {
	t.Parallel()
	r, _, _ := open(t, "a")
	nobody := account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Editor, Sites: []string{"elsewhere"}})
	calls := map[string]func(context.Context) error{
		"Get":    func(ctx context.Context) error { _, err := r.Get(ctx, nobody, "sit", "a"); return err },
		"Some":   func(ctx context.Context) error { _, err := r.Some(ctx, nobody, "sit", []string{"a"}); return err },
		"Update": func(ctx context.Context) error { _, err := r.Update(ctx, nobody, "sit", "a", to("x")); return err },
		"Delete": func(ctx context.Context) error { return r.Delete(ctx, nobody, "sit", "a") },
		"List": func(ctx context.Context) error {
			_, err := r.List(ctx, nobody, "sit", func(note) bool { return true }, func(note, note) int { return 0 })
			return err
		},
	}
	for name, call := range calls {
		is(t, name, call(t.Context()), errs.NotFound)
	}
}
