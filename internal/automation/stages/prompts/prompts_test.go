package prompts_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/prompts"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/imagery"
)

func setUp(t *testing.T, ids ...string) (*stagetest.Desk, *prompts.Stage) {
	d := stagetest.New(t)
	for _, id := range ids {
		c := content.Content{ID: id, Site: stagetest.Site, Title: "Cold Brew", Slug: "cold-brew", PrimaryKeyword: "cold brew", Excerpt: "short",
			Status: content.Draft, SiteStatus: content.NotPublished}
		if err := d.Contents.Store(t.Context(), d.Scope, &c, "<h2>What you need</h2><p>jar</p><h2>Steps</h2><p>wait</p>"); err != nil {
			t.Fatal(err)
		}
		op, err := content.NewOp(d.Scope, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Table.Write(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	return d, prompts.New(d.Contents, d.Where, d.Text)
}

func TestDraftsGetPrompts(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 2, 3} {
		d, st := setUp(t, "con_a", "con_b")
		d.Where.Site.Settings.MaxInArticleImages = n
		jobs, counts := d.Run(st, "run", "wave")
		if counts["content_processed"] != 2 || counts["prompts_created"] != int64(2*(n+1)) || stagetest.Drawn(jobs) != credit.Whole(20) {
			t.Fatalf("%d inside: counts %v, drawn %s", n, counts, stagetest.Drawn(jobs))
		}
		list, err := d.Images.OfContent(t.Context(), d.Scope, stagetest.Site, "con_a", n+1)
		if err != nil || len(list) != n+1 || list[0].ImageType != imagery.Featured {
			t.Fatalf("%d images, %v", len(list), err)
		}
		for i, x := range list {
			if x.Validate() != nil || x.Status != imagery.Pending || x.AltText == "" || x.Caption == "" || x.ContentTitle != "Cold Brew" || (i > 0 && x.Position != i-1) {
				t.Errorf("image %d: %+v", i, x)
			}
		}
		c, err := d.Contents.Get(t.Context(), d.Scope, stagetest.Site, "con_a")
		if err != nil || !c.HasImagePrompts || c.ImagesExpected != n+1 || c.PromptsJob == "" {
			t.Errorf("content %+v, %v", c, err)
		}
		_, object, _ := strings.Cut(d.Text.Calls()[0].Prompt, "\nBrief (JSON):\n")
		var b prompts.Brief
		if err := json.Unmarshal([]byte(object), &b); err != nil || len(b.Headings) != 2 || b.Headings[1] != "Steps" || b.InArticle != n || b.Task != "image_prompts" {
			t.Errorf("brief %+v, %v", b, err)
		}
		if sel := d.Plan(st, "next"); len(sel.Jobs) != 0 {
			t.Errorf("planned again: %v", sel.Jobs)
		}
	}
}

func TestTooFewPromptsAreAskedForAgain(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a")
	d.Text.Script(stagetest.Reply{Doc: `{"featured_prompt":"a jar","featured_alt_text":"","featured_caption":"","in_article_prompts":[{"prompt":"x","alt_text":"","caption":""}]}`})
	jobs, counts := d.Run(st, "run", "wave")
	if jobs[0].State != automation.JobDone || len(d.Text.Calls()) != 2 || counts["prompts_created"] != 3 {
		t.Errorf("%+v, %v", jobs[0], counts)
	}
}

func TestRepeatsAndFailures(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a", "con_b")
	j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
	out, err := st.Do(t.Context(), d.Scope, d.Work(j))
	if err != nil {
		t.Fatal(err)
	}
	if j, err := d.Finish(st, j); err != nil || j.State != automation.JobDone || len(d.Text.Calls()) != 1 {
		t.Fatalf("%v, %d calls", err, len(d.Text.Calls()))
	}
	if err := d.Commit(out.Ops); !errs.Is(err, errs.Conflict) {
		t.Errorf("the same prompts were written twice: %v", err)
	}
	d.Text.Script(stagetest.Reply{Code: "refusal"})
	if jobs, _ := d.Run(st, "run", "wave"); len(jobs) != 1 || jobs[0].State != automation.JobFailed {
		t.Fatalf("%+v", jobs)
	}
	c, err := d.Contents.Get(t.Context(), d.Scope, stagetest.Site, "con_b")
	if err != nil || c.PromptsAttempt != 1 || c.Fault == "" || c.HasImagePrompts {
		t.Errorf("%+v, %v", c, err)
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Error("the same run tries it again")
	}
	if sel := d.Plan(st, "next"); len(sel.Jobs) != 1 || sel.Jobs[0].Attempt != 1 {
		t.Errorf("%v", sel.Jobs)
	}
	for id, kind := range map[string]errs.Kind{"con_a": errs.Conflict, "con_x": errs.NotFound} {
		if _, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{id}}); !errs.Is(err, kind) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	d, st := setUp(t, "con_a", "con_b")
	if f := d.Estimate(st, automation.Flow{Items: 1}); f.Waiting != 2 || f.Next.Items != 9 || f.Credits != credit.Whole(30) {
		t.Errorf("%+v", f)
	}
	d.Prices = credit.Current
	jobs, _ := d.Run(st, "run", "wave")
	if stagetest.Drawn(jobs) != credit.Whole(4) {
		t.Errorf("drawn %s", stagetest.Drawn(jobs))
	}
	if f := d.Estimate(st, automation.Flow{}); f.Waiting != 0 || f.Credits != 0 {
		t.Errorf("when all have prompts: %+v", f)
	}
}
