package clustering_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai/embedding"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/cluster/embeddings"
	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/site"
)

// chosen is a site whose keywords are compared by what it says.
type chosen struct{ by string }

func (c *chosen) Get(_ context.Context, _ account.Scope, id string) (site.Site, error) {
	return site.Site{ID: id, Settings: site.Settings{CompareBy: c.by}}, nil
}

// shop is a bench where vectors are bought of the stand-in.
type shop struct {
	*bench
	lab     *lab.Lab
	site    *chosen
	compare *compare.Service
	maker   ai.Embed
	blobs   *flaky
}

// flaky is a store that refuses to keep what a path ends with.
type flaky struct {
	blob.Store
	fail string
}

func (f *flaky) Put(ctx context.Context, n blob.Name, contentType string, content []byte) error {
	if path, _ := n.Path(); f.fail != "" && strings.HasSuffix(path, f.fail) {
		return errs.New(errs.Unavailable, "blob_down", "down")
	}
	return f.Store.Put(ctx, n, contentType, content)
}

func openShop(t *testing.T) *shop {
	t.Helper()
	c, tb, bs := stores(t)
	rows := rowset.New(tb, c, id.NewSource(c, nil))
	clusters := cluster.New(tb, rows, c).ByMeaning(func() engine.Meaning { return vectors.Load() })
	s := &shop{lab: lab.Start(t), site: &chosen{site.CompareByOpenAI}, blobs: &flaky{Store: bs}}
	host := strings.TrimSuffix(strings.TrimPrefix(s.lab.URL, "http://"), "/v1")
	s.maker = embedding.New(wire.Config{Key: func(context.Context) (string, error) { return s.lab.Key, nil }, BaseURL: s.lab.URL,
		HTTP: guard.New(guard.Options{AllowHosts: []string{host}, Timeout: time.Minute})})
	s.compare = compare.New(embeddings.New(tb, s.blobs, c), s.site)
	s.compare.BuyFrom(s.maker)
	s.bench = &bench{t, account.Mint(account.Grant{Account: "acc", Actor: "bot", Role: account.SystemBot}), keyword.New(tb, rows, c), clusters,
		clustering.New(clusters, answers.Blobs{Store: bs}, s.compare)}
	return s
}

// planned plans by the present prices.
func (s *shop) planned() automation.JobSpec {
	s.t.Helper()
	sel, err := s.stage.Plan(s.t.Context(), s.scope, automation.PlanInput{Site: "sit", Limit: 500, Prices: credit.Current})
	if err != nil || len(sel.Jobs) != 1 {
		s.t.Fatalf("%+v %v", sel, err)
	}
	return sel.Jobs[0]
}

// kept is what the engine keeps of a job: its answers, by name. lose names an answer that is
// lost after its call, as in a crash.
type kept struct {
	answers map[string]ai.Answer
	most    map[string]credit.USD
	lose    string
}

var errCrash = errors.New("crash")

func (k *kept) once(ctx context.Context, name string, most credit.USD, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
	if a, ok := k.answers[name]; ok {
		return a, nil
	}
	k.most[name] = most
	a, err := call(ctx)
	if err != nil {
		return a, err
	}
	if k.lose == name {
		k.lose = ""
		return ai.Answer{}, errCrash
	}
	k.answers[name] = a
	return a, nil
}

// cost is what the calls that are kept cost.
func (k *kept) cost() (sum credit.USD) {
	for _, a := range k.answers {
		sum += a.Usage.CostUSD
	}
	return sum
}

func none() *kept { return &kept{answers: map[string]ai.Answer{}, most: map[string]credit.USD{}} }

type outcome struct {
	automation.Job
	told struct {
		Keywords int64  `json:"keywords_processed"`
		By       string `json:"compared_by"`
		Bought   int    `json:"vectors_bought"`
		Instead  string `json:"instead"`
	}
	answer []byte
}

func (s *shop) work(spec automation.JobSpec, k *kept) (outcome, error) {
	s.t.Helper()
	job := automation.Job{ID: id.Hash("job", spec.Item, spec.Input), Item: spec.Item, Provider: spec.Provider, Share: spec.Share, Prices: credit.Current, State: automation.JobDone}
	out, err := s.stage.Do(s.t.Context(), s.scope, automation.NewWork("sit", job, k.once))
	o := outcome{Job: job, answer: k.answers["assignment"].Raw}
	if err != nil {
		return o, err
	}
	if out.Draw > spec.Share {
		s.t.Errorf("it draws %s of a share of %s", out.Draw, spec.Share)
	}
	o.Draw, o.Result = out.Draw, out.Result
	return o, json.Unmarshal(out.Result, &o.told)
}

func (s *shop) mustWork(spec automation.JobSpec, k *kept) outcome {
	s.t.Helper()
	o, err := s.work(spec, k)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

// bought are the texts that were sold to us, and fails when one was sold twice.
func (s *shop) bought() (texts []string) {
	s.t.Helper()
	for _, c := range s.lab.Requests("/v1/embeddings", "") {
		var sent struct{ Input []string }
		if err := json.Unmarshal([]byte(c.Body), &sent); err != nil {
			s.t.Fatal(err)
		}
		if c.USD > 0 {
			texts = append(texts, sent.Input...)
		}
	}
	slices.Sort(texts)
	if n := len(slices.Compact(slices.Clone(texts))); n != len(texts) {
		s.t.Errorf("of %d texts that were bought %d differ", len(texts), n)
	}
	return texts
}

// many are n keywords of some topics.
func many(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%s for product %d", []string{"Hose", "frother", "drill", "lamp"}[i%4], i))
	}
	return out
}

// TestVectorsAreBoughtOnce: a job buys the vectors of its texts in calls of 2,048, what the
// estimate said they cost; a repeat buys none, nor does the next job for the same texts.
func TestVectorsAreBoughtOnce(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", many(2100)...)
	est, err := s.stage.Estimate(t.Context(), s.scope, automation.PlanInput{Site: "sit", Prices: credit.Current}, automation.Flow{})
	if err != nil || est.Vectors.Texts != 2100 || est.Vectors.Credits != credit.Whole(3) || est.Credits != credit.Whole(42*5+3) || est.Vectors.Cost == 0 {
		t.Fatalf("%+v %v", est, err)
	}
	spec := s.planned()
	if spec.Share != est.Credits || spec.Provider != ai.ProviderOpenAI {
		t.Errorf("%+v", spec)
	}
	k := none()
	first := s.mustWork(spec, k)
	if first.Draw != est.Credits || first.told.By != "openai" || first.told.Bought != 2100 || first.told.Keywords != 2100 {
		t.Errorf("%s of %s, %+v", first.Draw, est.Credits, first.told)
	}
	calls := s.lab.Requests("/v1/embeddings", "")
	if len(calls) != 2 || len(s.bought()) != 2100 || k.most["answer"] == 0 || k.most["answer-2"] == 0 || k.most["assignment"] != 0 {
		t.Errorf("%d calls, most %v", len(calls), k.most)
	}
	ledger := s.lab.Ledger().Total.USD * 1e6
	if diff := ledger - float64(k.cost()); diff > 1 || diff < -1 {
		t.Errorf("we say %v, the provider's ledger %v", k.cost(), ledger)
	}
	if est.Vectors.Cost > 3*k.cost() || k.cost() > 3*est.Vectors.Cost {
		t.Errorf("foretold %s, paid %s", est.Vectors.Cost, k.cost())
	}
	if again := s.mustWork(spec, k); again.Draw != first.Draw || again.told != first.told || len(s.bought()) != 2100 {
		t.Errorf("a repeat: %s %+v", again.Draw, again.told)
	}
	other := s.mustWork(spec, none()) // another job, of the same texts
	if len(s.bought()) != 2100 || other.told.Bought != 0 || other.Draw != credit.Whole(42*5) || string(other.answer) != string(first.answer) {
		t.Errorf("another job: %s %+v", other.Draw, other.told)
	}
	est, err = s.stage.Estimate(t.Context(), s.scope, automation.PlanInput{Site: "sit", Prices: credit.Current}, automation.Flow{})
	if err != nil || est.Vectors.Texts != 0 || est.Vectors.Credits != 0 || est.Credits != credit.Whole(42*5) {
		t.Errorf("afterwards: %+v %v", est, err)
	}
}

// TestCrashBuysNothingTwice: wherever a job is cut off after a call, its repeat has what was
// bought.
func TestCrashBuysNothingTwice(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"answer", "answer-2", "assignment"} {
		s := openShop(t)
		s.add("sec", many(2100)...)
		spec, k := s.planned(), none()
		k.lose = at
		if _, err := s.work(spec, k); !errors.Is(err, errCrash) {
			t.Fatalf("%s: %v", at, err)
		}
		o := s.mustWork(spec, k)
		if len(s.bought()) != 2100 || o.told.By != "openai" || o.told.Keywords != 2100 || o.Draw > spec.Share {
			t.Errorf("%s: %d bought, %+v", at, len(s.bought()), o.told)
		}
	}
}

// TestOtherVectorsOtherClusters: the provider's vectors are what is compared by.
func TestOtherVectorsOtherClusters(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	texts := []string{"sofa", "couch", "settee", "car", "automobile", "vehicle", "cheap sofa", "cheap couch", "cheap car", "cheap automobile", "lawyer", "attorney"}
	s.add("sec", texts...)
	s.compare.BuyFrom(fixed{s.maker})
	groups := func(raw []byte) (out [][]int64, a cluster.Assignment) {
		if err := json.Unmarshal(raw, &a); err != nil {
			t.Fatal(err)
		}
		for _, g := range a.Groups {
			out = append(out, g.Keywords)
		}
		return out, a
	}
	theirs, a := groups(s.mustWork(s.planned(), none()).answer)
	if a.Basis.By != "openai" || a.Basis.Model != ai.EmbeddingModel || a.Basis.Meaning != len(texts) || a.Basis.Words != 0 {
		t.Errorf("%+v", a.Basis)
	}
	s.site.by = site.CompareByBuiltIn
	k := none()
	s.mustWork(s.planned(), k)
	ours, b := groups(k.answers["answer"].Raw)
	if b.Basis.By != "built_in" || b.Basis.Model != "" {
		t.Errorf("%+v", b.Basis)
	}
	if fmt.Sprint(theirs) == fmt.Sprint(ours) {
		t.Errorf("both are %v", ours)
	}
}

// fixed gives vectors that set the first half of the texts apart from the others.
type fixed struct{ ai.Embed }

func (f fixed) Read(r ai.EmbedRequest, a ai.Answer) ([][]float32, error) {
	out, err := f.Embed.Read(r, a)
	for i := range out {
		clear(out[i])
		out[i][i%2] = 1
	}
	return out, err
}

// TestRefusedVectors: what is asked again later, what a person has to mend, and what the
// product's own vectors stand in for, each told as for any other call.
func TestRefusedVectors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault lab.Fault
		kind  errs.Kind
		code  string
	}{
		{lab.Fault{Kind: "429", RetryAfter: 3}, errs.Exhausted, "rate_limited"},
		{lab.Fault{Kind: "500"}, errs.Unavailable, "provider_down"},
		{lab.Fault{Kind: "401"}, errs.Unauthenticated, "key_refused"},
		{lab.Fault{Kind: "quota"}, errs.Forbidden, "quota"},
		{lab.Fault{Kind: "drop"}, errs.Unavailable, "connection_lost"},
	} {
		s := openShop(t)
		s.add("sec", hoses...)
		c.fault.Route = "/v1/embeddings"
		s.lab.Fault(c.fault)
		spec, k := s.planned(), none()
		_, err := s.work(spec, k)
		if e := errs.Of(err); e == nil || e.Kind != c.kind || e.Code != c.code || e.Cause != errs.Provider {
			t.Errorf("%s: %v", c.fault.Kind, err)
		}
		if len(k.answers) != 0 {
			t.Errorf("%s: kept %v", c.fault.Kind, k.answers)
		}
		s.lab.ClearFaults()
		if o := s.mustWork(spec, k); o.told.By != "openai" || o.told.Bought != len(hoses) {
			t.Errorf("%s: afterwards %+v", c.fault.Kind, o.told)
		}
	}
}

// absent is a provider that does not offer the model.
type absent struct{ ai.Embed }

func (absent) Vectors(context.Context, ai.EmbedRequest) (ai.Answer, error) {
	return ai.Answer{}, errs.New(errs.Invalid, "model_not_found", "not offered").Because(errs.Provider)
}

// TestMendedByAPerson: what is wrong with how the provider is reached is the job's error, and
// nothing is taken instead.
func TestMendedByAPerson(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", hoses...)
	s.compare.BuyFrom(absent{s.maker})
	if _, err := s.work(s.planned(), none()); errs.Of(err).Code != "model_not_found" {
		t.Errorf("%v", err)
	}
}

// TestRepeatDrawsItsShare: a repeat that finds other keywords draws no more than was held.
func TestRepeatDrawsItsShare(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", many(1000)...)
	spec, k := s.planned(), none()
	if o := s.mustWork(spec, k); o.Draw != spec.Share {
		t.Fatalf("draws %s of %s", o.Draw, spec.Share)
	}
	var first []int64
	for i := range int64(200) {
		first = append(first, i+1)
	}
	if _, err := s.keywords.Delete(t.Context(), s.scope, "sit", keyword.Selection{IDs: first}, false, idem.Key{}); err != nil {
		t.Fatal(err)
	}
	s.add("sec", many(1100)[1000:]...)
	if o := s.mustWork(spec, k); o.told.Keywords != 1000 || len(s.bought()) <= 1000 { // mustWork looks at what it draws
		t.Errorf("%+v, %d bought: it does not come to more than its share", o.told, len(s.bought()))
	}
}

// broken answers what can't be read, though it was paid.
type broken struct{ ai.Embed }

func (broken) Read(ai.EmbedRequest, ai.Answer) ([][]float32, error) {
	return nil, errs.New(errs.Invalid, "vectors", "no vectors").Because(errs.Provider)
}

// TestOwnInstead: when the provider can't give usable vectors the whole set is compared by the
// product's own, says so, costs what those cost, and asks no second time.
func TestOwnInstead(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", hoses...)
	s.compare.BuyFrom(broken{s.maker})
	spec, k := s.planned(), none()
	o := s.mustWork(spec, k)
	if o.told.By != "built_in" || o.told.Instead != "no vectors" || o.Draw != credit.Whole(5) || o.told.Keywords != 6 {
		t.Errorf("%s %+v", o.Draw, o.told)
	}
	s.mustWork(spec, k)
	if n := len(s.lab.Requests("/v1/embeddings", "")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	s.site.by = site.CompareByBuiltIn
	own := none()
	s.mustWork(s.planned(), own)
	var theirs, ours cluster.Assignment
	if err := errors.Join(json.Unmarshal(o.answer, &theirs), json.Unmarshal(own.answers["answer"].Raw, &ours)); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(theirs.Groups) != fmt.Sprint(ours.Groups) {
		t.Errorf("%v instead of %v", theirs.Groups, ours.Groups)
	}
}

// TestShareBoundsVectors: a job buys no more than its share pays for: keywords that came since
// it was planned go on waiting, and those that have a cluster are paid first.
func TestShareBoundsVectors(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", many(950)...)
	spec := s.planned()
	s.add("sec", many(1000)[950:]...)
	s.add("sec", "one", "two", "three")
	o := s.mustWork(spec, none())
	if o.told.Keywords != 950 || o.Draw != spec.Share || len(s.bought()) != 950 {
		t.Errorf("%+v draws %s of %s, %d bought", o.told, o.Draw, spec.Share, len(s.bought()))
	}
	s.fold("wav_1", o.Job)
	next := s.planned()
	if next.Share != credit.Whole(2*5+1) {
		t.Errorf("53 more: share %s", next.Share)
	}
	if o := s.mustWork(next, none()); o.told.Bought != 53 || o.told.Keywords != 53 || len(s.bought()) != 1003 {
		t.Errorf("%+v", o.told)
	}
	s.add("sec2", "ape", "bee", "cat", "dog", "eel")
	short := automation.JobSpec{Item: "sec2", Input: "x", Provider: ai.ProviderOpenAI, Share: credit.Whole(5)}
	if o := s.mustWork(short, none()); o.told.Keywords != 5 || o.told.By != "built_in" || o.told.Instead == "" || o.Draw != short.Share || len(s.bought()) != 1003 {
		t.Errorf("a share that pays for no vectors: %+v draws %s", o.told, o.Draw)
	}
}

// TestOldPrices: work that is planned by a price list without vectors buys none.
func TestOldPrices(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", hoses...)
	sel, err := s.stage.Plan(t.Context(), s.scope, automation.PlanInput{Site: "sit", Limit: 500, Prices: "2026-11-24"})
	if err != nil || len(sel.Jobs) != 1 || sel.Jobs[0].Provider != "" {
		t.Errorf("%+v %v", sel, err)
	}
}

// TestPlanFollowsTheChoice: another choice is other work, and the product's own costs as before.
func TestPlanFollowsTheChoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", hoses...)
	theirs := s.planned()
	s.site.by = site.CompareByBuiltIn
	ours := s.planned()
	if theirs.Input == ours.Input || ours.Share != credit.Whole(5) || theirs.Share != credit.Whole(6) || ours.Provider != "" {
		t.Errorf("%+v and %+v", theirs, ours)
	}
	k := none()
	if o := s.mustWork(ours, k); o.told.By != "" || len(k.answers) != 1 || len(s.lab.Requests("/v1/embeddings", "")) != 0 {
		t.Errorf("%+v", o.told)
	}
}

// TestWithoutVectorNoPart: a keyword that came while vectors were bought goes on waiting, rather
// than be compared by something else than the others.
func TestWithoutVectorNoPart(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.add("sec", hoses...)
	s.mustWork(s.planned(), none())
	have, err := s.compare.Stored(t.Context(), s.scope, hoses)
	if err != nil || have == nil {
		t.Fatalf("%v %v", have, err)
	}
	s.add("sec", "hose reel that came late")
	if more, err := s.compare.Stored(t.Context(), s.scope, append(slices.Clone(hoses), "hose reel that came late")); err != nil || more != nil {
		t.Errorf("part of the vectors is taken for all: %v", err)
	}
	a, err := s.clusters.Compute(t.Context(), s.scope, "sit", "sec", 100, cluster.By{Vectors: have})
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := a.Counts(); n != int64(len(hoses)) {
		t.Errorf("%d keywords take part", n)
	}
}

// TestBoughtAndNotStored: vectors that the store could not take are kept with the job, whose
// repeat puts them there.
func TestBoughtAndNotStored(t *testing.T) {
	t.Parallel()
	twice := "\u039c\u0391\u03aa\u0301\u039f\u03a5" // folded again it is another text
	of := append(slices.Clone(hoses), twice)
	for _, part := range []string{"-vectors", "-keys"} {
		s := openShop(t)
		s.add("sec", of...)
		spec, k := s.planned(), none()
		s.blobs.fail = part
		if _, err := s.work(spec, k); errs.Of(err).Code != "blob_down" {
			t.Fatalf("%s: %v", part, err)
		}
		s.blobs.fail = ""
		if o := s.mustWork(spec, k); o.told.By != "openai" || o.told.Bought != len(of) || o.Draw != spec.Share || len(s.bought()) != len(of) {
			t.Errorf("%s: %+v", part, o.told)
		}
		if o := s.mustWork(spec, none()); o.told.Bought != 0 || o.told.By != "openai" || len(s.bought()) != len(of) {
			t.Errorf("%s: another job %+v", part, o.told)
		}
	}
}
