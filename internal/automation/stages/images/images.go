// Package images is stage 6 of a run: pending prompts become pictures, and contents whose
// pictures are all drawn move to review (facts 10.3, 11.5). A job draws one picture.
package images

import (
	"context"
	"iter"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/automation/stages/pick"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// Stage is stage 6. It is safe for concurrent use.
type Stage struct {
	table    table.Table
	images   *imagery.Service
	contents *content.Service
	sites    ask.Sites
	painter  ai.Image
}

var (
	_ automation.Stage      = (*Stage)(nil)
	_ automation.FailureOps = (*Stage)(nil)
	_ automation.Estimator  = (*Stage)(nil)
)

// New makes the stage.
func New(t table.Table, images *imagery.Service, contents *content.Service, sites ask.Sites, painter ai.Image) *Stage {
	return &Stage{table: t, images: images, contents: contents, sites: sites, painter: painter}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 6 }

// Plan gives a job for each picture that is not drawn and whose content is still there, and
// moves contents to review whose pictures were all drawn without a fold, as by hand. Items
// of the input are image ids; Conflict when one is drawn already.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	where, model, err := st.settings(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, err
	}
	view, err := st.look(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, errs.Wrap("images.Plan", err)
	}
	todo, err := pick.Among(in, view.counting(st.images.Each(ctx, s, in.Site)), imagery.Compare, func(i imagery.Image) pick.State {
		return pick.State{ID: i.ID, Attempt: i.Attempt, FailedRun: i.FailedRun, Blocked: blocked(i, view.has(i.Content))}
	})
	if err != nil {
		return automation.Selection{}, err
	}
	moved, err := st.toReview(ctx, s, in.Site, "", view.complete())
	if err != nil {
		return automation.Selection{}, err
	}
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	sel := automation.Selection{Counts: automation.Counts{}}
	if moved > 0 {
		sel.Counts["content_moved_to_review"] = moved
	}
	for _, i := range todo {
		r := request(model, where, i)
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: i.ID, Title: i.ContentTitle, Attempt: i.Attempt, Queue: queue.Image, Provider: model.Provider,
			Input: id.Hash("inp", r.Model, r.Prompt, r.Size, r.Quality, r.Format), Share: price(prices, model, r), Most: ai.MostImage(r)})
	}
	return sel, nil
}

// Estimate prices the pictures that are not drawn and those to come.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Forecast{}, err
	}
	where, model, err := st.settings(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, err
	}
	view, err := st.look(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, errs.Wrap("images.Estimate", err)
	}
	var f automation.Forecast
	for i, err := range st.images.Each(ctx, s, in.Site) {
		if err != nil {
			return automation.Forecast{}, errs.Wrap("images.Estimate", err)
		}
		if blocked(i, view.has(i.Content)) == nil {
			f.Waiting++
		}
	}
	f.Credits = price(prices, model, request(model, where, imagery.Image{})) * credit.Amount(f.Waiting+coming.Items)
	return f, nil
}

// view is what a plan needs to know of a site's contents: which there are, and how many
// pictures each still lacks until it moves to review.
type view map[string]int // 0: it moves with its last picture, which is drawn; never: it does not move

const never = -1

func (st *Stage) look(ctx context.Context, s account.Scope, site string) (view, error) {
	v := view{}
	for c, err := range st.contents.Each(ctx, s, site) {
		if err != nil {
			return nil, err
		}
		v[c.ID] = never
		if awaits(c) && c.ImagesExpected > 0 {
			v[c.ID] = max(0, c.ImagesExpected-c.ImagesDropped)
		}
	}
	return v, nil
}

func (v view) has(id string) bool { _, there := v[id]; return there }

// counting takes the drawn pictures off what their contents lack as they come by.
func (v view) counting(images iter.Seq2[imagery.Image, error]) iter.Seq2[imagery.Image, error] {
	return func(yield func(imagery.Image, error) bool) {
		for i, err := range images {
			if i.Status == imagery.Generated && v[i.Content] > 0 {
				v[i.Content]--
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

// complete are the contents that lack nothing, in a fixed order.
func (v view) complete() []string {
	var out []string
	for id, lacks := range v {
		if lacks == 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// awaits tells whether a content is a draft that moves to review with its last picture. One
// that a person sent back waits for a person.
func awaits(c content.Content) bool {
	return c.Status == content.Draft && c.HasImagePrompts && c.RejectReason == ""
}

func price(l credit.List, m ai.Model, r ai.ImageRequest) credit.Amount {
	return l.Price(credit.ImageGeneration, credit.Use{Units: 1, Tier: m.Tier(r.Quality)})
}

func blocked(i imagery.Image, contentThere bool) error {
	switch {
	case i.Job != "" || i.Status == imagery.Generated:
		return pick.Blocked("image_generated", "this picture is drawn already")
	case !contentThere:
		return pick.Blocked("no_content", "the content of this picture was deleted")
	}
	return nil
}

func (st *Stage) settings(ctx context.Context, s account.Scope, siteID string) (site.Site, ai.Model, error) {
	return ask.Settings(ctx, st.sites, s, siteID, ask.ImageModel)
}

// request asks for one picture: the featured one wide, those inside the text by turns
// square and wide.
func request(m ai.Model, where site.Site, i imagery.Image) ai.ImageRequest {
	size := "1536x1024"
	if i.ImageType == imagery.InArticle && i.Position%2 == 0 {
		size = "1024x1024"
	}
	if len(m.Sizes) > 0 && !slices.Contains(m.Sizes, size) {
		size = m.Sizes[0]
	}
	return ai.ImageRequest{Model: m.ID, Prompt: i.Prompt, Size: size, Quality: where.Settings.ImageQuality, Format: "png"}
}

// Do draws one picture and stores its file under the job's id.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	where, model, err := st.settings(ctx, s, w.Site)
	if err != nil {
		return automation.Outcome{}, err
	}
	i, err := st.images.Get(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(errs.Wrap("images.Do", err)).Because(errs.Input)
	}
	if err := blocked(i, true); err != nil {
		return automation.Outcome{}, err
	}
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return automation.Outcome{}, err
	}
	r := request(model, where, i)
	pic, usage, err := st.draw(ctx, w, model, r)
	if err != nil {
		return automation.Outcome{}, err
	}
	f, err := st.images.StoreFile(ctx, s, w.Site, w.Job.ID, pic.ContentType, pic.Width, pic.Height, pic.Content)
	if err != nil {
		return automation.Outcome{}, err
	}
	f.Demo = usage.Provider == ai.ProviderDemo
	return automation.Outcome{Ops: []table.Op{imagery.GeneratedOp(s, i, w.Job.ID, f)}, Draw: min(price(prices, model, r), w.Job.Share),
		Result: pick.Result(automation.Counts{"images_processed": 1, "images_generated": 1})}, nil
}

// draw asks for the picture, and once more when the file is damaged or not what was asked
// for. A picture that the provider refuses to draw is not asked for again.
func (st *Stage) draw(ctx context.Context, w *automation.Work, m ai.Model, r ai.ImageRequest) (ai.Picture, ai.Usage, error) {
	var fault error
	for _, name := range []string{"answer", "repair"} {
		r.Key = w.Job.ID + "." + name
		a, err := w.Once(ctx, name, ai.MostImage(r), func(ctx context.Context) (ai.Answer, error) {
			a, err := st.painter.Draw(ctx, r)
			a.Usage.Tier = m.Tier(r.Quality)
			return a, err
		})
		if err != nil {
			return ai.Picture{}, ai.Usage{}, err
		}
		var pic ai.Picture
		if pic, fault = st.painter.Read(r, a); fault == nil {
			return pic, a.Usage, nil
		}
		if e := errs.Of(fault); e.Kind != errs.Invalid || e.Code == "blocked" {
			return ai.Picture{}, ai.Usage{}, fault
		}
		if name == "answer" {
			w.Mending(fault)
		}
	}
	e := *errs.Of(fault)
	e.Message = "the picture could not be used, also not after a second try: " + e.Message + "; try again or choose another model"
	return ai.Picture{}, ai.Usage{}, e.Because(errs.Provider)
}

// Fold moves the drafts to review whose last picture the wave drew, and adds up the wave's
// counts. Each move bears the wave, so a second call moves none and tells the same.
func (st *Stage) Fold(ctx context.Context, s account.Scope, in automation.FoldInput) (automation.Counts, error) {
	total, err := pick.Sum(in.Jobs)
	if err != nil {
		return nil, err
	}
	for _, j := range in.Jobs {
		if j.State == automation.JobFailed {
			total.Add(automation.Counts{"images_processed": 1})
		}
	}
	contents, err := st.drawnFor(ctx, s, in)
	if err != nil {
		return nil, errs.Wrap("images.Fold", err)
	}
	var complete []string
	moved := int64(0)
	for _, c := range contents {
		all, err := st.images.OfContent(ctx, s, in.Site, c.ID, c.ImagesExpected)
		switch {
		case err != nil:
			return nil, errs.Wrap("images.Fold", err)
		case c.ReviewWave == in.Wave:
			moved++ // by a fold of this wave that was cut short
		case awaits(c) && c.Illustrated(imagery.Drawn(all)):
			complete = append(complete, c.ID)
		}
	}
	now, err := st.toReview(ctx, s, in.Site, in.Wave, complete)
	total["content_moved_to_review"] = moved + now
	return total, err
}

// drawnFor gives the contents whose pictures a wave drew.
func (st *Stage) drawnFor(ctx context.Context, s account.Scope, in automation.FoldInput) ([]content.Content, error) {
	var ids []string
	for _, j := range in.Jobs {
		if j.State == automation.JobDone {
			ids = append(ids, j.Item)
		}
	}
	images, err := st.images.Some(ctx, s, in.Site, ids)
	if err != nil {
		return nil, err
	}
	var out []content.Content
	seen := map[string]bool{}
	for _, i := range images {
		if seen[i.Content] {
			continue
		}
		seen[i.Content] = true
		c, err := st.contents.Get(ctx, s, in.Site, i.Content)
		if errs.Is(err, errs.NotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// toReview moves drafts, by id, that are complete and tells how many it moved itself.
func (st *Stage) toReview(ctx context.Context, s account.Scope, site, wave string, complete []string) (moved int64, err error) {
	for _, id := range complete {
		err := st.table.Write(ctx, content.ReviewOp(s, site, id, wave))
		if table.FailedCondition(err) != nil {
			continue // a person or another fold was faster
		}
		if err != nil {
			return moved, errs.Wrap("move content to review", err)
		}
		moved++
	}
	return moved, nil
}

// Failed notes the failed try on the picture, and on the draft why it stays one.
func (st *Stage) Failed(ctx context.Context, s account.Scope, site string, j automation.Job) ([]table.Op, error) {
	ops := []table.Op{imagery.FailedOp(s, site, j.Item, j.Attempt, j.Run, j.Cause, j.Reason)}
	i, err := st.images.Get(ctx, s, site, j.Item)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := st.contents.Get(ctx, s, site, i.Content)
	switch {
	case errs.Is(err, errs.NotFound):
		return ops, nil
	case err != nil:
		return nil, err
	case c.Status == content.Draft:
		ops = append(ops, content.FaultOp(s, site, c.ID, j.Cause, "a picture could not be drawn: "+j.Reason))
	}
	return ops, nil
}

// Next leads from the last picture of a text to its publication, where the site publishes by
// itself. The text is moved to review first, if the fold has not done it yet.
func (st *Stage) Next(ctx context.Context, s account.Scope, siteID string, j automation.Job) (int, []string, error) {
	i, err := st.images.Get(ctx, s, siteID, j.Item)
	if err != nil {
		return 0, nil, errs.Wrap("images.Next", err)
	}
	c, err := st.contents.Get(ctx, s, siteID, i.Content)
	if err != nil {
		return 0, nil, errs.Wrap("images.Next", err)
	}
	all, err := st.images.OfContent(ctx, s, siteID, c.ID, c.ImagesExpected)
	if err != nil {
		return 0, nil, errs.Wrap("images.Next", err)
	}
	if awaits(c) && c.Illustrated(imagery.Drawn(all)) {
		if _, err := st.toReview(ctx, s, siteID, "", []string{c.ID}); err != nil {
			return 0, nil, err
		}
	}
	where, err := st.sites.Get(ctx, s, siteID)
	if err != nil || !where.Settings.AutoPublishEnabled || !c.Illustrated(imagery.Drawn(all)) {
		return 0, nil, errs.Wrap("images.Next", err)
	}
	return automation.Last, []string{c.ID}, nil
}
