// Package disk is the embedded table in a folder of the test that opens it, for the tests of
// what stands on a table.
package disk

import (
	"path/filepath"
	"testing"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table/embedded"
)

// Open opens an empty table on the clock, until the test's end.
func Open(t testing.TB, c clock.Clock) *embedded.Table {
	t.Helper()
	return At(t, filepath.Join(t.TempDir(), "table.db"), c)
}

// At opens the table in a file, empty when there is none, until the test's end.
func At(t testing.TB, path string, c clock.Clock) *embedded.Table {
	t.Helper()
	tb, err := embedded.Open(path, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tb.Close(); err != nil {
			t.Error(err)
		}
	})
	return tb
}
