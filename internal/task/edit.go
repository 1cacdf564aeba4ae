package task

import (
	"context"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/structure"
	"github.com/igny8/igny8/internal/table"
)

// Edit is what a person may change of a queued task; nil leaves a field.
type Edit struct {
	Title            *string    `json:"title,omitempty"`
	Description      *string    `json:"description,omitempty"`
	Outline          *[]Section `json:"outline,omitempty" doc:"at most 30 headings, with what each part has to answer"`
	PrimaryKeyword   *string    `json:"primary_keyword,omitempty"`
	ContentType      *string    `json:"content_type,omitempty" enum:"post,page,product,taxonomy"`
	ContentStructure *string    `json:"content_structure,omitempty"`
	WordCount        *int       `json:"word_count,omitempty" doc:"200 to 5000"`
}

// apply gives the task as it will be. Invalid names the field; Conflict when it is written.
func (e Edit) apply(t Task) (Task, error) {
	if t.Status != Queued {
		return Task{}, errs.New(errs.Conflict, "task_completed", "this task is written: change its content instead")
	}
	httpapi.Assign(&t.Title, e.Title)
	httpapi.Assign(&t.Description, e.Description)
	httpapi.Assign(&t.Outline, e.Outline)
	httpapi.Assign(&t.PrimaryKeyword, e.PrimaryKeyword)
	httpapi.Assign(&t.ContentType, e.ContentType)
	httpapi.Assign(&t.ContentStructure, e.ContentStructure)
	httpapi.Assign(&t.WordCount, e.WordCount)
	if e.ContentType != nil && e.ContentStructure == nil {
		t.ContentStructure = structure.Fit(t.ContentType, t.ContentStructure)
	}
	t.Title, t.PrimaryKeyword = strings.TrimSpace(t.Title), strings.TrimSpace(t.PrimaryKeyword)
	return t, t.Validate()
}

// Update changes a queued task. Invalid names the field; Conflict when it is completed, or
// was changed since the version that the request names. A job that works on it goes on with
// what it has read.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Task, error) {
	return v.records.Update(ctx, s, site, id, e.apply)
}

// Create stores a person's task. Invalid names the field; Conflict when the id is taken.
func (v *Service) Create(ctx context.Context, s account.Scope, t Task) error {
	_, err := v.Add(ctx, s, t, idem.Key{})
	return err
}

// Add is Create with a client's key: a repeat gives the task made before.
func (v *Service) Add(ctx context.Context, s account.Scope, t Task, key idem.Key) (Task, error) {
	t.Status = Queued
	if err := t.Validate(); err != nil {
		return Task{}, err
	}
	return v.records.Add(ctx, s, t, key)
}

// Beside gives what is to be written with a task's deletion: its idea is free again when
// nothing was written for it.
type Beside func(ctx context.Context, s account.Scope, t Task) ([]table.Op, error)

// of gives what goes with one task's deletion or restoration: nothing when there is no idea to
// free, or to take again.
func (b Beside) of(ctx context.Context, s account.Scope) record.Beside[Task] {
	return func(t Task) ([]table.Op, error) {
		if b == nil || t.Status != Queued || t.Idea == "" {
			return nil, nil
		}
		return b(ctx, s, t)
	}
}

// Remove hides a task until the time that it tells. The text written for it stays; an idea
// whose task was not written is new again. NotFound when it is gone already; Conflict when it
// was changed since the version that the request names.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string, beside Beside) (Task, time.Time, error) {
	return v.records.Remove(ctx, s, site, id, beside.of(ctx, s))
}

// Delete hides a task; it can be restored for 14 days. Repeating it is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	return v.records.Delete(ctx, s, site, id)
}

// Restore brings a deleted task back with what beside gives: an unwritten one takes its idea
// again. NotFound when it is gone for good; Conflict when another task has its idea. Repeating
// it is no error.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string, beside Beside) error {
	return errs.Wrap("restore task", table.Again(func() error {
		t, err := v.records.Load(ctx, s, site, id)
		if err != nil || !t.Deleted {
			return err
		}
		op := table.Unhide(kind.Key(s, site, id))
		op.If = append(op.If, table.VersionIs(t.Version))
		more, err := beside.of(ctx, s)(t)
		if err != nil {
			return err
		}
		return v.table.Transact(ctx, append([]table.Op{op}, more...)...)
	}))
}

// Named reads tasks by their ids, in their order; those that are not there are left out.
func (v *Service) Named(ctx context.Context, s account.Scope, site string, ids []string) ([]Task, error) {
	have, err := v.records.Some(ctx, s, site, ids)
	out := []Task{}
	for _, id := range ids {
		if t, there := have[id]; there && !t.Deleted {
			out = append(out, t)
		}
	}
	return out, errs.Wrap("read tasks", err)
}

// UpdateAll changes several queued tasks alike, all or none. Errors as of Update, with the
// ids that they are about. Repeating it changes nothing more.
func (v *Service) UpdateAll(ctx context.Context, s account.Scope, site string, ids []string, e Edit) (httpapi.Bulk, error) {
	return v.records.UpdateAll(ctx, s, site, ids, func(was Task) (Task, bool, error) {
		now, err := e.apply(was)
		return now, now.ContentType == was.ContentType && now.ContentStructure == was.ContentStructure && now.WordCount == was.WordCount, err
	})
}

// DeleteAll hides several tasks, all or none; those deleted already count as done. Conflict
// names those in work, NotFound ids of tasks that never were.
func (v *Service) DeleteAll(ctx context.Context, s account.Scope, site string, ids []string, work Work, beside Beside) (httpapi.Bulk, error) {
	busy, err := work.InWork(ctx, s, site, ids...)
	if err != nil {
		return httpapi.Bulk{}, errs.Wrap("delete tasks", err)
	}
	return v.records.DeleteAll(ctx, s, site, ids, func(was Task) ([]table.Op, error) {
		if busy[was.ID] {
			return nil, httpapi.Busy()
		}
		return beside.of(ctx, s)(was)
	})
}
