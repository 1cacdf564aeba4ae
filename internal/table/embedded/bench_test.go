package embedded_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

func benchTable(b *testing.B, n int) *embedded.Table {
	b.Helper()
	tab := disk.Open(b, clock.At(start))
	var ops []table.Op
	for i := range n {
		ops = append(ops, table.Put(benchItem(i)))
	}
	if err := table.StoreAll(b.Context(), tab, ops); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	return tab
}

func benchItem(i int) table.Item {
	return table.Item{Key: key(fmt.Sprintf("item#%06d", i)), Attrs: table.Attrs{"title": strings.Repeat("x", 150), "n": int64(i), "status": "draft"}}
}

func BenchmarkGet(b *testing.B) {
	tab := benchTable(b, 1000)
	for i := 0; b.Loop(); i++ {
		if _, err := tab.Get(b.Context(), key(fmt.Sprintf("item#%06d", i%1000)), table.Consistent); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery50(b *testing.B) {
	tab := benchTable(b, 1000)
	for b.Loop() {
		page, err := tab.Query(b.Context(), table.Query{Partition: table.Of(scope), Prefix: "item#0005", Limit: 50})
		if err != nil || len(page.Items) != 50 {
			b.Fatal(len(page.Items), err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	tab := benchTable(b, 0)
	for i := 0; b.Loop(); i++ {
		if err := tab.Write(b.Context(), table.Put(benchItem(i), table.Absent())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTransact100(b *testing.B) {
	tab := benchTable(b, 0)
	for i := 0; b.Loop(); i++ {
		ops := make([]table.Op, table.MaxTransact)
		for j := range ops {
			ops[j] = table.Put(benchItem(i*len(ops)+j), table.Absent())
		}
		if err := tab.Transact(b.Context(), ops...); err != nil {
			b.Fatal(err)
		}
	}
}
