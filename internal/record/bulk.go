package record

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// UpdateAll writes what change makes of several records, all or none; same says that a record
// is as asked already. Errors are those of change, with the ids that they are about, and
// NotFound for what is absent or deleted. Repeating it changes nothing more.
func (r Store[T]) UpdateAll(ctx context.Context, s account.Scope, site string, ids []string, change func(was T) (now T, same bool, err error)) (httpapi.Bulk, error) {
	out, err := r.InBulk(ctx, s, site, ids, func(was T) ([]table.Op, error) {
		if r.deleted(was) {
			return nil, httpapi.Missing()
		}
		now, same, err := change(was)
		if err != nil || same {
			return nil, err
		}
		op, err := r.kind.Replace(s, now)
		return []table.Op{op}, err
	})
	return out, errs.Wrap("update "+r.kind.Type+"s", err)
}

// DeleteAll hides several records, all or none, and writes what beside gives, if it is not nil;
// those deleted already count as done. NotFound names ids of records that never were; beside's
// errors come with the ids that they are about.
func (r Store[T]) DeleteAll(ctx context.Context, s account.Scope, site string, ids []string, beside Beside[T]) (httpapi.Bulk, error) {
	until := r.until()
	out, err := r.InBulk(ctx, s, site, ids, func(was T) ([]table.Op, error) {
		if r.deleted(was) {
			return nil, nil
		}
		return r.removal(s, was, until, beside)
	})
	return out, errs.Wrap("delete "+r.kind.Type+"s", err)
}

// InBulk is httpapi.InBulk on the records of a site; one is asked about deleted ones as well.
func (r Store[T]) InBulk(ctx context.Context, s account.Scope, site string, ids []string, one func(T) ([]table.Op, error)) (httpapi.Bulk, error) {
	return httpapi.InBulk(ctx, r.table, ids, func() (map[string]T, error) { return r.Some(ctx, s, site, ids) }, one)
}
