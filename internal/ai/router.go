package ai

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Texts is a Text that hands each request to the driver of its model's provider. A model
// that was shut down is written by its successor.
type Texts struct{ drivers map[string]Text }

// NewTexts makes the router; the keys are names of providers.
func NewTexts(drivers map[string]Text) Texts { return Texts{maps.Clone(drivers)} }

// Write writes with the driver of the model's provider. Errors beside the driver's:
// Invalid model_unknown, wrong_kind; Invalid provider_missing when the provider has no driver here.
func (t Texts) Write(ctx context.Context, r TextRequest) (Answer, error) {
	d, m, err := route(t.drivers, r.Model, KindText)
	if err != nil {
		return Answer{}, err
	}
	r.Model = m
	return d.Write(ctx, r)
}

// Read reads with the driver that wrote the answer, whatever the request's model is now.
func (t Texts) Read(r TextRequest, a Answer) (json.RawMessage, error) {
	d, m, err := wrote(t.drivers, r.Model, KindText, a)
	if err != nil {
		return nil, err
	}
	r.Model = m
	return d.Read(r, a)
}

// Images is an Image that hands each request to the driver of its model's provider.
type Images struct{ drivers map[string]Image }

// NewImages makes the router; the keys are names of providers.
func NewImages(drivers map[string]Image) Images { return Images{maps.Clone(drivers)} }

// Draw draws with the driver of the model's provider. Errors as for Texts.Write.
func (i Images) Draw(ctx context.Context, r ImageRequest) (Answer, error) {
	d, m, err := route(i.drivers, r.Model, KindImage)
	if err != nil {
		return Answer{}, err
	}
	r.Model = m
	return d.Draw(ctx, r)
}

// Read reads with the driver and for the model that drew the answer. A size that this model
// does not make was chosen for another since: then its own first size is what it drew.
func (i Images) Read(r ImageRequest, a Answer) (Picture, error) {
	d, id, err := wrote(i.drivers, r.Model, KindImage, a)
	if err != nil {
		return Picture{}, err
	}
	if m, _, err := Find(id); err == nil && id != r.Model && !slices.Contains(m.Sizes, r.Size) {
		r.Size = ""
	}
	r.Model = id
	return d.Read(r, a)
}

// wrote gives the driver and the model of a stored answer: those that its usage names.
func wrote[D any](drivers map[string]D, model string, kind Kind, a Answer) (D, string, error) {
	if d, ok := drivers[a.Usage.Provider]; ok {
		if a.Usage.Model != "" {
			model = a.Usage.Model
		}
		return d, model, nil
	}
	return route(drivers, model, kind)
}

func route[D any](drivers map[string]D, model string, kind Kind) (D, string, error) {
	var none D
	m, _, err := Find(model)
	if err != nil {
		return none, "", err
	}
	if m.Kind != kind {
		return none, "", errs.New(errs.Invalid, "wrong_kind", fmt.Sprintf("%s makes %ss, and a model for %ss is needed: %s", m.ID, m.Kind, kind, strings.Join(IDs(kind), ", ")))
	}
	d, ok := drivers[m.Provider]
	if !ok {
		return none, "", ProviderOf(m.Provider).Missing()
	}
	return d, m.ID, nil
}
