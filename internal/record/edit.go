package record

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/table"
)

// Store reads and writes the records of one kind. It is safe for concurrent use.
type Store[T httpapi.Tagged] struct {
	Reader[T]
	clock clock.Clock
}

// NewStore makes a Store of a kind on a table.
func NewStore[T httpapi.Tagged](k Kind[T], t table.Table, c clock.Clock) Store[T] {
	return Store[T]{NewReader(k, t), c}
}

// Add stores a record that is not there yet; with a client's key, a repeat gives the record
// made before. Conflict when its id is taken, or the key was used for another request.
func (r Store[T]) Add(ctx context.Context, s account.Scope, x T, key idem.Key) (T, error) {
	done, err := idem.Once(ctx, r.table, s, key, func(ids map[string]string) (T, error) {
		return r.Load(ctx, s, ids["site_id"], ids[r.kind.Type+"_id"])
	}, func() (T, error) {
		var none T
		op, err := r.kind.New(s, x)
		if err != nil {
			return none, err
		}
		now, h := r.clock.Now(), r.kind.Head(&x)
		*h.Version, *h.Created, *h.Updated = 1, now, now
		ids := map[string]string{"site_id": *h.Site, r.kind.Type + "_id": *h.ID}
		return x, r.table.Transact(ctx, append([]table.Op{op}, key.Ops(s, ids, now)...)...)
	})
	return done, errs.Wrap("create "+r.kind.Type, err)
}

// Update writes what change makes of a record, and gives it. NotFound when absent or deleted;
// change's errors; Conflict when it was changed since the version that the request names.
func (r Store[T]) Update(ctx context.Context, s account.Scope, site, id string, change func(was T) (T, error)) (T, error) {
	var out, none T
	err := httpapi.Revise(ctx, func() (T, error) { return r.Get(ctx, s, site, id) }, func(was T) (err error) {
		if out, err = change(was); err != nil {
			return err
		}
		op, err := r.kind.Replace(s, out)
		if err != nil {
			return err
		}
		return r.table.Write(ctx, op)
	})
	if err != nil {
		return none, errs.Wrap("update "+r.kind.Type, err)
	}
	h := r.kind.Head(&out)
	*h.Version, *h.Updated = *h.Version+1, r.clock.Now()
	return out, nil
}

// Beside gives what is written together with the deletion of a record, or why it can't be
// deleted.
type Beside[T any] func(x T) ([]table.Op, error)

func (r Store[T]) removal(s account.Scope, x T, until time.Time, beside Beside[T]) ([]table.Op, error) {
	ops := []table.Op{r.kind.Hide(s, x, until)}
	if beside == nil {
		return ops, nil
	}
	more, err := beside(x)
	return append(ops, more...), err
}

func (r Store[T]) until() time.Time { return r.clock.Now().Add(r.kind.Keep) }

// Remove hides a record until the time that it tells, and writes what beside gives, if it is
// not nil. NotFound when it is gone already; beside's errors; Conflict when it was changed
// since the version that the request names.
func (r Store[T]) Remove(ctx context.Context, s account.Scope, site, id string, beside Beside[T]) (T, time.Time, error) {
	var was T
	until := r.until()
	err := httpapi.Revise(ctx, func() (T, error) { return r.Get(ctx, s, site, id) }, func(now T) error {
		was = now
		ops, err := r.removal(s, was, until, beside)
		if err != nil {
			return err
		}
		return r.table.Transact(ctx, ops...) // also a single one: a transaction whose answer is lost can be repeated
	})
	return was, until, errs.Wrap("delete "+r.kind.Type, err)
}

// Delete hides a record, whoever wrote it last. Repeating it is no error; Conflict when it is
// gone for good.
func (r Store[T]) Delete(ctx context.Context, s account.Scope, site, id string) error {
	return errs.Wrap("delete "+r.kind.Type, r.table.Write(ctx, table.Hide(r.kind.Key(s, site, id), r.until(), table.Exists())))
}

// Restore brings a deleted record back; Conflict when it is gone for good.
func (r Store[T]) Restore(ctx context.Context, s account.Scope, site, id string) error {
	return errs.Wrap("restore "+r.kind.Type, r.table.Write(ctx, table.Unhide(r.kind.Key(s, site, id))))
}
