package prompt

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Service reads and changes an account's prompts.
type Service struct {
	table table.Table
	clock clock.Clock
}

// New makes a Service.
func New(t table.Table, c clock.Clock) *Service { return &Service{table: t, clock: c} }

// List gives the prompts of all types.
func (v *Service) List(ctx context.Context, s account.Scope) ([]Prompt, error) {
	own, err := v.own(ctx, s)
	if err != nil {
		return nil, errs.Wrap("prompt.List", err)
	}
	var out []Prompt
	for _, t := range Types() {
		out = append(out, of(t, own[t]))
	}
	return out, nil
}

// Get gives the prompt of a type; NotFound for an unknown type.
func (v *Service) Get(ctx context.Context, s account.Scope, t Type) (Prompt, error) {
	if err := known(t); err != nil {
		return Prompt{}, err
	}
	it, err := v.table.Get(ctx, Key(s, t), table.Consistent)
	if errs.Is(err, errs.NotFound) && s.Valid() {
		return of(t, table.Item{}), nil
	}
	return of(t, it), errs.Wrap("prompt.Get", err)
}

// Put gives the account a prompt of its own, for jobs that begin from now on: what was
// asked and answered before stays as it is, and no answer is bought again. Invalid names
// what is wrong (see Check); Conflict when others changed it since the version that the
// request names. Safe to repeat.
func (v *Service) Put(ctx context.Context, s account.Scope, t Type, text string) (Prompt, error) {
	if err := known(t); err != nil {
		return Prompt{}, err
	}
	if err := Check(t, text); err != nil {
		return Prompt{}, err
	}
	var out Prompt
	err := table.Again(func() error {
		now, err := v.Get(ctx, s, t)
		if err != nil {
			return err
		}
		if err := httpapi.Unchanged(ctx, now.Version); err != nil {
			return err
		}
		out = now
		if now.Own && now.Text == text {
			return nil
		}
		at := v.clock.Now()
		out.Text, out.Own, out.UpdatedAt, out.Version = text, true, &at, now.Version+1
		it := table.Item{Key: Key(s, t), Type: "prompt", Version: now.Version, Attrs: table.Attrs{"text": text}}
		return v.table.Write(ctx, table.Put(it, table.VersionIs(now.Version)))
	})
	return out, errs.Wrap("prompt.Put", err)
}

// Reset takes the account's own prompt away; Conflict when others changed it since the version
// that the request names. Safe to repeat.
func (v *Service) Reset(ctx context.Context, s account.Scope, t Type) (Prompt, error) {
	if err := known(t); err != nil {
		return Prompt{}, err
	}
	err := table.Again(func() error {
		now, err := v.Get(ctx, s, t)
		if err != nil {
			return err
		}
		if err := httpapi.Unchanged(ctx, now.Version); err != nil || now.Version == 0 {
			return err
		}
		return v.table.Write(ctx, table.Delete(Key(s, t), table.VersionIs(now.Version)))
	})
	return of(t, table.Item{}), errs.Wrap("prompt.Reset", err)
}
