package clustering_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// watched remembers every page that was ever written.
type watched struct {
	table.Table
	mu    sync.Mutex
	pages map[string]table.Key
	asked map[string]bool // pages that were read
}

func (w *watched) Load(ctx context.Context, keys []table.Key, c table.Consistency) ([]table.Item, []table.Key, error) {
	w.mu.Lock()
	for _, key := range keys {
		name, _ := key.Partition.Name()
		w.asked[name] = true
	}
	w.mu.Unlock()
	return w.Table.Load(ctx, keys, c)
}

func (w *watched) Transact(ctx context.Context, ops ...table.Op) error {
	w.mu.Lock()
	for _, op := range ops {
		if op.Kind == table.OpPut && op.Key.Sort == "PAGE" {
			name, _ := op.Key.Partition.Name()
			w.pages[name] = op.Key
		}
	}
	w.mu.Unlock()
	return w.Table.Transact(ctx, ops...)
}

// left are the pages that are there.
func (w *watched) left(ctx context.Context) (n int) {
	for _, key := range w.pages {
		if _, err := w.Table.Get(ctx, key, table.Consistent); err == nil {
			n++
		}
	}
	return n
}

// TestWritersBesideTheStage: while waves of the stage are folded into a site's keywords, two
// people edit, add and delete keywords, each from a program of their own, and tick sweeps.
// No edit is lost, clusters count what they hold, and no page is left that nothing names.
func TestWritersBesideTheStage(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			t.Parallel()
			newBeside(t, seed).run()
		})
	}
}

type beside struct {
	*bench
	seed  uint64
	clock *clock.Fake
	table *watched
	rows  func() *rowset.Store // of a program of its own
}

func newBeside(t *testing.T, seed uint64) *beside {
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := &watched{Table: memory.New(c), pages: map[string]table.Key{}, asked: map[string]bool{}}
	bs := blobtest.Open(t, c)
	rows := func() *rowset.Store { return rowset.New(tb, c, id.NewSource(c, nil)) }
	clusters := cluster.New(tb, rows(), c)
	b := &beside{seed: seed, clock: c, table: tb, rows: rows, bench: &bench{t, account.Mint(account.Grant{Account: "acc", Actor: "bot", Role: account.SystemBot}),
		keyword.New(tb, rows(), c), clusters, clustering.New(clusters, answers.Blobs{Store: bs}, nil)}}
	var texts []string
	for i := range 400 {
		texts = append(texts, fmt.Sprintf("%s thing%d", hoses[i%len(hoses)], i))
	}
	b.add("sec", texts...)
	return b
}

// person edits rows of the import, and adds and deletes rows of their own; it gives what
// the column of theirs and their own rows have to be in the end.
func (b *beside) person(n int, column string) (edits map[int64]string, own map[int64]bool) {
	r := rand.New(rand.NewPCG(b.seed, uint64(n)))
	store := b.rows()
	edits, own = map[int64]string{}, map[int64]bool{}
	for i := range 40 {
		var edited, added, deleted []int64
		value := fmt.Sprint(column, i)
		_, err := store.Apply(b.t.Context(), b.scope, "sit", func(d *rowset.Draft) error {
			edited, added, deleted = nil, nil, nil
			n, among := 1, int64(8) // of one row, often the other person's too
			if r.IntN(6) == 0 {
				n, among = 130, 400 // of too many for the head
			}
			for range n {
				if id := 1 + r.Int64N(among); d.Update(rowset.Keywords, id, rowset.Fields{column: value}) {
					edited = append(edited, id)
				}
			}
			if r.IntN(2) == 0 {
				added = append(added, d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: value, rowset.ColFold: value, rowset.ColSector: "other", rowset.ColStatus: "new"}))
			}
			for id := range own {
				if r.IntN(4) == 0 && d.Delete(rowset.Keywords, id) {
					deleted = append(deleted, id)
				}
			}
			return nil
		}, rowset.Options{})
		if err != nil {
			b.t.Error(err)
			return edits, own
		}
		for _, id := range edited {
			edits[id] = value
		}
		for _, id := range added {
			own[id] = true
		}
		for _, id := range deleted {
			delete(own, id)
		}
	}
	return edits, own
}

func (b *beside) run() {
	var wg sync.WaitGroup
	var edits [2]map[int64]string
	var own [2]map[int64]bool
	columns := [2]string{"ann", "ben"}
	for i := range edits {
		wg.Go(func() { edits[i], own[i] = b.person(i, columns[i]) })
	}
	done := make(chan struct{})
	var tick sync.WaitGroup
	tick.Go(func() {
		for store := b.rows(); ; time.Sleep(time.Millisecond) {
			select {
			case <-done:
				return
			default:
				if _, err := store.Sweep(b.t.Context(), b.scope, "sit", b.clock.Now(), time.Hour); err != nil {
					b.t.Error(err)
				}
			}
		}
	})
	placed := int64(0)
	for wave := range 5 {
		half := b.plan().Jobs
		if len(half) == 0 {
			break
		}
		half[0].Share /= 3 // a third of what waits
		placed += b.fold(fmt.Sprint("wav_", wave), b.do(half[0], map[string]ai.Answer{}))["keywords_processed"]
	}
	wg.Wait()
	close(done)
	tick.Wait()
	b.check(edits, own, columns, placed)
	b.clock.Advance(15 * 24 * time.Hour)
	if _, err := b.rows().Sweep(b.t.Context(), b.scope, "sit", b.clock.Now(), time.Hour); err != nil {
		b.t.Fatal(err)
	}
	clear(b.table.asked)
	b.check(edits, own, columns, placed) // by a program that reads each page that the head names
	if n := b.table.left(b.t.Context()); n != len(b.table.asked) || n == 0 {
		b.t.Errorf("%d pages are there, %d are named", n, len(b.table.asked))
	}
}

func (b *beside) check(edits [2]map[int64]string, own [2]map[int64]bool, columns [2]string, placed int64) {
	b.t.Helper()
	set, err := b.rows().Load(b.t.Context(), b.scope, "sit", table.Consistent)
	if err != nil {
		b.t.Fatal(err)
	}
	in := map[string]int64{}
	theirs := map[int64]bool{}
	for r := range set.Rows(rowset.Keywords) {
		if at := r.Text(rowset.ColClusterID); at != "" {
			in[at]++
		}
		if r.Text(rowset.ColSector) == "other" {
			theirs[r.ID()] = true
		}
		for i, column := range columns {
			if got := r.Text(column); got != edits[i][r.ID()] {
				b.t.Errorf("row %d: %s wrote %q, and %q is there", r.ID(), column, edits[i][r.ID()], got)
			}
		}
	}
	want := maps.Clone(own[0])
	maps.Copy(want, own[1])
	if !maps.Equal(theirs, want) {
		b.t.Errorf("rows added by hand: %v, want %v", slices.Sorted(maps.Keys(theirs)), slices.Sorted(maps.Keys(want)))
	}
	all := int64(0)
	for r := range set.Rows(rowset.Clusters) {
		n, _ := r.Int("keywords_count")
		all += n
		if id := r.Text(rowset.ColClusterID); in[id] != n {
			b.t.Errorf("cluster %s counts %d and holds %d", id, n, in[id])
		}
	}
	if all != placed || placed == 0 {
		b.t.Errorf("%d keywords in clusters, %d placed", all, placed)
	}
}
