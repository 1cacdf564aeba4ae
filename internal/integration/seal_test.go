package integration_test

import (
	"path/filepath"
	"testing"

	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/seal/embedded"
)

func newSealer(t *testing.T) seal.Sealer {
	t.Helper()
	s, err := embedded.Open(filepath.Join(t.TempDir(), "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
