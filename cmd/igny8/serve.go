package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/webapp"
)

// sampleKeywords is the sample workspace's file.
//
//go:embed sample.csv
var sampleKeywords string

// ideaFilter takes all ideas of a site.
var ideaFilter = idea.Filter{}

// serveCommand is `igny8 serve`.
type serveCommand struct {
	dataFlags      `embed:""`
	Addr           string `help:"Address of the API." default:"127.0.0.1:8080"`
	PreviewAddr    string `help:"Address of the preview site, an origin of its own." default:"127.0.0.1:8081"`
	Sample         bool   `help:"Make a sample workspace and run it before your eyes."`
	BehindHTTPS    string `name:"behind-https" help:"Public https:// address of the proxy before the API; without one it listens on this machine alone." placeholder:"URL"`
	NewPassword    bool   `help:"Give owner@localhost a new password and print it."`
	ThrottleFactor int    `help:"Multiplies the API's throttle limits." default:"10" hidden:""`
}

// Run serves until Ctrl-C.
func (c *serveCommand) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	api, err := listen("--addr", c.Addr)
	if err != nil {
		return err
	}
	pre, err := listen("--preview-addr", c.PreviewAddr)
	if err != nil {
		return err
	}
	base, preview := "http://"+api.Addr().String(), "http://"+pre.Addr().String()
	if c.BehindHTTPS != "" {
		base = strings.TrimRight(c.BehindHTTPS, "/")
	}
	w, err := c.open(a, base, preview)
	if err != nil {
		return err
	}
	defer w.close()
	at := embedded.Site{Throttle: c.ThrottleFactor, App: webapp.Options{Preview: preview, HTTPS: c.BehindHTTPS != ""}}
	if c.BehindHTTPS == "" {
		at.Once = w.OneTimeLink()
	}
	handler, err := w.Handler(at)
	if err != nil {
		return err
	}
	stop := serveAll(map[net.Listener]http.Handler{api: handler, pre: w.PreviewHandler()})
	defer stop()
	quiet, err := w.control()
	if err != nil {
		return err
	}
	defer quiet()
	if err := w.Start(a.ctx); err != nil {
		return err
	}
	password, err := c.password(a.ctx, w)
	if err != nil {
		return err
	}
	c.announce(a, password, base, preview, at.Once)
	if c.Sample {
		if err := w.sample(a, time.Now()); err != nil && !errors.Is(err, errStopped) {
			return err
		}
	}
	<-a.ctx.Done()
	return nil
}

// check refuses to send passwords and tokens over the network in the clear.
func (c *serveCommand) check() error {
	if c.BehindHTTPS != "" {
		if u, err := url.Parse(c.BehindHTTPS); err != nil || u.Scheme != "https" || u.Host == "" {
			return usage("--behind-https %q is no address: it begins with https://", c.BehindHTTPS)
		}
		return nil
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return usage("--addr %q is no address: write it as 127.0.0.1:8080", c.Addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usage("--addr %s could be reached from other machines, without https: keep to 127.0.0.1, or name the https address of a proxy before it with --behind-https", c.Addr)
	}
	return nil
}

func listen(flag, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, usage("%s %s can't be used: is another program there? (%v)", flag, addr, err)
	}
	return l, nil
}

// serveAll serves until the returned function is called; requests under way are ended well.
func serveAll(on map[net.Listener]http.Handler) (stop func()) {
	var servers []*http.Server
	for l, h := range on {
		s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
		servers = append(servers, s)
		go s.Serve(l) //nolint:errcheck // ends with Shutdown
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		for _, s := range servers {
			if s.Shutdown(ctx) != nil {
				s.Close()
			}
		}
	}
}

// password is one to be shown: the first, or a new one when asked for; else none.
func (c *serveCommand) password(ctx context.Context, w *workspace) (string, error) {
	if password, err := w.Identity.LocalPassword(ctx); password != "" || err != nil || !c.NewPassword {
		return password, err
	}
	return w.Identity.ResetLocalPassword(ctx)
}

func (c *serveCommand) announce(a *app, password, base, preview string, once *embedded.OneTimeLink) {
	fmt.Fprintf(a.out, "IGNY8 %s is up\n  app      %s/\n", parts.Version, base)
	if once != nil {
		fmt.Fprintf(a.out, "  open     %s\n           (signs you in; good once, for an hour)\n", once.Address(base))
	}
	fmt.Fprintf(a.out, "  API      %s/v1/ (description at %s/v1/openapi.json)\n  preview  %s/\n  data     %s\n", base, base, preview, c.Data)
	if password != "" {
		fmt.Fprintf(a.out, "  sign in  owner@localhost with the password %s (shown once)\n", password)
	}
}

// sample makes the sample site, runs it, and tells where to read what came of it.
func (w *workspace) sample(a *app, begun time.Time) error {
	publish := true
	st, err := w.site(a.ctx, targetFlags{Preview: true, Industry: "food-and-beverage"}, &publish)
	if err != nil {
		return err
	}
	done, err := w.Contents.List(a.ctx, w.scope, st.ID, content.Filter{SiteStatus: content.Published})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	if err := w.importFrom(a.ctx, a.out, st, "sample.csv", strings.NewReader(sampleKeywords)); err != nil {
		return err
	}
	w.greet(a.out, st)
	if len(done) == 0 || w.unfinished(a.ctx, st) {
		view, err := w.follow(a.ctx, a.out, st.ID, isTerminal(a.out))
		if err != nil {
			return err
		}
		res, err := w.result(a.ctx, st.ID, view, begun)
		if err != nil {
			return err
		}
		if err := res.table(a.out); err != nil {
			return err
		}
		// Paused, cancelled or failed, it is gone on with in the app, which stays up.
		if why := res.failure(); why != nil {
			fmt.Fprintf(a.out, "\nThe sample is not complete: %v; or go on in the app.\n", why)
		}
	}
	fmt.Fprintf(a.out, "\nThe posts can be read at %s\nPress Ctrl-C to stop.\n", w.previewAddress(st.ID))
	return nil
}

// unfinished tells whether a run of the site is active.
func (w *workspace) unfinished(ctx context.Context, st site.Site) bool {
	_, err := w.Engine.Current(ctx, w.scope, st.ID)
	return err == nil
}
