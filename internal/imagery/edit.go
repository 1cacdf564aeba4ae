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
	return v.records.Update(ctx, s, site, id, func(was Image) (Image, error) {
		if e.Prompt != nil && *e.Prompt != was.Prompt && was.Status == Generated {
			return Image{}, errs.New(errs.Conflict, "image_generated", "this picture is drawn: its prompt can't be changed any more")
		}
		httpapi.Assign(&was.Prompt, e.Prompt)
		httpapi.Assign(&was.AltText, e.AltText)
		httpapi.Assign(&was.Caption, e.Caption)
		return was, was.Validate()
	})
}

// Remove hides a picture for KeepDeleted, and writes what beside gives with it. NotFound when
// it is gone already; Conflict when it was changed since the version that the request names.
func (v *Service) Remove(ctx context.Context, s account.Scope, site, id string, beside Beside) (Image, error) {
	was, _, err := v.records.Remove(ctx, s, site, id, func(i Image) ([]table.Op, error) { return beside(ctx, s, i) })
	return was, err
}
