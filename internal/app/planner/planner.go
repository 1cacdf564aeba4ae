// Package planner is the group of what is written about: keywords, clusters, ideas, and
// the import and export of files.
package planner

import (
	"slices"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/exports"
	"github.com/igny8/igny8/internal/automation/stages/imports"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/upload"
)

// Planner is the services. Imports and Exports are the stages that read and write files.
type Planner struct {
	Uploads  *upload.Service
	Keywords *keyword.Service
	Clusters *cluster.Service
	Ideas    *idea.Service
	Imports  *imports.Stage
	Exports  *exports.Stage
	Rows     *rowset.Store
}

// New makes the services; they use table and blob store.
func New(p parts.Ports) Planner {
	rows := rowset.New(p.Table, p.Clock, p.IDs)
	g := Planner{
		Uploads:  upload.New(upload.Options{Blob: p.Blob, Table: p.Table, Clock: p.Clock, IDs: p.IDs}),
		Keywords: keyword.New(p.Table, rows, p.Clock),
		Clusters: cluster.New(rows, p.Clock),
		Ideas:    idea.NewService(p.Table, p.Clock),
		Rows:     rows,
	}
	g.Imports = imports.New(p.Table, p.Blob, g.Uploads, g.Keywords, p.Clock)
	g.Exports = exports.New(p.Table, p.Blob, g.Keywords, p.Clock, p.IDs)
	return g
}

// Operations are the group's routes, below /v1/planner/. The engine needs the stages of Files.
func (g Planner) Operations(sites parts.SiteFinder, engine *automation.Engine) []httpapi.Operation {
	return slices.Concat(g.Imports.Routes(sites, engine), g.Exports.Routes(sites, engine), g.Keywords.Routes(sites), g.Clusters.Routes(sites), g.Ideas.Routes(sites))
}

// Files are the stages that a person asks for alone.
func (g Planner) Files() []automation.Stage { return []automation.Stage{g.Imports, g.Exports} }
