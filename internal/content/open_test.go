package content_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table/embedded"
)

var (
	epoch  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	owner  = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Owner})
	other  = account.Mint(account.Grant{Account: "other", Actor: "usr", Role: account.Owner})
	nobody = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Editor, Sites: []string{"elsewhere"}})
)

func open(t *testing.T) (*embedded.Table, *blobs.Store, *clock.Fake) {
	t.Helper()
	c := clock.At(epoch)
	tb, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tb.Close() })
	bs, err := blobs.Open(filepath.Join(t.TempDir(), "blobs"), "http://127.0.0.1:1", []byte(strings.Repeat("k", 32)), c)
	if err != nil {
		t.Fatal(err)
	}
	return tb, bs, c
}
