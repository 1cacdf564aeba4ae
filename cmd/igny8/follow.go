package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/site"
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// dryRun reads the file and tells what is in it.
func (c *runCommand) dryRun(a *app) error {
	f, err := os.Open(c.File)
	if err != nil {
		return usage("%s can't be read: %v", c.File, err)
	}
	defer f.Close()
	all, err := keyword.Check(a.ctx, []keyword.Source{{Name: c.File, Reader: f}}, keyword.Options{})
	if err != nil {
		return err
	}
	r := all[0]
	if r.Error != nil {
		err = errs.New(errs.Invalid, r.Error.Code, r.Error.Message)
	}
	if c.JSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		if jerr := e.Encode(r); jerr != nil {
			return jerr
		}
		return err
	}
	if err != nil {
		return err
	}
	tellImport(a.out, r)
	fmt.Fprintln(a.out, "  dry run: nothing was written")
	return usable(r)
}

// usable refuses a file of which nothing can be kept; its faults were told.
func usable(r keyword.Report) error {
	if r.Rows > 0 {
		return nil
	}
	return errs.New(errs.Invalid, "no_rows", "no row of "+r.Name+" can be used: mend the faults named above, then try again")
}

// importFile imports the file; a file that was imported before adds nothing.
func (w *workspace) importFile(ctx context.Context, out io.Writer, st site.Site, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return usage("%s can't be read: %v", name, err)
	}
	defer f.Close()
	return w.importFrom(ctx, out, st, name, f)
}

func (w *workspace) importFrom(ctx context.Context, out io.Writer, st site.Site, name string, r io.Reader) error {
	if err := w.Engine.Watch(ctx, w.scope, st.ID); err != nil {
		return err
	}
	rep, err := w.Keywords.Import(ctx, w.scope, st.ID, keyword.Source{Name: name, Reader: r}, keyword.Options{Sector: st.Sectors[0].ID})
	if err != nil {
		return err
	}
	tellImport(out, rep)
	return usable(rep)
}

// shownFaults is how many faults of a file are printed.
const shownFaults = 10

func tellImport(out io.Writer, r keyword.Report) {
	fmt.Fprintf(out, "  %s: %d keywords (%d new, %d already there), %d duplicates, %d faults\n", r.Name, r.Rows, r.New, r.Already, r.Duplicates, len(r.Faults))
	for i, f := range r.Faults {
		if i == shownFaults {
			fmt.Fprintf(out, "    … and %d more (igny8 run --dry-run --json lists all)\n", len(r.Faults)-i)
			break
		}
		fmt.Fprintf(out, "    line %d, column %d: %s; %s\n", f.Line, f.Column, f.Reason, f.Mend)
	}
}

// follow begins a run, or goes on with the one that is active, and draws it until it ends.
// Keywords that came in when the active one had passed its first stage get a run of their
// own after it; what both used is added up.
func (w *workspace) follow(ctx context.Context, out io.Writer, siteID string, live bool) (automation.View, error) {
	if err := w.tellEstimate(ctx, out, siteID); err != nil {
		return automation.View{}, err
	}
	run, again, err := w.begin(ctx, siteID)
	if err != nil {
		return automation.View{}, short(err)
	}
	view, err := w.draw(ctx, out, siteID, run, live)
	if err != nil || !again || view.Status != automation.StatusCompleted {
		return view, err
	}
	left, err := w.keywordsWait(ctx, siteID)
	if err != nil || !left {
		return view, err
	}
	fmt.Fprintln(out, "\n  keywords came in after that run had begun: another one takes them")
	if run, _, err = w.begin(ctx, siteID); err != nil {
		return view, short(err)
	}
	next, err := w.draw(ctx, out, siteID, run, live)
	next.Credits += view.Credits
	next.Cost += view.Cost
	return next, err
}

// keywordsWait tells whether a new run would find keywords to cluster.
func (w *workspace) keywordsWait(ctx context.Context, siteID string) (bool, error) {
	sectors, err := w.Clusters.Waiting(ctx, w.scope, siteID)
	return slices.ContainsFunc(sectors, func(x cluster.Sector) bool { return cluster.ValidateMinimum(len(x.Keywords)).Valid }), err
}

// draw draws a run until it ends or stands still.
func (w *workspace) draw(ctx context.Context, out io.Writer, siteID, run string, live bool) (automation.View, error) {
	p := newProgress(out, live)
	s := w.story(siteID, run)
	for {
		if err := s.tell(ctx, p); err != nil && ctx.Err() == nil {
			return automation.View{}, err
		}
		view, err := w.Engine.View(context.WithoutCancel(ctx), w.scope, siteID, run)
		if err != nil {
			return view, err
		}
		if view.Status.Ended() || view.Status == automation.StatusPaused {
			time.Sleep(pulse) // what was read a moment ago may lack the last words
			return view, s.tell(context.WithoutCancel(ctx), p)
		}
		select {
		case <-ctx.Done():
			return view, errStopped
		case <-time.After(pulse):
		}
	}
}

// pulse is how often a run that is watched is looked at.
const pulse = 150 * time.Millisecond

// story reads the events of one run.
type story struct {
	feed  *event.Feed
	scope account.Scope
	run   string
	query event.Query
	known event.Known
}

// story begins with the run: its id has the time of its beginning.
func (w *workspace) story(siteID, run string) *story {
	begun, _ := id.Time(run)
	return &story{feed: w.Feed(pulse), scope: w.scope, run: run, query: event.Query{Site: siteID, Cursor: id.Least("evt", begun), Limit: event.MaxLimit}}
}

// tell draws what came since the last time.
func (s *story) tell(ctx context.Context, p *progress) error {
	for {
		page, err := s.feed.Read(ctx, s.scope, s.query)
		if err != nil {
			return err
		}
		for _, ev := range s.known.New(page.Events) {
			if ev.Run == s.run {
				p.see(ev)
			}
		}
		if s.query.Cursor = page.Next; !page.More {
			return nil
		}
	}
}

// begin starts a run; one that is active is gone on with, resumed if it was paused. One
// that ends between the two looks, as after a kill at its very end, makes room for a new one.
// again tells that the run was active before.
func (w *workspace) begin(ctx context.Context, siteID string) (run string, again bool, err error) {
	for range 10 {
		r, err := w.Engine.Start(ctx, w.scope, siteID, automation.Manual)
		if err == nil {
			return r.ID, false, nil
		}
		if !errs.Is(err, errs.Conflict) {
			return "", false, err
		}
		v, err := w.Engine.Current(ctx, w.scope, siteID)
		switch {
		case errs.Is(err, errs.NotFound):
			continue
		case err != nil:
			return "", false, err
		case v.Status == automation.StatusPaused:
			if _, err := w.Engine.Resume(ctx, w.scope, siteID, v.ID); err != nil && !errs.Is(err, errs.Conflict) {
				return "", false, err
			}
		}
		return v.ID, true, nil
	}
	return "", false, errs.New(errs.Conflict, "run_active", "runs of this site begin and end all the time: try again")
}

// result counts what the site holds, and what this run used.
func (w *workspace) result(ctx context.Context, siteID string, v automation.View, begun time.Time) (result, error) {
	r := result{Status: string(v.Status), RunID: v.ID, SiteID: siteID, Demo: w.Demo(), Posts: []post{}, Faults: []fault{}, Mended: []fault{},
		Credits: json.Number(v.Credits.String()), USD: json.Number(v.Cost.String()), Seconds: time.Since(begun).Seconds(), Reason: v.Error, Pause: v.PauseReason}
	_, n, err := w.Keywords.List(ctx, w.scope, siteID, keyword.Filter{})
	if err != nil {
		return r, err
	}
	r.Keywords = n
	clusters, err := w.Clusters.All(ctx, w.scope, siteID)
	if err != nil {
		return r, err
	}
	r.Clusters = len(clusters)
	if err := w.countTexts(ctx, siteID, &r); err != nil {
		return r, err
	}
	if err := w.tellFaults(ctx, siteID, v.ID, &r); err != nil {
		return r, err
	}
	if err := r.account(ctx, w); err != nil {
		return r, err
	}
	if notice := w.demoNotice(); notice != "" {
		r.Notices = append(r.Notices, notice)
	}
	return r, nil
}

func (w *workspace) countTexts(ctx context.Context, siteID string, r *result) error {
	ideas, err := w.Ideas.List(ctx, w.scope, siteID, ideaFilter)
	if err != nil {
		return err
	}
	r.Ideas = len(ideas)
	for i, err := range w.Images.Each(ctx, w.scope, siteID) {
		if err != nil {
			return err
		}
		if i.Status == imagery.Generated {
			r.Images++
		}
	}
	texts, err := w.texts(ctx, siteID)
	for _, c := range texts {
		r.Articles++
		r.articles = append(r.articles, c.ID)
		r.Words += c.WordCount
		switch {
		case c.SiteStatus == content.Published:
			r.Posts = append(r.Posts, post{ID: c.ExternalID, URL: w.address(c), ContentID: c.ID, Title: c.Title})
		case c.Status == content.Review:
			r.Review++
		}
	}
	return err
}

// texts are the site's contents in the order of their list, without what is long in them.
func (w *workspace) texts(ctx context.Context, siteID string) (out []content.Content, err error) {
	for c, err := range w.Contents.Each(ctx, w.scope, siteID) {
		if err != nil {
			return nil, err
		}
		out = append(out, content.Content{ID: c.ID, Site: c.Site, Title: c.Title, CreatedAt: c.CreatedAt, WordCount: c.WordCount,
			Status: c.Status, SiteStatus: c.SiteStatus, ExternalID: c.ExternalID, ExternalURL: c.ExternalURL})
	}
	slices.SortFunc(out, content.Compare)
	return out, nil
}

// address is where a published content can be read.
func (w *workspace) address(c content.Content) string {
	if at, ok := w.Preview.Address(c.Site, c.ExternalID); ok {
		return at
	}
	return c.ExternalURL
}
