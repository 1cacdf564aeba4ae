package reclusters_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/automation/stages/reclusters"
	"github.com/igny8/igny8/internal/blob"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/cluster/embeddings"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/embedded"
)

// desk is the stage on embedded stores, with the part of the engine that asks for a job.
type desk struct {
	t     *testing.T
	clock *clock.Fake
	rows  *rowset.Store
	stage *reclusters.Stage
	h     http.Handler
	blobs string

	asked []string // items of jobs
}

const (
	editor = apitest.As("editor@acc_1")
	eve    = apitest.As("owner@acc_2")
)

type sites struct{ by string }

func (sites) Check(context.Context, account.Scope, string) error { return nil }
func (x sites) Compared(_ context.Context, _ account.Scope, _, _ string) (string, string, error) {
	return "sec_1", x.by, nil
}

type ideas struct{}

func (ideas) Made(context.Context, account.Scope, string) (func(string) bool, error) {
	return func(string) bool { return false }, nil
}

// AskOne keeps what is asked for.
func (d *desk) AskOne(_ context.Context, _ account.Scope, site string, stage int, item string, _ idem.Key) (automation.JobView, error) {
	d.asked = append(d.asked, item)
	return automation.JobView{ID: id.Hash("job", item), Site: site, Stage: stage, Item: item, Status: "waiting"}, nil
}

func setUp(t *testing.T, keywords int, atOnce bool) *desk {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	dir := t.TempDir()
	tb, err := embedded.Open(filepath.Join(dir, "table.db"), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tb.Close() })
	d := &desk{t: t, clock: c, blobs: filepath.Join(dir, "blobs")}
	bs, err := blobs.Open(d.blobs, "http://127.0.0.1:1", []byte(strings.Repeat("k", 32)), c)
	if err != nil {
		t.Fatal(err)
	}
	d.rows = rowset.New(tb, c, id.NewSource(c, nil))
	clusters := cluster.New(tb, d.rows, c)
	d.stage = reclusters.New(tb, bs, clusters, ideas{}, compare.New(embeddings.New(tb, bs, c), nil), c, id.NewSource(c, nil))
	if atOnce {
		d.stage.AtOnce()
	}
	d.h = apitest.NewKit(t).Handler(t, d.stage.Routes(sites{cluster.ByBuiltIn}, d))
	d.fill(keywords)
	return d
}

// fill adds keywords of as many topics as there are twelves of them.
func (d *desk) fill(keywords int) {
	d.t.Helper()
	words := []string{"best", "cheap", "buy", "repair", "reviews", "electric", "used", "new", "small", "large", "parts for", "how to clean"}
	d.change(func(dr *rowset.Draft) {
		for i := range keywords {
			text := fmt.Sprintf("%s %s hose", words[i%len(words)], name(i/len(words)))
			dr.Add(rowset.Keywords, rowset.Fields{rowset.ColKeyword: text, rowset.ColFold: text, rowset.ColSector: "sec_1", rowset.ColStatus: rowset.StatusNew, rowset.ColVolume: int64(i)})
		}
	})
}

// name is a word that no other number has.
func name(i int) string {
	out := ""
	for range 4 {
		out += string("bdfglmnprst"[i%11]) + string("aeiou"[i%5])
		i /= 11
	}
	return out
}

func (d *desk) change(f func(*rowset.Draft)) {
	d.t.Helper()
	if _, err := d.rows.Apply(d.t.Context(), d.scope(), "sit_1", func(dr *rowset.Draft) error { f(dr); return nil }, rowset.Options{}); err != nil {
		d.t.Fatal(err)
	}
}

func (*desk) scope() account.Scope { return editor.Scope() }

// state is which keyword is in which cluster, and the version of the rows.
func (d *desk) state() (map[int64]string, int64) {
	d.t.Helper()
	set, err := d.rows.Load(d.t.Context(), d.scope(), "sit_1", table.Consistent)
	if err != nil {
		d.t.Fatal(err)
	}
	out := map[int64]string{}
	for r := range set.Rows(rowset.Keywords) {
		out[r.ID()] = r.Text(rowset.ColClusterID)
	}
	return out, set.Version()
}

// get and post make a request; data is the whole answer.
func (d *desk) get(path string) (code int, data []byte) {
	res := apitest.Do(d.h, editor, http.MethodGet, path, "", nil)
	return res.Code, res.Body.Bytes()
}

func (d *desk) post(path, body string) (code int, data []byte) {
	res := apitest.Do(d.h, editor, http.MethodPost, path, body, nil)
	return res.Code, res.Body.Bytes()
}

func (d *desk) ask(body string) reclusters.Reclustered {
	d.t.Helper()
	code, data := d.post("/v1/planner/clusters/recluster/", body)
	var a struct{ Data reclusters.Reclustered }
	if err := json.Unmarshal(data, &a); err != nil || code != http.StatusOK {
		d.t.Fatalf("%d %s %v", code, data, err)
	}
	return a.Data
}

// work does the last job that was asked for, as the engine would.
func (d *desk) work() (res reclusters.Result, err error) {
	d.t.Helper()
	item := d.asked[len(d.asked)-1]
	sel, err := d.stage.Plan(d.t.Context(), d.scope(), automation.PlanInput{Site: "sit_1", Items: []string{item}})
	if err != nil || len(sel.Jobs) != 1 || sel.Jobs[0].Share != 0 {
		d.t.Fatalf("plan %+v %v", sel, err)
	}
	job := automation.Job{ID: id.Hash("job", item), Item: item, State: automation.JobDone}
	out, err := d.stage.Do(d.t.Context(), d.scope(), automation.NewWork("sit_1", job, nil))
	if err != nil {
		return res, err
	}
	if out.Draw != 0 {
		d.t.Errorf("it costs %v", out.Draw)
	}
	if err := json.Unmarshal(out.Result, &res); err != nil {
		d.t.Fatal(err)
	}
	return res, nil
}

// TestLargeIsAJob: what is too large to wait for is computed by a job, then found by who
// asks again, at each strictness of the ladder, read by pages and applied, once.
func TestLargeIsAJob(t *testing.T) {
	d := setUp(t, 2004, true)
	const body = `{"site_id":"sit_1","strictness":"normal"}`
	first := d.ask(body)
	if first.Job == nil || first.Result != nil || first.Credits != 0 {
		t.Fatalf("a large set gives %+v", first)
	}
	before, version := d.state()
	if _, err := d.work(); err != nil {
		t.Fatal(err)
	}
	if after, v := d.state(); v != version || !maps.Equal(before, after) {
		t.Error("a dry run changed rows")
	}
	found := d.ask(body)
	if found.Job != nil || found.Result == nil || found.Result.Moves != 2004 || found.Result.Changes != nil {
		t.Fatalf("asked again: %+v", found)
	}
	for _, x := range []string{"0", "0.125", "tight", "1"} {
		if r := d.ask(`{"site_id":"sit_1","strictness":"` + x + `"}`); r.Result == nil || r.Result.ID != found.Result.ID {
			t.Errorf("strictness %s was not computed with it: %+v", x, r)
		}
	}
	if r := d.ask(`{"site_id":"sit_1","strictness":"0.3"}`); r.Job == nil {
		t.Errorf("a strictness beside the ladder gives %+v", r.Result)
	}
	of := "/v1/planner/reclusterings/" + found.Result.ID
	code, data := d.get(of + "/changes/?site_id=sit_1&page_size=2")
	var page struct{ Results []cluster.Change }
	if err := json.Unmarshal(data, &page); err != nil || code != http.StatusOK || len(page.Results) != 2 {
		t.Fatalf("%d %v %s", code, err, data)
	}
	changes := page.Results
	code, data = d.post(of+"/apply/", `{"site_id":"sit_1","strictness":0.5,"changes":["`+changes[0].ID+`"]}`)
	after, _ := d.state()
	in := map[string]int{}
	for _, at := range after {
		in[at]++
	}
	if code != 200 || in[""] != 2004-changes[0].Keywords || len(in) != 2 {
		t.Errorf("%d %s: one change of %d keywords gives %v", code, data, changes[0].Keywords, in)
	}
	if code, data = d.post(of+"/apply/", `{"site_id":"sit_1","strictness":0.5}`); code != 409 || !strings.Contains(string(data), "changed_since") {
		t.Errorf("applied to changed rows: %d %s", code, data)
	}
}

// TestSmallIsAtOnce: where keywords can be compared by meaning, a small set waits for no job;
// where they can't, as in the API on AWS, it is one, lest the answers differ.
func TestSmallIsAtOnce(t *testing.T) {
	if r := setUp(t, 36, true).ask(`{"site_id":"sit_1"}`); r.Result == nil || r.Job != nil {
		t.Errorf("a small set gives %+v", r)
	}
	if r := setUp(t, 36, false).ask(`{"site_id":"sit_1"}`); r.Result != nil || r.Job == nil {
		t.Errorf("without vectors a small set gives %+v", r)
	}
}

// TestAtOnceOnce: a job that is to change all of it changes it one time, whatever crashes
// after the rows are written and before the job's end is.
func TestAtOnceOnce(t *testing.T) {
	d := setUp(t, 60, true)
	if r := d.ask(`{"site_id":"sit_1","strictness":"normal","dry_run":false}`); r.Job == nil || r.Result != nil {
		t.Fatalf("%+v", r)
	}
	res, err := d.work()
	if err != nil || res.Applied == nil || res.Applied.Keywords != 60 || res.Applied.Version == 0 || res.Applied.Repeated {
		t.Fatalf("%+v %v", res.Applied, err)
	}
	done, version := d.state()
	// A person moves one away; then the job is delivered again.
	d.change(func(dr *rowset.Draft) {
		for r := range dr.Rows(rowset.Keywords) {
			if r.ID() == 1 {
				dr.Update(rowset.Keywords, 1, rowset.Fields{rowset.ColClusterID: "", rowset.ColStatus: rowset.StatusNew})
			}
		}
	})
	res, err = d.work()
	if err != nil || res.Applied == nil || !res.Applied.Repeated {
		t.Errorf("again: %+v %v", res.Applied, err)
	}
	again, v := d.state()
	if v != version+1 || again[1] != "" || len(again) != len(done) {
		t.Errorf("the job changed rows twice: version %d after %d, keyword 1 in %q", v, version, again[1])
	}
}

// TestForgotten: what was computed passes; who asks for it then is told to compute it again,
// as is another account and one who names another site.
func TestForgotten(t *testing.T) {
	d := setUp(t, 36, true)
	r := d.ask(`{"site_id":"sit_1"}`)
	of := "/v1/planner/reclusterings/" + r.Result.ID + "/"
	if code, data := d.get(of + "?site_id=sit_1"); code != 200 {
		t.Fatalf("%d %s", code, data)
	}
	if code, _ := d.get(of + "?site_id=sit_2"); code != 404 {
		t.Errorf("another site: %d", code)
	}
	if res := apitest.Do(d.h, eve, http.MethodGet, of+"?site_id=sit_1", "", nil); res.Code != http.StatusNotFound {
		t.Errorf("another account: %d", res.Code)
	}
	later := clock.At(time.Now().AddDate(0, 0, blob.PassingDays+1))
	if _, err := blobs.Open(d.blobs, "", []byte(strings.Repeat("k", 32)), later); err != nil {
		t.Fatal(err)
	}
	if code, data := d.get(of + "?site_id=sit_1"); code != 404 || !strings.Contains(string(data), "compute it") {
		t.Errorf("when it is forgotten: %d %s", code, data)
	}
	if again := d.ask(`{"site_id":"sit_1"}`); again.Result == nil || again.Result.ID != r.Result.ID {
		t.Errorf("computed again: %+v", again)
	}
}

// TestDearerMeanwhile: what is added between the answer to a request and its job makes it no
// dearer than the answer said.
func TestDearerMeanwhile(t *testing.T) {
	d := setUp(t, 6, false)
	d.h = apitest.NewKit(t).Handler(t, d.stage.Routes(sites{cluster.ByOpenAI}, d))
	if r := d.ask(`{"site_id":"sit_1"}`); r.Credits != credit.Whole(1) {
		t.Fatalf("%+v", r)
	}
	plan := func() (automation.Selection, error) {
		return d.stage.Plan(t.Context(), d.scope(), automation.PlanInput{Site: "sit_1", Items: d.asked, Prices: credit.Current})
	}
	if sel, err := plan(); err != nil || len(sel.Jobs) != 1 || sel.Jobs[0].Share != credit.Whole(1) {
		t.Errorf("%+v %v", sel, err)
	}
	d.fill(1001)
	if sel, err := plan(); errs.Of(err).Code != "price_changed" {
		t.Errorf("%+v %v", sel, err)
	}
}

// TestUnknownItem: a job of no request fails for good.
func TestUnknownItem(t *testing.T) {
	d := setUp(t, 6, true)
	_, err := d.stage.Do(t.Context(), d.scope(), automation.NewWork("sit_1", automation.Job{ID: "job_1", Item: "rcl_none"}, nil))
	if e := errs.Of(err); e == nil || e.Cause != errs.Input {
		t.Errorf("%v", err)
	}
}
