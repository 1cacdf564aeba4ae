package contents_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/contents"
	"github.com/igny8/igny8/internal/automation/stages/stagetest"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/task"
)

func setUp(t *testing.T) (*stagetest.Desk, *contents.Stage) {
	d := stagetest.New(t)
	return d, contents.New(d.Tasks, d.Ideas, d.Contents, d.Where, d.Text)
}

// add puts an idea and its queued task on the desk.
func add(d *stagetest.Desk, id, structure string, words int) task.Task {
	d.T.Helper()
	x := idea.Idea{ID: id, Site: stagetest.Site, Sector: "sec", IdeaTitle: "Cold Brew at Home", KeywordCluster: "clu", ClusterName: "Coffee",
		Outline:  []idea.Section{{Heading: "What you need", Notes: "the jar"}, {Heading: "Steps", Notes: "how long"}},
		Keywords: []idea.Keyword{{ID: 1, Keyword: "cold brew"}, {ID: 2, Keyword: "iced coffee"}}, PrimaryKeyword: "cold brew",
		ContentType: idea.TypeOf(structure), ContentStructure: structure, EstimatedWordCount: words}
	if err := d.Ideas.Create(d.T.Context(), d.Scope, x); err != nil {
		d.T.Fatal(err)
	}
	d.Plan(tasks.New(d.Table, d.Ideas, d.Tasks), "", id)
	return tasks.FromIdea(x, "")
}

// doc is a model's document with a body of n words.
func doc(n int, body string) string {
	b, _ := json.Marshal(map[string]any{"title": "Cold Brew: Ça Marche!", "meta_title": "m", "meta_description": "d", "excerpt": "e", "primary_keyword": "x",
		"secondary_keywords": []string{"iced coffee", "Cold Brew", "jar"}, "tags": []string{"coffee", " Coffee ", "home"}, "categories": []string{"Drinks"},
		"content_html": body + "<p>" + strings.Repeat("word ", n) + "</p>"})
	return string(b)
}

func only(d *stagetest.Desk) content.Content {
	d.T.Helper()
	list, err := d.Contents.List(d.T.Context(), d.Scope, stagetest.Site, content.Filter{})
	if err != nil || len(list) != 1 {
		d.T.Fatalf("%d contents, %v", len(list), err)
	}
	return list[0]
}

func TestTasksBecomeDrafts(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	tk := add(d, "ide_a", "guide", 900)
	d.Text.Script(stagetest.Reply{Doc: doc(600, `<h1>Top</h1><h2 onclick="x()">First <em>part</em></h2><script>alert(1)</script><p>a<b>b</b></p><table><tr><td>cell</td></tr></table><a href="javascript:x">y</a><img src=x>`)})
	jobs, counts := d.Run(st, "run", "wave")
	c := only(d)
	if counts["tasks_processed"] != 1 || counts["content_created"] != 1 || counts["total_words"] != int64(c.WordCount) || c.WordCount != 606 {
		t.Fatalf("counts %v, %d words, %+v", counts, c.WordCount, jobs[0])
	}
	if jobs[0].Draw != credit.Whole(30) {
		t.Errorf("drawn %s", jobs[0].Draw)
	}
	if c.Status != content.Draft || c.SiteStatus != content.NotPublished || c.Slug != "cold-brew-ca-marche" || c.Job != jobs[0].ID || c.Demo ||
		fmt.Sprint(c.SecondaryKeywords, c.Tags, c.Headings) != "[iced coffee jar] [coffee home] [Top First part]" || c.PrimaryKeyword != "cold brew" {
		t.Errorf("content %+v", c)
	}
	body, err := d.Contents.HTML(t.Context(), d.Scope, stagetest.Site, c.ID)
	if err != nil || !strings.Contains(body, "<table><tr><td>cell</td></tr></table>") {
		t.Errorf("body %q, %v", body, err)
	}
	for _, bad := range []string{"script", "onclick", "javascript", "<img", "<h1"} {
		if strings.Contains(body, bad) {
			t.Errorf("the body holds %s: %.200q", bad, body)
		}
	}
	done, err := d.Tasks.Get(t.Context(), d.Scope, stagetest.Site, tk.ID)
	if err != nil || done.Status != task.Completed || done.Job != jobs[0].ID || done.Content != c.ID {
		t.Errorf("task %+v, %v", done, err)
	}
	if x, err := d.Ideas.Get(t.Context(), d.Scope, stagetest.Site, "ide_a"); err != nil || x.Status != idea.Completed {
		t.Errorf("idea %+v, %v", x, err)
	}
	if _, err := st.Plan(t.Context(), d.Scope, automation.PlanInput{Site: stagetest.Site, Items: []string{tk.ID}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a written task is planned again: %v", err)
	}
}

func TestPromptCarriesTheOutlineAndTheStructure(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	d.Where.Site.Settings.Tone, d.Where.Site.Settings.Language = "dry", "de"
	seen := map[string]string{}
	for i, structure := range []string{"article", "guide", "comparison", "review", "listicle", "landing_page"} {
		add(d, fmt.Sprint("ide_", i), structure, 500)
		d.Run(st, "run", "wave")
		calls := d.Text.Calls()
		p := calls[len(calls)-1].Prompt
		words, object, _ := strings.Cut(p, "\nBrief (JSON):\n")
		var b contents.Brief
		if err := json.Unmarshal([]byte(object), &b); err != nil || len(b.Outline) != 2 || b.Outline[1].Notes != "how long" || b.Keywords[0] != "cold brew" ||
			b.ContentStructure != structure || b.WordCount != 500 || b.Task != "content" || b.Tone != "dry" {
			t.Errorf("brief %+v, %v", b, err)
		}
		if !strings.Contains(words, "500 words") || !strings.Contains(words, "dry") || !strings.Contains(words, `"de"`) {
			t.Errorf("words %q", words)
		}
		if other, ok := seen[words]; ok {
			t.Errorf("%s and %s are asked for in the same words", structure, other)
		}
		seen[words] = structure
	}
	if c := len(d.Text.Calls()); c != 6 {
		t.Errorf("%d calls", c)
	}
}

func TestRepair(t *testing.T) {
	t.Parallel()
	good := stagetest.Reply{Doc: doc(600, "")}
	for name, tc := range map[string]struct {
		script []stagetest.Reply
		state  automation.JobState
		calls  int
		told   string
	}{
		"bad json, then good":        {[]stagetest.Reply{{Code: "bad_json"}, good}, automation.JobDone, 2, "not valid JSON"},
		"schema, then good":          {[]stagetest.Reply{{Doc: `{"title":"x"}`}, good}, automation.JobDone, 2, "did not fit"},
		"too short, then good":       {[]stagetest.Reply{{Doc: doc(100, "")}, good}, automation.JobDone, 2, "100 words"},
		"no text, then good":         {[]stagetest.Reply{{Doc: doc(0, "<script>many</script>")}, good}, automation.JobDone, 2, "no text"},
		"cut off, then good":         {[]stagetest.Reply{{Code: "cut_off"}, good}, automation.JobDone, 2, "cut off"},
		"cut off twice":              {[]stagetest.Reply{{Code: "cut_off"}, {Code: "cut_off"}}, automation.JobFailed, 2, "cut off"},
		"bad json twice":             {[]stagetest.Reply{{Code: "bad_json"}, {Code: "bad_json"}}, automation.JobFailed, 2, "not valid JSON"},
		"bad json, then refusal":     {[]stagetest.Reply{{Code: "bad_json"}, {Code: "refusal"}}, automation.JobFailed, 2, "not valid JSON"},
		"refusal is not asked again": {[]stagetest.Reply{{Code: "refusal"}}, automation.JobFailed, 1, ""},
		"filter is not asked again":  {[]stagetest.Reply{{Code: "content_filter"}}, automation.JobFailed, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, st := setUp(t)
			tk := add(d, "ide_a", "article", 600)
			d.Text.Script(tc.script...)
			jobs, _ := d.Run(st, "run", "wave")
			calls := d.Text.Calls()
			if jobs[0].State != tc.state || len(calls) != tc.calls {
				t.Fatalf("%s after %d calls: %s", jobs[0].State, len(calls), jobs[0].Reason)
			}
			last := calls[len(calls)-1]
			if !strings.Contains(last.Instructions, tc.told) {
				t.Errorf("the repair does not tell %q", tc.told)
			}
			if strings.HasPrefix(name, "cut off") && (calls[0].MaxTokens == 0 || last.MaxTokens != 0) {
				t.Errorf("limits %d, %d", calls[0].MaxTokens, last.MaxTokens)
			}
			list, _ := d.Contents.List(t.Context(), d.Scope, stagetest.Site, content.Filter{})
			if want := map[automation.JobState]int{automation.JobDone: 1}[tc.state]; len(list) != want {
				t.Errorf("%d contents", len(list))
			}
			if tc.state == automation.JobDone {
				return
			}
			got, err := d.Tasks.Get(t.Context(), d.Scope, stagetest.Site, tk.ID)
			if err != nil || got.Status != task.Queued || got.Attempt != 1 || got.Cause != errs.Provider || got.Fault == "" || jobs[0].Draw != 0 {
				t.Errorf("task %+v, %v, drawn %s", got, err, jobs[0].Draw)
			}
		})
	}
}

func TestCrashes(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	add(d, "ide_a", "article", 600)
	j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
	d.Text.Script(stagetest.Reply{Code: "bad_json"}) // so that both answers are at stake
	d.Lose(j.ID, "repair")
	if _, err := d.Finish(st, j); !errs.Is(err, errs.Unavailable) {
		t.Fatal(err)
	}
	// The first answer was stored: only the lost one is bought again.
	out, err := st.Do(t.Context(), d.Scope, d.Work(j))
	if err != nil || len(d.Text.Calls()) != 3 {
		t.Fatalf("%v, %d calls", err, len(d.Text.Calls()))
	}
	// A crash before the transaction: the same content again, nothing bought.
	again, err := st.Do(t.Context(), d.Scope, d.Work(j))
	if err != nil || len(d.Text.Calls()) != 3 || again.Ops[0].Key != out.Ops[0].Key {
		t.Fatalf("%v, %d calls", err, len(d.Text.Calls()))
	}
	if err := d.Commit(again.Ops); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(out.Ops); !errs.Is(err, errs.Conflict) {
		t.Errorf("written twice: %v", err)
	}
	if _, err := d.Contents.HTML(t.Context(), d.Scope, stagetest.Site, only(d).ID); err != nil {
		t.Error(err)
	}
}

func TestProviderTrouble(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	add(d, "ide_a", "article", 600)
	j := d.Job(st, "run", d.Plan(st, "run").Jobs[0])
	d.Text.Script(stagetest.Reply{Err: errs.New(errs.Exhausted, "rate_limit", "slow down").Because(errs.Provider)})
	if _, err := d.Finish(st, j); !errs.Is(err, errs.Exhausted) || errs.Of(err).Cause != errs.Provider {
		t.Errorf("%v", err)
	}
	if j, err := d.Finish(st, j); err != nil || j.State != automation.JobDone {
		t.Errorf("%v", err)
	}
}

// TestEachRunTriesAgain: no other way leads back to what failed, and the fault may have been
// a key that was refused.
func TestEachRunTriesAgain(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	add(d, "ide_a", "article", 600)
	for n := range 4 {
		d.Text.Script(stagetest.Reply{Code: "refusal"})
		run := fmt.Sprint("run", n)
		if jobs, _ := d.Run(st, run, "w"); len(jobs) != 1 || jobs[0].Attempt != n {
			t.Fatalf("run %d: %+v", n, jobs)
		}
		if sel := d.Plan(st, run); len(sel.Jobs) != 0 {
			t.Fatalf("run %d tries it twice", n)
		}
	}
	if jobs, _ := d.Run(st, "run4", "w"); len(jobs) != 1 || jobs[0].State != automation.JobDone {
		t.Errorf("once the fault was mended: %+v", jobs)
	}
}

func TestPersonTakesTheIdeaAway(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	add(d, "ide_a", "article", 600)
	if err := d.Ideas.Delete(t.Context(), d.Scope, stagetest.Site, "ide_a"); err != nil {
		t.Fatal(err)
	}
	if jobs, _ := d.Run(st, "run", "wave"); jobs[0].State != automation.JobDone {
		t.Errorf("%+v", jobs[0])
	}
}

// TestTokenPrice: by the tokens of the answer that was used, at least 5 credits, at most the
// share; what a repair replaced is not charged.
func TestTokenPrice(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		script []stagetest.Reply
		want   int64
	}{
		"floor":        {[]stagetest.Reply{{Doc: doc(600, ""), Used: 900}}, 5},
		"rounded up":   {[]stagetest.Reply{{Doc: doc(600, ""), Used: 6001}}, 7},
		"repaired":     {[]stagetest.Reply{{Doc: "{", Used: 90_000}, {Doc: doc(600, ""), Used: 6000}}, 6},
		"beyond share": {[]stagetest.Reply{{Doc: doc(600, ""), Used: 900_000}}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, st := setUp(t)
			d.Prices = credit.Current
			add(d, "ide_a", "article", 600)
			d.Text.Script(tc.script...)
			share := d.Plan(st, "run").Jobs[0].Share
			if share < credit.Whole(6) || share > credit.Whole(20) {
				t.Errorf("the share is %s", share)
			}
			jobs, _ := d.Run(st, "run", "wave")
			want := credit.Whole(tc.want)
			if tc.want < 0 {
				want = share
			}
			if jobs[0].State != automation.JobDone || jobs[0].Draw != want {
				t.Errorf("%s, drawn %s, want %s", jobs[0].State, jobs[0].Draw, want)
			}
		})
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	d, st := setUp(t)
	add(d, "ide_a", "article", 600)
	add(d, "ide_b", "article", 1600)
	f := d.Estimate(st, automation.Flow{Items: 3})
	if f.Waiting != 2 || f.Next.Items != 5 || f.Credits != credit.Whole(20+40+3*20) {
		t.Errorf("%+v", f)
	}
	d.Run(st, "run", "wave")
	if f := d.Estimate(st, automation.Flow{}); f.Waiting != 0 || f.Credits != 0 || f.Next.Items != 0 {
		t.Errorf("when all are written: %+v", f)
	}
	d.Prices = credit.Current
	if f := d.Estimate(st, automation.Flow{Items: 2}); f.Credits != credit.Whole(10) {
		t.Errorf("by tokens: %+v", f)
	}
}
