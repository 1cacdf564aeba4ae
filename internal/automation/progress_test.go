package automation_test

import (
	"context"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
)

// TestProcessing: waves are of four here. What a run does is told while its first job is worked on, and each item
// with what became of it afterwards.
func TestProcessing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := ready(t, 9, 100)
	if _, err := w.engine.Processing(ctx, w.scope, simSite); !errs.Is(err, errs.NotFound) {
		t.Errorf("without a run: %v", err)
	}
	run := w.begin()
	w.step()
	jobs := w.jobs()
	told := func() automation.Processing {
		p, err := w.engine.Processing(ctx, w.scope, simSite)
		w.must(err)
		return p
	}
	items := func(stage int) (byStatus map[string]int, all []automation.RunItem) {
		all, err := w.engine.Items(ctx, w.scope, simSite, run, stage)
		w.must(err)
		byStatus = map[string]int{}
		for _, i := range all {
			byStatus[i.Status]++
		}
		return byStatus, all
	}
	if p := told(); p.Run != run || p.Stage != 1 || p.Total != 4 || p.Processed != 0 || len(p.Now) != 0 || len(p.Next) != 4 || p.Held == 0 {
		t.Errorf("planned: %+v", p)
	}
	w.provider.during = func() {
		w.provider.during = nil
		p := told()
		if len(p.Now) != 1 || p.Now[0].Job != jobs[0].ID || p.Now[0].Status != "running" || p.Now[0].Title == "" || p.Processed != 0 {
			t.Errorf("under way: %+v", p)
		}
		if by, _ := items(1); by["running"] != 1 || by["waiting"] != 3 {
			t.Errorf("under way: %v", by)
		}
	}
	w.hand(w.engine, jobs[0])
	if p := told(); p.Processed != 1 || p.Total != 4 || len(p.Now) != 0 || len(p.Next) != 3 {
		t.Errorf("one done: %+v", p)
	}
	w.provider.mood = func(string) error {
		return errs.New(errs.Invalid, "refused", "the words are refused").Because(errs.Provider)
	}
	w.hand(w.engine, jobs[1])
	w.provider.mood = nil
	by, all := items(0)
	if by["done"] != 1 || by["failed"] != 1 || by["waiting"] != 2 || len(all) != 4 {
		t.Errorf("one failed: %v", by)
	}
	for _, i := range all {
		if (i.Status == "failed") != (i.Reason != "" && i.Cause == errs.Provider) || (i.Status == "done") != (i.Credits > 0) || (i.FinishedAt != nil) != (i.Status == "done" || i.Status == "failed") {
			t.Errorf("%+v", i)
		}
	}
	if by, _ := items(2); len(by) != 0 {
		t.Errorf("stage 2 has not begun: %v", by)
	}
	w.settle(run)
	if by, all := items(7); by["done"] != len(all) || len(all) == 0 {
		t.Errorf("at the end: %v", by)
	}
	if _, err := w.engine.Items(ctx, w.scope, simSite, "run_x", 0); !errs.Is(err, errs.NotFound) {
		t.Errorf("no such run: %v", err)
	}
}
