// Package clustering is stage 1 of a run: new keywords become clusters (facts 9.2, 11.5).
// A job clusters the keywords of one sector. It asks a provider for vectors where the site
// compares keywords by those (package compare), and for nothing else: the answer that it
// stores is computed, and stored only so that a crash goes on with the same one.
package clustering

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/queue"
)

const (
	batchSize   = 50     // keywords that one price pays for
	maxKeywords = 20_000 // of one job; the next wave takes the rest
)

// Clusters is what the stage needs of the clusters.
type Clusters interface {
	Waiting(ctx context.Context, s account.Scope, site string) ([]cluster.Sector, error)
	Compute(ctx context.Context, s account.Scope, site, sector string, limit int, by cluster.By) (cluster.Assignment, error)
	Apply(ctx context.Context, s account.Scope, site, once string, a cluster.Assignment) error
}

// Answers keeps what jobs computed until their wave is folded.
type Answers interface {
	// Put stores the answer of a job; the same again is no error.
	Put(ctx context.Context, s account.Scope, job string, answer []byte) error
	// Get gives it back; NotFound when there is none.
	Get(ctx context.Context, s account.Scope, job string) ([]byte, error)
}

// Stage is stage 1. It is safe for concurrent use.
type Stage struct {
	clusters Clusters
	answers  Answers
	compare  *compare.Service
}

var (
	_ automation.Stage     = (*Stage)(nil)
	_ automation.Estimator = (*Stage)(nil)
)

// New makes the stage. by says what keywords are compared by; without it, by what the
// product knows itself.
func New(clusters Clusters, answers Answers, by *compare.Service) *Stage {
	return &Stage{clusters: clusters, answers: answers, compare: by}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 1 }

// Plan gives a job for each sector with at least 5 waiting keywords. Sectors with fewer are
// counted as skipped, their keywords in keywords_skipped. Items of the input are sector
// ids; Invalid when one of them has too few.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	sectors, err := st.clusters.Waiting(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, errs.Wrap("clustering.Plan", err)
	}
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	bought, err := st.compare.ByProvider(ctx, s, in.Site, prices)
	if err != nil {
		return automation.Selection{}, errs.Wrap("clustering.Plan", err)
	}
	sel := automation.Selection{Counts: automation.Counts{}}
	counts := map[string]int{}
	for _, x := range sectors {
		counts[x.ID] = len(x.Keywords)
		if len(in.Items) > 0 && !slices.Contains(in.Items, x.ID) {
			continue
		}
		if !cluster.ValidateMinimum(len(x.Keywords)).Valid {
			sel.Counts.Add(automation.Counts{"skipped": 1, "keywords_skipped": int64(len(x.Keywords))})
			continue
		}
		if in.Limit <= 0 || len(sel.Jobs) < in.Limit {
			spec := job(prices, in.Site, x)
			if bought {
				if err := st.priced(ctx, s, prices, x, &spec); err != nil {
					return automation.Selection{}, errs.Wrap("clustering.Plan", err)
				}
			}
			sel.Jobs = append(sel.Jobs, spec)
		}
	}
	for _, item := range in.Items {
		if v := cluster.ValidateMinimum(counts[item]); !v.Valid {
			e := errs.New(errs.Invalid, "too_few_keywords", v.Message).Because(errs.Input)
			e.Fields = map[string][]string{"sector_ids": {item + ": " + v.Message}}
			return automation.Selection{}, e
		}
	}
	return sel, nil
}

// priced makes a job's description that of one that compares by a provider's vectors: it may
// draw what those cost that are not there yet.
func (st *Stage) priced(ctx context.Context, s account.Scope, l credit.List, x cluster.Sector, spec *automation.JobSpec) error {
	need, err := st.compare.Needed(ctx, s, texts(x, maxKeywords))
	spec.Share += compare.Price(l, len(need.Missing))
	spec.Input, spec.Provider = id.Hash("inp", spec.Input, compare.Input), ai.ProviderOpenAI
	return err
}

// texts are those that a sector's clustering compares: of the keywords that have a cluster, and
// of the first that wait.
func texts(x cluster.Sector, waiting int) []string {
	out := slices.Clone(x.Members)
	for _, k := range x.Keywords[:min(len(x.Keywords), waiting)] {
		out = append(out, k.Text)
	}
	return out
}

// exact is up to how many keywords of a sector an estimate clusters to see what they lead to.
const exact = 2000

// Estimate prices the waiting keywords and tells how many clusters, and ideas, they lead to:
// by clustering a list that is not long, else by taking two keywords in five for a cluster.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, _ automation.Flow) (automation.Forecast, error) {
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Forecast{}, err
	}
	sectors, err := st.clusters.Waiting(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, errs.Wrap("clustering.Estimate", err)
	}
	bought, err := st.compare.ByProvider(ctx, s, in.Site, prices)
	if err != nil {
		return automation.Forecast{}, errs.Wrap("clustering.Estimate", err)
	}
	var f automation.Forecast
	for _, x := range sectors {
		n := len(x.Keywords)
		if !cluster.ValidateMinimum(n).Valid {
			continue
		}
		f.Waiting += int64(n)
		f.Credits += price(prices, n)
		if bought {
			need, err := st.compare.Needed(ctx, s, texts(x, n))
			if err != nil {
				return f, errs.Wrap("clustering.Estimate", err)
			}
			f.Vectors.Add(len(need.Missing), compare.Price(prices, len(need.Missing)), need.Cost)
			f.Credits += compare.Price(prices, len(need.Missing))
		}
		if n > exact {
			f.Next.Items, f.Next.Units = f.Next.Items+int64(2*n)/5, f.Next.Units+int64(2*n)/5
			continue
		}
		a, err := st.clusters.Compute(ctx, s, in.Site, x.ID, n, cluster.By{})
		if err != nil {
			return f, errs.Wrap("clustering.Estimate", err)
		}
		for _, g := range a.Groups {
			if g.Name != "" {
				f.Next.Items, f.Next.Units = f.Next.Items+1, f.Next.Units+int64(idea.Count(len(g.Keywords)))
			}
		}
	}
	return f, nil
}

// job describes the clustering of one sector. Its input names all that decides the answer:
// the keywords that wait and the clusters that may take them.
func job(l credit.List, site string, x cluster.Sector) automation.JobSpec {
	n := min(len(x.Keywords), maxKeywords)
	parts := []string{site, x.ID}
	for _, k := range x.Keywords[:n] {
		parts = append(parts, strconv.FormatInt(k.ID, 10), k.Text)
	}
	parts = append(append(parts, "clusters"), x.Clusters...)
	return automation.JobSpec{
		Item: x.ID, Title: strconv.Itoa(n) + " keywords", Input: id.Hash("inp", parts...), Queue: queue.Cluster, Share: price(l, n),
	}
}

func batches(keywords int) int64 { return int64((keywords + batchSize - 1) / batchSize) }

func price(l credit.List, keywords int) credit.Amount {
	return l.Price(credit.Clustering, credit.Use{Units: int(batches(keywords))})
}

// result is what a job leaves for Fold and for the person.
type result struct {
	Keywords int64 `json:"keywords_processed"`
	Clusters int64 `json:"clusters_created"`
	Batches  int64 `json:"batches_run"`
	*Compared
}

// Compared tells of a clustering by a provider's vectors.
type Compared struct {
	By      string `json:"compared_by"`
	Bought  int    `json:"vectors_bought"`
	Instead string `json:"instead,omitempty"` // why the product's own vectors were taken
}

// Do computes where the sector's keywords belong, as many as the job's share pays for, and
// keeps the answer for Fold. It changes no rows.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return automation.Outcome{}, err
	}
	by, name, limit, err := st.by(ctx, s, w, prices)
	if err != nil {
		return automation.Outcome{}, errs.Wrap("clustering.Do", err)
	}
	answer, err := w.Once(ctx, name, 0, func(ctx context.Context) (ai.Answer, error) {
		a, err := st.clusters.Compute(ctx, s, w.Site, w.Job.Item, limit, by.By)
		if err != nil {
			return ai.Answer{}, err
		}
		raw, err := json.Marshal(a)
		return ai.Answer{Usage: ai.Usage{Provider: "igny8"}, Raw: raw}, err
	})
	if err != nil {
		return automation.Outcome{}, errs.Wrap("clustering.Do", errs.Of(err).Because(errs.Ours))
	}
	a, err := read(answer.Raw)
	if err != nil {
		return automation.Outcome{}, err
	}
	if err := st.answers.Put(ctx, s, w.Job.ID, answer.Raw); err != nil {
		return automation.Outcome{}, errs.Wrap("clustering.Do", errs.Of(err).Because(errs.Ours))
	}
	var r result
	r.Keywords, r.Clusters = a.Counts()
	r.Batches = batches(int(r.Keywords))
	if w.Job.Provider != "" {
		r.Compared = &Compared{By: a.Basis.By, Bought: by.bought, Instead: a.Basis.Instead}
	}
	raw, err := json.Marshal(r)
	// A repeat whose keywords are others by now may have bought more than its stored answer left room for.
	draw := min(price(prices, int(r.Keywords))+compare.Price(prices, by.bought), w.Job.Share)
	return automation.Outcome{Draw: draw, Result: raw}, err
}

// by is what a job compares by, and how many texts it bought for that.
type by struct {
	cluster.By
	bought int
}

// by tells what a job compares by, under which name its answer is kept, and how many keywords
// its share pays for. A job that was planned to compare by a provider's vectors does, whatever
// the site's choice is by now.
func (st *Stage) by(ctx context.Context, s account.Scope, w *automation.Work, l credit.List) (by, string, int, error) {
	limit := min(min(l.Covers(credit.Clustering, w.Job.Share), maxKeywords)*batchSize, maxKeywords)
	if w.Job.Provider == "" {
		return by{}, "answer", limit, nil
	}
	sectors, err := st.clusters.Waiting(ctx, s, w.Site)
	if err != nil {
		return by{}, "", 0, err
	}
	var x cluster.Sector
	if i := slices.IndexFunc(sectors, func(x cluster.Sector) bool { return x.ID == w.Job.Item }); i >= 0 {
		x = sectors[i]
	}
	vectors, err := st.compare.Get(ctx, s, w, func(p compare.Pending) []string {
		if limit = fit(l, w.Job.Share, p, texts(x, limit), len(x.Members)); limit == 0 {
			return nil
		}
		return texts(x, limit)
	})
	if err != nil {
		return by{}, "", 0, err
	}
	if vectors.Vectors == nil { // the product's own: the vectors that were bought are paid all the same
		limit = min(l.Covers(credit.Clustering, w.Job.Share-compare.Price(l, vectors.Bought))*batchSize, maxKeywords)
	}
	return by{cluster.By{Vectors: vectors.Vectors, Model: ai.EmbeddingModel, Instead: vectors.Instead}, vectors.Bought}, "assignment", limit, nil
}

// fit gives how many of the keywords that wait a share pays for, with the vectors that these
// and the members before them in texts need; 0 when fewer than a clustering's least.
func fit(l credit.List, share credit.Amount, p compare.Pending, texts []string, members int) int {
	missing := p.Missing(texts)
	for n := len(texts) - members; cluster.ValidateMinimum(n).Valid; n = (n - 1) / batchSize * batchSize {
		if price(l, n)+compare.Price(l, p.Bought+missing[members+n-1]) <= share {
			return n
		}
	}
	return 0
}

// Fold stores the assignments of a closed wave's jobs. The counts are those of the jobs
// themselves, so that a second call gives the same.
func (st *Stage) Fold(ctx context.Context, s account.Scope, in automation.FoldInput) (automation.Counts, error) {
	counts := automation.Counts{}
	for _, j := range in.Jobs {
		if j.State != automation.JobDone {
			continue
		}
		raw, err := st.answers.Get(ctx, s, j.ID)
		if err != nil {
			return nil, errs.Wrap("clustering.Fold", err)
		}
		a, err := read(raw)
		if err != nil {
			return nil, err
		}
		if err := st.clusters.Apply(ctx, s, in.Site, in.Wave+"#"+j.ID, a); err != nil {
			return nil, errs.Wrap("clustering.Fold", err)
		}
		var r result
		if err := json.Unmarshal(j.Result, &r); err != nil {
			return nil, errs.Wrap("clustering.Fold", err)
		}
		counts.Add(automation.Counts{"keywords_processed": r.Keywords, "clusters_created": r.Clusters, "batches_run": r.Batches})
	}
	return counts, nil
}

func read(raw []byte) (cluster.Assignment, error) {
	var a cluster.Assignment
	if err := json.Unmarshal(raw, &a); err != nil {
		return a, errs.New(errs.Internal, "assignment_broken", "the stored clustering can't be read").With(err).Because(errs.Ours)
	}
	return a, nil
}
