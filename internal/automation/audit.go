package automation

import (
	"context"
	"fmt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// audit is made when a site falls quiet, after credits have moved: it tells the log, and so an
// alarm (infra/alarms.yaml), when the account's balance and its ledger have drifted apart, or a
// wave that is over still holds credits. It mends nothing: whose books are wrong is for people.
func (e *Engine) audit(ctx context.Context, s account.Scope, site string) error {
	faults, held, err := e.Credits.Audit(ctx, s, site)
	if err != nil {
		return err
	}
	for ref, sum := range held {
		w, err := e.wave(ctx, s, site, ref)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if err != nil || w.State == WaveClosed || w.State == WaveFolded {
			faults = append(faults, fmt.Sprintf("the wave %s is over and holds %s", ref, sum))
		}
	}
	for _, f := range faults {
		e.Log.Error("credits have drifted", "account", s.Account(), "site", site, "fault", f)
	}
	return nil
}
