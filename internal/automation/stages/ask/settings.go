package ask

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/site"
)

// Sites gives a site's settings.
type Sites interface {
	Get(ctx context.Context, s account.Scope, id string) (site.Site, error)
}

// Settings gives the site and the model that choose picks from its settings, a shut-down
// one replaced by its successor. An unknown model is Invalid with cause input.
func Settings(ctx context.Context, sites Sites, s account.Scope, siteID string, choose func(site.Settings) string) (site.Site, ai.Model, error) {
	where, err := sites.Get(ctx, s, siteID)
	if err != nil {
		return site.Site{}, ai.Model{}, errs.Wrap("stage: site", err)
	}
	model, _, err := ai.Find(choose(where.Settings))
	if err != nil {
		return site.Site{}, ai.Model{}, errs.Of(err).Because(errs.Input)
	}
	return where, model, nil
}

// TextModel picks the model that writes.
func TextModel(o site.Settings) string { return o.TextModel }

// ImageModel picks the model that draws.
func ImageModel(o site.Settings) string { return o.ImageModel }
