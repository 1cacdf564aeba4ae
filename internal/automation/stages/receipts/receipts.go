// Package receipts tells what an article cost: every provider call that was made for it,
// and its part of those that it shares with others. What came of a clustering or of a call
// for ideas divides it by largest remainder, so that the parts add up to the whole.
package receipts

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/task"
)

// Receipt is what one article cost. Its sums are those of its lines.
type Receipt struct {
	Content string        `json:"content_id"`
	Site    string        `json:"site_id"`
	Title   string        `json:"title"`
	Credits credit.Amount `json:"credits_used"`
	Cost    credit.USD    `json:"cost_micro_usd"`
	Lines   []Line        `json:"lines"`
}

// Line is one call. A call that came to nothing cost money and no credits.
type Line struct {
	Stage     int                 `json:"stage"`
	StageName string              `json:"stage_name"`
	Job       string              `json:"job_id"`
	Call      string              `json:"call" enum:"answer,repair"`
	Attempt   int                 `json:"attempt"`
	Status    automation.JobState `json:"status" enum:"done,failed"`
	Provider  string              `json:"provider"`
	Model     string              `json:"model"`
	TokensIn  int64               `json:"tokens_input"` // of the whole call
	TokensOut int64               `json:"tokens_output"`
	Cached    int64               `json:"tokens_cached"`
	Images    int64               `json:"images"`
	Tier      credit.Tier         `json:"image_tier,omitempty"`
	Prices    string              `json:"price_version"`  // of the credits
	PriceDate string              `json:"price_date"`     // of the money
	Credits   credit.Amount       `json:"credits_used"`   // this article's part
	Cost      credit.USD          `json:"cost_micro_usd"` // this article's part
	Shared    bool                `json:"shared"`
	AllCredit credit.Amount       `json:"call_credits"` // of the whole call
	AllCost   credit.USD          `json:"call_cost_micro_usd"`
	At        time.Time           `json:"finished_at"`
}

// Sum is credits and money.
type Sum struct {
	Credits credit.Amount `json:"credits_used"`
	Cost    credit.USD    `json:"cost_micro_usd"`
}

// Totals are the sums of a site: All is what all its jobs cost, Articles the receipt of each
// content, and Rest what led to no article, or not yet.
type Totals struct {
	All, Rest Sum
	Articles  map[string]Sum
}

// Jobs is what receipts need of the engine.
type Jobs interface {
	Paid(ctx context.Context, s account.Scope, site, item string) ([]automation.Job, error)
	EachPaid(ctx context.Context, s account.Scope, site string, see func(automation.Job)) error
}

// Service makes receipts. It is safe for concurrent use.
type Service struct {
	Jobs      Jobs
	Contents  *content.Service
	Tasks     *task.Service
	Ideas     *idea.Service
	Clustered answers.Blobs
}

// Of gives the receipt of a content. NotFound when absent or deleted.
func (v *Service) Of(ctx context.Context, s account.Scope, site, id string) (Receipt, error) {
	c, err := v.Contents.Get(ctx, s, site, id)
	if err != nil {
		return Receipt{}, errs.Wrap("receipts.Of", err)
	}
	r, err := receipt(ctx, &live{v, s, site}, c)
	return r, errs.Wrap("receipts.Of", err)
}

// Totals gives the sums of all articles of a site, and of what led to none.
func (v *Service) Totals(ctx context.Context, s account.Scope, site string) (Totals, error) {
	l, all, err := v.load(ctx, s, site)
	if err != nil {
		return Totals{}, errs.Wrap("receipts.Totals", err)
	}
	t := Totals{All: all, Rest: all, Articles: map[string]Sum{}}
	for c, err := range v.Contents.Each(ctx, s, site) {
		if err != nil {
			return Totals{}, errs.Wrap("receipts.Totals", err)
		}
		r, err := receipt(ctx, l, c)
		if err != nil {
			return Totals{}, errs.Wrap("receipts.Totals", err)
		}
		t.Articles[c.ID] = Sum{r.Credits, r.Cost}
		t.Rest.Credits -= r.Credits
		t.Rest.Cost -= r.Cost
	}
	return t, nil
}

// receipt goes the way back from a content: its pictures, its prompts, its text, the ideas
// that were asked for together with its own, the clustering that its cluster came of.
func receipt(ctx context.Context, from source, c content.Content) (Receipt, error) {
	r := Receipt{Content: c.ID, Site: c.Site, Title: c.Title, Lines: []Line{}}
	if err := r.shared(ctx, from, c); err != nil {
		return r, err
	}
	items := []string{c.Task, c.ID}
	for i := range c.ImagesExpected {
		kind, pos := imagery.InArticle, i-1
		if i == 0 {
			kind, pos = imagery.Featured, 0
		}
		items = append(items, imagery.ID(c.ID, kind, pos))
	}
	for _, item := range items {
		if item == "" {
			continue
		}
		jobs, err := from.paid(ctx, item)
		if err != nil {
			return r, err
		}
		for _, j := range jobs {
			r.add(j, nil)
		}
	}
	return r, nil
}

// shared adds the article's part of the calls that others share: that for its cluster's
// ideas goes in equal parts to those that were made, a clustering to the clusters by the
// keywords that it placed there, and then to their ideas.
func (r *Receipt) shared(ctx context.Context, from source, c content.Content) error {
	if c.Task == "" || c.Cluster == "" {
		return nil
	}
	mine, err := from.idea(ctx, c.Task)
	if err != nil || mine == "" {
		return err
	}
	set, err := from.set(ctx, c.Cluster)
	if err != nil {
		return err
	}
	ideas := part{division: &division{weights: make([]int64, set.Ideas)}, mine: -1}
	for n := range set.Ideas {
		if idea.ID(set.Job, n) == mine {
			ideas.mine = n
		}
	}
	if ideas.mine < 0 { // a person wrote the idea, or its task was given another cluster
		return nil
	}
	clusterings, err := from.paid(ctx, c.Sector)
	if err != nil {
		return err
	}
	for _, j := range clusterings {
		clusters, err := from.clusters(ctx, j, c.Cluster)
		if err != nil {
			return err
		}
		if clusters.mine >= 0 {
			r.add(j, []part{clusters, ideas})
		}
	}
	asked, err := from.paid(ctx, c.Cluster)
	for _, j := range asked {
		r.add(j, []part{ideas})
	}
	return err
}

// division is how a call is shared out; it remembers what it divided, since many articles
// ask the same.
type division struct {
	weights []int64
	done    map[int64][]int64
}

func (d *division) of(total int64) []int64 {
	if d.done == nil {
		d.done = map[int64][]int64{}
	}
	parts, ok := d.done[total]
	if !ok {
		parts = credit.Divide(total, d.weights)
		d.done[total] = parts
	}
	return parts
}

// part is a place in a division.
type part struct {
	*division
	mine int
}

// of gives what a total leaves for the last part's place.
func of[N ~int64](total N, parts []part) N {
	left := int64(total)
	for _, p := range parts {
		left = p.division.of(left)[p.mine]
	}
	return N(left)
}

// add adds the lines of a job. Its credits stand with the call whose answer was used.
func (r *Receipt) add(j automation.Job, parts []part) {
	for i, c := range j.Calls {
		u := c.Usage
		l := Line{
			Stage: j.Stage, StageName: automation.StageName(j.Stage), Job: j.ID, Call: c.Name, Attempt: j.Attempt, Status: j.State,
			Provider: u.Provider, Model: u.Model, TokensIn: u.TokensIn, TokensOut: u.TokensOut, Cached: u.Cached, Images: u.Images, Tier: u.Tier,
			Prices: j.Prices, PriceDate: u.PriceDate, Shared: parts != nil, AllCost: u.CostUSD, At: j.Finished,
		}
		if i == len(j.Calls)-1 && j.State == automation.JobDone {
			l.AllCredit = j.Draw
		}
		l.Credits, l.Cost = of(l.AllCredit, parts), of(l.AllCost, parts)
		r.Credits += l.Credits
		r.Cost += l.Cost
		r.Lines = append(r.Lines, l)
	}
}
