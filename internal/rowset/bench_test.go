package rowset_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// BenchmarkLoad reads 30,000 rows of 14 columns that are not in memory.
func BenchmarkLoad(b *testing.B) {
	c := start()
	s := storeOn(memory.New(c), c)
	fillBench(b, s, site, 30_000)
	for b.Loop() {
		s.Forget()
		if _, err := s.Load(b.Context(), owner, site, table.Consistent); err != nil {
			b.Fatal(err)
		}
	}
}

// fillBench stores rows of 14 columns.
func fillBench(b *testing.B, s *rowset.Store, site string, rows int) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	if _, err := s.Apply(b.Context(), owner, site, func(d *rowset.Draft) error {
		for i := range rows {
			text := fmt.Sprintf("best garden hose %x %d", r.IntN(1<<20), i)
			d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: text, rowset.ColFold: text, rowset.ColVolume: r.Int64N(9000), "difficulty": r.Int64N(100),
				rowset.ColIntent: []string{"informational", "commercial"}[r.IntN(2)], "country": []string{"US", "DE", "FR"}[r.IntN(3)], rowset.ColStatus: "new",
				rowset.ColSector: "sec_00000000000000000000000000", "source": "Semrush", rowset.ColClusterID: fmt.Sprintf("clu_%026d", r.IntN(3000)),
				rowset.ColCreatedAt: int64(1772000000000), rowset.ColUpdatedAt: 1772000000000 + r.Int64N(1e6), rowset.ColDisabled: false})
		}
		return nil
	}, rowset.Options{}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLoadTenSites reads ten sites of 200,000 keywords side by side, as ten jobs of one
// batch may, and tells by how much the heap had grown at most.
func BenchmarkLoadTenSites(b *testing.B) {
	c := start()
	t := memory.New(c)
	w := storeOn(t, c)
	sites := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	for _, at := range sites {
		fillBench(b, w, at, 200_000)
		w.Forget()
	}
	s := storeOn(t, c)
	var most uint64
	for b.Loop() {
		s.Bound(64 << 20) // as worker-ai keeps
		most = max(most, grown(func() {
			var wg sync.WaitGroup
			for _, at := range sites {
				wg.Go(func() {
					if _, err := s.Load(b.Context(), owner, at, table.Consistent); err != nil {
						b.Error(err)
					}
				})
			}
			wg.Wait()
		}))
	}
	b.ReportMetric(float64(most)/1e6, "MB-at-most")
}

// grown gives by how many bytes the memory taken from the system for objects grew while f ran.
func grown(f func()) uint64 {
	runtime.GC()
	debug.FreeOSMemory()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	read := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64() + sample[1].Value.Uint64()
	}
	before, most := read(), uint64(0)
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for tick := time.Tick(time.Millisecond); ; {
			select {
			case <-tick:
				most = max(most, read())
			case <-done:
				return
			}
		}
	}()
	f()
	close(done)
	<-watched
	return most - min(before, most)
}
