package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/igny8/igny8/internal/automation"
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
	Demo     bool        `json:"demo"`
	Notices  []string    `json:"notices,omitempty"`

	reason string // why the run failed
	pause  string // why it is paused
}

// failure is the reason for which the command ends with an error: the run did not end well,
// or nothing came out of it and something is to blame.
func (r result) failure() error {
	switch {
	case r.Status == "paused" && r.pause == "credits":
		return errors.New("the credits have run out: add credits and start again, the run goes on where it stopped")
	case r.Status != "completed":
		return fmt.Errorf("the run is %s: %s", r.Status, r.reason)
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
}

type fault struct {
	Item   string `json:"item"`
	Title  string `json:"title"`
	Stage  int    `json:"stage"`
	Cause  string `json:"cause"`
	Reason string `json:"reason"`
	JobID  string `json:"job_id"`
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
	if len(r.Posts) > 0 {
		fmt.Fprintln(w, "\n  posts\t")
	}
	for _, p := range r.Posts {
		fmt.Fprintf(w, "  %s\t%s\n", clip(p.Title, 60), p.URL)
	}
	if len(r.Faults) > 0 {
		fmt.Fprintln(w, "\n  faults\t")
	}
	for _, f := range r.Faults {
		fmt.Fprintf(w, "  %s\t%s: %s\n", clip(f.Title, 50), f.Cause, f.Reason)
	}
	for _, n := range r.Notices {
		fmt.Fprintf(w, "\n  %s\n", n)
	}
	return w.Flush()
}
