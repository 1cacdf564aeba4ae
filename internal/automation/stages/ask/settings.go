package ask

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// Sites gives a site's settings, and what else of the account is read in the same request.
type Sites interface {
	Get(ctx context.Context, s account.Scope, id string) (site.Site, error)
	GetWith(ctx context.Context, s account.Scope, id string, more ...table.Key) (site.Site, []table.Item, error)
}

// Chosen is what a site and its account chose for a text: settings, model, and the account's
// own prompt ("" for the product's).
type Chosen struct {
	Site  site.Site
	Model ai.Model
	Own   string
	kind  prompt.Type
}

// Choices reads what is chosen for a kind of text, in one request. Errors as of Settings.
func Choices(ctx context.Context, sites Sites, s account.Scope, siteID string, kind prompt.Type) (Chosen, error) {
	where, beside, err := sites.GetWith(ctx, s, siteID, prompt.Key(s, kind))
	if err != nil {
		return Chosen{}, errs.Wrap("stage: site", err)
	}
	model, err := modelOf(where, TextModel)
	return Chosen{Site: where, Model: model, Own: prompt.TextOf(beside, kind), kind: kind}, err
}

// Instructions are the words that say how to work, with values for the placeholders.
func (c Chosen) Instructions(values map[string]string) string {
	return prompt.Instructions(c.kind, c.Own, values)
}

// usual is c with the product's own prompt.
func (c Chosen) usual() Chosen {
	c.Own = ""
	return c
}

// Settings gives the site and the model that choose picks from its settings, a shut-down
// one replaced by its successor. An unknown model is Invalid with cause input.
func Settings(ctx context.Context, sites Sites, s account.Scope, siteID string, choose func(site.Settings) string) (site.Site, ai.Model, error) {
	where, err := sites.Get(ctx, s, siteID)
	if err != nil {
		return site.Site{}, ai.Model{}, errs.Wrap("stage: site", err)
	}
	model, err := modelOf(where, choose)
	return where, model, err
}

func modelOf(where site.Site, choose func(site.Settings) string) (ai.Model, error) {
	model, _, err := ai.Find(choose(where.Settings))
	if err != nil {
		return ai.Model{}, errs.Of(err).Because(errs.Input)
	}
	return model, nil
}

// TextModel picks the model that writes.
func TextModel(o site.Settings) string { return o.TextModel }

// ImageModel picks the model that draws.
func ImageModel(o site.Settings) string { return o.ImageModel }
