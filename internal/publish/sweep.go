package publish

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Swept is what one Sweep did.
type Swept struct {
	Looked  int      // attempts looked after
	Trashed []string // ids of stray drafts
	Failed  int      // attempts whose site did not answer; they are looked after again
}

// sweepBatch bounds one Sweep; the rest stays due.
const sweepBatch = 100

// Due tells by one small read whether the site has an attempt whose look is due at now.
func (s *Service) Due(ctx context.Context, scope account.Scope, site string, now time.Time) (bool, error) {
	found, err := s.items.due(ctx, scope, site, now, 1)
	return len(found) > 0, err
}

// Open tells by one small read whether the site has attempts to look after, now or later.
func (s *Service) Open(ctx context.Context, scope account.Scope, site string) (bool, error) {
	return s.items.open(ctx, scope, site)
}

// Sweep looks for the drafts that attempts without a stored answer may have left, and
// moves them to the site's trash. It touches a draft only if it carries the nonce of such
// an attempt, is not the post that we know, has our author, holds nothing but the marker
// and was never modified. Safe to repeat, and beside publications.
func (s *Service) Sweep(ctx context.Context, scope account.Scope, site string, now time.Time) (Swept, error) {
	var out Swept
	due, err := s.items.due(ctx, scope, site, now, sweepBatch)
	if err != nil {
		return out, err
	}
	for _, a := range due {
		out.Looked++
		next, err := s.look(ctx, scope, site, a, now, &out)
		if err != nil {
			return out, err
		}
		if next == nil {
			err = s.items.drop(ctx, scope, site, a)
		} else {
			err = s.items.move(ctx, scope, site, a, *next)
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// look does one look of an attempt and gives it as it is to be looked at next; nil when
// that was the last time.
func (s *Service) look(ctx context.Context, scope account.Scope, site string, a Attempt, now time.Time, out *Swept) (*Attempt, error) {
	rec, err := s.items.record(ctx, scope, site, a.ContentID, a.Destination)
	if err != nil {
		return nil, err
	}
	if rec.leased(now, s.opt.Owner, s.opt.SoleOwner) {
		// Its publication is under way and may be about to store the id of this very draft.
		a.Due = later(rec.LeaseUntil, now.Add(time.Minute))
		return &a, nil
	}
	trashed, err := s.trash(ctx, scope, site, a, rec)
	out.Trashed = append(out.Trashed, trashed...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		out.Failed++
		if now.Sub(a.Started) > s.opt.GiveUp {
			return nil, nil
		}
		a.Due = now.Add(max(10*time.Minute, errs.Of(err).RetryAfter))
		return &a, nil
	}
	if a.Looks++; a.Looks >= len(s.opt.Looks) {
		return nil, nil
	}
	a.Due = later(a.Started.Add(s.opt.Looks[a.Looks]), now.Add(time.Second))
	return &a, nil
}

func (s *Service) trash(ctx context.Context, scope account.Scope, site string, a Attempt, rec *Record) ([]string, error) {
	dest, err := s.to.Destination(ctx, scope, site, a.Destination)
	if err != nil {
		return nil, err
	}
	found, err := dest.Find(ctx, a.ContentID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range found {
		if !a.stray(p, rec) {
			continue
		}
		if err := dest.Trash(ctx, p.ID); err != nil {
			return out, err
		}
		out = append(out, p.ID)
	}
	return out, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
