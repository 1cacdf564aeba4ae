package keyword_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table/embedded"
)

// BenchmarkImport imports 200,000 keywords into an empty site, then a second vendor's
// figures of all of them, and tells how much memory was taken from the system: worker-bulk
// has 1,769 MB.
func BenchmarkImport(b *testing.B) {
	var first, second strings.Builder
	first.WriteString("Keyword,Volume,Difficulty,Parent Keyword,Last Update\n")
	second.WriteString("Keyword,Volume,Keyword Difficulty,Competitive Density,Intent\n")
	for i := range 200_000 {
		fmt.Fprintf(&first, "word%d garden hose %d,%d,%d,x,2026-01-10\n", i%977, i, i, i%100)
		fmt.Fprintf(&second, "word%d garden hose %d,%d,%d,0.2,Commercial\n", i%977, i, i+1, i%90)
	}
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	for b.Loop() {
		tb, err := embedded.Open(filepath.Join(b.TempDir(), "table.db"), c)
		if err != nil {
			b.Fatal(err)
		}
		s := keyword.New(tb, rowset.New(tb, c, id.NewSource(c, nil)), c)
		for n, text := range []string{first.String(), second.String()} {
			r, err := s.Import(b.Context(), scope, "sit", keyword.Source{Name: "x", Reader: strings.NewReader(text)}, keyword.Options{Sector: "sec"})
			if err != nil || r.New != 200_000*(1-n) || r.Updated != 200_000*n {
				b.Fatalf("%+v, %v", r, err)
			}
		}
		if err := tb.Close(); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys>>20), "MB-sys")
}
