package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// adminCommand is `igny8 admin`: what the operator of a data folder does.
type adminCommand struct {
	Credits creditsCommand `cmd:"" help:"Grant credits, with a reason; without an amount, show the balance and the last entries of the ledger."`
}

// creditsCommand is `igny8 admin credits`.
type creditsCommand struct {
	dataFlags `embed:""`
	Account   string `help:"Account, by its slug or id; without it the operator's own."`
	Amount    string `help:"Credits to grant, such as 500 or 12.5."`
	Reason    string `help:"Why; it stands in the ledger."`
	Expires   string `help:"Day on which they expire (YYYY-MM-DD): they begin a new period of the plan pool, and what is left of its former one is gone. Without it they are bonus credits, which do not expire." placeholder:"DAY"`
	Last      int    `help:"Ledger entries to show." default:"10"`
	JSON      bool   `name:"json" help:"Print one JSON object for programs."`
}

// creditsShown is the balance with the ledger's last entries.
type creditsShown struct {
	Account string         `json:"account_id"`
	Name    string         `json:"account_name"`
	Balance credit.Balance `json:"balance"` // in thousandths of credits
	Ledger  []credit.Entry `json:"ledger"`  // newest first
}

// granting is what is asked for; a sum of 0 only looks.
type granting struct {
	Account string        `json:"account"`
	Sum     credit.Amount `json:"sum"`
	Until   time.Time     `json:"until,omitzero"`
	Reason  string        `json:"reason"`
	Last    int           `json:"last"`
}

// Run grants, if it is asked to, and shows what there is. Where another igny8 works on the
// data folder, that one does it.
func (c *creditsCommand) Run(a *app) error {
	g, err := c.check()
	if err != nil {
		return err
	}
	var shown creditsShown
	switch done, err := ask(a.ctx, c.Data, "/credits", g); {
	case err == nil && done.Credits != nil:
		shown = *done.Credits
	case err == nil || errs.Of(err).Code != "holder":
		return err
	default:
		if shown, err = c.alone(a, g); err != nil {
			return err
		}
	}
	if c.JSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(shown)
	}
	if g.Sum > 0 {
		fmt.Fprintf(a.out, "\n  %s credits were granted to %s\n", g.Sum, shown.Name)
	}
	return shown.table(a.out)
}

// alone does it in a folder that no other program holds.
func (c *creditsCommand) alone(a *app, g granting) (creditsShown, error) {
	w, err := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if err != nil {
		return creditsShown{}, err
	}
	defer w.close()
	return w.grant(a.ctx, g)
}

// grant grants and gives the balance after it, with the ledger's last entries.
func (w *workspace) grant(ctx context.Context, g granting) (creditsShown, error) {
	s, shown, err := w.account(ctx, g.Account)
	if err != nil {
		return shown, err
	}
	switch {
	case g.Sum == 0:
		err = w.Credits.Expire(ctx, s)
	case g.Until.IsZero():
		err = w.Credits.Grant(ctx, s, g.Sum, false, g.Reason)
	default:
		err = w.Credits.Renew(ctx, s, g.Sum, g.Until, g.Reason)
	}
	if err != nil {
		return shown, err
	}
	if shown.Balance, err = w.Credits.Balance(ctx, s); err != nil {
		return shown, err
	}
	shown.Ledger, err = w.Credits.Last(ctx, s, g.Last)
	return shown, err
}

// check reads what is asked for.
func (c *creditsCommand) check() (g granting, err error) {
	g = granting{Account: c.Account, Reason: c.Reason, Last: c.Last}
	switch {
	case c.Amount == "" && (c.Reason != "" || c.Expires != ""):
		return g, usage("say how many credits: --amount 500")
	case c.Last < 1:
		return g, usage("--last has to be at least 1")
	case c.Amount == "":
		return g, nil
	case c.Reason == "":
		return g, usage("say why with --reason: it stands in the ledger")
	}
	if g.Sum, err = credit.ParseAmount(c.Amount); err != nil || g.Sum == 0 {
		return g, usage("--amount %q is no amount of credits: write it as 500 or 12.5", c.Amount)
	}
	if c.Expires == "" {
		return g, nil
	}
	if g.Until, err = time.Parse(time.DateOnly, c.Expires); err != nil || !g.Until.After(time.Now()) {
		return g, usage("--expires %q is no day to come: write it as 2027-01-31", c.Expires)
	}
	return g, nil
}

// account finds the account that is named; the operator's own for none.
func (w *workspace) account(ctx context.Context, name string) (account.Scope, creditsShown, error) {
	if name == "" {
		name = w.scope.Account()
	}
	s, a, err := w.Identity.Operate(ctx, name)
	if errs.Is(err, errs.NotFound) {
		return s, creditsShown{}, usage("there is no account %q in this data folder: name its slug or id, or choose another folder with --data", name)
	}
	return s, creditsShown{Account: a.ID, Name: a.Name}, err
}

func (c creditsShown) table(out io.Writer) error {
	b, w := c.Balance, tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	plan := ""
	if b.Plan > 0 && !b.PlanUntil.IsZero() {
		plan = " (until " + b.PlanUntil.Format(time.DateOnly) + ")"
	}
	fmt.Fprintf(w, "\n  account\t%s (%s)\n  balance\t%s\n    plan\t%s%s\n    bonus\t%s\n  held by work under way\t%s\n\n", c.Name, c.Account, b.Total(), b.Plan, plan, b.Bonus, b.Held)
	fmt.Fprintln(w, "  no.\ttime\tentry\tbalance\t\treason or work")
	for _, e := range c.Ledger {
		change := e.Amount.String()
		if e.Type == credit.EntryCharge {
			change = "(" + e.Spent.String() + " spent)" // they were taken out by the hold
		}
		fmt.Fprintf(w, "  %d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.CreatedAt.Local().Format("2006-01-02 15:04"), e.Type, change, e.BalanceAfter, e.Reference)
	}
	return w.Flush()
}

// tellEstimate tells what a run is going to cost, before it begins.
func (w *workspace) tellEstimate(ctx context.Context, out io.Writer, siteID string) error {
	if _, err := w.Engine.Current(ctx, w.scope, siteID); err == nil {
		return nil // it goes on with a run whose credits are held in part
	}
	e, err := w.Engine.Estimate(ctx, w.scope, siteID)
	if err != nil || e.Credits == 0 {
		return err
	}
	w.estimate = &e
	fmt.Fprintf(out, "  estimate: about %s credits, the balance is %s (prices of %s)\n\n", e.Credits, e.Balance, e.Prices)
	return nil
}

// howToAdd ends the message of whoever is short of credits.
const howToAdd = "igny8 admin credits --amount N --reason WHY adds some"

// short tells how to add credits, where that is what is missing.
func short(err error) error {
	e := errs.Of(err)
	if e == nil || e.Kind != errs.Exhausted || e.Cause != errs.Credits {
		return err
	}
	told := *e
	told.Message += " (" + howToAdd + ")"
	return &told
}

// cost is credits and money for programs.
type cost struct {
	Credits json.Number `json:"credits"`
	USD     json.Number `json:"usd"`
}

func costOf(c credit.Amount, u credit.USD) cost {
	return cost{json.Number(c.String()), json.Number(u.String())}
}

// estimated is an estimate for programs, in credits.
type estimated struct {
	Credits json.Number `json:"credits"`
	Needed  json.Number `json:"needed_to_begin"`
	Balance json.Number `json:"balance"`
}

func estimateOf(e *automation.Estimate) *estimated {
	if e == nil {
		return nil
	}
	return &estimated{json.Number(e.Credits.String()), json.Number(e.Needed.String()), json.Number(e.Balance.String())}
}
