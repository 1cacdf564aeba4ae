package automation

import (
	"context"
	"errors"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
)

// The reasons for which a run is paused. The last two come with a text for the person in
// the run's Error.
const (
	PausedByPerson    = "person"
	PausedByCredits   = "credits"
	PausedByProvider  = "provider"  // it refuses the key, or the key's quota is used up
	PausedByWordPress = "wordpress" // it refuses the password, or the user's role
)

// pauses gives the reason for which an error stops a whole run: no other job would fare
// better, so one pause tells it once. Empty for an error that is its own job's.
func pauses(e *errs.Error) string {
	login := e.Kind == errs.Unauthenticated
	switch {
	case e.Cause == errs.WordPress && (login || e.Code == "wordpress_role"):
		return PausedByWordPress
	case e.Cause == errs.Provider && (login || e.Kind == errs.Forbidden):
		return PausedByProvider
	case login && e.Code == "key_missing":
		return PausedByProvider
	}
	return ""
}

// stop pauses the job's run because of what its call was answered, and gives the job back
// without a try counted. A run that was paused already, or resumed since the call began,
// stays as it is: in the latter case the job is planned again, with what was mended.
func (e *Engine) stop(ctx context.Context, s account.Scope, j Job, begun time.Time, cause error) (ended bool, err error) {
	why, text := pauses(errs.Of(cause)), reason(errs.Of(cause))
	r, err := e.update(ctx, s, j.Site, j.Run, func(r *Run) (event.Event, []table.Op, error) {
		if r.Status != StatusRunning || r.ResumedAt.After(begun) {
			return event.Event{}, nil, errEnded
		}
		r.Status, r.PauseReason, r.PausedAt, r.Error = StatusPaused, why, e.clock.Now(), text
		return event.Event{Kind: event.RunPaused, Cause: why, Reason: text}, nil, nil
	})
	if errors.Is(err, errEnded) {
		return e.drop(ctx, s, j)
	}
	if err != nil {
		return false, e.giveBack(ctx, s, j, err)
	}
	e.Log.Error("run paused", "account", s.Account(), "site", j.Site, "run", j.Run, "stage", j.Stage, "job", j.ID, "cause", why, "err", cause)
	told := e.failToken(ctx, s, r, haltName(r))
	ended, err = e.drop(ctx, s, j)
	return ended, errors.Join(told, err)
}
