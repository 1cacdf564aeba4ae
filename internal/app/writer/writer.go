// Package writer is the group of what is written: tasks, contents, images, and the
// publication of a content by hand.
package writer

import (
	"context"
	"iter"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/receipts"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// Writer is the services.
type Writer struct {
	Tasks    *task.Service
	Contents *content.Service
	Images   *imagery.Service

	ideas     *idea.Service
	clustered answers.Blobs
	table     table.Table
	ids       *id.Source
}

// New makes the services; they use table and blob store.
func New(p parts.Ports) Writer {
	return Writer{
		Tasks:    task.NewService(p.Table, p.Clock),
		Contents: content.NewService(p.Table, p.Blob, p.Clock),
		Images:   imagery.NewService(p.Table, p.Blob, p.Clock),

		ideas:     idea.NewService(p.Table, p.Clock),
		clustered: answers.Blobs{Store: p.Blob},
		table:     p.Table, ids: p.IDs,
	}
}

// Walk gives a site's items from the first content to the last image as they are stored:
// contents, ideas and images, deleted ones as well, and the little that lies between them.
// It is one request to the table for each page; after an error there is nothing more.
func (g Writer) Walk(ctx context.Context, s account.Scope, site string) iter.Seq2[table.Item, error] {
	return table.All(ctx, g.table, table.Query{Partition: table.OfSite(s, site), From: content.Prefix, To: imagery.Prefix + "\uffff", Consistency: table.Consistent})
}

// Receipts tells what contents cost; the engine needs no stages for it.
func (g Writer) Receipts(engine *automation.Engine) *receipts.Service {
	return &receipts.Service{Jobs: engine, Contents: g.Contents, Tasks: g.Tasks, Ideas: g.ideas, Clustered: g.clustered}
}

// Actions are what a person may have done by hand; each needs its stage.
func Actions() []automation.Action {
	return []automation.Action{
		{ID: "write_tasks", Path: "writer/tasks/auto_generate_content/", Summary: "Write tasks: a job each", Stage: 4, Throttle: httpapi.ThrottleWriterAI, Tag: "writer"},
		{ID: "prompt_content", Path: "writer/content/generate_image_prompts/", Summary: "Plan the images of drafts: a job each", Stage: 5, Throttle: httpapi.ThrottleWriterAI, Tag: "writer"},
		{ID: "draw_images", Path: "writer/images/generate_images/", Summary: "Draw images: a job each", Stage: 6, Throttle: httpapi.ThrottleImage, Tag: "writer"},
		{ID: "bulk_publish_content", Path: "writer/content/bulk_publish/", Summary: "Publish contents: a job each", Stage: automation.Last, Throttle: httpapi.ThrottlePublisher, Tag: "writer"},
	}
}

// Operations are the group's routes, below /v1/writer/. The engine needs the stages of
// Actions, whose plans say what may be done.
func (g Writer) Operations(sites parts.SiteFinder, engine *automation.Engine) []httpapi.Operation {
	beside := neighbours{g}
	return slices.Concat(
		g.Tasks.Routes(task.Around{Sites: sites, Work: engine, Beside: beside.ideaOf, Back: beside.ideaAgain, IDs: g.ids}),
		g.Contents.Routes(content.Around{Sites: sites, Pictures: pictures{g.Images}, Work: work{engine}}),
		g.Images.Routes(imagery.Around{Sites: sites, Work: engine, Contents: beside}),
		engine.AskRoutes(sites, Actions()...), engine.PublishRoutes(finder{sites, g.Contents}), g.Receipts(engine).Routes(finder{sites, g.Contents}))
}

type finder struct {
	parts.SiteFinder
	contents *content.Service
}

// SiteOf gives the site of a content.
func (f finder) SiteOf(ctx context.Context, s account.Scope, named, id string) (string, error) {
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
