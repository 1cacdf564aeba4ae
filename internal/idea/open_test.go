package idea_test

import (
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
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
	return disk.Open(t, c), c
}
