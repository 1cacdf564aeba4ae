package ideas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/ideas"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
)

// clusters is the stage's port over a slice.
type clusters struct {
	list   []ideas.ClusterView
	mapped map[string]bool
	once   map[string]int // calls that changed something, by once
}

func (f *clusters) ListNew(context.Context, account.Scope, string) (out []ideas.ClusterView, _ error) {
	for _, c := range f.list {
		if !f.mapped[c.ID] {
			out = append(out, c)
		}
	}
	return out, nil
}

func (f *clusters) Get(_ context.Context, _ account.Scope, _, id string) (ideas.ClusterView, error) {
	for _, c := range f.list {
		if c.ID == id {
			return c, nil
		}
	}
	return ideas.ClusterView{}, errs.New(errs.NotFound, "not_found", "gone")
}

func (f *clusters) MarkMapped(_ context.Context, _ account.Scope, _ string, ids []string, once string) error {
	if f.once[once] > 0 {
		return nil
	}
	f.once[once]++
	for _, id := range ids {
		f.mapped[id] = true
	}
	return nil
}

func cluster(id string, n int) ideas.ClusterView {
	c := ideas.ClusterView{ID: id, Name: "Coffee " + id, Sector: "sec"}
	for i := range n {
		v := int64(100 * (i + 1))
		c.Keywords = append(c.Keywords, ideas.KeywordView{ID: int64(i + 1), Keyword: fmt.Sprintf("coffee %s %d", id, i), Volume: &v})
	}
	return c
}

func setUp(t *testing.T, list ...ideas.ClusterView) (*stagetest.Desk, *clusters, *ideas.Stage) {
	d := stagetest.New(t)
	f := &clusters{list: list, mapped: map[string]bool{}, once: map[string]int{}}
	return d, f, ideas.New(f, d.Ideas, d.Where, d.Text)
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{1: 1, 4: 1, 5: 2, 8: 2, 9: 3, 28: 7, 29: 7, 500: 7} {
		if got := idea.Count(n); got != want {
			t.Errorf("%d keywords: %d ideas, want %d", n, got, want)
		}
	}
}

func TestClustersBecomeIdeas(t *testing.T) {
	t.Parallel()
	d, f, st := setUp(t, cluster("a", 9), cluster("b", 3))
	jobs, counts := d.Run(st, "run", "wave")
	if counts["clusters_processed"] != 2 || counts["ideas_created"] != 4 || stagetest.Drawn(jobs) != credit.Whole(40) {
		t.Fatalf("counts %v, drawn %s", counts, stagetest.Drawn(jobs))
	}
	if !f.mapped["a"] || !f.mapped["b"] || f.once["wave"] != 1 {
		t.Errorf("mapped %v, once %v", f.mapped, f.once)
	}
	list, err := d.Ideas.List(t.Context(), d.Scope, stagetest.Site, idea.Filter{Cluster: "a"})
	if err != nil || len(list) != 3 {
		t.Fatalf("%d ideas, %v", len(list), err)
	}
	seen := map[int64]int{}
	for _, x := range list {
		if len(x.Outline) == 0 || x.Outline[0].Heading == "" || x.Status != idea.New || x.Job == "" || x.Sector != "sec" || !x.Demo {
			t.Errorf("idea %+v", x)
		}
		if x.PrimaryKeyword != x.Keywords[0].Keyword || len(x.CoveredKeywords) != len(x.Keywords)-1 {
			t.Errorf("primary %q of %v, covered %v", x.PrimaryKeyword, x.Keywords, x.CoveredKeywords)
		}
		for _, k := range x.Keywords {
			seen[k.ID]++
		}
	}
	for id := int64(1); id <= 9; id++ {
		if seen[id] != 1 {
			t.Errorf("keyword %d belongs to %d ideas", id, seen[id])
		}
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Errorf("planned again: %v", sel.Jobs)
	}
}

func TestCrashes(t *testing.T) {
	t.Parallel()
	t.Run("after the answer was stored", func(t *testing.T) {
		t.Parallel()
		d, _, st := setUp(t, cluster("a", 4))
		j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
		first, err := st.Do(t.Context(), d.Scope, d.Work(j))
		if err != nil {
			t.Fatal(err)
		}
		second, err := st.Do(t.Context(), d.Scope, d.Work(j))
		if err != nil || len(d.Text.Calls()) != 1 {
			t.Fatalf("%v, %d calls", err, len(d.Text.Calls()))
		}
		if err := d.Commit(first.Ops); err != nil {
			t.Fatal(err)
		}
		if err := d.Commit(second.Ops); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same ideas were written twice: %v", err)
		}
	})
	t.Run("before the answer was stored", func(t *testing.T) {
		t.Parallel()
		d, _, st := setUp(t, cluster("a", 4))
		j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
		d.Lose(j.ID, "answer")
		if _, err := d.Finish(st, j); !errs.Is(err, errs.Unavailable) {
			t.Fatal(err)
		}
		if j, err := d.Finish(st, j); err != nil || j.State != automation.JobDone || len(d.Text.Calls()) != 2 {
			t.Errorf("%v, %s, %d calls", err, j.State, len(d.Text.Calls()))
		}
	})
	t.Run("before the fold", func(t *testing.T) {
		t.Parallel()
		d, f, st := setUp(t, cluster("a", 4))
		if _, err := d.Finish(st, d.Job(st, "", d.Plan(st, "", "a").Jobs[0])); err != nil {
			t.Fatal(err)
		}
		if sel := d.Plan(st, "later"); len(sel.Jobs) != 0 || !f.mapped["a"] {
			t.Errorf("%v planned, mapped %v", sel.Jobs, f.mapped)
		}
	})
}

func TestTwoRoadsToOneCluster(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("a", 4))
	one := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
	d.Where.Site.Settings.Tone = "dry" // another input, another job
	two := d.Job(st, "", d.Plan(st, "", "a").Jobs[0])
	if one.ID == two.ID {
		t.Fatal("the settings do not decide the job's id")
	}
	if _, err := d.Finish(st, one); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Finish(st, two); !errs.Is(err, errs.Conflict) {
		t.Errorf("the cluster got ideas twice: %v", err)
	}
}

func TestFailedClusterWaitsForTheNextRun(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("a", 4))
	d.Text.Script(stagetest.Reply{Code: "refusal"})
	jobs, counts := d.Run(st, "run", "wave")
	if jobs[0].State != automation.JobFailed || counts["ideas_created"] != 0 || len(d.Text.Calls()) != 1 {
		t.Fatalf("%+v, %v, %d calls", jobs[0], counts, len(d.Text.Calls()))
	}
	if sel := d.Plan(st, "run"); len(sel.Jobs) != 0 {
		t.Error("the same run tries it again")
	}
	sel := d.Plan(st, "next")
	if len(sel.Jobs) != 1 || sel.Jobs[0].Attempt != 1 {
		t.Fatalf("the next run plans %v", sel.Jobs)
	}
	if jobs, _ := d.Run(st, "next", "w2"); jobs[0].State != automation.JobDone {
		t.Errorf("%+v", jobs[0])
	}
}

func TestNoIdeasAreAskedForAgain(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("a", 4))
	d.Text.Script(stagetest.Reply{Doc: `{"ideas":[]}`})
	jobs, _ := d.Run(st, "run", "wave")
	calls := d.Text.Calls()
	if jobs[0].State != automation.JobDone || len(calls) != 2 {
		t.Fatalf("%+v, %d calls", jobs[0], len(calls))
	}
	if !strings.Contains(calls[1].Instructions, "ideas is empty") || calls[0].Key == calls[1].Key {
		t.Errorf("the repair does not name the fault: %q, keys %q %q", calls[1].Instructions, calls[0].Key, calls[1].Key)
	}
}

func TestAskedClusters(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("a", 4), cluster("b", 4), cluster("none", 0))
	if sel := d.Plan(st, "", "b"); len(sel.Jobs) != 1 || sel.Jobs[0].Item != "b" {
		t.Errorf("%v", sel.Jobs)
	}
	for _, id := range []string{"none", "absent"} {
		_, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{id}})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", id, err)
		}
	}
	sel, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Limit: 1})
	if err != nil || len(sel.Jobs) != 1 || sel.Jobs[0].Item != "a" {
		t.Errorf("limit 1: %v, %v", sel.Jobs, err)
	}
	d.Where.Site.Settings.TextModel = "no-such-model"
	if _, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site}); !errs.Is(err, errs.Invalid) || errs.Of(err).Cause != errs.Input {
		t.Errorf("unknown model: %v", err)
	}
}

func TestPromptHoldsItsBrief(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("a", 5))
	d.Run(st, "run", "wave")
	r := d.Text.Calls()[0]
	_, object, ok := strings.Cut(r.Prompt, "\nBrief (JSON):\n")
	var b ideas.Brief
	if err := json.Unmarshal([]byte(object), &b); !ok || err != nil || b.Task != "ideas" || b.Count != 2 || len(b.Keywords) != 5 || b.Keywords[4].ID != 5 {
		t.Errorf("brief %+v, %v", b, err)
	}
	if !strings.Contains(r.Prompt, "2 ideas") || !strings.Contains(r.Prompt, "600 words") || r.Model != ai.DefaultTextModel {
		t.Errorf("prompt %q for %s", r.Prompt, r.Model)
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	d, _, st := setUp(t, cluster("clu_a", 9), cluster("clu_b", 4), cluster("clu_c", 0))
	if f := d.Estimate(st, automation.Flow{Items: 2, Units: 5}); f.Waiting != 2 || f.Next.Items != 3+1+5 || f.Credits != credit.Whole(30+10+2*30) {
		t.Errorf("%+v", f)
	}
	d.Run(st, "run", "wave")
	if f := d.Estimate(st, automation.Flow{}); f.Waiting != 0 || f.Credits != 0 {
		t.Errorf("when all have ideas: %+v", f)
	}
	d.Prices = credit.Current
	if f := d.Estimate(st, automation.Flow{Items: 3, Units: 3}); f.Credits != credit.Whole(6) {
		t.Errorf("by tokens: %+v", f)
	}
}
