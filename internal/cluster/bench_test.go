package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

// BenchmarkTenSites asks for a cluster and its keywords of ten sites of 200,000 keywords side
// by side, as the jobs of one batch may, and tells by how much the heap had grown at most. It
// keeps as much as worker-ai does.
func BenchmarkTenSites(b *testing.B) {
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	t, ids := disk.Open(b, c), id.NewSource(c, nil)
	sites := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	for _, site := range sites {
		plant(b, rowset.New(t, c, ids), site, 200_000)
	}
	var most uint64
	for b.Loop() {
		clusters := cluster.New(t, rowset.NewKeeping(64<<20, t, c, ids), c)
		most = max(most, grown(func() {
			var wg sync.WaitGroup
			for _, site := range sites {
				wg.Go(func() {
					_, err := clusters.Get(b.Context(), editor.Scope(), site, clusterID(7))
					list, err2 := clusters.MembersOf(b.Context(), editor.Scope(), site, clusterID(7))
					if err != nil || err2 != nil || len(list) == 0 {
						b.Error(err, err2, len(list))
					}
				})
			}
			wg.Wait()
		}))
	}
	b.ReportMetric(float64(most)/1e6, "MB-at-most")
}

func clusterID(i int) string { return fmt.Sprintf("clu_%026d", i) }

// plant stores keywords of 14 columns in clusters of twenty.
func plant(b *testing.B, s *rowset.Store, site string, keywords int) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	if _, err := s.Apply(b.Context(), editor.Scope(), site, func(d *rowset.Draft) error {
		for i := range keywords / 20 {
			d.Add(rowset.Clusters, rowset.Fields{rowset.ColClusterID: clusterID(i), rowset.ColSector: "sec_1", rowset.ColStatus: rowset.StatusNew})
		}
		for i := range keywords {
			text := fmt.Sprintf("best garden hose %x %d", r.IntN(1<<20), i)
			d.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: text, rowset.ColFold: text, rowset.ColVolume: r.Int64N(9000), "difficulty": r.Int64N(100),
				rowset.ColIntent: []string{"informational", "commercial"}[r.IntN(2)], "country": []string{"US", "DE", "FR"}[r.IntN(3)], rowset.ColStatus: "new",
				rowset.ColSector: "sec_1", "source": "Semrush", rowset.ColClusterID: clusterID(r.IntN(keywords / 20)),
				rowset.ColCreatedAt: int64(1772000000000), rowset.ColUpdatedAt: 1772000000000 + r.Int64N(1e6), rowset.ColDisabled: false})
		}
		return nil
	}, rowset.Options{}); err != nil {
		b.Fatal(err)
	}
}

// grown gives by how many bytes the heap, garbage included, grew at most while f ran.
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
