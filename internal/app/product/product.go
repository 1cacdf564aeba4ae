// Package product puts all groups together: it takes ports, whatever drives them, and gives
// the services and the engine of a runtime that is one process.
package product

import (
	"net/http"

	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/publishing"
	"github.com/igny8/igny8/internal/app/tick"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
)

// Settings are the choices of a runtime.
type Settings struct {
	Auth       auth.Options
	Publishing publishing.Options
	Working    parts.Working
}

// Product is all services and the engine.
type Product struct {
	auth.People
	planner.Planner
	writer.Writer
	integration.Connections
	publishing.Publisher
	Engine *automation.Engine
}

// New puts everything together. It opens nothing and calls nobody. sites is a guarded
// client, for addresses that customers name.
func New(p parts.Ports, m pipeline.Makers, sites *http.Client, o Settings) *Product {
	d := &Product{People: auth.New(p, o.Auth), Planner: planner.New(p), Writer: writer.New(p), Connections: integration.New(p, sites)}
	d.Compare.BuyFrom(m.Vectors)
	d.Publisher = publishing.New(p, o.Working, o.Publishing, d.Sites, d.Integrations, sites)
	stages := pipeline.Stages(p, d.Sites, d.Planner, d.Writer, d.Publisher.Stage(p, d.Writer), m)
	o.Working.Sites = parts.SiteFinder{Sites: d.Sites}
	d.Engine = parts.Engine(p, o.Working, tick.Sweepers(d.Publishing, d.Rows), stages...)
	return d
}
