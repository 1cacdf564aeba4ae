package site

import (
	"context"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Common is what an account chose for all its sites: a site that has not chosen its own
// follows it. Empty: nothing was chosen, and each site keeps what it was made with.
type Common struct {
	TextModel    string `json:"text_model"`    // id in the model registry
	ImageModel   string `json:"image_model"`   // id in the model registry
	ImageQuality string `json:"image_quality"` // low, medium, high
	CompareBy    string `json:"compare_by"`    // by what keywords are compared: built_in, openai
	Version      int64  `json:"version" doc:"0 when nothing was ever chosen"`
}

// ETag names the version of the choice.
func (c Common) ETag() string { return httpapi.VersionTag(c.Version) }

// CommonPatch are the choices to change; nil fields stay, an empty one is taken back.
type CommonPatch struct {
	TextModel    *string `json:"text_model,omitempty" doc:"empty: no choice"`
	ImageModel   *string `json:"image_model,omitempty" doc:"empty: no choice"`
	ImageQuality *string `json:"image_quality,omitempty" enum:"low,medium,high," doc:"empty: no choice"`
	CompareBy    *string `json:"compare_by,omitempty" enum:"built_in,openai," doc:"empty: no choice"`
}

// chosen is a setting that account and site may choose.
type chosen struct {
	name    string
	own     *string // of the site
	account func(Common) string
	wanted  func(Patch) *string
	allowed func(choices) []string // nil: any
}

// common lists the settings that follow the account's choice.
func (o *Settings) common() []chosen {
	return []chosen{
		{"text_model", &o.TextModel, func(c Common) string { return c.TextModel }, func(p Patch) *string { return p.TextModel }, choices.textModels},
		{"image_model", &o.ImageModel, func(c Common) string { return c.ImageModel }, func(p Patch) *string { return p.ImageModel }, choices.imageModels},
		{"image_quality", &o.ImageQuality, func(c Common) string { return c.ImageQuality }, func(p Patch) *string { return p.ImageQuality },
			func(choices) []string { return qualities }},
		{"compare_by", &o.CompareBy, func(c Common) string { return c.CompareBy }, func(p Patch) *string { return p.CompareBy },
			func(choices) []string { return comparisons }},
	}
}

var comparisons = []string{CompareByBuiltIn, CompareByOpenAI}

var qualities = []string{"low", "medium", "high"}

func (c choices) textModels() []string {
	if c.models == nil {
		return nil
	}
	return c.models.TextModels()
}

func (c choices) imageModels() []string {
	if c.models == nil {
		return nil
	}
	return c.models.ImageModels()
}

// follow puts the account's choice where the site has none of its own.
func (o *Settings) follow(c Common) {
	for _, x := range o.common() {
		if v := x.account(c); v != "" && !slices.Contains(o.Own, x.name) {
			*x.own = v
		}
	}
}

// choose sets the site's own choice, or takes it back; the value stays then until the
// account's is read.
func (x chosen) choose(f faults, o *Settings, p Patch, may choices) {
	v := x.wanted(p)
	if v == nil {
		return
	}
	o.Own = slices.DeleteFunc(slices.Clone(o.Own), func(name string) bool { return name == x.name })
	if *v == "" {
		return
	}
	o.Own = append(o.Own, x.name)
	x.take(f, v, may)
}

// take sets the value if it may be chosen.
func (x chosen) take(f faults, v *string, may choices) {
	if allowed := x.allowed(may); allowed != nil {
		oneOf(f, x.name, x.own, v, allowed)
		return
	}
	*x.own = *v
}

// Common gives what the account chose for all its sites.
func (v *Service) Common(ctx context.Context, s account.Scope) (Common, error) {
	if !s.Valid() {
		return Common{}, notFound()
	}
	it, err := v.table.Get(ctx, commonKey(s), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return Common{}, nil
	}
	if err != nil {
		return Common{}, errs.Wrap("site.Common", err)
	}
	c, err := decodeCommon(it)
	return c, errs.Wrap("site.Common", err)
}

// UpdateCommon changes what the account chose for all its sites; work that begins from now
// on follows it. Invalid by field; Conflict when it was changed since the version
// that the request names, or by others over and over
// meanwhile. Safe to repeat.
func (v *Service) UpdateCommon(ctx context.Context, s account.Scope, p CommonPatch) (Common, error) {
	var out Common
	err := table.Again(func() error {
		c, err := v.Common(ctx, s)
		if err != nil {
			return err
		}
		if err := httpapi.Unchanged(ctx, c.Version); err != nil {
			return err
		}
		if out, err = c.apply(p, v.choices); err != nil {
			return err
		}
		attrs, err := table.Encode(out)
		if err != nil {
			return err
		}
		delete(attrs, "version")
		out.Version = c.Version + 1
		return v.table.Write(ctx, table.Put(table.Item{Key: commonKey(s), Type: "site_common", Version: c.Version, Attrs: attrs}, table.VersionIs(c.Version)))
	})
	return out, errs.Wrap("site.UpdateCommon", err)
}

func (c Common) apply(p CommonPatch, may choices) (Common, error) {
	f, o := faults{}, Settings{TextModel: c.TextModel, ImageModel: c.ImageModel, ImageQuality: c.ImageQuality, CompareBy: c.CompareBy}
	for _, x := range o.common() {
		switch v := x.wanted(Patch{TextModel: p.TextModel, ImageModel: p.ImageModel, ImageQuality: p.ImageQuality, CompareBy: p.CompareBy}); {
		case v == nil:
		case *v == "":
			*x.own = ""
		default:
			x.take(f, v, may)
		}
	}
	return Common{TextModel: o.TextModel, ImageModel: o.ImageModel, ImageQuality: o.ImageQuality, CompareBy: o.CompareBy}, f.err()
}

type commonInput struct {
	Body CommonPatch
}

func (v *Service) getCommon(ctx context.Context, s account.Scope, _ *struct{}) (Common, error) {
	return v.Common(ctx, s)
}

func (v *Service) patchCommon(ctx context.Context, s account.Scope, in *commonInput) (Common, error) {
	return v.UpdateCommon(ctx, s, in.Body)
}
