package automation

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
)

// closeWave settles a planned wave that has no marker left and answers its stage's token.
// Called by whoever removed the last marker, and by tick; the others find it closed.
func (e *Engine) closeWave(ctx context.Context, s account.Scope, w Wave) error {
	open, err := e.markers(ctx, s, w.Site, w.ID, 1)
	if err != nil || len(open) > 0 {
		return err
	}
	closed := false
	err = table.Again(func() error {
		w, err = e.wave(ctx, s, w.Site, w.ID)
		if err != nil || w.State != WavePlanned {
			return err
		}
		if err := e.settle(ctx, s, &w); err != nil {
			return err
		}
		closed = true
		return nil
	})
	if err != nil || !closed {
		return err
	}
	return e.afterClose(ctx, s, w)
}

// closeByID is closeWave for a wave known by its id only; a wave that is gone is no error.
// Each job of the wave comes here, and all but the last find a marker: the wave itself, which
// lists them all, is read when there is none. That look alone does not do: markers may still
// be written until the wave is planned, so closeWave looks again behind it.
func (e *Engine) closeByID(ctx context.Context, s account.Scope, site, wave string) error {
	open, err := e.markers(ctx, s, site, wave, 1)
	if err != nil || len(open) > 0 {
		return err
	}
	w, err := e.wave(ctx, s, site, wave)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil || w.State != WavePlanned {
		return err
	}
	return e.closeWave(ctx, s, w)
}

// settle sums the draws of the wave's own jobs and gives back what was held beyond them.
func (e *Engine) settle(ctx context.Context, s account.Scope, w *Wave) error {
	jobs, err := e.jobsOf(ctx, s, *w)
	if err != nil {
		return err
	}
	var charge credit.Amount
	for _, j := range jobs {
		if j.Wave == w.ID && j.State == JobDone {
			charge += j.Draw
		}
	}
	var money []table.Op
	told := event.Event{Kind: event.WaveClosed, Site: w.Site, Run: w.Run, Stage: w.Stage, Total: int64(len(w.Jobs))}
	if w.Held.Sum() > 0 {
		bal, err := e.Credits.Balance(ctx, s)
		if err != nil {
			return err
		}
		if bal, money, err = bal.Settle(s, w.Held, charge, w.purpose(), e.clock.Now()); err != nil {
			return err
		}
		told.Credits = left(bal)
	}
	w.State, w.Charged = WaveClosed, charge
	op, err := replace(waveKey(s, w.Site, w.ID), "wave", *w, w.version)
	if err != nil {
		return err
	}
	ev, err := e.event(s, told)
	if err != nil {
		return err
	}
	if err := e.table.Transact(ctx, append([]table.Op{op, ev}, money...)...); err != nil {
		return err
	}
	w.version++
	return nil
}

// afterClose answers the stage's token, or folds a wave that has no run.
func (e *Engine) afterClose(ctx context.Context, s account.Scope, w Wave) error {
	if w.Run == "" {
		return e.foldAlone(ctx, s, w)
	}
	st, err := e.stage(ctx, s, w.Site, w.Run, w.Stage)
	if err != nil || st.Token == "" {
		return err
	}
	return e.succeed(ctx, st.Token, false)
}

// foldAlone folds a wave that a person asked for and takes it off tick's list.
func (e *Engine) foldAlone(ctx context.Context, s account.Scope, w Wave) error {
	if e.stages[w.Stage] == nil {
		return nil // asked for where no stage is linked, and done before that was over: tick folds it
	}
	if w.State == WaveClosed {
		if _, _, err := e.foldWave(ctx, s, w); err != nil {
			return err
		}
		w.State = WaveFolded
		op, err := replace(waveKey(s, w.Site, w.ID), "wave", w, w.version)
		if err != nil {
			return err
		}
		if err := e.table.Write(ctx, op); err != nil && table.FailedCondition(err) == nil {
			return err
		}
	}
	return e.table.Write(ctx, table.Delete(openEntry(e.system, "W", s.Account(), w.Site, w.ID)))
}
