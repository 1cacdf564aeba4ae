package parts

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/site"
)

// NewSites are what a runtime chooses for new sites.
type NewSites struct {
	TextModel    string
	ImageModel   string
	Destinations []string // that may be chosen; nil: all
}

// Sites makes the service of sites; it uses the table alone.
func Sites(p Ports, n NewSites) *site.Service {
	return site.New(site.Options{Table: p.Table, Clock: p.Clock, IDs: p.IDs, Models: models{},
		TextModel: n.TextModel, ImageModel: n.ImageModel, ImageQuality: "medium", Destinations: n.Destinations})
}

// models are those that a site may choose, the successors of shut-down ones included.
type models struct{}

func (models) TextModels() []string  { return ai.IDs(ai.KindText) }
func (models) ImageModels() []string { return ai.IDs(ai.KindImage) }

func notFound() error { return errs.New(errs.NotFound, "not_found", "not found") }

// SiteFinder answers what the features' routes ask of sites.
type SiteFinder struct{ Sites *site.Service }

// Check gives NotFound when there is no such site for the Scope.
func (f SiteFinder) Check(ctx context.Context, s account.Scope, id string) error {
	return f.Sites.Has(ctx, s, id)
}

// Sector gives the sector of that id, or the site's first one.
func (f SiteFinder) Sector(ctx context.Context, s account.Scope, id, sector string) (string, error) {
	sector, _, err := f.Compared(ctx, s, id, sector)
	return sector, err
}

// Compared is Sector, and by what the site's keywords are compared.
func (f SiteFinder) Compared(ctx context.Context, s account.Scope, id, sector string) (found, by string, err error) {
	st, err := f.Sites.Get(ctx, s, id)
	if err != nil {
		return "", "", err
	}
	for _, x := range st.Sectors {
		if x.IsActive && (sector == "" || x.ID == sector) {
			return x.ID, st.Settings.CompareBy, nil
		}
	}
	return "", "", errs.Field("sector_id", "the site has no such active sector: take one of its sectors' ids")
}

// Holding gives the site that has a record: it asks the named site, else all in turn.
func (f SiteFinder) Holding(ctx context.Context, s account.Scope, named string, has func(site string) error) (string, error) {
	ids := []string{named}
	if named == "" {
		all, err := f.Sites.List(ctx, s)
		if err != nil {
			return "", err
		}
		ids = ids[:0]
		for _, st := range all {
			ids = append(ids, st.ID)
		}
	}
	for _, id := range ids {
		err := has(id)
		if err == nil {
			return id, nil
		}
		if !errs.Is(err, errs.NotFound) {
			return "", err
		}
	}
	return "", notFound()
}

// Outside are the destinations where no preview site is served.
var Outside = []string{site.DestinationWordPress}

// Find is a finder on a service of its own, for groups that only look sites up.
func Find(p Ports) SiteFinder { return SiteFinder{Sites(p, NewSites{})} }
