package rowset_test

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// counted is a table that counts the requests it gets and the pages written.
type counted struct {
	table.Table
	requests, pages, head atomic.Int64
}

func (c *counted) Get(ctx context.Context, k table.Key, how table.Consistency) (table.Item, error) {
	c.requests.Add(1)
	return c.Table.Get(ctx, k, how)
}

func (c *counted) Load(ctx context.Context, keys []table.Key, how table.Consistency) ([]table.Item, []table.Key, error) {
	c.requests.Add(1)
	return c.Table.Load(ctx, keys, how)
}

func (c *counted) Write(ctx context.Context, op table.Op) error {
	c.requests.Add(1)
	return c.Table.Write(ctx, op)
}

func (c *counted) Transact(ctx context.Context, ops ...table.Op) error {
	c.requests.Add(1)
	for _, op := range ops {
		switch op.Item.Type {
		case "rowset_page":
			c.pages.Add(1)
		case "rowset_head":
			c.head.Store(int64(op.Item.Size()))
		}
	}
	return c.Table.Transact(ctx, ops...)
}

// taken is how many requests came since it was asked last.
func (c *counted) taken() int64 { return c.requests.Swap(0) }

type bench struct {
	t     *testing.T
	table *counted
	store *rowset.Store
}

func setUp(t *testing.T) *bench {
	c := start()
	tb := &counted{Table: memory.New(c)}
	return &bench{t, tb, storeOn(tb, c)}
}

func (b *bench) apply(change func(d *rowset.Draft)) rowset.Result {
	b.t.Helper()
	r, err := b.store.Apply(b.t.Context(), owner, site, func(d *rowset.Draft) error { change(d); return nil }, rowset.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) load() *rowset.Set {
	b.t.Helper()
	set, err := b.store.Load(b.t.Context(), owner, site, table.Consistent)
	if err != nil {
		b.t.Fatal(err)
	}
	return set
}

// fill adds n rows.
func (b *bench) fill(n int) {
	b.apply(func(d *rowset.Draft) {
		for i := range n {
			d.Add(rowset.Keywords, rowset.Fields{rowset.ColFold: fmt.Sprintf("key %05d", i*7919%n), rowset.ColStatus: "new", rowset.ColVolume: int64(i)})
		}
	})
}

// TestRequests: a read of pages that are in memory is one request, a write of a few rows two
// and no page; too many of them are folded into pages.
func TestRequests(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.fill(10_000)
	b.table.taken()
	if b.load(); b.table.taken() != 1 {
		t.Error("what was just written is read again")
	}
	b.store.Forget()
	if b.load(); b.table.taken() != 2 {
		t.Error("a cold read of 4 pages should be two requests")
	}
	for _, rows := range []int{1, 3000} { // another program's change of a row, and one that makes a page or two
		if _, err := storeOn(b.table, start()).Apply(t.Context(), owner, site, func(d *rowset.Draft) error {
			for i := range int64(rows) {
				d.Update(rowset.Keywords, 1+i, rowset.Fields{rowset.ColVolume: i})
			}
			return nil
		}, rowset.Options{}); err != nil {
			t.Fatal(err)
		}
		b.table.taken()
		if b.load(); b.table.taken() != int64(map[int]int{1: 1, 3000: 2}[rows]) {
			t.Errorf("after a change of %d rows by another more is read than that", rows)
		}
	}
	pages := b.table.pages.Load()
	for i := range int64(100) {
		b.apply(func(d *rowset.Draft) {
			d.Update(rowset.Keywords, 1+i*99, rowset.Fields{rowset.ColStatus: "mapped", rowset.ColClusterID: fmt.Sprint("clu", i)})
		})
		if n := b.table.taken(); n != 2 {
			t.Fatalf("edit %d takes %d requests", i, n)
		}
	}
	if n := b.table.pages.Load() - pages; n != 0 {
		t.Errorf("%d pages written for edits of single rows", n)
	}
	b.apply(func(d *rowset.Draft) { d.Delete(rowset.Keywords, 10_000) })
	if n := b.table.pages.Load() - pages; n != 4 {
		t.Errorf("%d pages written when the head was full", n)
	}
	totals, err := b.store.Totals(t.Context(), owner, site)
	if err != nil || totals[rowset.Keywords].Rows != 9_999 || totals[rowset.Keywords].Values[rowset.ColStatus]["mapped"] != 100 ||
		totals[rowset.Keywords].Sums[rowset.ColVolume].Sum != 9_999*9_998/2 {
		t.Errorf("totals %+v, %v", totals, err)
	}
	if _, err := b.store.Totals(t.Context(), owner, "else"); err != nil {
		t.Errorf("a site without rows: %v", err)
	}
}

// TestOneReadsForAll: ten that ask for one site side by side read its pages once.
func TestOneReadsForAll(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.fill(10_000)
	b.store.Forget()
	b.table.taken()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { b.load() })
	}
	wg.Wait()
	if n := b.table.taken(); n != 11 {
		t.Errorf("%d requests instead of ten for the head and one for the pages", n)
	}
}

// TestWaitForTheTurn: who waits while another site is read is stopped as by a table that does
// not answer, so that jobs are tried again; one that was overtaken gives what is newer.
func TestWaitForTheTurn(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.fill(10)
	b.store.Forget()
	free := b.store.Hold()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := b.store.Load(ctx, owner, site, table.Consistent); !errs.Is(err, errs.Unavailable) || errs.Of(err).Code != "stopped" {
		t.Errorf("stopped with %v", err)
	}
	var old *rowset.Set
	var wg sync.WaitGroup
	b.table.taken()
	wg.Go(func() { old = b.load() })
	for b.table.requests.Load() == 0 { // it has the head of ten rows
		runtime.Gosched()
	}
	other := storeOn(b.table, start())
	if _, err := other.Apply(t.Context(), owner, site, func(d *rowset.Draft) error { d.Delete(rowset.Keywords, 1); return nil }, rowset.Options{}); err != nil {
		t.Fatal(err)
	}
	b.store.Take(other)
	free()
	wg.Wait()
	if n := old.Len(rowset.Keywords); n != 9 {
		t.Errorf("%d rows, though nine are known to be newer", n)
	}
}

// TestHeadStaysSmall: a head of 500,000 rows with as many edits as it takes is below 100 KB.
func TestHeadStaysSmall(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.store.Shrink(30, 100, 1<<20, 1<<28)
	b.fill(5_000) // as many pages as 500,000 rows have
	text := func(i int) string { return fmt.Sprintf("%d %x", i, uint64(i+1)*0x9E3779B97F4A7C15) }
	most := int64(0)
	for i := range 150 {
		b.apply(func(d *rowset.Draft) {
			f := rowset.Fields{}
			for c := range 20 {
				f[fmt.Sprint("column", c)] = text(i*20 + c)
			}
			d.Update(rowset.Keywords, int64(1+i*30), f)
		})
		most = max(most, b.table.head.Load())
	}
	if most > 100<<10 || most < 10<<10 {
		t.Errorf("the largest head has %d bytes", most)
	}
}

// TestUnknownBlocksAreKept: what a newer program wrote, in pages and in the head, is there
// after this one changed rows beside it.
func TestUnknownBlocksAreKept(t *testing.T) {
	t.Parallel()
	for name, pending := range map[string][2]int{"in pages": {0, 0}, "in the head": {100, 100}, "in the head, then folded": {100, 0}, "in pages and the head": {0, 100}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setUp(t)
			b.store.Shrink(3000, pending[0], 1<<20, 1<<28)
			b.apply(func(d *rowset.Draft) {
				for i := range 5 {
					d.Add(rowset.Keywords, rowset.Fields{"newer": rowset.Foreign('z', fmt.Sprint("cell", i)), rowset.ColVolume: int64(i)})
				}
			})
			b.store.Forget()
			b.store.Shrink(3000, pending[1], 1<<20, 1<<28)
			b.apply(func(d *rowset.Draft) {
				d.Delete(rowset.Keywords, 2)
				d.Update(rowset.Keywords, 3, rowset.Fields{rowset.ColVolume: int64(9)})
				d.Add(rowset.Keywords, rowset.Fields{rowset.ColVolume: int64(7)})
			})
			b.store.Forget()
			set, got := b.load(), map[int64]string{}
			for r := range set.Rows(rowset.Keywords) {
				if r.Value("newer") != nil {
					t.Error("an unknown type is shown")
				}
				got[r.ID()] = rowset.Cell(r, "newer")
			}
			if want := map[int64]string{1: "cell0", 3: "cell2", 4: "cell3", 5: "cell4", 6: ""}; !maps.Equal(got, want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestNewerHeadIsNotTouched: a head in a newer format is refused, for reading and writing.
func TestNewerHeadIsNotTouched(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.fill(3)
	key := table.Key{Partition: table.OfSite(owner, site), Sort: "ROWSET#HEAD"}
	if err := b.table.Write(t.Context(), table.Change(key, table.Changes{Set: table.Attrs{"format": int64(2)}})); err != nil {
		t.Fatal(err)
	}
	_, err := b.store.Load(t.Context(), owner, site, table.Consistent)
	_, err2 := b.store.Apply(t.Context(), owner, site, func(d *rowset.Draft) error { d.Delete(rowset.Keywords, 1); return nil }, rowset.Options{})
	if !errs.Is(err, errs.Unavailable) || !errs.Is(err2, errs.Unavailable) {
		t.Errorf("%v; %v", err, err2)
	}
}

// TestRanksAreWholeAfterFold: where there is no room between two ranks a row goes without
// one, until rows are folded into pages; then all have one.
func TestRanksAreWholeAfterFold(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.store.Shrink(50, 20, 1<<20, 4)
	b.fill(100)
	if !rowset.Ranked(b.load(), rowset.Keywords) {
		t.Fatal("an import leaves rows without rank")
	}
	add := func(i int) { // each between the one before and what follows
		b.apply(func(d *rowset.Draft) {
			d.Add(rowset.Keywords, rowset.Fields{rowset.ColFold: fmt.Sprintf("key 00007 %03d", i)})
		})
	}
	for i := range 20 {
		add(i)
	}
	if rowset.Ranked(b.load(), rowset.Keywords) {
		t.Fatal("there is room for 20 rows between two ranks: this test shows nothing")
	}
	for i := range 20 {
		add(20 + i)
		if i == 0 && !rowset.Ranked(b.load(), rowset.Keywords) {
			t.Error("rows without rank after they were folded")
		}
	}
}

// TestCacheIsBounded: sites that do not fit into memory are let go, and read again; one that
// is too large by itself is kept while it is asked for.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.store.Bound(500_000)
	sites := []string{"sit_1", "sit_2", "sit_3", "sit_4", "sit_5", "sit_6"}
	for i, site := range sites {
		if _, err := b.store.Apply(t.Context(), owner, site, func(d *rowset.Draft) error {
			for n := range 2000 + i {
				d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: fmt.Sprintf("keyword %d of %s", n, site)})
			}
			return nil
		}, rowset.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	cold := 0
	for range 3 {
		for i, site := range sites {
			b.table.taken()
			set, err := b.store.Load(t.Context(), owner, site, table.Consistent)
			if err != nil || set.Len(rowset.Keywords) != 2000+i {
				t.Fatalf("%s: %v", site, err)
			}
			if b.table.taken() > 1 {
				cold++
			}
			if n := b.store.Cached(); n > 500_000 || n < 100_000 {
				t.Errorf("%d bytes are kept", n)
			}
		}
	}
	if cold == 0 {
		t.Error("six sites fit where four should")
	}
	b.store.Bound(1000)
	b.fill(2000)
	b.load()
	b.table.taken()
	if b.load(); b.table.taken() != 1 {
		t.Error("a site that is too large is read again each time")
	}
}
