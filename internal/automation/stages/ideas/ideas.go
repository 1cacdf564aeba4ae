// Package ideas is stage 2 of a run: new clusters become content ideas (facts 9.3, 11.5).
// A job makes the ideas of one cluster; each keyword of the cluster belongs to exactly one.
package ideas

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/ask"
	"github.com/igny8/igny8/internal/automation/stages/pick"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// ClusterView is what the stage needs to know of a cluster.
type ClusterView struct {
	ID       string
	Name     string
	Sector   string
	Keywords []KeywordView // those not disabled, in a fixed order
}

// KeywordView is a keyword of a cluster. Volume is searches a month; nil is unknown.
type KeywordView struct {
	ID      int64
	Keyword string
	Volume  *int64
	Intent  string
}

// Clusters is what the stage needs of the clusters.
type Clusters interface {
	// ListNew gives the clusters that are new and not disabled, in a fixed order.
	ListNew(ctx context.Context, s account.Scope, site string) ([]ClusterView, error)
	// Get gives one cluster; NotFound when absent.
	Get(ctx context.Context, s account.Scope, site, id string) (ClusterView, error)
	// MarkMapped moves clusters from new to mapped, once for each value of once; clusters
	// that are mapped already or gone are passed over.
	MarkMapped(ctx context.Context, s account.Scope, site string, ids []string, once string) error
}

// Stage is stage 2. It is safe for concurrent use.
type Stage struct {
	clusters Clusters
	ideas    *idea.Service
	sites    ask.Sites
	text     ai.Text
}

var (
	_ automation.Stage      = (*Stage)(nil)
	_ automation.FailureOps = (*Stage)(nil)
	_ automation.Estimator  = (*Stage)(nil)
)

// New makes the stage.
func New(clusters Clusters, ideas *idea.Service, sites ask.Sites, text ai.Text) *Stage {
	return &Stage{clusters: clusters, ideas: ideas, sites: sites, text: text}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 2 }

// Plan gives a job for each new cluster without ideas. Clusters whose ideas are made and
// that were not marked yet are marked on the way. Items of the input are cluster ids;
// Conflict when one has ideas already, is disabled or gone.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	chosen, err := st.choices(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, err
	}
	all, err := st.clusters.ListNew(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, errs.Wrap("ideas.Plan", err)
	}
	sets, err := st.ideas.Sets(ctx, s, in.Site)
	if err != nil {
		return automation.Selection{}, errs.Wrap("ideas.Plan", err)
	}
	if err := st.markMade(ctx, s, in.Site, all, sets); err != nil {
		return automation.Selection{}, err
	}
	if err := known(in.Items, all); err != nil {
		return automation.Selection{}, err
	}
	todo, err := pick.From(in, all, func(c ClusterView) pick.State { return state(c, sets[c.ID]) })
	if err != nil {
		return automation.Selection{}, err
	}
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Selection{}, err
	}
	var sel automation.Selection
	for _, c := range todo {
		n := idea.Count(len(c.Keywords))
		j := automation.JobSpec{Item: c.ID, Title: c.Name, Attempt: sets[c.ID].Attempt}
		sel.Jobs = append(sel.Jobs, chosen.Job(j, func(by ask.Chosen) ai.TextRequest { return request(by, c, n) }, prices, credit.IdeaGeneration, credit.Use{Units: n}))
	}
	return sel, nil
}

func state(c ClusterView, set idea.Set) pick.State {
	st := pick.State{ID: c.ID, Attempt: set.Attempt, FailedRun: set.FailedRun}
	switch {
	case set.Job != "":
		st.Blocked = pick.Blocked("has_ideas", "the cluster "+strconv.Quote(c.Name)+" has its ideas already")
	case len(c.Keywords) == 0:
		st.Blocked = pick.Blocked("no_keywords", "the cluster "+strconv.Quote(c.Name)+" has no keywords: add some first")
	}
	return st
}

// known refuses an asked cluster that does not wait for ideas.
func known(items []string, all []ClusterView) error {
	var no []string
	have := map[string]bool{}
	for _, c := range all {
		have[c.ID] = true
	}
	for _, id := range items {
		if !have[id] {
			no = append(no, id+": has its ideas already, is disabled or does not exist")
		}
	}
	if len(no) == 0 {
		return nil
	}
	e := errs.Of(pick.Blocked("not_new", "the cluster "+strings.Join(no, "; the cluster ")))
	e.Fields = map[string][]string{"ids": no}
	return e
}

// markMade marks clusters whose ideas were made, when the fold that should have done so
// never came, as for a job by hand.
func (st *Stage) markMade(ctx context.Context, s account.Scope, site string, all []ClusterView, sets map[string]idea.Set) error {
	var ids, jobs []string
	for _, c := range all {
		if set := sets[c.ID]; set.Job != "" {
			ids, jobs = append(ids, c.ID), append(jobs, set.Job)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return errs.Wrap("mark clusters mapped", st.clusters.MarkMapped(ctx, s, site, ids, id.Hash("map", jobs...)))
}

func (st *Stage) choices(ctx context.Context, s account.Scope, siteID string) (ask.Chosen, error) {
	return ask.Choices(ctx, st.sites, s, siteID, prompt.Ideas)
}

// Estimate prices the ideas of waiting clusters and of those to come.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	prices, err := credit.Prices(in.Prices)
	if err != nil {
		return automation.Forecast{}, err
	}
	all, err := st.clusters.ListNew(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, errs.Wrap("ideas.Estimate", err)
	}
	sets, err := st.ideas.Sets(ctx, s, in.Site)
	if err != nil {
		return automation.Forecast{}, errs.Wrap("ideas.Estimate", err)
	}
	f := automation.Forecast{Next: automation.Flow{Items: coming.Units}}
	if coming.Items > 0 {
		each := int((coming.Units + coming.Items - 1) / coming.Items)
		f.Credits = prices.Usual(credit.IdeaGeneration, credit.Use{Units: each}) * credit.Amount(coming.Items)
	}
	for _, c := range all {
		if state(c, sets[c.ID]).Blocked == nil {
			n := idea.Count(len(c.Keywords))
			f.Waiting++
			f.Next.Items += int64(n)
			f.Credits += prices.Usual(credit.IdeaGeneration, credit.Use{Units: n})
		}
	}
	return f, nil
}

// Do makes the ideas of one cluster and draws for those really made.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	chosen, err := st.choices(ctx, s, w.Site)
	if err != nil {
		return automation.Outcome{}, err
	}
	c, err := st.clusters.Get(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(errs.Wrap("ideas.Do", err)).Because(errs.Input)
	}
	if len(c.Keywords) == 0 {
		return automation.Outcome{}, state(c, idea.Set{}).Blocked
	}
	prices, err := credit.Prices(w.Job.Prices)
	if err != nil {
		return automation.Outcome{}, err
	}
	n := idea.Count(len(c.Keywords))
	doc, err := ask.Document(ctx, w, st.text, request(chosen, c, n), check)
	if err != nil {
		return automation.Outcome{}, err
	}
	var a answer
	if err := json.Unmarshal(doc.JSON, &a); err != nil {
		return automation.Outcome{}, errs.Wrap("ideas.Do", err)
	}
	most := min(n, prices.Covers(credit.IdeaGeneration, w.Job.Share))
	plans := distribute(a.Ideas, c.Keywords, most)
	price := prices.Price(credit.IdeaGeneration, credit.Use{Units: len(plans), Tokens: doc.Tokens()})
	return outcome(s, w, chosen.Site, c, plans, min(price, w.Job.Share), doc.Demo())
}

// check refuses a document without a single idea.
func check(doc json.RawMessage) error {
	var a answer
	if err := json.Unmarshal(doc, &a); err != nil {
		return ask.Fault("the ideas can't be read: " + err.Error())
	}
	if len(a.Ideas) == 0 {
		return ask.Fault("ideas is empty")
	}
	for i, x := range a.Ideas {
		if strings.TrimSpace(x.Title) == "" {
			return ask.Fault("idea " + strconv.Itoa(i+1) + " has no title")
		}
	}
	return nil
}

func outcome(s account.Scope, w *automation.Work, where site.Site, c ClusterView, plans []planned, price credit.Amount, demo bool) (automation.Outcome, error) {
	ops := []table.Op{idea.MadeOp(s, w.Site, c.ID, w.Job.ID, len(plans))}
	for i, p := range plans {
		x := entity(p, where)
		x.ID, x.Site, x.Sector = idea.ID(w.Job.ID, i), w.Site, c.Sector
		x.KeywordCluster, x.ClusterName, x.Job, x.Demo = c.ID, c.Name, w.Job.ID, demo
		if err := x.Validate(); err != nil {
			return automation.Outcome{}, errs.Of(err).Because(errs.Provider)
		}
		op, err := idea.NewOp(s, x)
		if err != nil {
			return automation.Outcome{}, err
		}
		ops = append(ops, op)
	}
	return automation.Outcome{Ops: ops, Draw: price,
		Result: pick.Result(automation.Counts{"clusters_processed": 1, "ideas_created": int64(len(plans))})}, nil
}

// Fold marks the clusters of the wave's done jobs mapped and adds up its counts.
func (st *Stage) Fold(ctx context.Context, s account.Scope, in automation.FoldInput) (automation.Counts, error) {
	var ids []string
	for _, j := range in.Jobs {
		if j.State == automation.JobDone {
			ids = append(ids, j.Item)
		}
	}
	if len(ids) > 0 {
		if err := st.clusters.MarkMapped(ctx, s, in.Site, ids, in.Wave); err != nil {
			return nil, errs.Wrap("ideas.Fold", err)
		}
	}
	return pick.Sum(in.Jobs)
}

// Failed notes the failed try beside the cluster.
func (st *Stage) Failed(_ context.Context, s account.Scope, site string, j automation.Job) ([]table.Op, error) {
	return []table.Op{idea.FailedOp(s, site, j.Item, j.Attempt, j.Run, j.Cause, j.Reason)}, nil
}
