package openai

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/image"
)

type painter struct{ wire *wire.Client }

// imageRequest is a request of the images API. The gpt-image family always answers base64
// and refuses response_format.
type imageRequest struct {
	Model   string `json:"model"`
	Prompt  string `json:"prompt"`
	Size    string `json:"size"`
	Quality string `json:"quality"`
	Format  string `json:"output_format"`
}

// Draw asks for one picture. Beside the errors of ai.Image: Invalid size_unknown, before a call.
func (p painter) Draw(ctx context.Context, r ai.ImageRequest) (ai.Answer, error) {
	m, err := p.wire.Model(r.Model, ai.KindImage)
	if err != nil {
		return ai.Answer{}, err
	}
	r = defaults(m, r)
	if !slices.Contains(m.Sizes, r.Size) {
		return ai.Answer{}, errs.New(errs.Invalid, "size_unknown", fmt.Sprintf("%s makes no pictures of size %q; its sizes are %s", m.ID, r.Size, strings.Join(m.Sizes, ", ")))
	}
	reply, err := p.wire.PostJSON(ctx, wire.Request{Op: "openai: draw", Path: "/images/generations", ID: r.Key},
		imageRequest{Model: m.ID, Prompt: r.Prompt, Size: r.Size, Quality: r.Quality, Format: r.Format})
	if err != nil {
		return ai.Answer{}, err
	}
	a, e, err := answer(p.wire, m, reply)
	a.Usage.Images = int64(len(e.Data))
	return a, err
}

func defaults(m ai.Model, r ai.ImageRequest) ai.ImageRequest {
	if r.Size == "" {
		r.Size = m.Sizes[0]
	}
	if r.Quality == "" {
		r.Quality = m.Quality
	}
	if r.Format == "" {
		r.Format = "png"
	}
	return r
}

// Read checks a stored answer. See ai.Image for its errors.
func (p painter) Read(r ai.ImageRequest, a ai.Answer) (ai.Picture, error) {
	m, err := p.wire.Model(r.Model, ai.KindImage)
	if err != nil {
		return ai.Picture{}, err
	}
	r = defaults(m, r)
	var e envelope
	if err := json.Unmarshal(a.Raw, &e); err != nil {
		return ai.Picture{}, wire.Unusable("corrupt", "the stored answer is no JSON document").With(err)
	}
	if len(e.Data) == 0 || e.Data[0].B64 == "" {
		return ai.Picture{}, wire.Unusable("empty", "the provider sent no picture")
	}
	content, err := base64.StdEncoding.DecodeString(e.Data[0].B64)
	if err != nil {
		return ai.Picture{}, wire.Unusable("corrupt", "the picture is damaged on its way").With(err)
	}
	var w, h int
	if _, err := fmt.Sscanf(r.Size, "%dx%d", &w, &h); err != nil {
		return ai.Picture{}, wire.Unusable("wrong_size", fmt.Sprintf("%q is no size of a picture", r.Size)).Because(errs.Input)
	}
	pic, err := image.Check(content, "image/"+r.Format, w, h)
	if err != nil {
		return ai.Picture{}, errs.Of(err).Because(errs.Provider)
	}
	return ai.Picture{ContentType: pic.ContentType, Width: pic.Width, Height: pic.Height, Content: pic.Content}, nil
}
