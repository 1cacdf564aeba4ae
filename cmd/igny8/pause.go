package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/site"
)

// runFlags name a run by its site: a site has one at most.
type runFlags struct {
	dataFlags `embed:""`
	Site      string `arg:"" optional:"" help:"The site, by domain, name or id; without it the only one that has a run." placeholder:"SITE"`
}

// pauseCommand is `igny8 pause`.
type pauseCommand struct {
	runFlags `embed:""`
}

// resumeCommand is `igny8 resume`.
type resumeCommand struct {
	runFlags `embed:""`
}

// cancelCommand is `igny8 cancel`.
type cancelCommand struct {
	runFlags `embed:""`
}

// Run pauses.
func (c *pauseCommand) Run(a *app) error { return c.tell(a, "pause") }

// Run resumes.
func (c *resumeCommand) Run(a *app) error { return c.tell(a, "resume") }

// Run cancels.
func (c *cancelCommand) Run(a *app) error { return c.tell(a, "cancel") }

// tell has the program do it that holds the data folder, or does it in the folder.
func (c runFlags) tell(a *app, verb string) error {
	// Asked first: to find the folder taken costs a second, in which the run goes on.
	said, err := askHolder(a.ctx, c.Data, verb, c.Site)
	if err == nil {
		fmt.Fprintln(a.out, said)
	}
	if err == nil || errs.Of(err).Code != "holder" {
		return err
	}
	w, oerr := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if oerr != nil && errs.Of(oerr).Code == "in_use" {
		return err
	}
	if oerr != nil {
		return oerr
	}
	defer w.close()
	if said, err = w.steer(a.ctx, verb, c.Site); err != nil {
		return err
	}
	fmt.Fprintln(a.out, said)
	after := "what is held for it is given back when igny8 serve or igny8 run is started next"
	if verb == "resume" {
		after = "it goes on when igny8 serve is started"
	}
	fmt.Fprintln(a.out, "no program works on this data folder now:", after)
	return nil
}

// steer pauses, resumes or cancels the run of a site and says in a line what came of it.
func (w *workspace) steer(ctx context.Context, verb, name string) (string, error) {
	st, v, err := w.runOf(ctx, name)
	if err != nil {
		return "", err
	}
	var n automation.InFlight
	switch verb {
	case "pause":
		n, err = w.Engine.Pause(ctx, w.scope, st.ID, v.ID)
	case "cancel":
		n, err = w.Engine.Cancel(ctx, w.scope, st.ID, v.ID)
	case "resume":
		_, err = w.Engine.Resume(ctx, w.scope, st.ID, v.ID)
	default:
		err = errs.New(errs.Invalid, "verb", verb+" is nothing that can be done to a run")
	}
	if err != nil {
		return "", err
	}
	done := map[string]string{"pause": "is paused", "cancel": "is cancelled", "resume": "goes on"}[verb]
	said := fmt.Sprintf("the run of %s %s", st.Name, done)
	switch {
	case n.Calls == 1:
		said += "; 1 call in flight will finish"
	case n.Calls > 1:
		said += fmt.Sprintf("; %d calls in flight will finish", n.Calls)
	}
	return said, nil
}

// runOf finds the active run of a site; without a name, of the only site that has one.
func (w *workspace) runOf(ctx context.Context, name string) (site.Site, automation.View, error) {
	all, err := w.Sites.List(ctx, w.scope)
	if err != nil {
		return site.Site{}, automation.View{}, err
	}
	var found []site.Site
	var views []automation.View
	known := name == ""
	for _, st := range all {
		if name != "" && st.ID != name && !strings.EqualFold(st.Domain, name) && !strings.EqualFold(st.Name, name) {
			continue
		}
		known = true
		v, err := w.Engine.Current(ctx, w.scope, st.ID)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return st, v, err
		}
		found, views = append(found, st), append(views, v)
	}
	switch {
	case !known:
		return site.Site{}, automation.View{}, usage("there is no site %s in this data folder: name one by its domain", name)
	case len(found) == 0:
		return site.Site{}, automation.View{}, errs.New(errs.NotFound, "no_run", "no run is under way: igny8 run starts one")
	case len(found) > 1:
		return site.Site{}, automation.View{}, usage("%d sites have a run: name one of them by its domain", len(found))
	}
	return found[0], views[0], nil
}
