// Package integration is the group of connections to outside sites.
package integration

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/httpapi"
	feature "github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/wordpress"
)

// TestTimeout is for a test of a connection, which a person waits for behind a gateway that
// waits for 29 seconds. CallTimeout is for one call of a job.
const (
	TestTimeout = 20 * time.Second
	CallTimeout = 2 * time.Minute
)

// Connections is the service.
type Connections struct {
	Integrations *feature.Service

	table table.Table
}

// New makes the service; it uses table and sealer. sites is a guarded client: customers name
// the addresses.
func New(p parts.Ports, sites *http.Client) Connections {
	return Connections{feature.New(p.Table, p.Seal, tester{sites}, p.Clock, p.IDs), p.Table}
}

// Operations are the group's routes, below /v1/integration/.
func (g Connections) Operations(sites parts.SiteFinder) []httpapi.Operation {
	return g.Integrations.Routes(sites, work{g.table})
}

// work tells what goes through a site's connection right now.
type work struct{ table table.Table }

// Publishing looks for open jobs of the last stage.
func (w work) Publishing(ctx context.Context, s account.Scope, site string) (bool, error) {
	open, err := automation.OpenJobs(ctx, w.table, s, site)
	return slices.ContainsFunc(open, func(o automation.Open) bool { return o.Stage == automation.Last }), err
}

// Client opens a connection to a WordPress site; it calls nobody.
func Client(c feature.Connection, h *http.Client) (*wordpress.Client, error) {
	return wordpress.New(wordpress.Config{URL: c.URL, User: c.User, Password: c.Password, HTTP: h})
}

// tester asks a WordPress site who we are there and what we may do.
type tester struct{ http *http.Client }

// Test connects and reports.
func (t tester) Test(ctx context.Context, c feature.Connection) (feature.Report, error) {
	w, err := Client(c, t.http)
	if err != nil {
		return feature.Report{}, err
	}
	r, err := w.Test(ctx)
	if err != nil {
		return feature.Report{}, err
	}
	return feature.Report{Site: r.Site, Version: r.Version, User: r.User, Roles: r.Roles, Missing: r.Missing, Notes: r.Notes}, nil
}
