package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/providers/reach"
	"github.com/igny8/igny8/internal/app/providers/vectors"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

// told asks and gives the data of the answer.
func told[T any](w *shop, method, path, body string, status int) (out T) {
	w.T.Helper()
	res := apitest.Do(w.H, ann, method, "/v1/"+path, body, nil)
	var got struct{ Data T }
	if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil || res.Code != status {
		w.T.Fatalf("%s: %d %v %s", path, res.Code, err, res.Body)
	}
	return got.Data
}

type vectorPrice struct {
	CompareBy     string `json:"compare_by"`
	Texts, Stored int
	Credits       credit.Amount
	Cost          credit.USD `json:"cost_micro_usd"`
	Model         string
	PriceDate     string `json:"price_date"`
}

type estimate struct {
	Credits credit.Amount `json:"estimated_credits"`
	Stages  []automation.Forecast
}

type reclustered struct {
	Job    *struct{ ID string }
	Result *struct {
		ID    string
		Basis struct{ By, Model, Instead string }
	}
	Credits credit.Amount
}

// TestByOpenAI walks the way of a person who has keywords compared by OpenAI's vectors: the
// price is told first, paid once, and settled to the credit; a re-clustering afterwards is free.
func TestByOpenAI(t *testing.T) {
	t.Parallel()
	w, l := newShop(t, 10_000), lab.Start(t)
	w.Compare.BuyFrom(vectors.Embed(reach.Options{OpenAI: reach.Access{Key: reach.HeldKey(l.Key), BaseURL: l.URL}}))
	q := "site_id=" + w.site.ID
	var lines []string
	for _, of := range []string{"hose reel", "milk frother", "cordless drill", "desk lamp"} {
		for _, what := range []string{"best", "cheap", "buy", "used", "repair"} {
			lines = append(lines, what+" "+of)
		}
	}
	importing := `{"site_id":"` + w.site.ID + `","text":"` + strings.Join(lines, `\n`) + `"}`
	apitest.Do(w.H, ann, http.MethodPost, "/v1/planner/keywords/import_keywords/", importing, nil)
	w.work()
	if before := told[vectorPrice](w, http.MethodGet, "planner/clusters/vectors/?"+q, "", 200); before.CompareBy != "built_in" || before.Texts != 20 || before.Stored != 0 ||
		before.Credits != credit.Whole(1) || before.Cost == 0 || before.PriceDate == "" {
		t.Errorf("the price that stands beside the choice: %+v", before)
	}
	own := told[estimate](w, http.MethodGet, "automation/estimate/?"+q, "", 200)
	w.Call(ann, http.MethodPatch, "/v1/auth/sites/"+w.site.ID+"/", `{"settings":{"compare_by":"openai"}}`, 200, []string{`"compare_by":"openai"`})
	theirs := told[estimate](w, http.MethodGet, "automation/estimate/?"+q, "", 200)
	if theirs.Credits != own.Credits+credit.Whole(1) || theirs.Stages[0].Vectors.Texts != 20 || theirs.Stages[0].Vectors.Credits != credit.Whole(1) || own.Stages[0].Vectors.Texts != 0 {
		t.Errorf("a run is estimated at %s, and by the product's own at %s: %+v", theirs.Credits, own.Credits, theirs.Stages[0])
	}
	if calls := l.Requests("/v1/embeddings", ""); len(calls) != 0 {
		t.Fatalf("%d calls before anything was begun", len(calls))
	}
	before := w.balance()
	w.jobs("planner/keywords/auto_cluster/", `{"site_id":"`+w.site.ID+`"}`, "group")
	if held := before - w.balance(); held != credit.Whole(5+1) {
		t.Errorf("%s are held", held)
	}
	w.work()
	if paid := before - w.balance(); paid != credit.Whole(5+1) {
		t.Errorf("%s are paid", paid)
	}
	if calls := l.Requests("/v1/embeddings", ""); len(calls) != 1 {
		t.Errorf("%d calls", len(calls))
	}
	if after := told[vectorPrice](w, http.MethodGet, "planner/clusters/vectors/?"+q, "", 200); after.CompareBy != "openai" || after.Stored != 20 || after.Credits != 0 || after.Cost != 0 {
		t.Errorf("afterwards: %+v", after)
	}
	w.recluster(l)
}

func (w *shop) recluster(l *lab.Lab) {
	w.T.Helper()
	ask := func(more string) reclustered {
		w.T.Helper()
		return told[reclustered](w, http.MethodPost, "planner/clusters/recluster/", `{"site_id":"`+w.site.ID+`"`+more+`}`, 200)
	}
	before := w.balance()
	r := ask("")
	if r.Job == nil || r.Credits != 0 {
		w.T.Errorf("%+v", r)
	}
	w.work()
	r = ask("")
	if r.Result == nil || r.Result.Basis.By != "openai" || r.Result.Basis.Model == "" || r.Result.Basis.Instead != "" || w.balance() != before {
		w.T.Errorf("%+v, %s paid", r.Result, before-w.balance())
	}
	id := r.Result.ID
	w.Call(ann, http.MethodPatch, "/v1/auth/sites/"+w.site.ID+"/", `{"settings":{"compare_by":"built_in"}}`, 200, []string{`"compare_by":"built_in"`})
	if r = ask(""); r.Job == nil {
		w.T.Errorf("what the others' vectors gave is told as the product's own: %+v", r.Result)
	}
	w.work()
	if r = ask(""); r.Result == nil || r.Result.ID == id || r.Result.Basis.By != "built_in" {
		w.T.Errorf("%+v", r.Result)
	}
	w.Call(ann, http.MethodPatch, "/v1/auth/sites/"+w.site.ID+"/", `{"settings":{"compare_by":"openai"}}`, 200, []string{`"compare_by":"openai"`})
	for _, k := range []string{"hose reel wall mount", "hose reel parts"} {
		w.Call(ann, http.MethodPost, "/v1/planner/keywords/", `{"site_id":"`+w.site.ID+`","keyword":"`+k+`"}`, 201, nil)
	}
	before = w.balance()
	if r = ask(""); r.Job == nil || r.Credits != credit.Whole(1) || before-w.balance() != credit.Whole(1) {
		w.T.Errorf("two more: %+v, %s held", r, before-w.balance())
	}
	w.work()
	if r = ask(""); r.Result == nil || r.Result.Basis.By != "openai" || before-w.balance() != credit.Whole(1) || len(l.Requests("/v1/embeddings", "")) != 2 {
		w.T.Errorf("two more: %+v, %s paid", r.Result, before-w.balance())
	}
}

// refusing is a provider that refuses these texts.
type refusing struct{ ai.Embed }

func (refusing) Vectors(context.Context, ai.EmbedRequest) (ai.Answer, error) {
	return ai.Answer{}, errs.New(errs.Invalid, "request_refused", "no vectors").Because(errs.Provider)
}

// senseless is a provider whose answers can't be used.
type senseless struct{ ai.Embed }

func (senseless) Read(ai.EmbedRequest, ai.Answer) ([][]float32, error) {
	return nil, errs.New(errs.Invalid, "vectors", "no vectors").Because(errs.Provider)
}

// byOpenAI is a site with five keywords that compares them by OpenAI's vectors, and how it asks
// for clusters anew.
func byOpenAI(t *testing.T, maker func(l *lab.Lab) ai.Embed) (*shop, *lab.Lab, func(more string) reclustered) {
	t.Helper()
	w, l := newShop(t, 100), lab.Start(t)
	w.Compare.BuyFrom(maker(l))
	w.Call(ann, http.MethodPatch, "/v1/auth/sites/"+w.site.ID+"/", `{"settings":{"compare_by":"openai"}}`, 200, nil)
	for _, k := range []string{"hose a", "hose b", "hose c", "lamp d", "lamp e"} {
		w.Call(ann, http.MethodPost, "/v1/planner/keywords/", `{"site_id":"`+w.site.ID+`","keyword":"`+k+`"}`, 201, nil)
	}
	return w, l, func(more string) reclustered {
		t.Helper()
		return told[reclustered](w, http.MethodPost, "planner/clusters/recluster/", `{"site_id":"`+w.site.ID+`"`+more+`}`, 200)
	}
}

func maker(l *lab.Lab) ai.Embed {
	return vectors.Embed(reach.Options{OpenAI: reach.Access{Key: reach.HeldKey(l.Key), BaseURL: l.URL}})
}

// TestComputedAnew: what the product's own vectors gave instead is told until a person has it
// computed anew, which costs no more than they agreed to.
func TestComputedAnew(t *testing.T) {
	t.Parallel()
	for _, bad := range []func(ai.Embed) ai.Embed{func(e ai.Embed) ai.Embed { return refusing{e} }, func(e ai.Embed) ai.Embed { return senseless{e} }} {
		w, l, ask := byOpenAI(t, func(l *lab.Lab) ai.Embed { return bad(maker(l)) })
		before := w.balance()
		refused := func(more string) {
			t.Helper()
			w.Call(ann, http.MethodPost, "/v1/planner/clusters/recluster/", `{"site_id":"`+w.site.ID+`","max_credits":0`+more+`}`, 409, []string{`"code":"price_changed"`})
		}
		refused("")
		if r := ask(`,"max_credits":1000`); r.Job == nil || r.Credits != credit.Whole(1) {
			t.Fatalf("%+v", r)
		}
		w.work()
		w.Compare.BuyFrom(maker(l))
		own := ask("")
		if own.Result == nil || own.Result.Basis.By != "built_in" || own.Result.Basis.Instead != "no vectors" || w.balance() != before {
			t.Fatalf("%+v, %s paid", own.Result, before-w.balance())
		}
		refused(`,"again":true`)
		if r := ask(`,"again":true`); r.Job == nil || r.Credits != credit.Whole(1) {
			t.Fatalf("%+v", r)
		}
		w.work()
		r := ask(`,"max_credits":0`)
		if r.Result == nil || r.Result.Basis.By != "openai" || r.Result.Basis.Instead != "" || before-w.balance() != credit.Whole(1) {
			t.Fatalf("%+v, %s paid", r.Result, before-w.balance())
		}
		if r.Result.ID == own.Result.ID {
			t.Error("who was shown the first would apply the second")
		}
	}
}

// TestNeverDearer: a job that is tried again when more has to be bought than was agreed to buys
// nothing, and takes the product's own vectors instead.
func TestNeverDearer(t *testing.T) {
	t.Parallel()
	w, l, ask := byOpenAI(t, func(*lab.Lab) ai.Embed { return vectors.Embed(reach.Options{}) })
	r := ask("")
	if r.Job == nil || r.Credits != credit.Whole(1) {
		t.Fatalf("%+v", r)
	}
	w.work() // without a key it fails
	w.Compare.BuyFrom(maker(l))
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = "lamp " + strconv.Itoa(i)
	}
	apitest.Do(w.H, ann, http.MethodPost, "/v1/planner/keywords/import_keywords/", `{"site_id":"`+w.site.ID+`","text":"`+strings.Join(lines, `\n`)+`"}`, nil)
	w.work()
	before := w.balance()
	w.Call(ann, http.MethodPost, "/v1/jobs/"+r.Job.ID+"/retry/", "", 202, nil)
	w.work()
	if n := len(l.Requests("/v1/embeddings", "")); n != 0 || w.balance() != before {
		t.Errorf("%d purchases, %s paid", n, before-w.balance())
	}
	if r := ask(""); r.Result == nil || r.Result.Basis.Instead == "" {
		t.Errorf("%+v", r)
	}
}

// TestByOpenAIAtOnce: a program that computes while a person waits does so when all vectors
// are there, and never buys one meanwhile.
func TestByOpenAIAtOnce(t *testing.T) {
	t.Parallel()
	w, l, asks := byOpenAI(t, maker)
	w.Regroups.AtOnce()
	ask := func(strictness string) reclustered {
		t.Helper()
		return asks(`,"strictness":"` + strictness + `"`)
	}
	if r := ask("normal"); r.Job == nil || r.Result != nil || r.Credits != credit.Whole(1) || len(l.Requests("/v1/embeddings", "")) != 0 {
		t.Fatalf("before they are bought: %+v", r)
	}
	w.work()
	if r := ask("0.333"); r.Job != nil || r.Result == nil || r.Result.Basis.By != "openai" || len(l.Requests("/v1/embeddings", "")) != 1 {
		t.Errorf("a strictness that no job computed: %+v", r)
	}
}

// TestByOpenAIWithoutKey: where no key is there the job says so, and nothing is paid.
func TestByOpenAIWithoutKey(t *testing.T) {
	t.Parallel()
	w := newShop(t, 100)
	w.Compare.BuyFrom(vectors.Embed(reach.Options{}))
	w.Call(ann, http.MethodPatch, "/v1/system/settings/ai/", `{"compare_by":"openai"}`, 200, []string{`"compare_by":"openai"`})
	for _, k := range []string{"hose a", "hose b", "hose c", "hose d", "hose e"} {
		w.Call(ann, http.MethodPost, "/v1/planner/keywords/", `{"site_id":"`+w.site.ID+`","keyword":"`+k+`"}`, 201, nil)
	}
	before := w.balance()
	ids, _ := w.jobs("planner/keywords/auto_cluster/", `{"site_id":"`+w.site.ID+`"}`, "group")
	w.work()
	job := told[automation.JobView](w, http.MethodGet, "jobs/"+ids[0]+"/", "", 200)
	if job.Status != "failed" || !strings.Contains(job.Reason, "OPENAI_API_KEY") || w.balance() != before {
		t.Errorf("%+v, %s paid", job, before-w.balance())
	}
}
