package record

import (
	"context"
	"iter"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Reader reads the records of one kind. It is safe for concurrent use.
type Reader[T any] struct {
	kind  Kind[T]
	table table.Table
}

// NewReader makes a Reader of a kind on a table.
func NewReader[T any](k Kind[T], t table.Table) Reader[T] { return Reader[T]{kind: k, table: t} }

// Load reads one record, also a deleted one; NotFound when absent.
func (r Reader[T]) Load(ctx context.Context, s account.Scope, site, id string) (T, error) {
	return table.GetAs(ctx, r.table, r.kind.Key(s, site, id), r.kind.Read)
}

// Get reads one record; NotFound when absent or deleted.
func (r Reader[T]) Get(ctx context.Context, s account.Scope, site, id string) (T, error) {
	var none T
	x, err := r.Load(ctx, s, site, id)
	if err != nil {
		return none, errs.Wrap("get "+r.kind.Type, err)
	}
	if r.deleted(x) {
		return none, errs.New(errs.NotFound, "not_found", "there is no such "+r.kind.Type)
	}
	return x, nil
}

func (r Reader[T]) deleted(x T) bool { return *r.kind.Head(&x).Deleted }

// List reads those records of a site that takes takes, deleted ones offered as well, in an
// order. NotFound when the Scope does not see the site.
func (r Reader[T]) List(ctx context.Context, s account.Scope, site string, takes func(T) bool, order func(a, b T) int) ([]T, error) {
	all, err := table.CollectAs(ctx, r.table, r.kind.Every(s, site), r.kind.Read)
	if err != nil {
		return nil, errs.Wrap("list "+r.kind.Type+"s", err)
	}
	all = slices.DeleteFunc(all, func(x T) bool { return !takes(x) })
	slices.SortFunc(all, order)
	return all, nil
}

// Each gives every record of a site that is not deleted, in no particular order, and holds few
// of them. After an error there is nothing more.
func (r Reader[T]) Each(ctx context.Context, s account.Scope, site string) iter.Seq2[T, error] {
	return table.Kept(table.Each(ctx, r.table, r.kind.Every(s, site), r.kind.Read), "each "+r.kind.Type, func(x T) bool { return !r.deleted(x) })
}

// Some reads records by their ids, also deleted ones, by id; those that are not there are left
// out.
func (r Reader[T]) Some(ctx context.Context, s account.Scope, site string, ids []string) (map[string]T, error) {
	return table.LoadAs(ctx, r.table, ids, func(id string) table.Key { return r.kind.Key(s, site, id) }, r.kind.Read)
}
