package idea

import (
	"context"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/structure"
	"github.com/igny8/igny8/internal/table"
)

// Edit is what a person may change of an idea; nil leaves a field.
type Edit struct {
	IdeaTitle          *string    `json:"idea_title,omitempty"`
	Description        *string    `json:"description,omitempty"`
	Outline            *[]Section `json:"outline,omitempty" doc:"at most 30 headings, with what each part has to answer"`
	PrimaryKeyword     *string    `json:"primary_keyword,omitempty"`
	ContentType        *string    `json:"content_type,omitempty" enum:"post,page,product,taxonomy"`
	ContentStructure   *string    `json:"content_structure,omitempty"`
	EstimatedWordCount *int       `json:"estimated_word_count,omitempty" doc:"200 to 5000"`
	Disabled           *bool      `json:"disabled,omitempty" doc:"true: no automation works on it"`
}

// alone tells whether nothing but Disabled changes.
func (e Edit) alone() bool { return e == Edit{Disabled: e.Disabled} }

// apply gives the idea as it will be. Invalid names the field; Conflict when its task was
// made already.
func (e Edit) apply(i Idea) (Idea, error) {
	if i.Status != New && !e.alone() {
		return Idea{}, errs.New(errs.Conflict, "idea_queued", "a task was made of this idea: change the task instead")
	}
	httpapi.Assign(&i.IdeaTitle, e.IdeaTitle)
	httpapi.Assign(&i.Description, e.Description)
	httpapi.Assign(&i.Outline, e.Outline)
	httpapi.Assign(&i.PrimaryKeyword, e.PrimaryKeyword)
	httpapi.Assign(&i.ContentType, e.ContentType)
	httpapi.Assign(&i.ContentStructure, e.ContentStructure)
	httpapi.Assign(&i.EstimatedWordCount, e.EstimatedWordCount)
	httpapi.Assign(&i.Disabled, e.Disabled)
	i.IdeaTitle, i.PrimaryKeyword = strings.TrimSpace(i.IdeaTitle), strings.TrimSpace(i.PrimaryKeyword)
	if e.ContentType != nil && e.ContentStructure == nil {
		i.ContentStructure = structure.Fit(i.ContentType, i.ContentStructure)
	}
	return i, i.Validate()
}

// replaceOp writes a whole idea on condition that nobody wrote it since it was read.
func replaceOp(s account.Scope, i Idea) (table.Op, error) {
	op, err := NewOp(s, i)
	op.Item.Version, op.Item.Created = i.Version, i.CreatedAt
	op.If = []table.Cond{table.VersionIs(i.Version)}
	return op, err
}

// Update changes an idea. Invalid names the field; Conflict when its task was made already
// (edit the task then), save for Disabled; and when it was changed since the version that
// the request names.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Idea, error) {
	var out Idea
	err := httpapi.Revise(ctx, func() (Idea, error) { return v.Get(ctx, s, site, id) }, func(was Idea) (err error) {
		if out, err = e.apply(was); err != nil {
			return err
		}
		op, err := replaceOp(s, out)
		if err != nil {
			return err
		}
		return v.table.Write(ctx, op)
	})
	if err != nil {
		return Idea{}, errs.Wrap("update idea", err)
	}
	out.Version, out.UpdatedAt = out.Version+1, v.clock.Now()
	return out, nil
}

// Create stores a person's idea. Invalid names the field; Conflict when the id is taken.
func (v *Service) Create(ctx context.Context, s account.Scope, i Idea) error {
	_, err := v.Add(ctx, s, i, idem.Key{})
	return err
}

// Add is Create with a client's key: a repeat gives the idea made before.
func (v *Service) Add(ctx context.Context, s account.Scope, i Idea, key idem.Key) (Idea, error) {
	i.Status = New
	if err := i.Validate(); err != nil {
		return Idea{}, err
	}
	done, err := idem.Once(ctx, v.table, s, key, func(ids map[string]string) (Idea, error) {
		return v.load(ctx, s, ids["site_id"], ids["idea_id"])
	}, func() (Idea, error) {
		op, err := NewOp(s, i)
		if err != nil {
			return Idea{}, err
		}
		now := v.clock.Now()
		i.Version, i.CreatedAt, i.UpdatedAt = 1, now, now
		return i, v.table.Transact(ctx, append([]table.Op{op}, key.Ops(s, map[string]string{"site_id": i.Site, "idea_id": i.ID}, now)...)...)
	})
	return done, errs.Wrap("create idea", err)
}

func deleteOp(s account.Scope, i Idea, until time.Time) table.Op {
	return table.Hide(key(s, i.Site, i.ID), until, table.VersionIs(i.Version))
}

// Remove hides an idea until the time that it tells; its task, if there is one, stays.
// NotFound when it is gone already; Conflict as of Update.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string) (Idea, time.Time, error) {
	var was Idea
	until := v.clock.Now().Add(KeepDeleted)
	err := httpapi.Revise(ctx, func() (Idea, error) { return v.Get(ctx, s, site, id) }, func(now Idea) error {
		was = now
		return v.table.Write(ctx, deleteOp(s, was, until))
	})
	return was, until, errs.Wrap("delete idea", err)
}

// Delete hides an idea; it can be restored for 14 days. Repeating it is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	until := v.clock.Now().Add(KeepDeleted)
	return errs.Wrap("delete idea", v.table.Write(ctx, table.Hide(key(s, site, id), until, table.Exists())))
}

// Restore brings a deleted idea back; Conflict when it is gone for good.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string) error {
	return errs.Wrap("restore idea", v.table.Write(ctx, table.Unhide(key(s, site, id))))
}

// some reads ideas by their ids, also deleted ones, by id.
func (v *Service) some(ctx context.Context, s account.Scope, site string, ids []string) (map[string]Idea, error) {
	return table.LoadAs(ctx, v.table, ids, func(id string) table.Key { return key(s, site, id) }, decode)
}

// TasksOf gives the tasks of ideas, by the ideas' ids; none for an idea without.
func (v *Service) TasksOf(ctx context.Context, s account.Scope, site string, ids []string) (map[string]string, error) {
	have, err := v.some(ctx, s, site, ids)
	out := make(map[string]string, len(have))
	for i, x := range have {
		out[i] = x.Task
	}
	return out, errs.Wrap("tasks of ideas", err)
}

// UpdateAll changes several ideas alike, all or none. Errors as of Update, with the ids that
// they are about. Repeating it changes nothing more.
func (v *Service) UpdateAll(ctx context.Context, s account.Scope, site string, ids []string, e Edit) (httpapi.Bulk, error) {
	out, err := httpapi.InBulk(ctx, v.table, ids, func() (map[string]Idea, error) { return v.some(ctx, s, site, ids) },
		func(was Idea) ([]table.Op, error) {
			if was.Deleted {
				return nil, httpapi.Missing()
			}
			now, err := e.apply(was)
			if err != nil || now.same(was) {
				return nil, err
			}
			op, err := replaceOp(s, now)
			return []table.Op{op}, err
		})
	return out, errs.Wrap("update ideas", err)
}

// same tells whether an edit in bulk would change nothing.
func (i Idea) same(was Idea) bool {
	return i.ContentType == was.ContentType && i.ContentStructure == was.ContentStructure &&
		i.EstimatedWordCount == was.EstimatedWordCount && i.Disabled == was.Disabled
}

// DeleteAll hides several ideas, all or none; those deleted already count as done. NotFound
// names ids of ideas that never were.
func (v *Service) DeleteAll(ctx context.Context, s account.Scope, site string, ids []string) (httpapi.Bulk, error) {
	until := v.clock.Now().Add(KeepDeleted)
	out, err := httpapi.InBulk(ctx, v.table, ids, func() (map[string]Idea, error) { return v.some(ctx, s, site, ids) },
		func(was Idea) ([]table.Op, error) {
			if was.Deleted {
				return nil, nil
			}
			return []table.Op{deleteOp(s, was, until)}, nil
		})
	return out, errs.Wrap("delete ideas", err)
}
