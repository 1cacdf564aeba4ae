// Package tick is the group of the repairs: what a crash left is looked for and mended.
package tick

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/rowset"
)

// Sweepers are those of a site: stray drafts, and pages that nothing names any more.
func Sweepers(publishing *publish.Service, rows *rowset.Store) []automation.Sweeper {
	return []automation.Sweeper{strayDrafts{publishing}, oldPages{rows}}
}

// strayDrafts sweeps what publications left on the site.
type strayDrafts struct{ publishing *publish.Service }

// Sweep looks after due attempts.
func (d strayDrafts) Sweep(ctx context.Context, s account.Scope, siteID string, now time.Time) (bool, error) {
	due, err := d.publishing.Due(ctx, s, siteID, now)
	if err != nil {
		return true, err
	}
	if due {
		if _, err := d.publishing.Sweep(ctx, s, siteID, now); err != nil {
			return true, err
		}
	}
	return d.publishing.Open(ctx, s, siteID)
}

// oldPages sweeps row-set writes that never ended and pages that nothing names any more.
type oldPages struct{ rows *rowset.Store }

// writerAge is how old an unfinished row-set write has to be before it is given up.
const writerAge = time.Hour

// Sweep gives up old writers.
func (p oldPages) Sweep(ctx context.Context, s account.Scope, siteID string, now time.Time) (bool, error) {
	done, err := p.rows.Sweep(ctx, s, siteID, now, writerAge)
	return done.Pending, err
}
