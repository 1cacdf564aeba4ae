package apitest

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Site is the id of the only site there is, acc_1's, for the routes of features that ask about
// sites.
type Site string

// Check gives NotFound but for this site, asked for by acc_1.
func (i Site) Check(_ context.Context, s account.Scope, site string) error {
	if s.Account() != "acc_1" || site != string(i) {
		return errs.New(errs.NotFound, "not_found", "not found")
	}
	return nil
}

// Holding gives this site, when has finds the record there; NotFound to other accounts.
func (i Site) Holding(ctx context.Context, s account.Scope, _ string, has func(site string) error) (string, error) {
	if err := i.Check(ctx, s, string(i)); err != nil {
		return "", err
	}
	return string(i), has(string(i))
}

// Busy are the records that a job works on.
type Busy map[string]bool

// InWork gives those of the items that are busy.
func (b Busy) InWork(_ context.Context, _ account.Scope, _ string, items ...string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, i := range items {
		if b[i] {
			out[i] = true
		}
	}
	return out, nil
}
