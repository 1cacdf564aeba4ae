package embedded_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/internal/table/tabletest"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

var (
	start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	scope = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})
)

func key(sort string) table.Key { return table.Key{Partition: table.Of(scope), Sort: sort} }

func TestConformance(t *testing.T) {
	t.Parallel()
	tabletest.Run(t, func(t *testing.T, c clock.Clock) table.Table {
		return disk.Open(t, c)
	})
}

func TestReopenKeepsEverything(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "table.db")
	tab, err := embedded.Open(path, clock.At(start))
	if err != nil {
		t.Fatal(err)
	}
	place := table.Index{Partition: table.Of(scope, "i"), Sort: "1"}
	if err := tab.Write(t.Context(), table.Put(table.Item{Key: key("a"), Index: &place, Attrs: table.Attrs{"x": int64(7)}})); err != nil {
		t.Fatal(err)
	}
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Get(t.Context(), key("a"), table.Consistent); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("Get after Close: %v, want unavailable", err)
	}
	if err := tab.Write(t.Context(), table.Delete(key("a"))); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("Write after Close: %v, want unavailable", err)
	}
	again := disk.At(t, path, clock.At(start))
	page, err := again.Query(t.Context(), table.Query{Partition: place.Partition, OnIndex: true})
	if err != nil || len(page.Items) != 1 || page.Items[0].Attrs["x"] != int64(7) {
		t.Fatalf("after reopening: %+v, %v", page, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	used := filepath.Join(dir, "used.db")
	disk.At(t, used, clock.Real{})
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no table\n", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		kind errs.Kind
		code string
	}{
		{used, errs.Conflict, "in_use"},
		{text, errs.Invalid, "bad_file"},
		{filepath.Join(dir, "none", "x.db"), errs.Unavailable, "unavailable"},
		{dir, errs.Unavailable, "unavailable"},
	} {
		began := time.Now()
		_, err := embedded.Open(c.path, clock.Real{})
		if e := errs.Of(err); err == nil || e.Kind != c.kind || e.Code != c.code || !strings.Contains(e.Message, c.path) {
			t.Errorf("%s: %v, want %v %s with the path", c.path, err, c.kind, c.code)
		}
		if time.Since(began) > 20*time.Second {
			t.Errorf("%s: refused only after %v", c.path, time.Since(began))
		}
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	c := clock.At(start)
	path := filepath.Join(t.TempDir(), "table.db")
	tab, err := embedded.Open(path, c)
	if err != nil {
		t.Fatal(err)
	}
	const n = 1203 // more than two batches
	var ops []table.Op
	for i := range n {
		sort := fmt.Sprintf("%05d", i)
		ops = append(ops, table.Put(table.Item{
			Key: key(sort), Expires: start.Add(time.Duration(1+i%7) * time.Second), Index: &table.Index{Partition: table.Of(scope, "i"), Sort: sort},
		}))
	}
	never, later := time.Time{}, start.Add(time.Hour)
	ops = append(ops, table.Put(table.Item{Key: key("stays")}))
	if err := table.StoreAll(t.Context(), tab, ops); err != nil {
		t.Fatal(err)
	}
	for sort, at := range map[string]*time.Time{"00000": &never, "00001": &later} {
		if err := tab.Write(t.Context(), table.Change(key(sort), table.Changes{Expires: at})); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []struct {
		wait time.Duration
		n    int
	}{{0, 0}, {10 * time.Second, n - 2}, {0, 0}, {time.Hour, 1}} {
		c.Advance(want.wait)
		got, err := tab.Sweep(t.Context())
		if err != nil || got != want.n {
			t.Fatalf("swept %d, %v; want %d", got, err, want.n)
		}
	}
	if err := tab.Write(t.Context(), table.Put(table.Item{Key: key("00005")}, table.Absent())); err != nil {
		t.Fatalf("a swept item is absent: %v", err)
	}
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	sameCounts(t, path, map[string]int{"items": 3, "index": 1, "ttl": 0})
}

// sameCounts looks into the file: nothing may stay behind in the index and the ttl bucket.
func sameCounts(t *testing.T, path string, want map[string]int) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.View(func(tx *bbolt.Tx) error {
		for name, n := range want {
			got := 0
			if err := tx.Bucket([]byte(name)).ForEach(func(_, _ []byte) error { got++; return nil }); err != nil {
				return err
			}
			if got != n {
				t.Errorf("bucket %s holds %d entries, want %d", name, got, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAddStaysWithinInt64(t *testing.T) {
	t.Parallel()
	tab := disk.Open(t, clock.At(start))
	for _, c := range []struct{ have, add int64 }{{1<<63 - 1, 1}, {-1 << 63, -1}, {-5, -1 << 63}} {
		if err := tab.Write(t.Context(), table.Put(table.Item{Key: key("a"), Attrs: table.Attrs{"n": c.have}})); err != nil {
			t.Fatal(err)
		}
		err := tab.Write(t.Context(), table.Change(key("a"), table.Changes{Add: map[string]int64{"n": c.add}}))
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%d + %d: %v, want invalid", c.have, c.add, err)
		}
	}
}
