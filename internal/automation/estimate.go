package automation

import (
	"context"
	"fmt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// Estimator is what a Stage may have besides: what a run would cost in it. It writes nothing
// and calls no provider.
type Estimator interface {
	// Estimate counts what waits for the stage, prices it and what the stages before would
	// hand on (coming), and tells what that hands on in turn.
	Estimate(ctx context.Context, s account.Scope, in PlanInput, coming Flow) (Forecast, error)
}

// Flow is what a stage hands on to the next one in an estimate: items, and units of them
// (the ideas that clusters lead to).
type Flow struct{ Items, Units int64 }

// Forecast is the part of an estimate that one stage has.
type Forecast struct {
	Stage   int           `json:"stage"`
	Name    string        `json:"name"`
	Waiting int64         `json:"waiting"` // items that wait now
	Coming  int64         `json:"coming"`  // items that the stages before would hand on
	Credits credit.Amount `json:"estimated_credits"`
	Vectors Vectors       `json:"vectors" doc:"of these credits, what texts' vectors cost that a provider is to be paid for; texts 0 where none are bought"`
	Next    Flow          `json:"-"` // what it would hand on
}

// Vectors are what the vectors of texts cost that are to be bought.
type Vectors struct {
	Texts   int           `json:"texts" doc:"that have no vector yet"`
	Credits credit.Amount `json:"credits"`
	Cost    credit.USD    `json:"cost_micro_usd" doc:"at the provider, as a rule"`
}

// Add adds those of some texts.
func (v *Vectors) Add(texts int, credits credit.Amount, cost credit.USD) {
	v.Texts, v.Credits, v.Cost = v.Texts+texts, v.Credits+credits, v.Cost+cost
}

// Estimate is what a run of a site would cost as a rule, from what waits to the last picture
// that it leads to, and whether the balance is enough to begin it.
type Estimate struct {
	Credits    credit.Amount `json:"estimated_credits"`
	Needed     credit.Amount `json:"needed_credits"` // to begin: 1.2 times the estimate
	Balance    credit.Amount `json:"current_balance"`
	Sufficient bool          `json:"sufficient"`
	Prices     string        `json:"price_version"`
	Stages     []Forecast    `json:"stages"`
}

// Estimate tells what a run would cost now. It is an estimate: how many articles keywords
// lead to shows only in their clusters, and a text's tokens when it is written.
func (e *Engine) Estimate(ctx context.Context, s account.Scope, site string) (Estimate, error) {
	out := Estimate{Prices: e.Prices, Stages: []Forecast{}}
	var coming Flow
	for n := 1; n <= Last; n++ {
		st, ok := e.stages[n].(Estimator)
		if !ok {
			coming = Flow{}
			continue
		}
		f, err := st.Estimate(ctx, s, PlanInput{Site: site, Prices: e.Prices}, coming)
		if err != nil {
			return Estimate{}, errs.Wrap("automation.Estimate", err)
		}
		f.Stage, f.Name, f.Coming = n, StageName(n), coming.Items
		out.Credits += f.Credits
		out.Stages = append(out.Stages, f)
		coming = f.Next
	}
	bal, err := e.Credits.Balance(ctx, s)
	if err != nil {
		return Estimate{}, errs.Wrap("automation.Estimate", err)
	}
	out.Needed, out.Balance = (out.Credits*6+4)/5, bal.Total()
	out.Sufficient = out.Needed <= out.Balance
	return out, nil
}

// afford refuses to begin a run that the balance would not bring to its end: Exhausted (code
// credits), with the figures in the fields. A run with nothing to do costs nothing. A site
// that has an active run already is told so instead.
func (e *Engine) afford(ctx context.Context, s account.Scope, site string) error {
	if !e.estimates() {
		return nil
	}
	if _, err := e.active(ctx, s, site); err == nil {
		return e.alreadyActive(ctx, s, site)
	}
	est, err := e.Estimate(ctx, s, site)
	if err != nil || est.Sufficient {
		return err
	}
	short := errs.New(errs.Exhausted, "credits", fmt.Sprintf("this run is estimated at %s credits; to begin it %s are needed (1.2 times as many) and %s are left: add %s credits, then start it again",
		est.Credits, est.Needed, est.Balance, est.Needed-est.Balance)).Because(errs.Credits)
	short.Fields = map[string][]string{"estimated_credits": {est.Credits.String()}, "needed_credits": {est.Needed.String()}, "current_balance": {est.Balance.String()}}
	return short
}

func (e *Engine) estimates() bool {
	for _, st := range e.stages {
		if _, ok := st.(Estimator); ok {
			return true
		}
	}
	return false
}
