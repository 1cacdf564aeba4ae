package site

import (
	"context"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
)

// Fresh is how long an instance trusts that an account has a site, so that most requests
// need not ask the table for it: one that is deleted elsewhere seems to be there, and empty,
// for so long.
const Fresh = 60 * time.Second

// maxKnown bounds the memory of sites.
const maxKnown = 10_000

// known are the sites that were found, by account and id. What was not found is asked again.
type known struct {
	mu    sync.Mutex
	until map[[2]string]time.Time
}

func (k *known) has(now time.Time, account, id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return now.Before(k.until[[2]string{account, id}])
}

func (k *known) found(now time.Time, account, id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.until == nil || len(k.until) >= maxKnown {
		k.until = map[[2]string]time.Time{}
	}
	k.until[[2]string{account, id}] = now.Add(Fresh)
}

func (k *known) gone(account, id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.until, [2]string{account, id})
}

// Has gives NotFound when there is no such site, or the Scope does not see it: as Get, and
// mostly without a request, since what was found is trusted for a minute (Fresh).
func (v *Service) Has(ctx context.Context, s account.Scope, id string) error {
	if _, err := siteKey(s, id); err != nil {
		return err
	}
	now := v.clock.Now()
	if v.known.has(now, s.Account(), id) {
		return nil
	}
	if _, err := v.Get(ctx, s, id); err != nil {
		return err
	}
	v.known.found(now, s.Account(), id)
	return nil
}
