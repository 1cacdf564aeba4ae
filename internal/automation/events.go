package automation

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
)

func (e *Engine) event(s account.Scope, ev event.Event) (table.Op, error) {
	return event.Write(s, e.ids, e.clock.Now(), ev)
}

// left is what an event says of a balance.
func left(b credit.Balance) *int64 {
	n := int64(b.Total())
	return &n
}

// afterEnd is for how long an ended run may still have something to tell: calls in flight
// are finished, and a wave is settled.
const afterEnd = time.Hour

// Logs gives the last lines of a run's story, oldest first.
func (e *Engine) Logs(ctx context.Context, s account.Scope, site, run string, lines int) ([]event.Event, error) {
	r, err := e.run(ctx, s, site, run)
	if err != nil {
		return nil, err
	}
	return event.OfRun(ctx, e.table, s, run, r.StartedAt, lastWord(r), lines)
}

// lastWord is until when a run's events were written; zero while it goes on.
func lastWord(r Run) time.Time {
	if !r.Status.Ended() {
		return time.Time{}
	}
	end := r.CompletedAt
	if end.Before(r.CancelledAt) {
		end = r.CancelledAt
	}
	if end.IsZero() {
		return end
	}
	return end.Add(afterEnd)
}
