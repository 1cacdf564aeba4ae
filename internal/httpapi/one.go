package httpapi

import (
	"context"

	"github.com/igny8/igny8/internal/account"
)

// One is the input of an operation on one of a site's records.
type One struct {
	ID   string `path:"id"`
	Site string `query:"site_id" doc:"saves a look through the account's sites"`
}

func (o *One) one() *One { return o }

// located is an input that embeds One.
type located[I any] interface {
	*I
	one() *One
}

// OneRoute is Route of an operation on one of a site's records. When the request does not name
// the record's site, find does, by the record's id; fn gets an input whose Site is never empty.
// Errors of find and of fn are errs kinds.
func OneRoute[I any, P located[I], O any](spec RouteSpec, find func(ctx context.Context, s account.Scope, id string) (site string, err error),
	fn func(ctx context.Context, s account.Scope, in P) (O, error)) Operation {
	return Route(spec, func(ctx context.Context, s account.Scope, in *I) (O, error) {
		o := P(in).one()
		if o.Site == "" {
			var err error
			if o.Site, err = find(ctx, s, o.ID); err != nil {
				var none O
				return none, err
			}
		}
		return fn(ctx, s, in)
	})
}
