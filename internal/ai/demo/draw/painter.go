// Package draw is the demo's painter. It is apart from the writer, since fonts and encoders
// of pictures are of no use to a function that writes.
package draw

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/image"
)

// Painter is an ai.Image. The zero value works; it is safe for concurrent use and to repeat.
type Painter struct{}

// answer is what the painter leaves to be stored.
type answer struct {
	Content []byte `json:"content"`
}

// Draw draws the picture in the size and format asked for; empty ones are the model's first
// size and PNG. Errors are Invalid size_unknown and format_unknown.
func (Painter) Draw(_ context.Context, r ai.ImageRequest) (ai.Answer, error) {
	w, h, format, err := wanted(r)
	if err != nil {
		return ai.Answer{}, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(r.Prompt))
	var b bytes.Buffer
	if err := encoders[format](&b, paint(w, h, r.Prompt, sum.Sum64())); err != nil {
		return ai.Answer{}, fmt.Errorf("demo: draw: %w", err)
	}
	raw, err := json.Marshal(answer{b.Bytes()})
	if err != nil {
		return ai.Answer{}, err
	}
	return ai.Answer{Raw: raw, Usage: ai.Usage{Provider: ai.ProviderDemo, Model: ai.DemoImageModel, PriceDate: ai.PriceDate, TokensIn: int64(len(r.Prompt)+3) / 4, Images: 1}}, nil
}

// Read checks the picture as any other painter's. See ai.Image for its errors.
func (Painter) Read(r ai.ImageRequest, a ai.Answer) (ai.Picture, error) {
	w, h, format, err := wanted(r)
	if err != nil {
		return ai.Picture{}, err
	}
	var got answer
	if err := json.Unmarshal(a.Raw, &got); err != nil {
		return ai.Picture{}, errs.New(errs.Invalid, "corrupt", "the stored answer is no JSON document").Because(errs.Ours).With(err)
	}
	p, err := image.Check(got.Content, "image/"+format, w, h)
	if err != nil {
		return ai.Picture{}, errs.Of(err).Because(errs.Ours)
	}
	return ai.Picture{ContentType: p.ContentType, Width: p.Width, Height: p.Height, Content: p.Content}, nil
}

func wanted(r ai.ImageRequest) (w, h int, format string, err error) {
	m, _, err := ai.Find(ai.DemoImageModel)
	if err != nil {
		return 0, 0, "", err
	}
	if r.Size == "" {
		r.Size = m.Sizes[0]
	}
	if r.Format == "" {
		r.Format = "png"
	}
	if encoders[r.Format] == nil {
		return 0, 0, "", errs.New(errs.Invalid, "format_unknown", fmt.Sprintf("the demo painter knows no format %q; it makes png, jpeg and webp", r.Format))
	}
	if !slices.Contains(m.Sizes, r.Size) {
		return 0, 0, "", errs.New(errs.Invalid, "size_unknown", fmt.Sprintf("the demo painter makes no pictures of size %q; its sizes are %s", r.Size, strings.Join(m.Sizes, ", ")))
	}
	_, err = fmt.Sscanf(r.Size, "%dx%d", &w, &h)
	return w, h, r.Format, err
}
