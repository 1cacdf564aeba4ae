package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
)

// result is what `igny8 run` made: one object for programs, one table for people.
type result struct {
	Status   string      `json:"status"`
	RunID    string      `json:"run_id"`
	SiteID   string      `json:"site_id"`
	Keywords int         `json:"keywords"`
	Clusters int         `json:"clusters"`
	Ideas    int         `json:"ideas"`
	Articles int         `json:"articles"`
	Words    int         `json:"words"`
	Images   int         `json:"images"`
	Review   int         `json:"in_review"`
	Posts    []post      `json:"posts"`
	Credits  json.Number `json:"credits"`
	USD      json.Number `json:"usd"`
	Seconds  float64     `json:"seconds"`
	Faults   []fault     `json:"faults"`
	Mended   []fault     `json:"mended"` // met on the way, and got over
	Demo     bool        `json:"demo"`
	Notices  []string    `json:"notices,omitempty"`

	Estimate *estimated    `json:"estimate,omitempty"` // told before the run began
	Receipts []articleCost `json:"receipts"`           // of all articles of the site
	Rest     cost          `json:"in_no_article"`      // what the site's other jobs cost: failed ones, and those whose article is still to come
	InDoubt  inDoubt       `json:"in_doubt"`
	articles []string

	Pause  string `json:"pause_reason,omitempty"`  // credits, provider, wordpress or person
	Reason string `json:"error_message,omitempty"` // why the run failed, or what the outside said when it was paused
}

// failure is the reason for which the command ends with an error: the run did not end well,
// or nothing came out of it and something is to blame.
func (r result) failure() error {
	switch {
	case r.Status == "paused" && r.Pause == "credits":
		return errors.New("the credits have run out: add credits and start again, the run goes on where it stopped (" + howToAdd + ")")
	case r.Status == "paused" && r.Reason != "":
		return fmt.Errorf("the run is paused: %s. Mend that and start again, the run goes on where it stopped", strings.TrimSuffix(r.Reason, "."))
	case r.Status == "paused":
		return errors.New("the run was paused by a person: start again, the run goes on where it stopped")
	case r.Status == "cancelled":
		return errors.New("the run was cancelled: what it has made is kept, start again for a new one")
	case r.Status != "completed":
		return fmt.Errorf("the run is %s: %s", r.Status, r.Reason)
	case len(r.Faults) > 0 && r.Articles == 0:
		return fmt.Errorf("no article came out: %s", r.Faults[0].Reason)
	case len(r.Faults) > 0 && len(r.Posts) == 0 && r.Review == 0:
		return fmt.Errorf("no article was finished: %s", r.Faults[len(r.Faults)-1].Reason)
	case len(r.Posts) == 0:
		for _, f := range r.Faults {
			if f.Stage == automation.Last {
				return fmt.Errorf("nothing was published: %s", f.Reason)
			}
		}
	}
	return nil
}

type post struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	ContentID string `json:"content_id"`
	Title     string `json:"title"`
	cost
}

type fault struct {
	Item   string `json:"item"`
	Title  string `json:"title"`
	Stage  int    `json:"stage"`
	Cause  string `json:"cause"`
	Reason string `json:"reason"`
	JobID  string `json:"job_id"`
	Do     string `json:"what_to_do"`
}

// remedy says what a person can do about a fault, by its class and item.
func remedy(cause errs.Cause, item string) string {
	again := "igny8 retry " + item
	switch cause {
	case errs.Credits:
		return "add credits, then " + again
	case errs.Provider:
		return again + "; if it fails again, choose another model"
	case errs.WordPress:
		return "look after the WordPress site, then " + again
	case errs.Input:
		return "change what was asked for, then " + again
	}
	return again + "; if it fails again, the log in the data folder (igny8.log) tells more"
}

// tellFaults adds every fault of the run: what failed of it, and what was got over.
func (w *workspace) tellFaults(ctx context.Context, siteID, run string, r *result) error {
	failed, mended, err := w.Engine.Troubled(ctx, w.scope, siteID, run)
	for _, j := range failed {
		r.Faults = append(r.Faults, fault{Item: j.Item, Title: j.Title, Stage: j.Stage, Cause: string(j.Cause), Reason: j.Reason, JobID: j.ID, Do: remedy(j.Cause, j.Item)})
	}
	for _, j := range mended {
		for _, t := range j.Troubles {
			r.Mended = append(r.Mended, fault{Item: j.Item, Title: j.Title, Stage: j.Stage, Cause: string(t.Cause), Reason: t.Reason, JobID: j.ID, Do: "nothing: it was asked again"})
		}
	}
	return err
}

func (r result) json(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

func (r result) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w)
	for _, row := range []struct {
		name  string
		value any
	}{
		{"keywords", r.Keywords}, {"clusters", r.Clusters}, {"ideas", r.Ideas}, {"articles", r.Articles}, {"words", r.Words},
		{"images", r.Images}, {"posts", len(r.Posts)}, {"in review", r.Review}, {"credits used", r.Credits}, {"paid to providers", "$" + r.USD},
		{"time", time.Duration(r.Seconds * float64(time.Second)).Round(100 * time.Millisecond)},
	} {
		fmt.Fprintf(w, "  %s\t%v\n", row.name, row.value)
	}
	r.tellMoney(w)
	if len(r.Posts) > 0 {
		fmt.Fprintln(w, "\n  posts\t")
	}
	for _, p := range r.Posts {
		fmt.Fprintf(w, "  %s\t%s\t%s credits\t$%s\n", clip(p.Title, 60), p.URL, p.Credits, p.USD)
	}
	if len(r.Faults) > 0 {
		fmt.Fprintln(w, "\n  faults\t")
	}
	for _, f := range r.Faults {
		fmt.Fprintf(w, "  %s\t%s: %s\n  \t→ %s\n", clip(f.Title, 50), f.Cause, f.Reason, f.Do)
	}
	if len(r.Mended) > 0 {
		fmt.Fprintln(w, "\n  got over\t")
	}
	for _, f := range r.Mended {
		fmt.Fprintf(w, "  %s\t%s: %s\n", clip(f.Title, 50), f.Cause, f.Reason)
	}
	for _, n := range r.Notices {
		fmt.Fprintf(w, "\n  %s\n", n)
	}
	return w.Flush()
}
