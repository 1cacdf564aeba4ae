package stability

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"mime/multipart"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/image"
)

type painter struct{ wire *wire.Client }

// ratios are the shapes that can be asked for, by the size that the registry gives them.
var ratios = map[string]string{
	"1216x832": "3:2", "1024x1024": "1:1", "832x1216": "2:3", "1344x768": "16:9", "768x1344": "9:16",
	"1088x896": "5:4", "896x1088": "4:5", "1536x640": "21:9", "640x1536": "9:21",
}

// Draw asks for one picture; quality has no meaning here. Beside the errors of ai.Image:
// Invalid size_unknown and format_unknown, before a call.
func (p painter) Draw(ctx context.Context, r ai.ImageRequest) (ai.Answer, error) {
	m, err := p.wire.Model(r.Model, ai.KindImage)
	if err != nil {
		return ai.Answer{}, err
	}
	r = defaults(m, r)
	service, fields, err := form(m, r)
	if err != nil {
		return ai.Answer{}, err
	}
	contentType, body, err := encode(fields)
	if err != nil {
		return ai.Answer{}, errs.Wrap("stability: draw", err)
	}
	reply, err := p.wire.Post(ctx, wire.Request{Op: "stability: draw", Path: "/v2beta/stable-image/generate/" + service, ID: r.Key, Type: contentType, Body: body})
	if err != nil {
		return ai.Answer{}, err
	}
	var d drawn
	if err := p.wire.Decode(reply, &d); err != nil {
		return ai.Answer{}, err
	}
	u := p.wire.Usage(m, reply)
	if !d.filtered() { // a picture that the filter spoiled is not charged
		u.Images, u.CostUSD = 1, m.PerImage
	}
	return ai.Answer{Usage: u, Raw: reply.Raw}, nil
}

// form gives the service that draws with the model, and what it is told, in order.
func form(m ai.Model, r ai.ImageRequest) (service string, fields [][2]string, err error) {
	if !slices.Contains(m.Sizes, r.Size) {
		return "", nil, errs.New(errs.Invalid, "size_unknown", fmt.Sprintf("%s makes no pictures of size %q; its sizes are %s", m.ID, r.Size, strings.Join(m.Sizes, ", ")))
	}
	fields = [][2]string{{"prompt", r.Prompt}, {"aspect_ratio", ratios[r.Size]}, {"output_format", r.Format}}
	formats := []string{"png", "jpeg", "webp"}
	service, own := strings.CutPrefix(m.ID, "stable-image-")
	if !own {
		service, formats, fields = "sd3", formats[:2], append(fields, [2]string{"model", m.ID})
	}
	if !slices.Contains(formats, r.Format) {
		return "", nil, errs.New(errs.Invalid, "format_unknown", fmt.Sprintf("%s makes no %q pictures; it makes %s", m.ID, r.Format, strings.Join(formats, ", ")))
	}
	return service, fields, nil
}

func encode(fields [][2]string) (contentType string, body []byte, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return "", nil, err
		}
	}
	if err := w.Close(); err != nil { // writes the end, which has to be among the bytes
		return "", nil, err
	}
	return w.FormDataContentType(), b.Bytes(), nil
}

func defaults(m ai.Model, r ai.ImageRequest) ai.ImageRequest {
	if r.Size == "" {
		r.Size = m.Sizes[0]
	}
	if r.Format == "" {
		r.Format = "png"
	}
	return r
}

// drawn is an answer.
type drawn struct {
	Image  string `json:"image"` // base64
	Finish string `json:"finish_reason"`
}

func (d drawn) filtered() bool { return d.Finish == "CONTENT_FILTERED" }

// Read checks a stored answer. See ai.Image for its errors.
func (p painter) Read(r ai.ImageRequest, a ai.Answer) (ai.Picture, error) {
	m, err := p.wire.Model(r.Model, ai.KindImage)
	if err != nil {
		return ai.Picture{}, err
	}
	r = defaults(m, r)
	var d drawn
	if err := json.Unmarshal(a.Raw, &d); err != nil {
		return ai.Picture{}, wire.Unusable("corrupt", "the stored answer is no JSON document").With(err)
	}
	switch {
	case d.filtered():
		return ai.Picture{}, wire.Unusable("blocked", "the filter of "+p.wire.Name+" spoiled this picture; change its prompt").Because(errs.Input)
	case d.Image == "":
		return ai.Picture{}, wire.Unusable("empty", "the provider sent no picture")
	case d.Finish != "SUCCESS":
		return ai.Picture{}, wire.Unusable("corrupt", "the provider ended without a picture (it stopped for "+d.Finish+")")
	}
	content, err := base64.StdEncoding.DecodeString(d.Image)
	if err != nil {
		return ai.Picture{}, wire.Unusable("corrupt", "the picture is damaged on its way").With(err)
	}
	pic, err := image.Check(content, "image/"+r.Format, 0, 0)
	if err != nil {
		return ai.Picture{}, errs.Of(err).Because(errs.Provider)
	}
	if err := fits(pic, r.Size); err != nil {
		return ai.Picture{}, err
	}
	return ai.Picture{ContentType: pic.ContentType, Width: pic.Width, Height: pic.Height, Content: pic.Content}, nil
}

// fits compares a picture with the size asked for. A shape is asked for and not pixels, so
// the shape has to be near (the provider's own sizes are up to 3 % off their ratio), and the
// picture about as large or larger.
func fits(pic image.Picture, size string) error {
	var w, h int
	if _, err := fmt.Sscanf(size, "%dx%d", &w, &h); err != nil {
		return wire.Unusable("wrong_size", fmt.Sprintf("%q is no size of a picture", size)).Because(errs.Input)
	}
	shape := float64(pic.Width) * float64(h) / (float64(pic.Height) * float64(w))
	if math.Abs(shape-1) > 0.05 || pic.Width < w*3/4 || pic.Height < h*3/4 {
		return wire.Unusable("wrong_size", fmt.Sprintf("the picture is %dx%d where %dx%d was asked for", pic.Width, pic.Height, w, h))
	}
	return nil
}
