package blobtest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
)

// Open opens an empty embedded store on the clock in a folder of the test, for the tests of what
// stands on blobs. Nobody answers at its addresses.
func Open(t testing.TB, c clock.Clock) *embedded.Store {
	t.Helper()
	store, err := embedded.Open(filepath.Join(t.TempDir(), "blobs"), "http://127.0.0.1:1", []byte(strings.Repeat("k", 32)), c)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
