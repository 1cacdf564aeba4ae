package images_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/images"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/table"
)

// setUp makes drafts with a featured and an in-article prompt each.
func setUp(t *testing.T, ids ...string) (*stagetest.Desk, *images.Stage) {
	d := stagetest.New(t)
	for _, id := range ids {
		c := content.Content{ID: id, Site: stagetest.Site, Title: "Title " + id, Slug: "x", Status: content.Draft, SiteStatus: content.NotPublished,
			HasImagePrompts: true, ImagesExpected: 2}
		if err := d.Contents.Store(t.Context(), d.Scope, &c, "<p>text</p>"); err != nil {
			t.Fatal(err)
		}
		op, err := content.NewOp(d.Scope, c)
		if err != nil {
			t.Fatal(err)
		}
		ops := []table.Op{op}
		for _, kind := range []imagery.Type{imagery.Featured, imagery.InArticle} {
			op, err := imagery.NewOp(d.Scope, imagery.Image{ID: imagery.ID(id, kind, 0), Site: stagetest.Site, Content: id, ContentTitle: c.Title,
				ImageType: kind, Prompt: "a jar of " + id, Status: imagery.Pending})
			if err != nil {
				t.Fatal(err)
			}
			ops = append(ops, op)
		}
		if err := d.Commit(ops); err != nil {
			t.Fatal(err)
		}
	}
	return d, images.New(d.Table, d.Images, d.Contents, d.Where, d.Painter)
}

func status(d *stagetest.Desk, id string) content.Content {
	d.T.Helper()
	c, err := d.Contents.Get(d.T.Context(), d.Scope, stagetest.Site, id)
	if err != nil {
		d.T.Fatal(err)
	}
	return c
}

func TestPromptsBecomePictures(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a", "con_b")
	d.Where.Site.Settings.ImageQuality = "high"
	jobs, counts := d.Run(st, "run", "wave")
	if counts["images_processed"] != 4 || counts["images_generated"] != 4 || counts["content_moved_to_review"] != 2 || stagetest.Drawn(jobs) != credit.Whole(16) {
		t.Fatalf("counts %v, drawn %s", counts, stagetest.Drawn(jobs))
	}
	if c := status(d, "con_a"); c.Status != content.Review || c.ReviewWave != "wave" {
		t.Errorf("%+v", c)
	}
	list, err := d.Images.OfContent(t.Context(), d.Scope, stagetest.Site, "con_a", 2)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d, %v", len(list), err)
	}
	if a, b := list[0], list[1]; a.Width != 1536 || a.Height != 1024 || b.Width != 1024 || b.Height != 1024 || !a.Demo || a.File == b.File {
		t.Errorf("%+v %+v", a, b)
	}
	for _, i := range list {
		r, info, err := d.Images.Open(t.Context(), d.Scope, stagetest.Site, i)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		sum := sha256.Sum256(b)
		if err != nil || hex.EncodeToString(sum[:]) != i.SHA256 || info.ContentType != i.FileType || i.Status != imagery.Generated {
			t.Errorf("file of %s: %v, %s", i.ID, err, info.ContentType)
		}
		_ = r.Close()
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 || len(sel.Counts) != 0 {
		t.Errorf("planned again: %+v", sel)
	}
}

func TestFailedPictureKeepsTheDraft(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a", "con_b")
	d.Painter.Script(stagetest.Reply{Code: "blocked"})
	jobs, counts := d.Run(st, "run", "w1")
	if jobs[0].State != automation.JobFailed || counts["images_processed"] != 4 || counts["images_generated"] != 3 || counts["content_moved_to_review"] != 1 {
		t.Fatalf("%+v, %v", jobs[0], counts)
	}
	if n := len(d.Painter.Calls()); n != 4 {
		t.Errorf("%d calls: a blocked picture was asked for again", n)
	}
	x, err := d.Images.Get(t.Context(), d.Scope, stagetest.Site, jobs[0].Item)
	if err != nil || x.Status != imagery.Failed || x.Fault == "" || x.Cause != errs.Provider || x.Attempt != 1 {
		t.Fatalf("%+v, %v", x, err)
	}
	if c := status(d, x.Content); c.Status != content.Draft || c.Fault == "" {
		t.Errorf("%+v", c)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Error("the same run tries it again")
	}
	// The pictures of the earlier wave count when the last one comes.
	if _, counts := d.Run(st, "", "w2", x.ID); counts["content_moved_to_review"] != 1 {
		t.Errorf("%v", counts)
	}
	if c := status(d, x.Content); c.Status != content.Review || c.Fault != "" {
		t.Errorf("%+v", c)
	}
}

func TestDamagedPictureIsAskedForOnceMore(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a")
	d.Painter.Script(stagetest.Reply{Code: "corrupt"}, stagetest.Reply{}, stagetest.Reply{Code: "wrong_size"}, stagetest.Reply{Code: "corrupt"})
	jobs, _ := d.Run(st, "run", "wave")
	if jobs[0].State != automation.JobDone || jobs[1].State != automation.JobFailed || len(d.Painter.Calls()) != 4 || jobs[1].Draw != 0 {
		t.Errorf("%s, %s, %d calls", jobs[0].State, jobs[1].State, len(d.Painter.Calls()))
	}
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a")
	sel := d.Plan(st, "run")
	j := d.Job(st, "run", sel.Jobs[0])
	d.Lose(j.ID, "answer")
	if _, err := d.Finish(st, j); !errs.Is(err, errs.Unavailable) {
		t.Fatal(err)
	}
	out, err := st.Do(t.Context(), d.Scope, d.Work(j))
	if err != nil {
		t.Fatal(err)
	}
	if j, err := d.Finish(st, j); err != nil || j.State != automation.JobDone || len(d.Painter.Calls()) != 2 {
		t.Fatalf("%v, %d calls", err, len(d.Painter.Calls()))
	}
	if err := d.Commit(out.Ops); !errs.Is(err, errs.Conflict) {
		t.Errorf("one picture was paid twice: %v", err)
	}
	if _, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{j.Item}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a drawn picture is planned: %v", err)
	}
	// The other one by hand, whose wave nobody folds: the next plan moves the content.
	if _, err := d.Finish(st, d.Job(st, "", sel.Jobs[1])); err != nil {
		t.Fatal(err)
	}
	if c := status(d, "con_a"); c.Status != content.Draft {
		t.Fatalf("%s before any fold", c.Status)
	}
	if sel := d.Plan(st, "next"); sel.Counts["content_moved_to_review"] != 1 || status(d, "con_a").Status != content.Review {
		t.Errorf("%v", sel.Counts)
	}
}

func TestPromptChangedWhileDrawn(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a")
	j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
	out, err := st.Do(t.Context(), d.Scope, d.Work(j))
	if err != nil {
		t.Fatal(err)
	}
	other := "a cup"
	if _, err := d.Images.Update(t.Context(), d.Scope, stagetest.Site, j.Item, imagery.Edit{Prompt: &other}); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(out.Ops); err != nil {
		t.Fatalf("a picture that was paid for is lost: %v", err)
	}
	if i, err := d.Images.Get(t.Context(), d.Scope, stagetest.Site, j.Item); err != nil || i.Job != j.ID || i.Prompt == other {
		t.Errorf("the picture stands under a prompt that it does not show: %+v, %v", i, err)
	}
}

// TestRejectedStaysDraft: what a person sent back is not moved to review by a run.
func TestRejectedStaysDraft(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a")
	d.Run(st, "run", "wave")
	if c := status(d, "con_a"); c.Status != content.Review {
		t.Fatalf("%+v", c)
	}
	if err := d.Contents.Reject(t.Context(), d.Scope, stagetest.Site, "con_a", "too dry"); err != nil {
		t.Fatal(err)
	}
	if sel := d.Plan(st, "next"); sel.Counts["content_moved_to_review"] != 0 || status(d, "con_a").Status != content.Draft {
		t.Errorf("%v, %s", sel.Counts, status(d, "con_a").Status)
	}
}

func TestDeletedContent(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a", "con_b")
	if err := d.Contents.Delete(t.Context(), d.Scope, stagetest.Site, "con_a"); err != nil {
		t.Fatal(err)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 2 {
		t.Errorf("%d jobs", len(sel.Jobs))
	}
}

// TestTiers: the model and the quality make a picture's price.
func TestTiers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		model, quality string
		each           int64
	}{{"gpt-image-2.5-flare", "medium", 1}, {"gpt-image-2.5-flare", "high", 4}, {"gpt-image-2", "medium", 4}, {"gpt-image-2", "low", 4}} {
		d, st := setUp(t, "con_a")
		d.Where.Site.Settings.ImageModel, d.Where.Site.Settings.ImageQuality = tc.model, tc.quality
		if f := d.Estimate(st, automation.Flow{Items: 3}); f.Waiting != 2 || f.Credits != credit.Whole(5*tc.each) {
			t.Errorf("%s in %s: %+v", tc.model, tc.quality, f)
		}
		jobs, _ := d.Run(st, "run", "wave")
		if stagetest.Drawn(jobs) != credit.Whole(2*tc.each) {
			t.Errorf("%s in %s: drawn %s", tc.model, tc.quality, stagetest.Drawn(jobs))
		}
		if f := d.Estimate(st, automation.Flow{}); f.Waiting != 0 || f.Credits != 0 {
			t.Errorf("when all are drawn: %+v", f)
		}
	}
}
