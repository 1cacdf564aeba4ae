package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/site"
)

// targetFlags say where finished articles go.
type targetFlags struct {
	WPURL      string `name:"wp-url" help:"Address of the WordPress site." placeholder:"URL"`
	WPUser     string `name:"wp-user" help:"WordPress user." placeholder:"USER"`
	WPPassword string `name:"wp-password" hidden:"" env:"IGNY8_WP_PASSWORD"`
	Preview    bool   `help:"Publish to a preview site that the program serves."`
	Industry   string `help:"Industry of a new site (slug)." default:"digital-marketing" hidden:""`
}

func (t targetFlags) check() error {
	switch {
	case t.Preview && t.WPURL != "":
		return usage("choose one: --preview or --wp-url")
	case t.Preview:
		return nil
	case t.WPURL == "":
		return usage("say where the articles go: --wp-url URL --wp-user USER, or --preview")
	case t.WPUser == "":
		return usage("--wp-url needs --wp-user")
	case t.WPPassword == "":
		return usage("put the application password of %s into IGNY8_WP_PASSWORD (WordPress: Users, Profile, Application Passwords)", t.WPUser)
	}
	if u, err := url.Parse(t.WPURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return usage("--wp-url %q is no address: it begins with https:// or http://", t.WPURL)
	}
	return nil
}

// runCommand is `igny8 run`.
type runCommand struct {
	dataFlags   `embed:""`
	targetFlags `embed:""`
	File        string `arg:"" help:"Keyword file: CSV, TSV, XLSX or one keyword a line." placeholder:"keywords.csv"`
	AutoPublish bool   `help:"Publish finished articles; without it they wait in review for igny8 publish."`
	DryRun      bool   `help:"Read the file and tell what is in it; write nothing."`
	JSON        bool   `name:"json" help:"Print one JSON object for programs on standard output."`
	PreviewAddr string `help:"Address of the preview site; another port when it is taken." default:"127.0.0.1:8081" hidden:""`
	CPUProfile  string `name:"cpu-profile" help:"Write what the processor was used for to this file, as pprof reads it." placeholder:"FILE" type:"path" hidden:""`
}

// Run imports, runs the pipeline to its end and tells what came of it.
func (c *runCommand) Run(a *app) error {
	if info, err := os.Stat(c.File); err != nil || info.IsDir() {
		return usage("%s: there is no such file", c.File)
	}
	if c.DryRun {
		return c.dryRun(a)
	}
	if err := c.check(); err != nil {
		return err
	}
	stop, err := profile(c.CPUProfile)
	if err != nil {
		return err
	}
	defer func() { _ = stop() }()
	begun := time.Now()
	listener, base, err := c.listen()
	if err != nil {
		return err
	}
	w, err := c.open(a, base, base, c.WPURL)
	if err != nil {
		return err
	}
	defer w.close()
	if c.Preview {
		defer w.servePreview(listener)()
	}
	return c.work(a, w, begun)
}

// listen takes the preview's port first: its address is part of the links.
func (c *runCommand) listen() (net.Listener, string, error) {
	if !c.Preview {
		return nil, "http://127.0.0.1", nil
	}
	l, err := net.Listen("tcp", c.PreviewAddr)
	if host, _, bad := net.SplitHostPort(c.PreviewAddr); errors.Is(err, syscall.EADDRINUSE) && bad == nil {
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, "", usage("the preview's address %s can't be used: %v", c.PreviewAddr, err)
	}
	return l, "http://" + l.Addr().String(), nil
}

// servePreview serves the preview until the returned function is called.
func (w *workspace) servePreview(l net.Listener) (stop func()) {
	s := &http.Server{Handler: w.PreviewHandler(), ReadHeaderTimeout: 10 * time.Second}
	go s.Serve(l) //nolint:errcheck // ends with Close
	return func() { s.Close() }
}

func (c *runCommand) work(a *app, w *workspace, begun time.Time) error {
	say := a.out
	if c.JSON {
		say = a.err
	}
	st, err := w.site(a.ctx, c.targetFlags, &c.AutoPublish)
	if err != nil {
		return err
	}
	if err := w.connect(a.ctx, st.ID, c.targetFlags); err != nil {
		return err
	}
	if err := w.importFile(a.ctx, say, st, c.File); err != nil {
		return err
	}
	w.greet(say, st)
	stop, err := w.control()
	if err != nil {
		return err
	}
	defer stop()
	if err := w.Start(a.ctx); err != nil {
		return err
	}
	view, err := w.follow(a.ctx, say, st.ID, isTerminal(say))
	if err != nil {
		return err
	}
	if view.Status != automation.StatusCompleted {
		w.untilSettled(a.ctx)
	}
	res, err := w.result(context.WithoutCancel(a.ctx), st.ID, view, begun)
	if err != nil {
		return err
	}
	if c.JSON {
		err = res.json(a.out)
	} else {
		err = res.table(a.out)
	}
	if err == nil {
		err = res.failure()
	}
	if err == nil && c.Preview && !c.JSON && isTerminal(a.out) {
		fmt.Fprintf(a.out, "\n  The preview is served at %s until you press Ctrl-C.\n", w.previewAddress(st.ID))
		<-a.ctx.Done()
	}
	return err
}

// untilSettled lets a run that was halted give back what it holds, for a minute at most:
// its waiting jobs are handed back by the workers, which end with the program.
func (w *workspace) untilSettled(ctx context.Context) {
	for end := time.Now().Add(time.Minute); ctx.Err() == nil && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if b, err := w.Credits.Balance(ctx, w.scope); err == nil && b.Held == 0 {
			return
		}
	}
}

// site finds the site of the target, or makes it. auto, unless nil, says whether finished
// articles are published; all else that was chosen for a site that is there stays, but a
// model that can't be had here, since the key came or went.
func (w *workspace) site(ctx context.Context, t targetFlags, auto *bool) (site.Site, error) {
	dest, domain, name := site.DestinationPreview, "preview.localhost", "Preview"
	if !t.Preview {
		u, err := url.Parse(t.WPURL)
		if err != nil {
			return site.Site{}, err
		}
		dest, domain, name = site.DestinationWordPress, u.Host, u.Host
	}
	textModel, imageModel := w.TextModel(), w.ImageModel()
	patch := site.Patch{AutoPublishEnabled: auto, Destination: &dest}
	have, err := w.Sites.ByDomain(ctx, w.scope, domain)
	if errs.Is(err, errs.NotFound) {
		have, err = w.Sites.Create(ctx, w.scope, site.Draft{Name: name, Domain: domain, Industry: t.Industry, Settings: patch}, idem.Key{})
	}
	if err != nil {
		return site.Site{}, err
	}
	if auto != nil && !w.Usable(have.Settings.TextModel) {
		patch.TextModel = &textModel
	}
	if auto != nil && !w.Usable(have.Settings.ImageModel) {
		patch.ImageModel = &imageModel
	}
	if w.Demo() && !t.Preview && patch.TextModel != nil {
		return site.Site{}, usage("the articles of %s are written by %s: set %s, so that no demo text gets among them", have.Name, have.Settings.TextModel, keyOf(have.Settings.TextModel))
	}
	if w.DemoPictures() && !t.Preview && patch.ImageModel != nil {
		return site.Site{}, usage("the pictures of %s are drawn by %s: set %s, so that no demo picture gets among them", have.Name, have.Settings.ImageModel, keyOf(have.Settings.ImageModel))
	}
	return w.Sites.UpdateSettings(ctx, w.scope, have.ID, patch)
}

// connect stores the connection and tries it, before anything is paid for.
func (w *workspace) connect(ctx context.Context, siteID string, t targetFlags) error {
	if t.Preview {
		return nil
	}
	in, err := w.Integrations.Ensure(ctx, w.scope, integration.In{Site: siteID, Platform: integration.WordPress, SiteURL: t.WPURL, Username: t.WPUser, Password: t.WPPassword})
	if err != nil {
		return err
	}
	out, err := w.Integrations.TestConnection(ctx, w.scope, in.ID)
	if err != nil {
		return err
	}
	return refusal(out)
}

// needed are the rights without which no article can be published.
var needed = []string{"edit_posts", "publish_posts", "upload_files"}

// refusal is why a connection that was tried can't be used: a failed try is an outcome, not
// an error of the trying.
func refusal(out integration.Outcome) error {
	if !out.Success {
		return errs.New(errs.Unavailable, out.Code, out.Message)
	}
	r := out.Report
	if !slices.ContainsFunc(r.Missing, func(right string) bool { return slices.Contains(needed, right) }) {
		return nil
	}
	return errs.New(errs.Forbidden, "wordpress_rights", fmt.Sprintf("the WordPress user %s (%s) can't publish: %s. Give it the role author or editor, or name another user",
		r.User, strings.Join(r.Roles, ", "), strings.Join(r.Notes, "; ")))
}

func (w *workspace) previewAddress(siteID string) string {
	return w.Preview.Base + "/" + siteID + "/"
}

// greet tells what is about to happen and who writes.
func (w *workspace) greet(out interface{ Write([]byte) (int, error) }, st site.Site) {
	where := "in review, until igny8 publish sends them out"
	if st.Settings.AutoPublishEnabled {
		where = "published to " + st.Settings.Destination
	}
	fmt.Fprintf(out, "\n  site %s · articles are %s · data in %s\n", st.Name, where, filepath.Base(w.Folder()))
	if notice := w.demoNotice(); notice != "" {
		fmt.Fprintln(out, "  DEMO: "+notice+" What the demo makes says so.")
	}
	fmt.Fprintln(out)
}
