package task_test

import (
	"path/filepath"

	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table/embedded"
)

var (
	epoch  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	owner  = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Owner})
	other  = account.Mint(account.Grant{Account: "other", Actor: "usr", Role: account.Owner})
	nobody = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Editor, Sites: []string{"elsewhere"}})
)

func open(t *testing.T) (*embedded.Table, *clock.Fake) {
	t.Helper()
	c := clock.At(epoch)
	tb, err := embedded.Open(filepath.Join(t.TempDir(), "table.db"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tb.Close() })
	return tb, c
}
