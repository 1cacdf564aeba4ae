// Package api puts the groups' routes together: the one list that the all-in-one program
// serves, the OpenAPI document describes, and the tests walk. It knows no driver.
package api

import (
	"slices"

	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/billing"
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/overview"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/system"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/view"
)

// Deps are the groups whose routes are served; all are required but to list the routes.
type Deps struct {
	auth.People
	planner.Planner
	writer.Writer
	integration.Connections
	Engine  *automation.Engine
	Views   *view.Service
	Prompts *prompt.Service
	Events  *event.Feed
	Credits *credit.Service
	Clock   clock.Clock
}

// Operations are all routes but the document's own (httpapi.Document). Nothing is called:
// with the zero Deps the list can still be described.
func Operations(d Deps) []httpapi.Operation {
	sites := parts.SiteFinder{Sites: d.Sites}
	return slices.Concat(
		d.People.Operations(), d.Planner.Operations(sites, d.Engine), d.Writer.Operations(sites, d.Engine),
		d.Engine.Routes(sites), overview.New(sites, d.Planner, d.Writer, d.Engine, d.Integrations).Routes(), d.Connections.Operations(sites), system.Operations(d.Uploads, d.Sites, d.Views, d.Prompts, d.Clock), d.Events.Routes(true), billing.Operations(d.Credits),
	)
}
