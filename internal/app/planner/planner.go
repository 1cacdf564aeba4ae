// Package planner is the group of what is written about: keywords, clusters, ideas, and
// the import and export of files.
package planner

import (
	"slices"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/automation/stages/exports"
	"github.com/igny8/igny8/internal/automation/stages/imports"
	"github.com/igny8/igny8/internal/automation/stages/reclusters"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/cluster/embeddings"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
	"github.com/igny8/igny8/internal/upload"
)

// Planner is the services. Imports and Exports are the stages that read and write files,
// Regroups is the one that computes clusters anew; Compare says by what keywords are compared.
type Planner struct {
	Uploads  *upload.Service
	Keywords *keyword.Service
	Clusters *cluster.Service
	Ideas    *idea.Service
	Imports  *imports.Stage
	Exports  *exports.Stage
	Regroups *reclusters.Stage
	Compare  *compare.Service
	Rows     *rowset.Store

	tasks   *task.Service
	queuing *tasks.Stage
	table   table.Table
	clock   clock.Clock
	ids     *id.Source
}

// New makes the services; they use table and blob store.
func New(p parts.Ports) Planner {
	rows := rowset.New(p.Table, p.Clock, p.IDs)
	g := Planner{
		Uploads:  upload.New(upload.Options{Blob: p.Blob, Table: p.Table, Clock: p.Clock, IDs: p.IDs}),
		Keywords: keyword.New(p.Table, rows, p.Clock),
		Clusters: cluster.New(p.Table, rows, p.Clock),
		Ideas:    idea.NewService(p.Table, p.Clock),
		Rows:     rows,
		tasks:    task.NewService(p.Table, p.Clock),
		table:    p.Table, clock: p.Clock, ids: p.IDs,
	}
	g.queuing = tasks.New(p.Table, g.Ideas, g.tasks)
	g.Imports = imports.New(p.Table, p.Blob, g.Uploads, g.Keywords, p.Clock)
	g.Exports = exports.New(p.Table, p.Blob, g.Keywords, p.Clock, p.IDs)
	g.Compare = compare.New(embeddings.New(p.Table, p.Blob, p.Clock), parts.Find(p).Sites)
	g.Regroups = reclusters.New(p.Table, p.Blob, g.Clusters, made{g.Ideas}, g.Compare, p.Clock, p.IDs)
	return g
}

// Operations are the group's routes, below /v1/planner/. The engine needs the stages of Files
// and, where these are asked for, of Asked.
func (g Planner) Operations(sites parts.SiteFinder, engine *automation.Engine) []httpapi.Operation {
	return slices.Concat(g.Imports.Routes(sites, engine), g.Exports.Routes(sites, engine), g.Regroups.Routes(sites, engine), g.Keywords.Routes(sites),
		g.Clusters.Routes(cluster.Around{Sites: sites, Work: engine, Ideas: made{g.Ideas}, IDs: g.ids}),
		g.Ideas.Routes(idea.Around{Sites: sites, Clusters: g.Clusters, IDs: g.ids}),
		engine.AskRoutes(sites, Actions()...), actions{g, sites, engine}.routes())
}

// Files are the stages that a person asks for alone.
func (g Planner) Files() []automation.Stage { return []automation.Stage{g.Imports, g.Exports} }
