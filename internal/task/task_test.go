package task_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/task"
)

const site = "sit"

func sample(id string) task.Task {
	return task.Task{ID: id, Site: site, Sector: "sec", Title: "Cold Brew", Outline: []task.Section{{Heading: "H", Notes: "N"}}, Cluster: "clu",
		Keywords: []task.Keyword{{ID: 2, Keyword: "iced coffee"}, {ID: 1, Keyword: "Cold Brew"}}, PrimaryKeyword: "cold brew",
		ContentType: "post", ContentStructure: "guide", WordCount: 900, Status: task.Queued}
}

func TestTask(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := task.NewService(tb, clk)
	ctx := t.Context()
	want := sample("tsk_a")
	if err := v.Create(ctx, owner, want); err != nil {
		t.Fatal(err)
	}
	got, err := v.Get(ctx, owner, site, "tsk_a")
	want.CreatedAt, want.UpdatedAt, want.Version = epoch, epoch, 1
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if fmt.Sprint(got.KeywordTexts()) != "[cold brew iced coffee]" {
		t.Errorf("%v", got.KeywordTexts())
	}
	if _, err := v.Get(ctx, other, site, "tsk_a"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another account: %v", err)
	}
	if _, err := v.List(ctx, nobody, site, task.Filter{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site not seen: %v", err)
	}
}

func TestTaskIsPaidOnce(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := task.NewService(tb, clk)
	ctx := t.Context()
	if err := v.Create(ctx, owner, sample("tsk_a")); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, task.FailedOp(owner, site, "tsk_a", 0, "run", errs.Provider, "refused")); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, task.CompleteOp(owner, site, "tsk_a", "job_1", "con_1")); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"completed twice": tb.Write(ctx, task.CompleteOp(owner, site, "tsk_a", "job_2", "con_2")),
		"failed after":    tb.Write(ctx, task.FailedOp(owner, site, "tsk_a", 1, "run", errs.Ours, "x")),
	} {
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := v.Get(ctx, owner, site, "tsk_a")
	if err != nil || got.Job != "job_1" || got.Content != "con_1" || got.Attempt != 1 || got.Fault != "" || got.Status != task.Completed {
		t.Errorf("%+v, %v", got, err)
	}
	title := "Other"
	if _, err := v.Update(ctx, owner, site, "tsk_a", task.Edit{Title: &title}); !errs.Is(err, errs.Conflict) {
		t.Errorf("edited after it was written: %v", err)
	}
}

func TestTaskEdits(t *testing.T) {
	t.Parallel()
	tb, clk := open(t)
	v := task.NewService(tb, clk)
	ctx := t.Context()
	if err := v.Create(ctx, owner, sample("tsk_a")); err != nil {
		t.Fatal(err)
	}
	n, bad, blank := 1200, 5, " "
	if got, err := v.Update(ctx, owner, site, "tsk_a", task.Edit{WordCount: &n}); err != nil || got.WordCount != 1200 {
		t.Errorf("%+v, %v", got, err)
	}
	for field, e := range map[string]task.Edit{"word_count": {WordCount: &bad}, "title": {Title: &blank}, "content_structure": {ContentStructure: new(string)},
		"outline": {Outline: &[]task.Section{{Notes: "x"}}}} {
		if _, err := v.Update(ctx, owner, site, "tsk_a", e); !errs.Is(err, errs.Invalid) || errs.Of(err).Fields[field] == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := v.Delete(ctx, owner, site, "tsk_a"); err != nil {
		t.Fatal(err)
	}
	if err := tb.Write(ctx, task.CompleteOp(owner, site, "tsk_a", "job", "con")); err != nil {
		t.Errorf("what was written for a task that was deleted meanwhile is lost: %v", err)
	}
	if list, _ := v.List(ctx, owner, site, task.Filter{}); len(list) != 0 {
		t.Error("a deleted task is listed")
	}
	if err := v.Restore(ctx, owner, site, "tsk_a", nil); err != nil {
		t.Fatal(err)
	}
	clk.Advance(task.KeepDeleted + time.Hour)
	if list, _ := v.List(ctx, owner, site, task.Filter{Status: task.Completed, Search: "brew"}); len(list) != 1 {
		t.Error("a restored task is gone")
	}
}
