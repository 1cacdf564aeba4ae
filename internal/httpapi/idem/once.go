package idem

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/table"
)

// Once makes something once for a key. What an earlier request with it made is read by load,
// from the ids that it noted; otherwise write makes it, in one transaction with Ops. When a
// condition of that fails, another request with the key may have been quicker, and its result
// is given; else write's error, as it is. Conflict when the key was used for another request.
func Once[T any](ctx context.Context, t table.Table, s account.Scope, k Key, load func(ids map[string]string) (T, error), write func() (T, error)) (T, error) {
	if done, ok, err := made(ctx, t, s, k, load); ok || err != nil {
		return done, err
	}
	out, err := write()
	if table.FailedCondition(err) != nil {
		if done, ok, err := made(ctx, t, s, k, load); ok || err != nil {
			return done, err
		}
	}
	return out, err
}

func made[T any](ctx context.Context, t table.Table, s account.Scope, k Key, load func(ids map[string]string) (T, error)) (out T, ok bool, err error) {
	ids, ok, err := k.Find(ctx, t, s)
	if !ok || err != nil {
		return out, false, err
	}
	out, err = load(ids)
	return out, true, err
}
