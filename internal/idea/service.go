package idea

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted idea can be restored.
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
	Status           Status
	Cluster          string
	ContentType      string
	ContentStructure string
	Search           string // part of the title, in any case
	Enabled          bool   // leave out the disabled ones
}

func (f Filter) takes(i Idea) bool {
	return !i.Deleted && (f.Status == "" || i.Status == f.Status) && (f.Cluster == "" || i.KeywordCluster == f.Cluster) &&
		(f.ContentType == "" || i.ContentType == f.ContentType) && (f.ContentStructure == "" || i.ContentStructure == f.ContentStructure) &&
		(!f.Enabled || !i.Disabled) && strings.Contains(strings.ToLower(i.IdeaTitle), strings.ToLower(f.Search))
}

// List reads a site's ideas, oldest first. NotFound when the Scope does not see the site.
func (v *Service) List(ctx context.Context, s account.Scope, site string, f Filter) ([]Idea, error) {
	all, err := v.all(ctx, s, site)
	if err != nil {
		return nil, errs.Wrap("list ideas", err)
	}
	all = slices.DeleteFunc(all, func(i Idea) bool { return !f.takes(i) })
	slices.SortFunc(all, func(a, b Idea) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID)) })
	return all, nil
}

// Get reads one idea; NotFound when absent or deleted.
func (v *Service) Get(ctx context.Context, s account.Scope, site, id string) (Idea, error) {
	i, err := v.load(ctx, s, site, id)
	if err != nil {
		return Idea{}, errs.Wrap("get idea", err)
	}
	if i.Deleted {
		return Idea{}, errs.New(errs.NotFound, "not_found", "there is no such idea")
	}
	return i, nil
}

// Create stores a person's idea. Invalid names the field; Conflict when the id is taken.
func (v *Service) Create(ctx context.Context, s account.Scope, i Idea) error {
	i.Status = New
	if err := i.Validate(); err != nil {
		return err
	}
	op, err := NewOp(s, i)
	if err != nil {
		return err
	}
	return errs.Wrap("create idea", v.table.Write(ctx, op))
}

// Edit is what a person may change of an idea; nil leaves a field.
type Edit struct {
	IdeaTitle          *string
	Description        *string
	Outline            *[]Section
	ContentType        *string
	ContentStructure   *string
	EstimatedWordCount *int
	Disabled           *bool
}

// Update changes an idea. Invalid names the field; Conflict when it was changed meanwhile,
// or when its task was made already (edit the task then), save for Disabled.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Idea, error) {
	i, err := v.Get(ctx, s, site, id)
	if err != nil {
		return Idea{}, err
	}
	if i.Status != New && e != (Edit{Disabled: e.Disabled}) {
		return Idea{}, errs.New(errs.Conflict, "idea_queued", "a task was made of this idea: change the task instead")
	}
	set(&i.IdeaTitle, e.IdeaTitle)
	set(&i.Description, e.Description)
	set(&i.Outline, e.Outline)
	set(&i.ContentType, e.ContentType)
	set(&i.ContentStructure, e.ContentStructure)
	set(&i.EstimatedWordCount, e.EstimatedWordCount)
	set(&i.Disabled, e.Disabled)
	if err := i.Validate(); err != nil {
		return Idea{}, err
	}
	op, err := NewOp(s, i)
	if err != nil {
		return Idea{}, err
	}
	op.Item.Version, op.Item.Created = i.Version, i.CreatedAt
	op.If = []table.Cond{table.VersionIs(i.Version)}
	return i, errs.Wrap("update idea", v.table.Write(ctx, op))
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Delete hides an idea; it can be restored for 14 days. Repeating it is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	until := v.clock.Now().Add(KeepDeleted)
	return errs.Wrap("delete idea", v.table.Write(ctx, table.Change(key(s, site, id),
		table.Changes{Set: table.Attrs{"deleted": true}, Expires: &until}, table.Exists())))
}

// Restore brings a deleted idea back; Conflict when it is gone for good.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string) error {
	never := time.Time{}
	return errs.Wrap("restore idea", v.table.Write(ctx, table.Change(key(s, site, id),
		table.Changes{Set: table.Attrs{"deleted": false}, Expires: &never}, table.Exists())))
}
