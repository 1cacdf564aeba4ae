package review_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/review"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/table"
)

// press is the stage's Publisher: it keeps what it was given.
type press struct {
	articles []publish.Article
	jobs     []string
	err      error
}

func (p *press) Publish(_ context.Context, _ account.Scope, _ string, a publish.Article, j automation.Job) (publish.Published, error) {
	p.articles, p.jobs = append(p.articles, a), append(p.jobs, j.ID)
	if p.err != nil {
		return publish.Published{}, p.err
	}
	return publish.Published{ExternalID: "7", ExternalURL: "http://site/7", Status: "publish", Warnings: []string{"a tag was dropped"}}, nil
}

func add(d *stagetest.Desk, id string, st content.Status) {
	d.T.Helper()
	ctx := d.T.Context()
	c := content.Content{ID: id, Site: stagetest.Site, Title: "Title " + id, Slug: "title", Status: st, SiteStatus: content.NotPublished,
		HasImagePrompts: true, ImagesExpected: 3, Tags: []string{"t"}, Categories: []string{"c"}, MetaTitle: "mt", MetaDescription: "md", PrimaryKeyword: "pk", Excerpt: "ex"}
	if err := d.Contents.Store(ctx, d.Scope, &c, "<h2>H</h2><p>text</p>"); err != nil {
		d.T.Fatal(err)
	}
	op, err := content.NewOp(d.Scope, c)
	if err != nil {
		d.T.Fatal(err)
	}
	ops := []table.Op{op}
	for n, kind := range []imagery.Type{imagery.Featured, imagery.InArticle, imagery.InArticle} {
		pos := max(n-1, 0)
		x := imagery.Image{ID: imagery.ID(id, kind, pos), Site: stagetest.Site, Content: id, ImageType: kind, Position: pos, Prompt: "p", AltText: "alt",
			Caption: "cap", Status: imagery.Pending}
		if n < 2 { // the last one is not drawn
			f, err := d.Images.StoreFile(ctx, d.Scope, stagetest.Site, x.ID, "image/png", 2, 2, []byte("png"+x.ID))
			if err != nil {
				d.T.Fatal(err)
			}
			x.Status, x.File, x.FileType, x.SHA256, x.Demo = imagery.Generated, f.Name, f.ContentType, f.SHA256, true
		}
		op, err := imagery.NewOp(d.Scope, x)
		if err != nil {
			d.T.Fatal(err)
		}
		ops = append(ops, op)
	}
	if err := d.Commit(ops); err != nil {
		d.T.Fatal(err)
	}
}

func setUp(t *testing.T) (*stagetest.Desk, *press, *review.Stage) {
	d, p := stagetest.New(t), &press{}
	return d, p, review.New(d.Contents, d.Images, d.Where, p, d.Clock)
}

func get(d *stagetest.Desk, id string) content.Content {
	d.T.Helper()
	c, err := d.Contents.Get(d.T.Context(), d.Scope, stagetest.Site, id)
	if err != nil {
		d.T.Fatal(err)
	}
	return c
}

func TestGate(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	add(d, "con_a", content.Review)
	add(d, "con_b", content.Review)
	add(d, "con_c", content.Draft)
	add(d, "con_d", content.Approved)
	jobs, counts := d.Run(st, "run", "wave")
	if len(jobs) != 0 || counts["ready_for_review"] != 2 || len(p.articles) != 0 || get(d, "con_a").Status != content.Review {
		t.Errorf("%v, %v", jobs, counts)
	}
}

func TestAutoPublish(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	d.Where.Site.Settings.AutoPublishEnabled = true
	add(d, "con_a", content.Review)
	add(d, "con_b", content.Approved)
	add(d, "con_c", content.Draft)
	jobs, counts := d.Run(st, "run", "wave")
	if len(jobs) != 2 || counts["ready_for_review"] != 2 || counts["content_published"] != 2 || stagetest.Drawn(jobs) != 0 {
		t.Fatalf("%+v, %v", jobs, counts)
	}
	c := get(d, "con_a")
	if c.Status != content.Approved || c.SiteStatus != content.Published || c.ExternalID != "7" || c.ExternalURL != "http://site/7" ||
		len(c.PublishWarnings) != 1 || !c.SiteStatusUpdatedAt.Equal(stagetest.Epoch()) {
		t.Errorf("%+v", c)
	}
	a := p.articles[0]
	if a.ContentID != "con_a" || a.HTML != "<h2>H</h2><p>text</p>" || a.Featured == nil || len(a.InArticle) != 1 || !a.Demo || a.MetaTitle != "mt" ||
		a.Tags[0] != "t" || a.Categories[0] != "c" || a.Featured.Alt != "alt" || a.InArticle[0].Caption != "cap" || a.PrimaryKeyword != "pk" || a.Slug != "title" {
		t.Errorf("%+v", a)
	}
	r, err := a.Featured.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "png"+imagery.ID("con_a", imagery.Featured, 0) {
		t.Errorf("%q, %v", b, err)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Errorf("planned again: %v", sel.Jobs)
	}
}

func TestByHand(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t)
	add(d, "con_a", content.Review)
	add(d, "con_c", content.Draft)
	if jobs, _ := d.Run(st, "", "wave", "con_a"); len(jobs) != 1 || jobs[0].State != automation.JobDone {
		t.Fatalf("%+v", jobs)
	}
	for id, want := range map[string]struct {
		kind errs.Kind
		code string
		text string
	}{
		"con_a": {errs.Conflict, "already_published", "http://site/7"},
		"con_c": {errs.Conflict, "not_reviewed", "draft"},
		"con_x": {errs.NotFound, "not_found", "con_x"},
	} {
		_, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{id}})
		if e := errs.Of(err); e == nil || e.Kind != want.kind || e.Code != want.code || !strings.Contains(e.Message, want.text) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestFailedPublication(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	d.Where.Site.Settings.AutoPublishEnabled = true
	add(d, "con_a", content.Review)
	p.err = errs.New(errs.Forbidden, "wp_auth", "the password was refused").Because(errs.WordPress)
	_, counts := d.Run(st, "run", "wave")
	c := get(d, "con_a")
	if counts["ready_for_review"] != 1 || counts["publish_failed"] != 1 || c.Status != content.Review || c.SiteStatus != content.Failed ||
		c.Cause != errs.WordPress || !strings.Contains(c.Fault, "password") || c.PublishAttempt != 1 || c.PublishJob != "" {
		t.Fatalf("%v, %+v", counts, c)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Error("the same run tries it again")
	}
	p.err = nil
	jobs, _ := d.Run(st, "", "w2", "con_a")
	if c := get(d, "con_a"); jobs[0].Attempt != 1 || c.SiteStatus != content.Published || c.Fault != "" {
		t.Errorf("%+v, %+v", jobs, c)
	}
}

func TestOneJobPublishes(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	add(d, "con_a", content.Review)
	one := d.Job(st, "", d.Plan(st, "", "con_a").Jobs[0])
	d.Where.Site.Settings.Destination = "wordpress"
	two := d.Job(st, "", d.Plan(st, "", "con_a").Jobs[0])
	if one.ID == two.ID {
		t.Fatal("the destination does not decide the job's id")
	}
	p.err = errs.New(errs.Unavailable, "down", "the site does not answer").Because(errs.WordPress)
	if _, err := d.Finish(st, one); !errs.Is(err, errs.Unavailable) {
		t.Fatal(err)
	}
	if c := get(d, "con_a"); c.SiteStatus != content.Publishing || c.PublishJob != one.ID {
		t.Fatalf("%+v", c)
	}
	p.err = nil
	if _, err := d.Finish(st, two); !errs.Is(err, errs.Conflict) {
		t.Errorf("two jobs publish one text: %v", err)
	}
	if c := get(d, "con_a"); c.SiteStatus != content.Publishing || c.PublishJob != one.ID {
		t.Errorf("the loser wrote on the text: %+v", c)
	}
	// Asked again while it hangs, as after a pause: the way leads to the job that began.
	if sel := d.Plan(st, "", "con_a"); len(sel.Jobs) != 1 || d.Job(st, "", sel.Jobs[0]).ID != one.ID {
		t.Errorf("%v", sel.Jobs)
	}
	if j, err := d.Finish(st, one); err != nil || j.State != automation.JobDone {
		t.Error(err)
	}
	if len(p.jobs) != 2 || p.jobs[0] != one.ID || p.jobs[1] != one.ID {
		t.Errorf("published by %v", p.jobs)
	}
}

func TestRepeatAfterACrash(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	add(d, "con_a", content.Approved)
	j := d.Job(st, "", d.Plan(st, "", "con_a").Jobs[0])
	if _, err := st.Do(t.Context(), d.Scope, d.Work(j)); err != nil { // and then the lights go out
		t.Fatal(err)
	}
	d.Clock.Advance(time.Hour)
	if j, err := d.Finish(st, j); err != nil || j.State != automation.JobDone || len(p.jobs) != 2 {
		t.Errorf("%v", err)
	}
	if j, err := d.Finish(st, j); !errs.Is(err, errs.Conflict) || j.State != automation.JobFailed || len(p.jobs) != 2 {
		t.Errorf("published once more: %v", err)
	}
	if c := get(d, "con_a"); c.SiteStatus != content.Published {
		t.Errorf("a late failure wrote on the published text: %+v", c)
	}
}

func TestBusySiteComesAgain(t *testing.T) {
	t.Parallel()
	d, p, st := setUp(t)
	add(d, "con_a", content.Review)
	p.err = errs.New(errs.Conflict, "busy", "under way").After(time.Minute)
	j := d.Job(st, "", d.Plan(st, "", "con_a").Jobs[0])
	if _, err := d.Finish(st, j); !errs.Is(err, errs.Unavailable) || errs.Of(err).RetryAfter != time.Minute {
		t.Errorf("%v", err)
	}
}

func TestScheduledTextsWaitForTheirTime(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t)
	d.Where.Site.Settings.AutoPublishEnabled = true
	add(d, "con_a", content.Approved)
	if err := d.Contents.Schedule(t.Context(), d.Scope, stagetest.Site, "con_a", stagetest.Epoch().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Error("a run publishes it before its time")
	}
	if jobs, _ := d.Run(st, "", "w", "con_a"); len(jobs) != 1 || get(d, "con_a").SiteStatus != content.Published || !get(d, "con_a").ScheduledPublishAt.IsZero() {
		t.Errorf("%+v", jobs)
	}
}
