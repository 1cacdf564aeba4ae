// Package api puts the features' routes together: the one list that the handler serves, the
// OpenAPI document describes, and the tests walk. It knows no driver.
package api

import (
	"context"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/imports"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/task"
	"github.com/igny8/igny8/internal/upload"
)

// Deps are the services whose routes are served; all are required but to list the routes.
type Deps struct {
	Identity     *identity.Service
	Sites        *site.Service
	Uploads      *upload.Service
	Keywords     *keyword.Service
	Clusters     *cluster.Service
	Ideas        *idea.Service
	Tasks        *task.Service
	Contents     *content.Service
	Images       *imagery.Service
	Integrations *integration.Service
	Engine       *automation.Engine
	Imports      *imports.Stage
	Clock        clock.Clock
	Version      string
}

// Operations are all routes but the document's own (httpapi.Document). Nothing is called:
// with the zero Deps the list can still be described.
func Operations(d Deps) []httpapi.Operation {
	sites, contents := siteFinder{d.Sites}, contentFinder{siteFinder{d.Sites}, d.Contents}
	return slices.Concat(
		d.Identity.Routes(), d.Sites.Routes(), d.Uploads.Routes(),
		d.Imports.Routes(sites, d.Engine), d.Keywords.Routes(sites), d.Clusters.Routes(sites), d.Ideas.Routes(sites),
		d.Tasks.Routes(sites), d.Contents.Routes(sites, pictures{d.Images}), d.Images.Routes(sites),
		d.Engine.Routes(sites, contents), d.Integrations.Routes(sites),
		[]httpapi.Operation{httpapi.Ping(d.Version, d.Clock)},
	)
}

// Document is the OpenAPI document of all routes.
func Document() ([]byte, error) { return httpapi.Spec(Operations(Deps{})) }

func notFound() error { return errs.New(errs.NotFound, "not_found", "not found") }

// siteFinder answers what the features' routes ask of sites.
type siteFinder struct{ sites *site.Service }

// Check gives NotFound when there is no such site for the Scope.
func (f siteFinder) Check(ctx context.Context, s account.Scope, id string) error {
	_, err := f.sites.Get(ctx, s, id)
	return err
}

// Sector gives the sector of that id, or the site's first one.
func (f siteFinder) Sector(ctx context.Context, s account.Scope, id, sector string) (string, error) {
	st, err := f.sites.Get(ctx, s, id)
	if err != nil {
		return "", err
	}
	for _, x := range st.Sectors {
		if sector == "" || x.ID == sector {
			return x.ID, nil
		}
	}
	return "", errs.Field("sector_id", "the site has no such sector: take one of its sectors' ids")
}

// Holding gives the site that has a record: it asks the named site, else all in turn.
func (f siteFinder) Holding(ctx context.Context, s account.Scope, named string, has func(site string) error) (string, error) {
	ids := []string{named}
	if named == "" {
		all, err := f.sites.List(ctx, s)
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

type contentFinder struct {
	siteFinder
	contents *content.Service
}

// SiteOf gives the site of a content.
func (f contentFinder) SiteOf(ctx context.Context, s account.Scope, named, id string) (string, error) {
	return f.Holding(ctx, s, named, func(site string) error { _, err := f.contents.Get(ctx, s, site, id); return err })
}

// pictures shows a content's images beside it.
type pictures struct{ images *imagery.Service }

// OfContent gives the images in the order of the text.
func (p pictures) OfContent(ctx context.Context, s account.Scope, c content.Content) ([]content.Picture, error) {
	out := []content.Picture{}
	if c.ImagesExpected == 0 {
		return out, nil
	}
	images, err := p.images.OfContent(ctx, s, c.Site, c.ID, c.ImagesExpected)
	if err != nil {
		return nil, err
	}
	for _, i := range images {
		x := content.Picture{ID: i.ID, ImageType: string(i.ImageType), Position: i.Position, Status: string(i.Status), AltText: i.AltText, Caption: i.Caption}
		if i.Status == imagery.Generated {
			a, err := p.images.Address(ctx, s, i)
			if err != nil {
				return nil, err
			}
			x.URL = a.URL
		}
		out = append(out, x)
	}
	return out, nil
}
