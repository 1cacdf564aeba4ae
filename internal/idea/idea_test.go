package idea_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
)

const site = "sit"

func sample(id string) idea.Idea {
	return idea.Idea{ID: id, Site: site, Sector: "sec", IdeaTitle: "Cold Brew at Home", Description: "d", KeywordCluster: "clu", ClusterName: "Coffee",
		Outline: []idea.Section{{Heading: "H", Notes: "N"}}, Keywords: []idea.Keyword{{ID: 7, Keyword: "cold brew"}}, PrimaryKeyword: "cold brew",
		CoveredKeywords: []string{}, Status: idea.New, ContentType: "post", ContentStructure: "guide", EstimatedWordCount: 900}
}

func TestRoundTripAndStrangers(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := idea.NewService(tb, clk)
	ctx := t.Context()
	want := sample("ide_a")
	if err := v.Create(ctx, owner, want); err != nil {
		t.Fatal(err)
	}
	if err := v.Create(ctx, owner, want); !errs.Is(err, errs.Conflict) {
		t.Errorf("made twice: %v", err)
	}
	got, err := v.Get(ctx, owner, site, "ide_a")
	want.CreatedAt, want.UpdatedAt, want.Version = epoch, epoch, 1
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := v.Get(ctx, other, site, "ide_a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another account: %v", err)
	}
	if _, err := v.List(ctx, nobody, site, idea.Filter{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site not seen: %v", err)
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*idea.Idea){
		"idea_title":           func(x *idea.Idea) { x.IdeaTitle = " " },
		"content_structure":    func(x *idea.Idea) { x.ContentStructure = "poem" },
		"estimated_word_count": func(x *idea.Idea) { x.EstimatedWordCount = 10 },
		"outline":              func(x *idea.Idea) { x.Outline = []idea.Section{{}} },
	} {
		x := sample("ide_a")
		spoil(&x)
		if err := x.Validate(); !errs.Is(err, errs.Invalid) || errs.Of(err).Fields[field] == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	x := sample("ide_a")
	x.ContentType = "page" // guide is a structure of posts
	if err := x.Validate(); !errs.Is(err, errs.Invalid) {
		t.Errorf("structure of another type: %v", err)
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := idea.NewService(tb, clk)
	ctx := t.Context()
	for _, id := range []string{"ide_a", "ide_b"} {
		if err := v.Create(ctx, owner, sample(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tb.Write(ctx, idea.CompleteOp(owner, site, "ide_a")); !errs.Is(err, errs.Conflict) {
		t.Errorf("completed before it was queued: %v", err)
	}
	yes, title := true, "Other"
	if _, err := v.Update(ctx, owner, site, "ide_b", idea.Edit{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, idea.QueueOp(owner, site, "ide_b", "tsk")); !errs.Is(err, errs.Conflict) {
		t.Errorf("a disabled idea was queued: %v", err)
	}
	if err := tb.Write(ctx, idea.QueueOp(owner, site, "ide_a", "tsk")); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, idea.QueueOp(owner, site, "ide_a", "tsk")); !errs.Is(err, errs.Conflict) {
		t.Errorf("queued twice: %v", err)
	}
	if _, err := v.Update(ctx, owner, site, "ide_a", idea.Edit{IdeaTitle: &title}); !errs.Is(err, errs.Conflict) {
		t.Errorf("edited after it was queued: %v", err)
	}
	if err := tb.Write(ctx, idea.CompleteOp(owner, site, "ide_a")); err != nil {
		t.Fatal(err)
	}
	list, err := v.List(ctx, owner, site, idea.Filter{Status: idea.Completed, Search: "COLD"})
	if err != nil || len(list) != 1 || list[0].Task != "tsk" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, _ := v.List(ctx, owner, site, idea.Filter{Enabled: true}); len(list) != 1 {
		t.Errorf("%d enabled", len(list))
	}
}

func TestDeletedIdeas(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := idea.NewService(tb, clk)
	ctx := t.Context()
	if err := v.Create(ctx, owner, sample("ide_a")); err != nil {
		t.Fatal(err)
	}
	if err := v.Delete(ctx, owner, site, "ide_a"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(ctx, owner, site, "ide_a"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := tb.Write(ctx, idea.QueueOp(owner, site, "ide_a", "tsk")); !errs.Is(err, errs.Conflict) {
		t.Errorf("a deleted idea was queued: %v", err)
	}
	if err := v.Restore(ctx, owner, site, "ide_a"); err != nil {
		t.Fatal(err)
	}
	clk.Advance(idea.KeepDeleted + time.Hour)
	if _, err := v.Get(ctx, owner, site, "ide_a"); err != nil {
		t.Errorf("a restored idea is gone: %v", err)
	}
	if err := v.Delete(ctx, owner, site, "absent"); err == nil {
		t.Error("an absent idea was deleted")
	}
}

func TestSetsHoldOneJob(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := idea.NewService(tb, clk)
	ctx := t.Context()
	if err := tb.Write(ctx, idea.FailedOp(owner, site, "clu", 0, "run", errs.Provider, "refused")); err != nil {
		t.Fatal(err)
	}
	sets, err := v.Sets(ctx, owner, site)
	if err != nil || sets["clu"].Attempt != 1 || sets["clu"].FailedRun != "run" || sets["clu"].Fault != "refused" {
		t.Fatalf("%+v, %v", sets, err)
	}
	if err := tb.Write(ctx, idea.MadeOp(owner, site, "clu", "job_1", 3)); err != nil {
		t.Fatal(err)
	}
	for name, op := range map[string]error{
		"made again":   tb.Write(ctx, idea.MadeOp(owner, site, "clu", "job_2", 3)),
		"failed after": tb.Write(ctx, idea.FailedOp(owner, site, "clu", 1, "run", errs.Ours, "x")),
	} {
		if !errs.Is(op, errs.Conflict) {
			t.Errorf("%s: %v", name, op)
		}
	}
	if sets, _ := v.Sets(ctx, owner, site); sets["clu"].Job != "job_1" || sets["clu"].Ideas != 3 || sets["clu"].Fault != "" {
		t.Errorf("%+v", sets)
	}
}
