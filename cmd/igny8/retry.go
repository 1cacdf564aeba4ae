package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/site"
)

// retryCommand is `igny8 retry`.
type retryCommand struct {
	dataFlags   `embed:""`
	targetFlags `embed:""`
	Items       []string `arg:"" optional:"" name:"item" help:"Items (or jobs) to work on again, as igny8 run names them."`
	All         bool     `help:"All that failed in the site's last run."`
	PreviewAddr string   `help:"Address of the preview site." default:"127.0.0.1:8081" hidden:""`
}

// Run tries again what failed in the site's last run and follows each article to its end.
func (c *retryCommand) Run(a *app) error {
	if c.All && len(c.Items) > 0 {
		return usage("choose one: --all or the items")
	}
	if c.Preview || c.WPURL != "" {
		if err := c.check(); err != nil {
			return err
		}
	}
	w, err := c.open(a, "http://127.0.0.1", "http://"+c.PreviewAddr, c.WPURL)
	if err != nil {
		return err
	}
	defer w.close()
	st, err := w.target(a.ctx, c.targetFlags)
	if err != nil {
		return err
	}
	failed, err := w.failed(a.ctx, st.ID)
	if err != nil {
		return err
	}
	todo, err := c.choose(a, failed)
	if err != nil || len(todo) == 0 {
		return err
	}
	w.plan(a, todo)
	if err := w.Start(a.ctx); err != nil {
		return err
	}
	return w.retry(a, st.ID, todo)
}

// target is the site that was named by its destination, or else the only one there is.
func (w *workspace) target(ctx context.Context, t targetFlags) (site.Site, error) {
	if t.Preview || t.WPURL != "" {
		st, err := w.site(ctx, t, nil)
		if err != nil {
			return st, err
		}
		return st, w.connect(ctx, st.ID, t)
	}
	all, err := w.Sites.List(ctx, w.scope)
	switch {
	case err != nil:
		return site.Site{}, err
	case len(all) == 0:
		return site.Site{}, usage("there is no site in this data folder: igny8 run makes one, or choose another folder with --data")
	case len(all) > 1:
		return site.Site{}, usage("there are %d sites: say which with --wp-url URL --wp-user USER, or --preview", len(all))
	}
	return all[0], nil
}

// failed is what failed in the site's last run and can be tried again.
func (w *workspace) failed(ctx context.Context, siteID string) ([]automation.Retriable, error) {
	runs, err := w.Engine.History(ctx, w.scope, siteID, 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	if r := runs[0]; r.Status == automation.StatusPaused {
		return nil, usage("the last run is paused%s: mend that and start igny8 run again, it goes on where it stopped", because(r.PauseReason, r.Error))
	}
	return w.Engine.Failed(ctx, w.scope, siteID, runs[0].ID)
}

// choose takes the items that were asked for; without any it lists them all.
func (c *retryCommand) choose(a *app, failed []automation.Retriable) ([]automation.Retriable, error) {
	if len(failed) == 0 && len(c.Items) == 0 {
		fmt.Fprintln(a.out, "nothing that failed in the last run waits to be tried again")
		return nil, nil
	}
	if c.All {
		return failed, nil
	}
	var out []automation.Retriable
	for _, name := range c.Items {
		n := slices.IndexFunc(failed, func(f automation.Retriable) bool { return f.Job.Item == name || f.Job.ID == name })
		if n < 0 {
			return nil, usage("%s did not fail in the last run, or was mended since; igny8 retry lists what can be tried again", name)
		}
		out = append(out, failed[n])
	}
	if len(out) == 0 {
		for _, f := range failed {
			fmt.Fprintf(a.out, "  %s  %s\n    %s: %s\n", f.Job.Item, clip(f.Job.Title, 60), f.Job.Cause, f.Job.Reason)
		}
		return nil, usage("name the items to try again, or all with --all")
	}
	return out, nil
}

// plan tells what will be tried, where the former answers can be read, and what it costs.
func (w *workspace) plan(a *app, todo []automation.Retriable) {
	var most credit.Amount
	for _, f := range todo {
		most += f.Most
		fmt.Fprintf(a.out, "  %s  %s (%s)\n    %s: %s\n", f.Job.Item, clip(f.Job.Title, 60), labels[f.Job.Stage], f.Job.Cause, f.Job.Reason)
		w.tellAnswers(a, f.Job)
	}
	fmt.Fprintf(a.out, "\n  %d to try again, for at most %s credits; what follows for an article (its picture prompts, its pictures) is told and paid step by step\n\n", len(todo), most)
}

// tellAnswers names the files in which the provider's answers to a failed job can be read;
// a call that brought no answer leaves none.
func (w *workspace) tellAnswers(a *app, j automation.Job) {
	kept, err := w.Engine.Answers(a.ctx, w.scope, j.ID)
	for _, k := range kept {
		var file string
		if file, err = w.answerFile(a.ctx, j.ID, k.Name); err != nil {
			break
		}
		fmt.Fprintf(a.out, "    what the provider answered: %s\n", file)
	}
	if err != nil {
		fmt.Fprintf(a.out, "    what the provider answered can't be shown: %s\n", told(err))
	}
}

// answerFile writes an answer as it came into the data folder, for the owner to read.
func (w *workspace) answerFile(ctx context.Context, job, name string) (string, error) {
	answer, err := w.Engine.Answer(ctx, w.scope, job, name)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(w.Folder(), "answers")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	file := filepath.Join(dir, job+"."+name+".json")
	return file, os.WriteFile(file, answer.Raw, 0o600)
}

// retry works stage after stage: what the stage has done leads to the items of later ones.
func (w *workspace) retry(a *app, siteID string, todo []automation.Retriable) error {
	wait := map[int][]string{}
	for _, f := range todo {
		wait[f.Job.Stage] = append(wait[f.Job.Stage], f.Job.Item)
	}
	failed := 0
	for stage := 1; stage <= automation.Last; stage++ {
		if len(wait[stage]) == 0 {
			continue
		}
		jobs, err := w.Engine.AskWorkable(a.ctx, w.scope, siteID, stage, wait[stage]...)
		if err != nil {
			return err
		}
		if stage > todo[0].Job.Stage && len(jobs) > 0 {
			fmt.Fprintf(a.out, "  %s: %d, for at most %s credits\n", labels[stage], len(jobs), mostOf(jobs))
		}
		n, err := w.finishAll(a, jobs, wait)
		if err != nil {
			return err
		}
		failed += n
	}
	if failed > 0 {
		return fmt.Errorf("%d failed again; igny8 retry lists what a run left, igny8 run goes on with all", failed)
	}
	return nil
}

func mostOf(jobs []automation.Job) (sum credit.Amount) {
	for _, j := range jobs {
		sum += j.Share
	}
	return sum
}

// finishAll waits for the jobs, tells of each, and notes where those that were done lead.
func (w *workspace) finishAll(a *app, jobs []automation.Job, wait map[int][]string) (failed int, err error) {
	for _, j := range jobs {
		if j, err = w.await(a, j.ID); err != nil {
			return failed, err
		}
		if j.State == automation.JobFailed {
			failed++
			fmt.Fprintf(a.out, "  ! %s  %s: %s: %s\n", j.Item, clip(j.Title, 60), j.Cause, j.Reason)
			w.tellAnswers(a, j)
			continue
		}
		fmt.Fprintf(a.out, "  done: %s (%s)\n", clip(j.Title, 60), labels[j.Stage])
		if j.Stage == automation.Last {
			c, err := w.Contents.Get(a.ctx, w.scope, j.Site, j.Item)
			if err != nil {
				return failed, err
			}
			fmt.Fprintf(a.out, "    %s\n", w.address(c))
		}
		stage, items, err := w.Engine.Next(a.ctx, w.scope, j)
		if err != nil {
			return failed, err
		}
		for _, i := range items {
			if !slices.Contains(wait[stage], i) {
				wait[stage] = append(wait[stage], i)
			}
		}
	}
	return failed, nil
}

// because is a pause's reason for the person.
func because(reason, text string) string {
	switch {
	case reason == automation.PausedByCredits:
		return ", since the credits have run out"
	case text != "":
		return ": " + strings.TrimSuffix(text, ".")
	}
	return ""
}
