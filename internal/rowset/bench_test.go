package rowset_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
)

// BenchmarkLoad reads 30,000 rows of 14 columns that are not in memory.
func BenchmarkLoad(b *testing.B) {
	c := start()
	s := storeOn(memory.New(c), c)
	r := rand.New(rand.NewPCG(1, 1))
	if _, err := s.Apply(b.Context(), owner, site, func(d *rowset.Draft) error {
		for i := range 30_000 {
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
	for b.Loop() {
		s.Forget()
		if _, err := s.Load(b.Context(), owner, site, table.Consistent); err != nil {
			b.Fatal(err)
		}
	}
}
