package overview

import (
	"fmt"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/integration"
)

// lowCredits is below what a balance is called low: what some three illustrated articles
// take as a rule.
var lowCredits = credit.Whole(50)

// needs tells what waits for a person: what stops everything first, then what failed, then
// what may be looked at.
func needs(h holdings, balance credit.Balance, links []integration.Integration, last automation.View) []Need {
	out := []Need{}
	add := func(is bool, n Need) {
		if is {
			out = append(out, n)
		}
	}
	add(last.Status == automation.StatusPaused, Need{Kind: "run_paused", Run: last.ID, Cause: last.PauseReason, Reason: whyPaused(last.Run)})
	add(last.Status == automation.StatusFailed, Need{Kind: "run_failed", Run: last.ID, Reason: "the last run failed: " + last.Error})
	for _, l := range links {
		add(!l.IsActive, Need{Kind: "integration_broken", ID: l.ID, Reason: "the connection to " + l.Config.SiteURL + " is switched off: nothing is published there until it is switched on"})
		add(l.IsActive && l.SyncStatus == integration.SyncFailed, Need{Kind: "integration_broken", ID: l.ID, Reason: "the connection to " + l.Config.SiteURL + " failed: " + l.SyncError})
	}
	add(balance.Total() < lowCredits, Need{Kind: "low_credits", Reason: fmt.Sprintf("%s credits are left: add some before the next run", balance.Total())})
	failed := failedItems(h, last)
	add(failed > 0, Need{Kind: "failed_items", Count: failed, Run: last.ID, Reason: many(failed, "item") + " failed and were not done since: look at why, and try again"})
	add(h.unpublished > 0, Need{Kind: "failed_publication", Count: h.unpublished, Reason: many(h.unpublished, "article") + " could not be published: look at why, and publish again"})
	review := h.contents[string(content.Review)]
	add(review > 0, Need{Kind: "content_review", Count: review, Reason: many(review, "article") + " to review"})
	return out
}

func many(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// failedItems counts what failed and still waits: of the stages that work on rows what the
// last run tells, of the others what the items themselves do.
func failedItems(h holdings, last automation.View) (n int64) {
	for _, st := range last.Stages {
		if st.Stage <= 2 {
			n += st.Failed
		}
	}
	if last.ID != "" {
		n += h.failed[last.ID]
	}
	return n + h.images[string(imagery.Failed)]
}

func whyPaused(r automation.Run) string {
	switch {
	case r.PauseReason == automation.PausedByCredits:
		return "the run stands still because the credits have run out: add some, then resume it"
	case r.Error != "":
		return "the run stands still: " + r.Error + "; mend that, then resume it"
	}
	return "the run was paused: resume it to go on"
}
