// Package system is the group of what belongs to no module: uploads, settings of the
// account, prompts, saved views, events, ping, the description of the API.
package system

import (
	"slices"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/reference"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/upload"
	"github.com/igny8/igny8/internal/view"
)

// Operations are the group's routes, below /v1/system/, but for the description itself,
// which httpapi.Document serves.
func Operations(uploads *upload.Service, sites *site.Service, views *view.Service, prompts *prompt.Service, c clock.Clock) []httpapi.Operation {
	return slices.Concat(uploads.Routes(), sites.CommonRoutes(), prompts.Routes(), views.Routes(parts.SiteFinder{Sites: sites}), []httpapi.Operation{httpapi.Ping(parts.Version, c)})
}

// New makes the group's operations and those of events, which a function answers with pages
// alone; they use table and blob store. doc is the OpenAPI document and page the same for
// people, made at build time.
func New(p parts.Ports, doc, page []byte) []httpapi.Operation {
	uploads := upload.New(upload.Options{Blob: p.Blob, Table: p.Table, Clock: p.Clock, IDs: p.IDs})
	ops := append(Operations(uploads, parts.Sites(p, parts.NewSites{}), view.New(p.Table, p.Clock, p.IDs), prompt.New(p.Table, p.Clock), p.Clock), httpapi.Document(doc), reference.Operation(page))
	return append(ops, event.NewFeed(p.Table, p.Clock, 0).Routes(false)...)
}
