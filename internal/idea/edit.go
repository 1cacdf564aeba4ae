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

// Update changes an idea. Invalid names the field; Conflict when its task was made already
// (edit the task then), save for Disabled; and when it was changed since the version that
// the request names.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Idea, error) {
	return v.records.Update(ctx, s, site, id, e.apply)
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
	return v.records.Add(ctx, s, i, key)
}

// Remove hides an idea until the time that it tells; its task, if there is one, stays.
// NotFound when it is gone already; Conflict as of Update.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string) (Idea, time.Time, error) {
	return v.records.Remove(ctx, s, site, id, nil)
}

// Delete hides an idea; it can be restored for 14 days. Repeating it is no error.
func (v *Service) Delete(ctx context.Context, s account.Scope, site, id string) error {
	return v.records.Delete(ctx, s, site, id)
}

// Restore brings a deleted idea back; Conflict when it is gone for good.
func (v *Service) Restore(ctx context.Context, s account.Scope, site, id string) error {
	return v.records.Restore(ctx, s, site, id)
}

// TasksOf gives the tasks of ideas, by the ideas' ids; none for an idea without.
func (v *Service) TasksOf(ctx context.Context, s account.Scope, site string, ids []string) (map[string]string, error) {
	have, err := v.records.Some(ctx, s, site, ids)
	out := make(map[string]string, len(have))
	for i, x := range have {
		out[i] = x.Task
	}
	return out, errs.Wrap("tasks of ideas", err)
}

// UpdateAll changes several ideas alike, all or none. Errors as of Update, with the ids that
// they are about. Repeating it changes nothing more.
func (v *Service) UpdateAll(ctx context.Context, s account.Scope, site string, ids []string, e Edit) (httpapi.Bulk, error) {
	return v.records.UpdateAll(ctx, s, site, ids, func(was Idea) (Idea, bool, error) {
		now, err := e.apply(was)
		return now, now.same(was), err
	})
}

// same tells whether an edit in bulk would change nothing.
func (i Idea) same(was Idea) bool {
	return i.ContentType == was.ContentType && i.ContentStructure == was.ContentStructure &&
		i.EstimatedWordCount == was.EstimatedWordCount && i.Disabled == was.Disabled
}

// DeleteAll hides several ideas, all or none; those deleted already count as done. NotFound
// names ids of ideas that never were.
func (v *Service) DeleteAll(ctx context.Context, s account.Scope, site string, ids []string) (httpapi.Bulk, error) {
	return v.records.DeleteAll(ctx, s, site, ids, nil)
}
