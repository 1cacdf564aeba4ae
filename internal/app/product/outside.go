package product

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/publish/preview"
	wpdriver "github.com/igny8/igny8/internal/publish/wordpress"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/wordpress"
)

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
	w, err := client(c, d.http)
	if err != nil {
		return nil, err
	}
	return wpdriver.New(w), nil
}

func client(c integration.Connection, h *http.Client) (*wordpress.Client, error) {
	return wordpress.New(wordpress.Config{URL: c.URL, User: c.User, Password: c.Password, HTTP: h})
}

// tester asks a WordPress site who we are there and what we may do.
type tester struct{ http *http.Client }

// Test connects and reports.
func (t tester) Test(ctx context.Context, c integration.Connection) (integration.Report, error) {
	w, err := client(c, t.http)
	if err != nil {
		return integration.Report{}, err
	}
	r, err := w.Test(ctx)
	if err != nil {
		return integration.Report{}, err
	}
	return integration.Report{Site: r.Site, Version: r.Version, User: r.User, Roles: r.Roles, Missing: r.Missing, Notes: r.Notes}, nil
}

// strayDrafts sweeps what publications left on the site.
type strayDrafts struct{ publishing *publish.Service }

// Sweep looks after due attempts.
func (d strayDrafts) Sweep(ctx context.Context, s account.Scope, siteID string, now time.Time) (bool, error) {
	due, err := d.publishing.Due(ctx, s, siteID, now)
	if err != nil {
		return true, err
	}
	if due {
		if _, err := d.publishing.Sweep(ctx, s, siteID, now); err != nil {
			return true, err
		}
	}
	return d.publishing.Open(ctx, s, siteID)
}

// oldPages sweeps row-set writes that never ended and pages that nothing names any more.
type oldPages struct{ rows *rowset.Store }

// writerAge is how old an unfinished row-set write has to be before it is given up.
const writerAge = time.Hour

// Sweep gives up old writers.
func (p oldPages) Sweep(ctx context.Context, s account.Scope, siteID string, now time.Time) (bool, error) {
	done, err := p.rows.Sweep(ctx, s, siteID, now, writerAge)
	return done.Pending, err
}
