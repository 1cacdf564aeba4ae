package imagery

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// KeepDeleted is how long a deleted picture is kept.
const KeepDeleted = 14 * 24 * time.Hour

// Edit is what a person may change of a picture; nil leaves a field.
type Edit struct {
	Prompt  *string `json:"prompt,omitempty" doc:"what to draw, until it is drawn"`
	AltText *string `json:"alt_text,omitempty"`
	Caption *string `json:"caption,omitempty"`
}

// Beside gives what is to be written with a change of a picture, to its content.
type Beside func(ctx context.Context, s account.Scope, i Image) ([]table.Op, error)

// Update changes a picture's texts. The prompt only while it is not drawn: Conflict
// otherwise, and when it was changed since the version that the request names. Invalid names
// the field.
func (v *Service) Update(ctx context.Context, s account.Scope, site, id string, e Edit) (Image, error) {
	var out Image
	err := httpapi.Revise(ctx, func() (Image, error) { return v.Get(ctx, s, site, id) }, func(was Image) error {
		if e.Prompt != nil && *e.Prompt != was.Prompt && was.Status == Generated {
			return errs.New(errs.Conflict, "image_generated", "this picture is drawn: its prompt can't be changed any more")
		}
		out = was
		httpapi.Assign(&out.Prompt, e.Prompt)
		httpapi.Assign(&out.AltText, e.AltText)
		httpapi.Assign(&out.Caption, e.Caption)
		if err := out.Validate(); err != nil {
			return err
		}
		op, err := kind.Replace(s, out)
		if err != nil {
			return err
		}
		return v.table.Write(ctx, op)
	})
	if err != nil {
		return Image{}, errs.Wrap("update image", err)
	}
	out.Version++
	return out, nil
}

// Remove hides a picture until the time that it tells, and writes what beside gives with it.
// NotFound when it is gone already; Conflict when it was changed since the version that the
// request names.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string, now time.Time, beside Beside) (Image, error) {
	var was Image
	until := now.Add(KeepDeleted)
	err := httpapi.Revise(ctx, func() (Image, error) { return v.Get(ctx, s, site, id) }, func(now Image) error {
		was = now
		more, err := beside(ctx, s, was)
		if err != nil {
			return err
		}
		return v.table.Transact(ctx, append([]table.Op{kind.Hide(s, was, until)}, more...)...)
	})
	return was, errs.Wrap("delete image", err)
}
