package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/automation/stages/receipts"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// receiptCommand is `igny8 receipt`.
type receiptCommand struct {
	dataFlags `embed:""`
	Content   string `arg:"" name:"content" help:"Content, as igny8 run --json names it (content_id)."`
	JSON      bool   `name:"json" help:"Print one JSON object for programs, in thousandths of credits and micro-dollars."`
}

// Run prints what an article cost.
func (c *receiptCommand) Run(a *app) error {
	w, err := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if err != nil {
		return err
	}
	defer w.close()
	site, err := parts.SiteFinder{Sites: w.Sites}.Holding(a.ctx, w.scope, "", func(site string) error {
		_, err := w.Contents.Get(a.ctx, w.scope, site, c.Content)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		return usage("there is no content %q in this data folder: igny8 run --json names them (content_id)", c.Content)
	}
	if err != nil {
		return err
	}
	r, err := w.Receipts(w.Engine).Of(a.ctx, w.scope, site, c.Content)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	return printReceipt(a.out, r)
}

func printReceipt(out io.Writer, r receipts.Receipt) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n  %s\n\n", r.Title)
	fmt.Fprintln(w, "  stage\tcall\tmodel\tin\tcached\tout\tpicture\tprices\tcredits\tpaid\t")
	shared := false
	for _, l := range r.Lines {
		note := ""
		if l.Shared {
			shared = true
			note = fmt.Sprintf("* of %s and $%s", l.AllCredit, l.AllCost)
		}
		if l.Status != "done" {
			note += " failed: no credits"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t$%s\t%s\n", l.StageName, l.Call, maker(l), l.TokensIn, l.Cached, l.TokensOut, l.Tier, l.Prices, l.Credits, l.Cost, note)
	}
	fmt.Fprintf(w, "  together\t\t\t\t\t\t\t\t%s\t$%s\t\n", r.Credits, r.Cost)
	if shared {
		fmt.Fprintln(w, "\n  * this article's part of a call that it shares with others")
	}
	return w.Flush()
}

// maker is who made an answer; what IGNY8 computes itself has no model.
func maker(l receipts.Line) string {
	if l.Model == "" {
		return l.Provider
	}
	return l.Model
}

// articleCost is the receipt's sum of one article.
type articleCost struct {
	Content string `json:"content_id"`
	cost
}

// inDoubt are calls that may have been sold to us without an answer: ours, and in no receipt.
type inDoubt struct {
	Calls int         `json:"calls"`
	Most  json.Number `json:"usd_at_most"`
}

// account adds what the site's articles cost, what led to none, and the calls in doubt.
func (r *result) account(ctx context.Context, w *workspace) error {
	t, err := w.Receipts(w.Engine).Totals(ctx, w.scope, r.SiteID)
	if err != nil {
		return err
	}
	r.Receipts = []articleCost{}
	for _, id := range r.articles {
		sum := t.Articles[id]
		r.Receipts = append(r.Receipts, articleCost{id, costOf(sum.Credits, sum.Cost)})
	}
	for i, p := range r.Posts {
		sum := t.Articles[p.ContentID]
		r.Posts[i].cost = costOf(sum.Credits, sum.Cost)
	}
	r.Rest, r.Estimate = costOf(t.Rest.Credits, t.Rest.Cost), estimateOf(w.estimate)
	losses, err := w.Engine.Losses(ctx, w.scope, r.SiteID)
	var most credit.USD
	for _, l := range losses {
		most += l.Most
	}
	r.InDoubt = inDoubt{len(losses), json.Number(most.String())}
	return err
}

// tellMoney adds to the table what the figures above leave open.
func (r result) tellMoney(w io.Writer) {
	if r.Estimate != nil {
		fmt.Fprintf(w, "  estimated before\t%s credits\n", r.Estimate.Credits)
	}
	if r.Rest.USD != "0.000000" || r.Rest.Credits != "0" {
		fmt.Fprintf(w, "  of the site, in no article\t%s credits, $%s\n", r.Rest.Credits, r.Rest.USD)
	}
	if r.InDoubt.Calls > 0 {
		fmt.Fprintf(w, "  calls in doubt\t%d, at most $%s (paid by us, without an answer)\n", r.InDoubt.Calls, r.InDoubt.Most)
	}
}
