// Package money_test holds that money closes: what the receipts say that articles cost is
// what the provider's own book and our ledger say, to the last unit; and where calls were cut
// off, the provider's book is higher by no more than the upper bounds that we noted.
package money_test

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation/stages/receipts"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/program"
)

// sample is a list that leads to about twenty articles.
const sample = "../../cmd/igny8/sample.csv"

// result is what `igny8 run --json` prints.
type result struct {
	Status   string
	RunID    string `json:"run_id"`
	SiteID   string `json:"site_id"`
	Articles int
	Posts    []struct {
		cost
		ContentID string `json:"content_id"`
	}
	Credits  json.Number
	USD      json.Number
	Faults   []struct{ Title, Reason string }
	Estimate struct{ Credits, Balance json.Number }
	Receipts []struct {
		ContentID string `json:"content_id"`
		cost
	}
	Rest    cost `json:"in_no_article"`
	InDoubt struct {
		Calls int
		Most  json.Number `json:"usd_at_most"`
	} `json:"in_doubt"`
}

type cost struct{ Credits, USD json.Number }

// env is what the program finds of the lab.
func env(l *ai.Lab) []string {
	return program.Env("OPENAI_API_KEY="+l.Key, "OPENAI_BASE_URL="+l.URL)
}

func runArgs(data string) []string {
	file, err := filepath.Abs(sample)
	if err != nil {
		panic(err)
	}
	return []string{"run", file, "--preview", "--preview-addr", "127.0.0.1:0", "--auto-publish", "--json", "--data", data, "--tick", "500ms"}
}

func resultOf(t *testing.T, p *program.Process) result {
	t.Helper()
	code := p.Exit(4 * time.Minute)
	var r result
	if err := json.Unmarshal([]byte(p.Out()), &r); err != nil || code != 0 {
		t.Fatalf("igny8 run: exit %d, %v\n%s", code, err, p.Both())
	}
	return r
}

// micro is what the provider charged for a call, as we keep money: rounded to the nearest
// micro-dollar.
func micro(usd float64) credit.USD {
	return credit.USD(math.Round(usd*1e6 + 1e-6)) // the half of a micro-dollar is not whole as a float
}

// TestReceiptsAreTheProvidersBook: a run that nobody disturbs.
func TestReceiptsAreTheProvidersBook(t *testing.T) {
	t.Parallel()
	bin, lab, data := program.Build(t), ai.Start(t), filepath.Join(t.TempDir(), "data")
	r := resultOf(t, program.Start(t, bin, env(lab), runArgs(data)...))
	if r.Status != "completed" || r.Articles < 15 || len(r.Posts) != r.Articles || len(r.Faults) != 0 {
		t.Fatalf("the run is not as it should be: %+v", r)
	}
	shop := open(t, data, nil)
	sum, lines := shop.receipts(r.SiteID)
	book := lab.Ledger()
	for key, e := range book.ByKey {
		l, ok := lines[key]
		if !ok || e.Calls != 1 || l.AllCost != micro(e.USD) || l.TokensIn != int64(e.In) || l.TokensOut != int64(e.Out) || l.Images != int64(e.Images) {
			t.Errorf("call %s: the provider has %+v, the receipts %+v", key, e, l)
		}
	}
	var provider credit.USD
	for _, c := range lab.Requests("", "") {
		provider += micro(c.USD)
	}
	spent := shop.ledger()
	if sum.Cost != provider || sum.Credits != spent || len(lines)-1 != len(book.ByKey) { // one line is the clustering, which nobody sells
		t.Errorf("receipts: %s credits, $%s in %d calls; our ledger: %s; the provider: $%s in %d", sum.Credits, sum.Cost, len(lines), spent, provider, len(book.ByKey))
	}
	if r.Credits.String() != spent.String() || r.USD.String() != provider.String() || r.Rest.Credits != "0" || r.Rest.USD != "0.000000" || r.InDoubt.Calls != 0 || len(shop.losses(r.SiteID)) != 0 {
		t.Errorf("the run tells %s credits and $%s, in no article %+v, in doubt %+v", r.Credits, r.USD, r.Rest, r.InDoubt)
	}
	if est, _ := r.Estimate.Credits.Float64(); float64(spent)/1000 > 1.2*est || float64(spent)/1000 < 0.5*est {
		t.Errorf("estimated %s, spent %s", r.Estimate.Credits, spent)
	}
	told := map[string]cost{}
	for _, x := range r.Receipts {
		told[x.ContentID] = x.cost
	}
	for _, p := range r.Posts {
		one := shop.receipt(r.SiteID, p.ContentID)
		if p.cost != told[p.ContentID] || p.Credits.String() != one.Credits.String() || p.USD.String() != one.Cost.String() {
			t.Errorf("%s: the table says %+v, its receipt %s and $%s", p.ContentID, p.cost, one.Credits, one.Cost)
		}
	}
	shop.close()
	printed := program.Start(t, bin, env(lab), "receipt", r.Posts[0].ContentID, "--json", "--data", data)
	var one receipts.Receipt
	if code := printed.Exit(time.Minute); code != 0 || json.Unmarshal([]byte(printed.Out()), &one) != nil || len(one.Lines) < 6 || one.Credits.String() != r.Posts[0].Credits.String() {
		t.Errorf("igny8 receipt: exit %d\n%s", code, printed.Both())
	}
	if n := len(lab.Requests("", "")); n != book.Total.Calls {
		t.Errorf("a receipt made %d calls", n-book.Total.Calls)
	}
	fmt.Printf("money: articles=%d calls=%d receipts_usd=%s lab_usd=%s receipts_credits=%s ledger_credits=%s estimated_credits=%s\n",
		r.Articles, len(book.ByKey), sum.Cost, provider, sum.Credits, spent, r.Estimate.Credits)
}

// TestWholeMicroDollars: with models whose prices make whole micro-dollars, the provider's
// total is ours without any rounding.
func TestWholeMicroDollars(t *testing.T) {
	t.Parallel()
	lab := ai.Start(t)
	shop := open(t, filepath.Join(t.TempDir(), "data"), lab)
	site := shop.site("gpt-4.1", "gpt-image-2")
	shop.importFile(site, sample)
	shop.start()
	v := shop.run(site)
	sum, _ := shop.receipts(site)
	exact := lab.Ledger().Total.USD * 1e6
	if math.Abs(exact-math.Round(exact)) > 1e-3 || sum.Cost != credit.USD(math.Round(exact)) || v.Cost != sum.Cost || sum.Credits != shop.ledger() || v.Credits != sum.Credits {
		t.Errorf("receipts $%s and %s credits, the run $%s and %s; the provider %f micro-dollars", sum.Cost, sum.Credits, v.Cost, v.Credits, exact)
	}
}

// TestDoubtfulCalls: answers that are dropped on their way, cut off, or come too late were
// paid. Beside them the usual refusals, repairs and faults. The provider's book is higher
// than ours by no more than what we noted, one note for each call in doubt.
func TestDoubtfulCalls(t *testing.T) {
	t.Parallel()
	lab := ai.Start(t)
	shop := openWith(t, filepath.Join(t.TempDir(), "data"), lab, impatient())
	site := shop.site("", "")
	shop.importFile(site, sample)
	for _, f := range []ai.Fault{
		{Route: "/v1/responses", Kind: "429", Skip: 2, Times: 2, RetryAfter: 0.1},
		{Route: "/v1/responses", Kind: "500", Skip: 6, Times: 1},
		{Route: "/v1/responses", Kind: "drop", Skip: 10, Times: 3, Bytes: 40},
		{Route: "/v1/responses", Kind: "truncate_body", Skip: 16, Times: 2, Bytes: 200},
		{Route: "/v1/responses", Kind: "hang", Skip: 22, Times: 2, Seconds: 12},
		{Route: "/v1/responses", Kind: "bad_json", Skip: 28, Times: 2},
		{Route: "/v1/responses", Kind: "refusal", Skip: 36, Times: 1},
		{Route: "/v1/images/generations", Kind: "drop", Skip: 3, Times: 2, Bytes: 1000},
		{Route: "/v1/images/generations", Kind: "hang", Skip: 9, Times: 1, Seconds: 12},
		{Route: "/v1/images/generations", Kind: "image_corrupt", Skip: 15, Times: 1},
	} {
		lab.Fault(f)
	}
	shop.start()
	v := shop.run(site)
	doubtful := 0
	for _, f := range lab.Faults() {
		if f.Hits != f.Times {
			t.Errorf("%s on %s changed %d answers, not %d", f.Kind, f.Route, f.Hits, f.Times)
		}
		if f.Kind == "drop" || f.Kind == "truncate_body" || f.Kind == "hang" {
			doubtful += f.Hits
		}
	}
	gap := shop.books(t, lab, site)
	if gap.losses != doubtful {
		t.Errorf("%d calls were in doubt, %d are noted", doubtful, gap.losses)
	}
	if v.Credits != shop.ledger() {
		t.Errorf("the run tells %s credits, the ledger %s", v.Credits, shop.ledger())
	}
	fmt.Printf("money with faults: in_doubt=%d %v\n", doubtful, gap)
}

// kills is how often the program is killed in one run.
const kills = 6

// TestKilledCalls: the program is killed again and again while calls are under way.
func TestKilledCalls(t *testing.T) {
	t.Parallel()
	bin, lab, data := program.Build(t), ai.Start(t), filepath.Join(t.TempDir(), "data")
	lab.Latency(ai.Latency{Kind: "lognormal", Ms: 120, Ms2: 400})
	met := 0
	for n := range kills {
		p := program.Start(t, bin, env(lab), runArgs(data)...)
		want := (n + 1) * 100 / (kills + 1)
		for end := time.Now().Add(time.Minute); len(lab.Requests("", "")) < want && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
		if p.Kill() {
			met++
		}
	}
	time.Sleep(time.Second) // what was under way at the last kill ends at the provider
	r := resultOf(t, program.Start(t, bin, env(lab), runArgs(data)...))
	if r.Status != "completed" || met < kills-1 || len(r.Posts) != r.Articles || len(r.Faults) != 0 {
		t.Fatalf("%d kills, the run: %+v", met, r)
	}
	shop := open(t, data, nil)
	gap := shop.books(t, lab, r.SiteID)
	if r.InDoubt.Calls != gap.losses || r.InDoubt.Most.String() != gap.most.String() || gap.losses == 0 {
		t.Errorf("the run tells of %+v calls in doubt: %v", r.InDoubt, gap)
	}
	fmt.Printf("money with kills: kills=%d %v\n", met, gap)
}
