// Package overview is the group of what is told of all features at once: how a site's
// pipeline stands, stage by stage, and what waits for a person.
package overview

import (
	"context"
	"sync"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/task"
)

// Service asks the features. It writes nothing.
type Service struct {
	planner planner.Planner
	writer  writer.Writer
	engine  *automation.Engine
	links   *integration.Service
	sites   parts.SiteFinder
}

// New makes a Service. links needs neither seal nor client: it is only asked how
// connections stand.
func New(sites parts.SiteFinder, g planner.Planner, w writer.Writer, engine *automation.Engine, links *integration.Service) *Service {
	return &Service{planner: g, writer: w, engine: engine, links: links, sites: sites}
}

// Reading makes a Service for a function that has no other use for the features.
func Reading(p parts.Ports, engine *automation.Engine) *Service {
	return New(parts.Find(p), planner.New(p), writer.New(p), engine, integration.New(p.Table, nil, nil, p.Clock, p.IDs))
}

// together does all of it side by side and gives the first error in their order.
func together(all ...func() error) error {
	faults := make([]error, len(all))
	var wg sync.WaitGroup
	for i, f := range all {
		wg.Go(func() { faults[i] = f() })
	}
	wg.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

// StageOverview is how one stage of a site's pipeline stands.
type StageOverview struct {
	Stage   int              `json:"stage"`
	Name    string           `json:"name"`
	Of      string           `json:"of" enum:"keywords,clusters,ideas,tasks,contents,images" doc:"what the stage works on"`
	Counts  map[string]int64 `json:"counts" doc:"how many of these there are, by status"`
	Total   int64            `json:"total"`
	Pending int64            `json:"pending" doc:"how many wait for the stage; disabled keywords and clusters are counted too; at stage 7 what waits for a person"`
}

// Pipeline tells how the seven stages stand. NotFound when the Scope does not see the site.
func (v *Service) Pipeline(ctx context.Context, s account.Scope, site string) ([]StageOverview, error) {
	if err := v.sites.Check(ctx, s, site); err != nil {
		return nil, err
	}
	h, err := v.holdings(ctx, s, site)
	if err != nil {
		return nil, errs.Wrap("overview.Pipeline", err)
	}
	keywords, clusters := h.byStatus(rowset.Keywords), h.byStatus(rowset.Clusters)
	out := []StageOverview{
		{Of: "keywords", Counts: keywords, Pending: keywords[rowset.StatusNew]},
		{Of: "clusters", Counts: clusters, Pending: clusters[rowset.StatusNew]},
		{Of: "ideas", Counts: h.ideas, Pending: h.ideasWait},
		{Of: "tasks", Counts: h.tasks, Pending: h.tasks[string(task.Queued)]},
		{Of: "contents", Counts: h.contents, Pending: h.promptsWait},
		{Of: "images", Counts: h.images, Pending: h.imagesWait},
		{Of: "contents", Counts: h.contents, Pending: h.contents[string(content.Review)]},
	}
	for i := range out {
		out[i].Stage, out[i].Name = i+1, automation.StageName(i+1)
		out[i].Total = tally(out[i].Counts).total()
	}
	return out, nil
}

// Counts is how much of everything a site has.
type Counts struct {
	Keywords int64            `json:"keywords"`
	Clusters int64            `json:"clusters"`
	Ideas    int64            `json:"ideas"`
	Tasks    int64            `json:"tasks"`
	Contents map[string]int64 `json:"contents" doc:"by status: draft, review, approved, published"`
	Images   map[string]int64 `json:"images" doc:"by status: pending, generated, failed"`
}

// Need is something that waits for a person.
type Need struct {
	Kind   string `json:"kind" enum:"content_review,failed_items,failed_publication,run_paused,run_failed,integration_broken,low_credits"`
	Count  int64  `json:"count,omitempty"`
	Run    string `json:"run_id,omitempty"`
	ID     string `json:"integration_id,omitempty"`
	Cause  string `json:"cause,omitempty" doc:"of a pause: person, credits, provider or wordpress"`
	Reason string `json:"reason" doc:"what it is about and what to do"`
}

// Overview is what a site's dashboard shows first.
type Overview struct {
	Site    string             `json:"site_id"`
	Counts  Counts             `json:"counts"`
	Needs   []Need             `json:"needs" doc:"what waits for a person, the most urgent first"`
	Balance credit.BalanceView `json:"balance"`
	Run     *automation.Run    `json:"run" doc:"the active run, or the last one; null when there was none"`
}

// Overview tells all of it at once. NotFound when the Scope does not see the site.
func (v *Service) Overview(ctx context.Context, s account.Scope, site string) (Overview, error) {
	if err := v.sites.Check(ctx, s, site); err != nil {
		return Overview{}, err
	}
	var h holdings
	var balance credit.Balance
	var links []integration.Integration
	var last automation.View
	err := together(
		func() (err error) { h, err = v.holdings(ctx, s, site); return err },
		func() (err error) { balance, err = v.engine.Credits.Balance(ctx, s); return err },
		func() (err error) { links, err = v.links.List(ctx, s, site); return err },
		func() (err error) { last, err = v.engine.LastRun(ctx, s, site); return err },
	)
	if err != nil {
		return Overview{}, errs.Wrap("overview.Overview", err)
	}
	out := Overview{Site: site, Balance: credit.ViewOf(balance), Counts: Counts{
		Keywords: h.rows[rowset.Keywords].Rows, Clusters: h.rows[rowset.Clusters].Rows, Ideas: h.ideas.total(), Tasks: h.tasks.total(),
		Contents: h.contents, Images: h.images,
	}}
	if last.ID != "" {
		out.Run = &last.Run
	}
	out.Needs = needs(h, balance, links, last)
	return out, nil
}
