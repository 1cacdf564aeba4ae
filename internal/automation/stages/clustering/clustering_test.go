package clustering_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

type bench struct {
	t        *testing.T
	scope    account.Scope
	keywords *keyword.Service
	clusters *cluster.Service
	stage    *clustering.Stage
}

func setUp(t *testing.T) *bench {
	t.Helper()
	c, tb, bs := stores(t)
	rows := rowset.New(tb, c, id.NewSource(c, nil))
	clusters := cluster.New(tb, rows, c)
	return &bench{t, account.Mint(account.Grant{Account: "acc", Actor: "bot", Role: account.SystemBot}), keyword.New(tb, rows, c), clusters,
		clustering.New(clusters, answers.Blobs{Store: bs}, nil)}
}

// stores are a clock that stands and empty stores by it.
func stores(t *testing.T) (*clock.Fake, table.Table, blob.Store) {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := disk.Open(t, c)
	bs := blobtest.Open(t, c)
	return c, tb, bs
}

func (b *bench) add(sector string, texts ...string) {
	b.t.Helper()
	src := keyword.Source{Name: "x", Reader: strings.NewReader("Keyword,Volume\n" + strings.Join(texts, ",10\n") + ",10\n")}
	if _, err := b.keywords.Import(b.t.Context(), b.scope, "sit", src, keyword.Options{Sector: sector}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) plan() automation.Selection {
	b.t.Helper()
	sel, err := b.stage.Plan(b.t.Context(), b.scope, automation.PlanInput{Site: "sit", Limit: 500})
	if err != nil {
		b.t.Fatal(err)
	}
	return sel
}

// do runs a planned job; stored keeps its answer as the engine does.
func (b *bench) do(spec automation.JobSpec, stored map[string]ai.Answer) automation.Job {
	b.t.Helper()
	job := automation.Job{ID: id.Hash("job", spec.Item, spec.Input), Item: spec.Item, Share: spec.Share, State: automation.JobDone}
	once := func(ctx context.Context, name string, _ credit.USD, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
		if a, ok := stored[name]; ok {
			return a, nil
		}
		a, err := call(ctx)
		stored[name] = a
		return a, err
	}
	out, err := b.stage.Do(b.t.Context(), b.scope, automation.NewWork("sit", job, once))
	if err != nil {
		b.t.Fatal(err)
	}
	if out.Draw > spec.Share || len(out.Result) > 300 {
		b.t.Errorf("outcome %+v", out)
	}
	job.Draw, job.Result = out.Draw, out.Result
	return job
}

func (b *bench) fold(wave string, jobs ...automation.Job) automation.Counts {
	b.t.Helper()
	n, err := b.stage.Fold(b.t.Context(), b.scope, automation.FoldInput{Site: "sit", Wave: wave, Jobs: jobs})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

var hoses = []string{"garden hose reel", "best garden hose reel", "wall hose reel", "milk frother", "electric milk frother", "best milk frother"}

func TestKeywordsBecomeClustersOnce(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.add("sec", hoses...)
	sel := b.plan()
	if len(sel.Jobs) != 1 || sel.Jobs[0].Share != credit.Whole(5) || b.plan().Jobs[0] != sel.Jobs[0] {
		t.Fatalf("plan %+v", sel)
	}
	stored := map[string]ai.Answer{}
	b.do(sel.Jobs[0], stored)
	b.add("sec", "cordless drill") // after the answer was stored: a repeat goes on with the same
	job := b.do(sel.Jobs[0], stored)
	first := b.fold("wav_1", job)
	if d := cmp.Diff(automation.Counts{"keywords_processed": 6, "clusters_created": 2, "batches_run": 1}, first); d != "" {
		t.Error(d)
	}
	all, err := b.clusters.All(t.Context(), b.scope, "sit")
	if err != nil || len(all) != 2 {
		t.Fatalf("clusters %+v, %v", all, err)
	}
	for _, c := range all {
		if c.Status != "new" || c.KeywordsCount != 3 || c.Volume != 30 || c.SectorID != "sec" {
			t.Errorf("cluster %+v", c)
		}
	}
	if d := cmp.Diff(first, b.fold("wav_1", job)); d != "" {
		t.Error("a second fold tells other counts", d)
	}
	again, err := b.clusters.All(t.Context(), b.scope, "sit")
	if d := cmp.Diff(all, again); d != "" || err != nil {
		t.Error("a second fold changed clusters", d, err)
	}
	rows, n, err := b.keywords.List(t.Context(), b.scope, "sit", keyword.Filter{Status: "mapped"})
	if err != nil || n != 6 || rows[0].ClusterID == "" {
		t.Errorf("%d mapped, %v", n, err)
	}
	if sel := b.plan(); len(sel.Jobs) != 0 || sel.Counts["skipped"] != 1 || sel.Counts["keywords_skipped"] != 1 {
		t.Errorf("one keyword waits: %+v", sel)
	}
}

func TestNewKeywordsJoinAndNamesStayUnique(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.add("sec", hoses...)
	b.fold("wav_1", b.do(b.plan().Jobs[0], map[string]ai.Answer{}))
	before, _ := b.clusters.All(t.Context(), b.scope, "sit")
	b.add("sec", "small milk frother", "milk frother reviews", "hose reel for garden", "cordless drill", "cordless drill set", "drill bits")
	b.fold("wav_2", b.do(b.plan().Jobs[0], map[string]ai.Answer{}))
	after, err := b.clusters.All(t.Context(), b.scope, "sit")
	if err != nil {
		t.Fatal(err)
	}
	seen, count := map[string]bool{}, int64(0)
	for i, c := range after {
		if seen[c.Name] || i < len(before) && c.ID != before[i].ID {
			t.Errorf("cluster %+v", c)
		}
		seen[c.Name] = true
		count += c.KeywordsCount
	}
	if count != 12 {
		t.Errorf("%d keywords counted", count)
	}
	members, err := b.clusters.Members(t.Context(), b.scope, "sit")
	if err != nil || len(members) != len(after) {
		t.Errorf("members %v, %v", members, err)
	}
}

func TestBatchesAndRefusals(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	var many []string
	for i := range 120 {
		many = append(many, fmt.Sprintf("thing%d and other%d", i, i%9))
	}
	b.add("big", many...)
	b.add("few", "one hose", "two hoses")
	sel := b.plan()
	if len(sel.Jobs) != 1 || sel.Jobs[0].Share != credit.Whole(15) || sel.Jobs[0].Item != "big" {
		t.Fatalf("plan %+v", sel)
	}
	if job := b.do(sel.Jobs[0], map[string]ai.Answer{}); job.Draw != credit.Whole(15) {
		t.Errorf("draw %v", job.Draw)
	}
	half := sel.Jobs[0]
	half.Share = credit.Whole(5) // pays for 50 keywords
	if n := b.fold("wav_1", b.do(half, map[string]ai.Answer{})); n["keywords_processed"] != 50 {
		t.Errorf("counts %v", n)
	}
	_, err := b.stage.Plan(t.Context(), b.scope, automation.PlanInput{Site: "sit", Limit: 500, Items: []string{"few"}})
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("asked for two keywords: %v", err)
	}
}

// TestEstimate: a list that is not long is clustered to see what it leads to.
func TestEstimate(t *testing.T) {
	t.Parallel()
	b := setUp(t)
	b.add("sec", hoses...)
	b.add("few", "cordless drill")
	ask := func() automation.Forecast {
		t.Helper()
		f, err := b.stage.Estimate(t.Context(), b.scope, automation.PlanInput{Site: "sit", Prices: credit.Current}, automation.Flow{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := ask(); f.Waiting != 6 || f.Credits != credit.Whole(5) || f.Next != (automation.Flow{Items: 2, Units: 2}) {
		t.Errorf("%+v", f)
	}
	b.fold("wav_1", b.do(b.plan().Jobs[0], map[string]ai.Answer{}))
	if f := ask(); f.Waiting != 0 || f.Credits != 0 || f.Next.Items != 0 {
		t.Errorf("when all are clustered: %+v", f)
	}
	many := make([]string, 2100)
	for i := range many {
		many[i] = fmt.Sprintf("w%da w%db", i, i)
	}
	b.add("many", many...)
	if f := ask(); f.Waiting != 2100 || f.Credits != credit.Whole(42*5) || f.Next != (automation.Flow{Items: 840, Units: 840}) {
		t.Errorf("a long list: %+v", f)
	}
}
