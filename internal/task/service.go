package task

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted task can be restored.
const KeepDeleted = 14 * 24 * time.Hour

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	table table.Table
	clock clock.Clock
}

// NewService makes a Service on a table.
func NewService(t table.Table, c clock.Clock) *Service { return &Service{table: t, clock: c} }

// Filter narrows a list; its zero value takes all that is not deleted.
type Filter struct {
	Status  Status
	Cluster string
	Run     string // made by this run
	Search  string // part of the title, in any case
}

func (f Filter) takes(t Task) bool {
	return !t.Deleted && (f.Status == "" || t.Status == f.Status) && (f.Cluster == "" || t.Cluster == f.Cluster) &&
		(f.Run == "" || t.Run == f.Run) && strings.Contains(strings.ToLower(t.Title), strings.ToLower(f.Search))
}

// List reads a site's tasks, oldest first. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Task, error) {
	all, err := v.all(ctx, s, site)
	if err != nil {
		return nil, errs.Wrap("list tasks", err)
	}
	all = slices.DeleteFunc(all, func(t Task) bool { return !f.takes(t) })
	slices.SortFunc(all, Compare)
	return all, nil
}

// Each gives every task of a site that is not deleted, in no particular order, and holds few
// of them: for whoever looks for some among many. After an error there is nothing more.
func (v *Service) Each(ctx context.Context, s account.Scope, site string) iter.Seq2[Task, error] {
	return func(yield func(Task, error) bool) {
		for t, err := range table.Each(ctx, v.table, every(s, site), decode) {
			if err == nil && t.Deleted {
				continue
			}
			if !yield(t, errs.Wrap("each task", err)) {
				return
			}
		}
	}
}

// Compare is the order of List: the oldest first.
func Compare(a, b Task) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
}

// Get reads one task; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Task, error) {
	t, err := v.load(ctx, s, site, id)
	if err != nil {
		return Task{}, errs.Wrap("get task", err)
	}
	if t.Deleted {
		return Task{}, errs.New(errs.NotFound, "not_found", "there is no such task")
	}
	return t, nil
}

// Create stores a person's task. Invalid names the field; Conflict when the id is taken.
func (v *Service) Create(ctx context.Context, s account.Scope, t Task) error {
	t.Status = Queued
	if err := t.Validate(); err != nil {
		return err
	}
	op, err := NewOp(s, t)
	if err != nil {
		return err
	}
	return errs.Wrap("create task", v.table.Write(ctx, op))
}

// Edit is what a person may change of a queued task; nil leaves a field.
type Edit struct {
	Title            *string
	Description      *string
	Outline          *[]Section
	ContentType      *string
	ContentStructure *string
	WordCount        *int
}

// Update changes a queued task. Invalid names the field; Conflict when it was changed
// meanwhile or is completed.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Task, error) {
	t, err := v.Get(ctx, s, site, id)
	if err != nil {
		return Task{}, err
	}
	if t.Status != Queued {
		return Task{}, errs.New(errs.Conflict, "task_completed", "this task is written: change its content instead")
	}
	set(&t.Title, e.Title)
	set(&t.Description, e.Description)
	set(&t.Outline, e.Outline)
	set(&t.ContentType, e.ContentType)
	set(&t.ContentStructure, e.ContentStructure)
	set(&t.WordCount, e.WordCount)
	if err := t.Validate(); err != nil {
		return Task{}, err
	}
	op, err := NewOp(s, t)
	if err != nil {
		return Task{}, err
	}
	op.Item.Version, op.Item.Created = t.Version, t.CreatedAt
	op.If = []table.Cond{table.VersionIs(t.Version)}
	return t, errs.Wrap("update task", v.table.Write(ctx, op))
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Delete hides a task; it can be restored for 14 days. Repeating it is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	until := v.clock.Now().Add(KeepDeleted)
	return errs.Wrap("delete task", v.table.Write(ctx, table.Change(key(s, site, id),
		table.Changes{Set: table.Attrs{"deleted": true}, Expires: &until}, table.Exists())))
}

// Restore brings a deleted task back; Conflict when it is gone for good.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string) error {
	never := time.Time{}
	return errs.Wrap("restore task", v.table.Write(ctx, table.Change(key(s, site, id),
		table.Changes{Set: table.Attrs{"deleted": false}, Expires: &never}, table.Exists())))
}
