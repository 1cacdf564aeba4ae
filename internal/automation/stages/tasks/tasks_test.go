package tasks_test

import (
	"fmt"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

func add(d *stagetest.Desk, id string) idea.Idea {
	d.T.Helper()
	x := idea.Idea{ID: id, Site: stagetest.Site, Sector: "sec", IdeaTitle: "Title " + id, Description: "about", KeywordCluster: "clu", ClusterName: "Coffee",
		Outline:  []idea.Section{{Heading: "One", Notes: "first"}, {Heading: "Two", Notes: "second"}},
		Keywords: []idea.Keyword{{ID: 1, Keyword: "cold brew"}, {ID: 2, Keyword: "iced coffee"}}, PrimaryKeyword: "cold brew",
		Status: idea.New, ContentType: "post", ContentStructure: "guide", EstimatedWordCount: 900}
	if err := d.Ideas.Create(d.T.Context(), d.Scope, x); err != nil {
		d.T.Fatal(err)
	}
	return x
}

func TestIdeasBecomeTasks(t *testing.T) {
	t.Parallel()
	d := stagetest.New(t)
	st := tasks.New(d.Table, d.Ideas, d.Tasks)
	const n = 100
	for i := range n {
		add(d, fmt.Sprintf("ide_%03d", i))
	}
	off := true
	if _, err := d.Ideas.Update(t.Context(), d.Scope, stagetest.Site, "ide_007", idea.Edit{Disabled: &off}); err != nil {
		t.Fatal(err)
	}
	// A run that counts what it has made tells the same when Plan is repeated after a crash.
	for range 2 {
		sel, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Run: "run", Site: stagetest.Site, Limit: 10})
		if err != nil || len(sel.Jobs) != 0 {
			t.Fatalf("%v, %v", sel.Jobs, err)
		}
		if sel.Counts["ideas_processed"] != n-1 || sel.Counts["tasks_created"] != n-1 || sel.Counts["batches_run"] != 3 {
			t.Errorf("counts %v", sel.Counts)
		}
	}
	list, err := d.Tasks.List(t.Context(), d.Scope, stagetest.Site, task.Filter{})
	if err != nil || len(list) != n-1 {
		t.Fatalf("%d tasks, %v", len(list), err)
	}
	one := list[0]
	if one.Outline[1] != (task.Section{Heading: "Two", Notes: "second"}) || one.WordCount != 900 || one.ContentStructure != "guide" ||
		one.Status != task.Queued || len(one.Keywords) != 2 || one.PrimaryKeyword != "cold brew" || one.Cluster != "clu" {
		t.Errorf("task %+v", one)
	}
	x, err := d.Ideas.Get(t.Context(), d.Scope, stagetest.Site, one.Idea)
	if err != nil || x.Status != idea.Queued || x.Task != one.ID {
		t.Errorf("idea %+v, %v", x, err)
	}
	if x, _ := d.Ideas.Get(t.Context(), d.Scope, stagetest.Site, "ide_007"); x.Status != idea.New {
		t.Errorf("the disabled idea is %s", x.Status)
	}
}

func TestAskedIdeas(t *testing.T) {
	t.Parallel()
	d := stagetest.New(t)
	st := tasks.New(d.Table, d.Ideas, d.Tasks)
	add(d, "ide_a")
	add(d, "ide_b")
	add(d, "ide_off")
	off := true
	if _, err := d.Ideas.Update(t.Context(), d.Scope, stagetest.Site, "ide_off", idea.Edit{Disabled: &off}); err != nil {
		t.Fatal(err)
	}
	if sel := d.Plan(st, "", "ide_b"); sel.Counts["tasks_created"] != 1 {
		t.Fatalf("%v", sel.Counts)
	}
	for id, kind := range map[string]errs.Kind{"ide_b": errs.Conflict, "ide_off": errs.Conflict, "ide_x": errs.NotFound} {
		_, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{id}})
		if !errs.Is(err, kind) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if list, _ := d.Tasks.List(t.Context(), d.Scope, stagetest.Site, task.Filter{}); len(list) != 1 {
		t.Errorf("%d tasks", len(list))
	}
}

// An idea that changes between reading and writing spoils only itself, not its batch.
func TestOneChangedIdeaLeavesTheBatch(t *testing.T) {
	t.Parallel()
	d := stagetest.New(t)
	x := add(d, "ide_a")
	add(d, "ide_b")
	t1 := tasks.FromIdea(x, "other")
	op, err := task.NewOp(d.Scope, t1)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Table.Write(t.Context(), op); err != nil { // its task is there while it still says new
		t.Fatal(err)
	}
	sel, err := tasks.New(d.Table, d.Ideas, d.Tasks).Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site})
	if err != nil || sel.Counts["tasks_created"] != 1 {
		t.Errorf("%v, %v", sel.Counts, err)
	}
	if y, err := d.Ideas.Get(t.Context(), d.Scope, stagetest.Site, "ide_b"); err != nil || y.Status != idea.Queued {
		t.Errorf("%+v, %v", y, err)
	}
	if table.FailedCondition(d.Table.Write(t.Context(), op)) == nil {
		t.Error("a task was stored twice")
	}
}
