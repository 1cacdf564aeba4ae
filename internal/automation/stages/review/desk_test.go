package review_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table/embedded"
)

// desk opens embedded stores and puts a desk on them.
func desk(t *testing.T) *stagetest.Desk {
	t.Helper()
	c := clock.At(stagetest.Epoch())
	tb, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tb.Close() })
	bs, err := blobs.Open(filepath.Join(t.TempDir(), "blobs"), "http://127.0.0.1:1", []byte(strings.Repeat("k", 32)), c)
	if err != nil {
		t.Fatal(err)
	}
	return stagetest.New(t, tb, bs, c)
}
