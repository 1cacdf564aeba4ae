// Package reclusters computes the clusters of a sector, or of one cluster, anew at a
// strictness and tells what would change. It is a stage that is asked for by people alone;
// it costs nothing, but for the vectors of texts that have none yet, where the site compares by
// those of a provider. What it computed is kept for a while, so that another strictness is
// looked up and not computed again.
package reclusters

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/compare"
	"github.com/igny8/igny8/internal/automation/stages/exports"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Number is the stage's number, after that of exports.
const Number = exports.Number + 1

const (
	requestLife = 30 * 24 * time.Hour
	maxStored   = 128 << 20 // bytes of one strictness of 200,000 keywords, unpacked
	small       = 2000      // up to so many keywords are computed while the person waits
)

// ladder are the strictnesses that are computed together: comparing keywords is most of the
// work, and a slider that asks for each of these moves at once.
var ladder = []float64{0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1}

// Clusters computes and changes clusters.
type Clusters interface {
	Size(ctx context.Context, s account.Scope, site string, x cluster.Extent) (keywords int, version int64, err error)
	Regroup(ctx context.Context, s account.Scope, site string, x cluster.Extent, strictness []float64, by cluster.By) ([]cluster.Regrouping, error)
	TextsOf(ctx context.Context, s account.Scope, site string, x cluster.Extent) ([]string, error)
	AllTexts(ctx context.Context, s account.Scope, site string) ([]string, error)
	ApplyChanges(ctx context.Context, s account.Scope, site string, r cluster.Regrouping, chosen []string, keep func(cluster string) bool, once string, key idem.Key) (cluster.Applied, error)
	Texts(ctx context.Context, s account.Scope, site string, ids []int64) (map[int64]string, error)
}

// Ideas tells of which clusters something was made.
type Ideas interface {
	// Made tells for which clusters of a site the ideas were made already.
	Made(ctx context.Context, s account.Scope, site string) (func(cluster string) bool, error)
}

// Stage is the stage. It is safe for concurrent use.
type Stage struct {
	table    table.Table
	blob     blob.Store
	clusters Clusters
	ideas    Ideas
	compare  *compare.Service
	clock    clock.Clock
	ids      *id.Source

	now func(ctx context.Context, s account.Scope, site string, r Request, by cluster.By) (cluster.Regrouping, error) // nil: all is a job
}

var _ automation.Stage = (*Stage)(nil)

// New makes the stage. by says what keywords are compared by; nil: what the product knows
// itself.
func New(t table.Table, b blob.Store, clusters Clusters, ideas Ideas, by *compare.Service, c clock.Clock, ids *id.Source) *Stage {
	return &Stage{table: t, blob: b, clusters: clusters, ideas: ideas, compare: by, clock: c, ids: ids}
}

// AtOnce lets small sets be computed while the person waits. Only a program whose clusters
// know what words mean (ByMeaning) may do so: others would get other clusters than its jobs.
// It is a switch, and no field of New, so that a function without it links no engine.
func (st *Stage) AtOnce() { st.now = st.compute }

// Number is after the pipeline's stages.
func (*Stage) Number() int { return Number }

// Request is what a person asks for.
type Request struct {
	cluster.Extent
	Strictness float64 `json:"strictness"`
	Apply      bool    `json:"apply,omitempty"` // all of it at once
	By         string  `json:"by,omitempty"`    // what keywords are compared by, as cluster.Basis says; empty: built_in

	Most *credit.Amount `json:"most,omitempty"` // what it may cost; nil: whatever it does
}

func requestKey(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "RECLUSTER#" + id}
}

// keep stores a request and gives its id. Each call makes a new one: the rows may have
// changed since the last.
func (st *Stage) keep(ctx context.Context, s account.Scope, site string, r Request) (string, error) {
	name := st.ids.New("rcl")
	it := table.Item{Key: requestKey(s, site, name), Type: "recluster_request", Expires: st.clock.Now().Add(requestLife)}
	return name, errs.Wrap("reclusters.keep", table.PutAs(ctx, st.table, it, r, table.Absent()))
}

func (st *Stage) request(ctx context.Context, s account.Scope, site, id string) (Request, error) {
	return table.GetAs(ctx, st.table, requestKey(s, site, id), table.As[Request])
}

// Plan gives a job for each request asked for, and none otherwise.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	var sel automation.Selection
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	for _, item := range in.Items {
		r, err := st.request(ctx, s, in.Site, item)
		if err != nil {
			return automation.Selection{}, errs.Wrap("reclusters.Plan", err)
		}
		spec := automation.JobSpec{Item: item, Title: "clusters anew", Input: item, Queue: queue.Cluster}
		if r.By == cluster.ByOpenAI {
			need, err := st.need(ctx, s, in.Site, r.Extent)
			if err != nil {
				return automation.Selection{}, errs.Wrap("reclusters.Plan", err)
			}
			spec.Share, spec.Provider = compare.Price(prices, len(need.Missing)), ai.ProviderOpenAI
			if r.Most != nil && spec.Share > *r.Most { // texts came since it was told
				return automation.Selection{}, errDearer(spec.Share, *r.Most)
			}
		}
		sel.Jobs = append(sel.Jobs, spec)
	}
	return sel, nil
}

func errDearer(price, agreed credit.Amount) error {
	return errs.New(errs.Conflict, "price_changed", fmt.Sprintf("it costs %s credits now, and %s were agreed to: look at the price again", price, agreed))
}

// need is what the vectors of an extent's texts take.
func (st *Stage) need(ctx context.Context, s account.Scope, site string, x cluster.Extent) (compare.Need, error) {
	texts, err := st.clusters.TextsOf(ctx, s, site, x)
	if err != nil {
		return compare.Need{}, err
	}
	return st.compare.Needed(ctx, s, texts)
}

// by gives what a job compares by, and what it draws for that.
func (st *Stage) by(ctx context.Context, s account.Scope, w *automation.Work, r Request) (cluster.By, credit.Amount, error) {
	if r.By != cluster.ByOpenAI {
		return cluster.By{}, 0, nil
	}
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return cluster.By{}, 0, err
	}
	texts, err := st.clusters.TextsOf(ctx, s, w.Site, r.Extent)
	if err != nil {
		return cluster.By{}, 0, err
	}
	vectors, err := st.compare.Get(ctx, s, w, func(p compare.Pending) []string {
		missing := p.Missing(texts)
		if compare.Price(prices, p.Bought+missing[len(missing)-1]) > w.Job.Share {
			return nil
		}
		return texts
	})
	return cluster.By{Vectors: vectors.Vectors, Model: ai.EmbeddingModel, Instead: vectors.Instead}, compare.Price(prices, vectors.Bought), err
}

// Result is what a job leaves.
type Result struct {
	cluster.Told
	Applied *cluster.Applied `json:"applied,omitempty"`
}

// Do computes and keeps what was computed; a repeat does it again for the rows as they are
// by then. What is to be applied at once is applied one time only.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	r, err := st.request(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(err).Because(errs.Input)
	}
	by, draw, err := st.by(ctx, s, w, r)
	if err != nil {
		return automation.Outcome{}, errs.Wrap("reclusters.Do", err)
	}
	asked, err := st.compute(ctx, s, w.Site, r, by)
	if err != nil {
		return automation.Outcome{}, errs.Wrap("reclusters.Do", err)
	}
	res := Result{Told: asked.Told}
	res.Changes = nil // they are asked for by pages
	if r.Apply {
		keep, err := st.ideas.Made(ctx, s, w.Site)
		if err != nil {
			return automation.Outcome{}, errs.Wrap("reclusters.Do", err)
		}
		done, err := st.clusters.ApplyChanges(ctx, s, w.Site, asked, nil, keep, w.Job.ID, idem.Key{})
		if err != nil {
			return automation.Outcome{}, errs.Wrap("reclusters.Do", err)
		}
		res.Applied = &done
	}
	raw, err := json.Marshal(res)
	return automation.Outcome{Draw: draw, Result: raw}, err
}

// Fold has nothing to do: what is applied is applied by the job.
func (*Stage) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}

// compute computes the asked strictness and the ladder, keeps them, and gives the asked one.
func (st *Stage) compute(ctx context.Context, s account.Scope, site string, r Request, by cluster.By) (cluster.Regrouping, error) {
	steps := []float64{r.Strictness}
	for _, x := range ladder {
		if permille(x) != permille(r.Strictness) {
			steps = append(steps, x)
		}
	}
	all, err := st.clusters.Regroup(ctx, s, site, r.Extent, steps, by)
	if err != nil {
		return cluster.Regrouping{}, err
	}
	for _, g := range slices.Backward(all) { // the asked one last: who finds it finds the others
		told := g.Told
		g.Told.Changes = nil
		if err := st.store(ctx, s, told.ID, told.Strictness, "rows", g); err != nil {
			return cluster.Regrouping{}, err
		}
		if err := st.store(ctx, s, told.ID, told.Strictness, "told", told); err != nil {
			return cluster.Regrouping{}, err
		}
	}
	return all[0], nil
}

// permille is a strictness as names hold it.
func permille(x float64) int { return int(math.Round(x * 1000)) }

func name(s account.Scope, regrouping string, strictness float64, part string) blob.Name {
	return blob.Passing(s, "reclusters", regrouping, fmt.Sprintf("%d-%s", permille(strictness), part))
}

func (st *Stage) store(ctx context.Context, s account.Scope, regrouping string, strictness float64, part string, v any) error {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return errs.Wrap("reclusters.store", err)
	}
	if err := z.Close(); err != nil {
		return errs.Wrap("reclusters.store", err)
	}
	return errs.Wrap("reclusters.store", st.blob.Put(ctx, name(s, regrouping, strictness, part), "application/gzip", packed.Bytes()))
}

// errForgotten is why what was computed can't be shown or applied.
func errForgotten() error {
	return errs.New(errs.NotFound, "not_found", "nothing was computed under this id at this strictness: compute it with recluster/")
}

func (st *Stage) load(ctx context.Context, s account.Scope, regrouping string, strictness float64, part string, v any) error {
	if !strings.HasPrefix(regrouping, "rgp_") {
		return errForgotten()
	}
	raw, _, err := blob.Read(ctx, st.blob, name(s, regrouping, strictness, part), maxStored)
	if errs.Is(err, errs.NotFound) {
		return errForgotten()
	}
	if err != nil {
		return errs.Wrap("reclusters.load", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return broken(err)
	}
	if err := json.NewDecoder(io.LimitReader(z, maxStored)).Decode(v); err != nil {
		return broken(err)
	}
	return nil
}

func broken(err error) error {
	return errs.New(errs.Internal, "regrouping_broken", "what was computed can't be read").With(err).Because(errs.Ours)
}

// told is what people are shown of what was computed for a site.
func (st *Stage) told(ctx context.Context, s account.Scope, site, regrouping string, strictness float64) (cluster.Told, error) {
	var t cluster.Told
	if err := st.load(ctx, s, regrouping, strictness, "told", &t); err != nil {
		return cluster.Told{}, err
	}
	if t.Site != site {
		return cluster.Told{}, errForgotten()
	}
	return t, nil
}

// whole is all that was computed.
func (st *Stage) whole(ctx context.Context, s account.Scope, site, regrouping string, strictness float64) (cluster.Regrouping, error) {
	t, err := st.told(ctx, s, site, regrouping, strictness)
	if err != nil {
		return cluster.Regrouping{}, err
	}
	var r cluster.Regrouping
	if err := st.load(ctx, s, regrouping, strictness, "rows", &r); err != nil {
		return cluster.Regrouping{}, err
	}
	r.Told = t
	return r, nil
}
