package commit_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/igny8/igny8/internal/commit"
)

var bucket = []byte("b")

func open(t testing.TB) (*bbolt.DB, *commit.Group) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "x.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(bucket); return err }); err != nil {
		t.Fatal(err)
	}
	return db, commit.New(db)
}

func put(key string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put([]byte(key), []byte("1")) }
}

func has(t testing.TB, db *bbolt.DB, key string) (there bool) {
	t.Helper()
	if err := db.View(func(tx *bbolt.Tx) error { there = tx.Bucket(bucket).Get([]byte(key)) != nil; return nil }); err != nil {
		t.Fatal(err)
	}
	return there
}

// together runs steps in one transaction: the first holds the disk until all others wait.
func together(t testing.TB, g *commit.Group, steps ...func(*bbolt.Tx) error) []error {
	t.Helper()
	out := make([]error, len(steps))
	held, goOn := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	var once sync.Once
	wg.Go(func() {
		if err := g.Update(func(tx *bbolt.Tx) error { once.Do(func() { close(held); <-goOn }); return nil }); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i, s := range steps {
		wg.Go(func() { out[i] = g.Update(s) })
	}
	for g.Waiting() < len(steps) {
	}
	close(goOn)
	wg.Wait()
	return out
}

var errOwn = errors.New("own")

// TestOneFails: a step that changed nothing leaves the others' transaction alone; one that
// broke off halfway takes back what it did, and only that.
func TestOneFails(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]func(*bbolt.Tx) error{
		"untouched": func(*bbolt.Tx) error { return commit.Untouched(errOwn) },
		"halfway":   func(tx *bbolt.Tx) error { return errors.Join(put("half")(tx), errOwn) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, g := open(t)
			errs := together(t, g, put("a"), failing, put("c"))
			if errs[0] != nil || errs[2] != nil || !errors.Is(errs[1], errOwn) {
				t.Fatal(errs)
			}
			if !has(t, db, "a") || !has(t, db, "c") || has(t, db, "half") {
				t.Fatal(has(t, db, "a"), has(t, db, "c"), has(t, db, "half"))
			}
		})
	}
}

// TestShared: who waits together is written together.
func TestShared(t *testing.T) {
	t.Parallel()
	db, g := open(t)
	var ids atomic.Int64
	seen := sync.Map{}
	step := func(tx *bbolt.Tx) error {
		ids.Add(1)
		seen.Store(tx.ID(), true)
		return put(fmt.Sprint(ids.Load()))(tx)
	}
	for _, err := range together(t, g, step, step, step, step) {
		if err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	if n != 1 || ids.Load() != 4 || !has(t, db, "4") {
		t.Fatalf("%d transactions, %d steps", n, ids.Load())
	}
}

// TestNothing: when no step changes anything, nothing is written.
func TestNothing(t *testing.T) {
	t.Parallel()
	db, g := open(t)
	var first int
	if err := db.View(func(tx *bbolt.Tx) error { first = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := g.Update(func(*bbolt.Tx) error { return commit.Untouched(errOwn) }); err != errOwn { //nolint:errorlint // as it is
		t.Fatal(err)
	}
	if err := db.View(func(tx *bbolt.Tx) error {
		if tx.ID() != first {
			return fmt.Errorf("transaction %d instead of %d", tx.ID(), first)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestPanic: those that wait with a step that panics are not told that they are on the disk.
func TestPanic(t *testing.T) {
	t.Parallel()
	db, g := open(t)
	held, goOn := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = g.Update(func(*bbolt.Tx) error { close(held); <-goOn; return nil })
	})
	<-held
	lead := make(chan struct{})
	wg.Go(func() {
		defer func() { _ = recover() }()
		close(lead)
		_ = g.Update(func(*bbolt.Tx) error { panic("a fault") })
	})
	<-lead
	for g.Waiting() < 1 {
	}
	var err error
	wg.Go(func() { err = g.Update(put("a")) })
	for g.Waiting() < 2 {
	}
	close(goOn)
	wg.Wait()
	if err == nil || has(t, db, "a") {
		t.Fatalf("%v, there: %v", err, has(t, db, "a"))
	}
	if err := g.Update(put("b")); err != nil || !has(t, db, "b") {
		t.Fatal("the group goes on", err)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	_, g := open(t)
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Update(put("a")); !errors.Is(err, berrors.ErrDatabaseNotOpen) {
		t.Fatal(err)
	}
}
