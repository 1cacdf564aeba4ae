// Package publishing is the group of the stage that brings articles out: the review gate,
// the destinations, and the sweep of stray drafts.
package publishing

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	group "github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/review"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/publish/preview"
	wpdriver "github.com/igny8/igny8/internal/publish/wordpress"
	"github.com/igny8/igny8/internal/site"
)

// Options are what a runtime chooses.
type Options struct {
	PreviewBase string           // origin of the preview site
	Looks       [2]time.Duration // after a publication attempt, for stray drafts
}

// Publisher is the services.
type Publisher struct {
	Publishing *publish.Service
	Preview    preview.Store
	sites      *site.Service
}

// New makes the services; they use table, blob store, and what connections gives of the
// sealed passwords. out is a guarded client.
func New(p parts.Ports, w parts.Working, o Options, sites *site.Service, connections *integration.Service, out *http.Client) Publisher {
	g := Publisher{sites: sites, Preview: preview.Store{Table: p.Table, Blobs: p.Blob, Clock: p.Clock, Base: o.PreviewBase}}
	to := &destinations{integrations: connections, preview: g.Preview, http: out}
	g.Publishing = publish.New(p.Table, to, p.Clock, p.IDs, publish.Options{Owner: w.Holder, SoleOwner: w.SoleUser, Looks: o.Looks})
	return g
}

// Stage makes stage 7.
func (g Publisher) Stage(p parts.Ports, w writer.Writer) automation.Stage {
	return review.New(w.Contents, w.Images, g.sites, publisher{g}, p.Clock)
}

// publisher sends an article to the destination that its site has chosen.
type publisher struct{ Publisher }

// Publish brings the article out once.
func (p publisher) Publish(ctx context.Context, s account.Scope, siteID string, a publish.Article, _ automation.Job) (publish.Published, error) {
	st, err := p.sites.Get(ctx, s, siteID)
	if err != nil {
		return publish.Published{}, err
	}
	return p.Publishing.Publish(ctx, s, siteID, publish.Request{Destination: st.Settings.Destination, Article: a, Status: "publish"})
}

// destinations gives a site's destination by name.
type destinations struct {
	integrations *integration.Service
	preview      preview.Store
	http         *http.Client
}

// Destination opens the stored connection of a WordPress site, or the preview.
func (d *destinations) Destination(ctx context.Context, s account.Scope, siteID, name string) (publish.Destination, error) {
	if name == site.DestinationPreview {
		return d.preview.Site(s, siteID), nil
	}
	c, err := d.integrations.Credentials(ctx, s, siteID)
	if err != nil {
		return nil, err
	}
	w, err := group.Client(c, d.http)
	if err != nil {
		return nil, err
	}
	return wpdriver.New(w), nil
}
