// Package review is stage 7 of a run: the gate before the outside site (facts 11.5, 14).
// It counts what waits for a person; where the site publishes by itself, or a person asks,
// a job publishes one text. Publishing has its own durable steps and costs no credits.
package review

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/pick"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// Publisher brings an article to the site's destination, once however often it is called
// (protocols 7). Errors are errs kinds with a cause; Unavailable, Exhausted and Conflict
// with RetryAfter are tried again.
type Publisher interface {
	Publish(ctx context.Context, s account.Scope, site string, a publish.Article, job automation.Job) (publish.Published, error)
}

// Sites gives a site's settings.
type Sites interface {
	Get(ctx context.Context, s account.Scope, id string) (site.Site, error)
}

// Stage is stage 7. It is safe for concurrent use.
type Stage struct {
	contents  *content.Service
	images    *imagery.Service
	sites     Sites
	publisher Publisher
	clock     clock.Clock
}

var (
	_ automation.Stage      = (*Stage)(nil)
	_ automation.FailureOps = (*Stage)(nil)
)

// New makes the stage.
func New(contents *content.Service, images *imagery.Service, sites Sites, publisher Publisher, c clock.Clock) *Stage {
	return &Stage{contents: contents, images: images, sites: sites, publisher: publisher, clock: c}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 7 }

// Plan counts the contents in review as ready_for_review when the gate is for a person. On
// a site that publishes by itself it gives a job for each content that is in review or
// approved and not published; those are counted by Fold. Items of the input are content
// ids to publish now; Conflict when one is a draft, or published already (the error names
// the address).
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	where, err := st.sites.Get(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, errs.Wrap("review.Plan", err)
	}
	if len(in.Items) == 0 && !where.Settings.AutoPublishEnabled {
		n, err := st.waiting(ctx, s, in.Site)
		return automation.Selection{Counts: automation.Counts{"ready_for_review": n}}, err
	}
	todo, err := pick.Among(in, st.contents.Each(ctx, s, in.Site), content.Compare, func(c content.Content) pick.State {
		return pick.State{ID: c.ID, Attempt: c.PublishAttempt, FailedRun: c.FailedRun, Blocked: blocked(c, len(in.Items) > 0)}
	})
	if err != nil {
		return automation.Selection{}, err
	}
	sel := automation.Selection{Counts: automation.Counts{}}
	for _, c := range todo {
		j := automation.JobSpec{Item: c.ID, Title: c.Title, Attempt: c.PublishAttempt, Queue: queue.Publish, Input: input(where, c)}
		if c.SiteStatus == content.Publishing { // the job that began it goes on, as after a pause
			j.Input, j.Attempt = c.PublishInput, c.PublishTry
		}
		sel.Jobs = append(sel.Jobs, j)
	}
	return sel, nil
}

func (st *Stage) waiting(ctx context.Context, s account.Scope, site string) (n int64, err error) {
	for c, err := range st.contents.Each(ctx, s, site) {
		if err != nil {
			return 0, errs.Wrap("review.Plan", err)
		}
		if c.Status == content.Review {
			n++
		}
	}
	return n, nil
}

// blocked is why a content can't be published. A run leaves those that have a date. One
// that is being published leads back to its own job, which may wait for a wave.
func blocked(c content.Content, asked bool) error {
	if c.SiteStatus == content.Publishing {
		return nil
	}
	if err := c.Publishable(); err != nil {
		return errs.Of(err).Because(errs.Input)
	}
	if !asked && c.SiteStatus == content.Scheduled {
		return pick.Blocked("scheduled", "it will be published at its time")
	}
	return nil
}

// input names what is published and where to.
func input(where site.Site, c content.Content) string {
	parts := []string{where.Settings.Destination, c.Title, c.Slug, c.HTMLHash, c.Excerpt, c.MetaTitle, c.MetaDescription, c.PrimaryKeyword}
	return id.Hash("inp", append(append(append(parts, c.Categories...), "tags"), c.Tags...)...)
}

// Do publishes one content. The publication belongs to the job from its first step on, so
// two jobs never publish the same content.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	c, err := st.contents.StartPublishing(ctx, s, w.Site, w.Job.Item,
		content.Claim{Job: w.Job.ID, Input: w.Job.Input, Attempt: w.Job.Attempt})
	if err != nil {
		return automation.Outcome{}, errs.Of(err).Because(errs.Input)
	}
	a, err := st.article(ctx, s, w.Site, c)
	if err != nil {
		return automation.Outcome{}, err
	}
	p, err := st.publisher.Publish(ctx, s, w.Site, a, w.Job)
	if err != nil {
		return automation.Outcome{}, retryable(err)
	}
	return automation.Outcome{
		Ops:    []table.Op{content.PublishedOp(s, w.Site, c.ID, w.Job.ID, p.ExternalID, p.ExternalURL, p.Warnings, st.clock.Now())},
		Result: pick.Result(automation.Counts{"ready_for_review": 1, "content_published": 1}),
	}, nil
}

// retryable turns a Conflict that names a time to wait, such as another publication of the
// same content under way, into Unavailable: the job comes again. A limit that is no rate, as
// the size of a file, is Invalid: no waiting helps.
func retryable(err error) error {
	e := *errs.Of(err)
	switch {
	case e.Kind == errs.Conflict && e.RetryAfter > 0:
		e.Kind = errs.Unavailable
	case e.Kind == errs.Exhausted && e.RetryAfter == 0:
		e.Kind = errs.Invalid
	default:
		return err
	}
	return &e
}

// article puts a content and its pictures together. Pictures that are not drawn are left
// out: a person may publish without them.
func (st *Stage) article(ctx context.Context, s account.Scope, site string, c content.Content) (publish.Article, error) {
	body, err := st.contents.HTML(ctx, s, site, c.ID)
	if err != nil {
		return publish.Article{}, errs.Wrap("review.Do", err)
	}
	images, err := st.images.OfContent(ctx, s, site, c.ID, c.ImagesExpected)
	if err != nil {
		return publish.Article{}, errs.Wrap("review.Do", err)
	}
	a := publish.Article{ContentID: c.ID, Title: c.Title, Slug: c.Slug, HTML: body, Excerpt: c.Excerpt, MetaTitle: c.MetaTitle,
		MetaDescription: c.MetaDescription, PrimaryKeyword: c.PrimaryKeyword, Categories: slices.Clone(c.Categories), Tags: slices.Clone(c.Tags), Demo: c.Demo}
	for _, i := range images {
		if i.Status != imagery.Generated {
			continue
		}
		p := publish.Picture{ImageID: i.ID, SHA256: i.SHA256, ContentType: i.FileType, Alt: i.AltText, Caption: i.Caption, Position: i.Position,
			Open: func(ctx context.Context) (io.ReadCloser, error) {
				r, _, err := st.images.Open(ctx, s, site, i)
				return r, err
			}}
		a.Demo = a.Demo || i.Demo
		if i.ImageType == imagery.Featured {
			a.Featured = &p
		} else {
			a.InArticle = append(a.InArticle, p)
		}
	}
	return a, nil
}

// Fold adds up the wave's counts; a text that could not be published is still ready.
func (*Stage) Fold(_ context.Context, _ account.Scope, in automation.FoldInput) (automation.Counts, error) {
	total, err := pick.Sum(in.Jobs)
	if err != nil {
		return nil, err
	}
	for _, j := range in.Jobs {
		if j.State == automation.JobFailed {
			total.Add(automation.Counts{"ready_for_review": 1, "publish_failed": 1})
		}
	}
	return total, nil
}

// Failed notes the failed publication on the content, when the job had it.
func (st *Stage) Failed(ctx context.Context, s account.Scope, site string, j automation.Job) ([]table.Op, error) {
	c, err := st.contents.Get(ctx, s, site, j.Item)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if c.PublishJob != j.ID || c.SiteStatus != content.Publishing {
		return nil, nil
	}
	return []table.Op{content.PublishFailedOp(s, site, c.ID, j.ID, j.Attempt, j.Run, j.Cause, strings.TrimSpace(j.Reason), st.clock.Now())}, nil
}
