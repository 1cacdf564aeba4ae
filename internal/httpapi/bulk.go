package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Selected is the body of an operation on some of a site's records.
type Selected struct {
	Site string   `json:"site_id" minLength:"1"`
	IDs  []string `json:"ids" minItems:"1" maxItems:"500" doc:"at most 500"`
}

// Unique gives the ids, each once, in the order of the request.
func (s Selected) Unique() []string {
	seen := make(map[string]bool, len(s.IDs))
	return slices.DeleteFunc(slices.Clone(s.IDs), func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

// Bulk is what an operation on several records did.
type Bulk struct {
	Count   int      `json:"count" doc:"records that were named, each counted once"`
	Changed int      `json:"changed" doc:"of these, the ones that were not as asked already"`
	Skipped []string `json:"skipped,omitempty" doc:"records that others changed while this was being done, so that it can't be done to them any more, with the reason"`
}

// Gone is the answer to a deletion.
type Gone struct {
	ID    string    `json:"id"`
	Until time.Time `json:"restorable_until,omitzero" doc:"until then it can be brought back"`
	Stays string    `json:"stays,omitempty" doc:"what was not deleted with it"`
}

// Refusals collects why records of a request can't be changed, by their ids.
type Refusals struct {
	kind errs.Kind
	code string
	why  []string
}

// Add notes one record; the first one's kind and code become the error's.
func (r *Refusals) Add(id string, why error) {
	e := errs.Of(why)
	if len(r.why) == 0 {
		r.kind, r.code = e.Kind, e.Code
	}
	r.why = append(r.why, id+": "+e.Message)
}

// Err is nil when nothing was noted; otherwise an error that names each record, and says that
// none was changed.
func (r *Refusals) Err() error {
	if len(r.why) == 0 {
		return nil
	}
	shown := strings.Join(r.why[:min(len(r.why), 3)], "; ")
	if n := len(r.why) - 3; n > 0 {
		shown += fmt.Sprintf("; and %d more, see errors.ids", n)
	}
	return &errs.Error{Kind: r.kind, Code: r.code, Message: "nothing was done: " + shown, Fields: map[string][]string{"ids": r.why}}
}

// Missing is why a record that is not there can't be changed.
func Missing() error { return errs.New(errs.NotFound, "not_found", "there is nothing with this id") }

// Busy is why a record that a job works on can't be changed or deleted.
func Busy() error {
	return errs.New(errs.Conflict, "in_work", "a job works on it right now, or is about to: wait for its end")
}

// InBulk changes the records of ids, all or none. read gives them afresh, by id; one gives
// the writes that make a record as asked, on condition of what was read: none when it is
// already, an error of kind NotFound, Invalid or Conflict when it is refused. When any is
// refused, or not there, nothing is written. When others were faster it is all done again.
// More than fit into one transaction are written in several; a record that comes to be
// refused between two of them is skipped, and told.
func InBulk[T any](ctx context.Context, t table.Table, ids []string, read func() (map[string]T, error), one func(T) ([]table.Op, error)) (Bulk, error) {
	out := Bulk{Count: len(ids)}
	err := table.Again(func() error {
		have, err := read()
		if err != nil {
			return err
		}
		todo, no, err := opsFor(ids, have, one)
		if err != nil {
			return err
		}
		if out.Skipped = nil; no.Err() != nil {
			if out.Changed == 0 {
				return no.Err()
			}
			out.Skipped = no.why
		}
		for len(todo) > 0 {
			ops, n := batch(todo)
			if err := t.Transact(ctx, ops...); err != nil {
				return err
			}
			out.Changed += n
			todo = todo[n:]
		}
		return nil
	})
	if err != nil {
		return Bulk{}, err
	}
	return out, nil
}

func opsFor[T any](ids []string, have map[string]T, one func(T) ([]table.Op, error)) (todo [][]table.Op, no Refusals, err error) {
	for _, id := range ids {
		x, there := have[id]
		if !there {
			no.Add(id, Missing())
			continue
		}
		ops, err := one(x)
		switch errs.KindOf(err) {
		case errs.NotFound, errs.Invalid, errs.Conflict:
			no.Add(id, err)
			continue
		}
		if err != nil {
			return nil, no, err
		}
		if len(ops) > 0 {
			todo = append(todo, ops)
		}
	}
	return todo, no, nil
}

// batch takes the writes of as many records as fit into one transaction.
func batch(todo [][]table.Op) (ops []table.Op, n int) {
	for _, one := range todo {
		if len(ops)+len(one) > table.MaxTransact {
			break
		}
		ops, n = append(ops, one...), n+1
	}
	return ops, n
}

// Revise is Edit of a record that read gives: it is held against If-Match before change writes
// it, on condition of what was read.
func Revise[T Tagged](ctx context.Context, read func() (T, error), change func(was T) error) error {
	return Edit(ctx, func() error {
		was, err := read()
		if err != nil {
			return err
		}
		if tag := IfMatch(ctx); tag != "" && `"`+tag+`"` != was.ETag() {
			return Changed()
		}
		return change(was)
	})
}

// Assign sets what a request names: a nil from leaves to as it is.
func Assign[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Edit does one change of a record: step reads it, holds it against If-Match (see Unchanged)
// and writes it on condition of what was read. When others were faster, it is repeated, unless
// the client named the version that it knows: then the error is Changed.
func Edit(ctx context.Context, step func() error) error {
	var err error
	if IfMatch(ctx) != "" {
		err = step()
	} else {
		err = table.Again(step)
	}
	if table.FailedCondition(err) != nil {
		return Changed()
	}
	return err
}
