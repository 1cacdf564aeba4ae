package main

import (
	"fmt"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/errs"
)

// publishCommand is `igny8 publish`.
type publishCommand struct {
	dataFlags   `embed:""`
	targetFlags `embed:""`
	IDs         []string `arg:"" optional:"" name:"content" help:"Contents to publish; without any, all that wait in review."`
	PreviewAddr string   `help:"Address of the preview site." default:"127.0.0.1:8081" hidden:""`
}

// publishBatch is how many contents are asked for at once.
const publishBatch = 20

// Run publishes and waits until each has ended.
func (c *publishCommand) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	w, err := c.open(a, "http://127.0.0.1", "http://"+c.PreviewAddr, c.WPURL)
	if err != nil {
		return err
	}
	defer w.close()
	st, err := w.site(a.ctx, c.targetFlags, nil)
	if err != nil {
		return err
	}
	if err := w.connect(a.ctx, st.ID, c.targetFlags); err != nil {
		return err
	}
	ids := c.IDs
	if len(ids) == 0 {
		if ids, err = w.waiting(a, st.ID); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		fmt.Fprintln(a.out, "nothing waits in review")
		return nil
	}
	if err := w.Start(a.ctx); err != nil {
		return err
	}
	failed := 0
	for len(ids) > 0 {
		n := min(len(ids), publishBatch)
		f, err := w.publish(a, st.ID, ids[:n])
		if err != nil {
			return err
		}
		failed, ids = failed+f, ids[n:]
	}
	if failed > 0 {
		return fmt.Errorf("%d were not published", failed)
	}
	return nil
}

func (w *workspace) waiting(a *app, siteID string) ([]string, error) {
	var ids []string
	texts, err := w.Contents.List(a.ctx, w.scope, siteID, content.Filter{})
	for _, c := range texts {
		if c.Publishable() == nil {
			ids = append(ids, c.ID)
		}
	}
	return ids, err
}

// publish asks for a batch and prints each as it ends; it gives how many failed.
func (w *workspace) publish(a *app, siteID string, ids []string) (failed int, err error) {
	jobs, err := w.Engine.Ask(a.ctx, w.scope, siteID, automation.Last, ids...)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		if j, err = w.await(a, j.ID); err != nil {
			return failed, err
		}
		if j.State == automation.JobFailed {
			failed++
			fmt.Fprintf(a.out, "  ! %s: %s (%s)\n", j.Title, j.Reason, j.Cause)
			continue
		}
		c, err := w.Contents.Get(a.ctx, w.scope, siteID, j.Item)
		if err != nil {
			return failed, err
		}
		fmt.Fprintf(a.out, "  %s\n    %s\n", c.Title, w.address(c))
	}
	return failed, nil
}

func (w *workspace) await(a *app, job string) (automation.Job, error) {
	for {
		j, err := w.Engine.Job(a.ctx, w.scope, job)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return j, err
		}
		if j.State == automation.JobDone || j.State == automation.JobFailed {
			return j, nil
		}
		select {
		case <-a.ctx.Done():
			return j, errStopped
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// tickCommand is `igny8 tick`.
type tickCommand struct {
	dataFlags `embed:""`
}

// Run does what is due once.
func (c *tickCommand) Run(a *app) error {
	w, err := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if err != nil {
		return err
	}
	defer w.close()
	return w.Engine.Tick(a.ctx)
}
