package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/embedded"
)

const (
	childVariable = "IGNY8_TABLE_TEST_CHILD" // the file that the child writes to
	kills         = 25
)

// TestMain is the test binary or, when the variable is set, the child that gets killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		fmt.Fprintln(os.Stderr, child(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// child writes transactions for ever and prints the number of each after it returned.
func child(path string) error {
	tab, err := embedded.Open(path, clock.Real{})
	if err != nil {
		return err
	}
	ctx, n := context.Background(), int64(0)
	if it, err := tab.Get(ctx, key("counter"), table.Consistent); err == nil {
		n = it.Attrs["n"].(int64)
	}
	for {
		n++
		ops := []table.Op{table.Change(key("counter"), table.Changes{Add: map[string]int64{"n": 1}})}
		for _, part := range []string{"left", "right"} {
			ops = append(ops, table.Put(table.Item{
				Key:   table.Key{Partition: table.Of(scope, part), Sort: number(n)},
				Index: &table.Index{Partition: table.Of(scope, "all"), Sort: part + number(n)},
			}, table.Absent()))
		}
		if err := tab.Transact(ctx, ops...); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func number(n int64) string { return fmt.Sprintf("%08d", n) }

// TestKill kills a writing process again and again: what it had printed is there, and each
// transaction is there whole or not at all.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "table.db")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for range kills {
		acknowledged := runChild(t, self, path, 1+rand.IntN(40))
		total = checkFile(t, path, max(acknowledged, total))
	}
	t.Logf("%d kills, %d transactions, none lost or torn", kills, total)
}

// runChild lets a child acknowledge a few writes, kills it, and gives the last number that
// it printed.
func runChild(t *testing.T, self, path string, writes int) int64 {
	t.Helper()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last, lines := int64(0), bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		if last, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
		if n == writes { // read on: more may be printed until the kill arrives
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = cmd.Wait()
	if last == 0 || err == nil || err.Error() != "signal: killed" {
		t.Fatalf("the child wrote up to %d and ended by %v", last, err)
	}
	return last
}

func checkFile(t *testing.T, path string, acknowledged int64) int64 {
	t.Helper()
	tab, err := embedded.Open(path, clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tab.Close() }()
	it, err := tab.Get(t.Context(), key("counter"), table.Consistent)
	if err != nil {
		t.Fatal(err)
	}
	n := it.Attrs["n"].(int64)
	if n < acknowledged || n > acknowledged+1 || it.Version != n {
		t.Fatalf("counter %d (version %d), acknowledged %d", n, it.Version, acknowledged)
	}
	count := func(q table.Query, want int64) []table.Item {
		items, err := table.Collect(t.Context(), tab, q)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(items)) != want {
			t.Fatalf("%d items in %+v, want %d", len(items), q, want)
		}
		return items
	}
	for _, part := range []string{"left", "right"} {
		for i, it := range count(table.Query{Partition: table.Of(scope, part)}, n) {
			if it.Key.Sort != number(int64(i)+1) {
				t.Fatalf("item %d of %s is %s", i+1, part, it.Key.Sort)
			}
		}
	}
	count(table.Query{Partition: table.Of(scope, "all"), OnIndex: true}, 2*n)
	return n
}
