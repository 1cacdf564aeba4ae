package benchkeywords

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	lab "github.com/igny8/igny8/internal/lab/dynamodb"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/dynamo"
	"github.com/igny8/igny8/internal/table/embedded"
)

// The price of on-demand tables in us-east-1, standard class, as published on 2026-11-01.
const (
	writeUnit = 0.625 / 1e6 // dollars for a write request unit: 1 KB of an item, twice in a transaction
	readUnit  = 0.125 / 1e6 // dollars for a read request unit: 4 KB, half when eventually consistent
)

// The limits of an import.
const (
	imported   = 100_000
	importTime = 10 * time.Second
	importCost = 0.02 // dollars
)

var scope = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Owner})

func importInto(t *testing.T, tb table.Table, text string) time.Duration {
	t.Helper()
	c := clock.Real{}
	s := keyword.New(tb, rowset.New(tb, c, id.NewSource(c, nil)), c)
	began := time.Now()
	r, err := s.Import(t.Context(), scope, "sit", keyword.Source{Name: "export.csv", Reader: strings.NewReader(text)}, keyword.Options{Sector: "sec"})
	if err != nil || r.New != imported {
		t.Fatalf("%+v, %v", r, err)
	}
	return time.Since(began)
}

// TestImport: 100,000 keywords of a file are in within their time and their price, on the
// embedded table and on DynamoDB Local.
func TestImport(t *testing.T) {
	text := file(1, imported)
	disk, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	client := lab.Client(lab.Start(t))
	if err := lab.CreateTable(t.Context(), client, "bench-import"); err != nil {
		t.Fatal(err)
	}
	m := lab.NewMeter(client)
	own := &sizes{Table: dynamo.New(m, "bench-import", clock.Real{})}
	onDisk, onDynamo := importInto(t, disk, text), importInto(t, own, text)
	used := m.Now()
	units := max(used.Write, float64(own.units))
	cost := units*writeUnit + used.Read*readUnit
	fmt.Printf("\nimport of %d keywords, a file of %.1f MB\n", imported, float64(len(text))/1e6)
	fmt.Printf("%-34s %10s\n", "embedded, limit 10 s", onDisk.Round(time.Millisecond))
	fmt.Printf("%-34s %10s\n", "DynamoDB Local", onDynamo.Round(time.Millisecond))
	fmt.Printf("%-34s %10d %10s\n", "", imported, "one item a row")
	fmt.Printf("%-34s %10d %10d\n", "requests (25 items in each)", used.Requests, imported/25)
	fmt.Printf("%-34s %10.2f %10.2f\n", "MB written", float64(own.bytes)/1e6, float64(imported)*400/1e6)
	fmt.Printf("%-34s %10.0f %10d\n", "write units, as DynamoDB says", used.Write, imported)
	fmt.Printf("%-34s %10d\n", "write units, from the items' sizes", own.units)
	fmt.Printf("%-34s %10.1f\n", "read units", used.Read)
	fmt.Printf("%-34s %10.5f %10.5f\n", "dollars, limit 0.02", cost, imported*writeUnit)
	if onDisk > importTime {
		t.Errorf("embedded: %v, limit %v", onDisk, importTime)
	}
	if used.Write == 0 || own.units == 0 || cost > importCost {
		t.Errorf("%.5f dollars, limit %v", cost, importCost)
	}
}
