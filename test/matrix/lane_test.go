package matrix_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/site"
)

// keywords become one cluster with two ideas.
const keywords = "espresso machine\nbest espresso machine\ncheap espresso machine\nespresso machine reviews\nsmall espresso machine\n"

// tries is how often a call is made before its job fails.
const tries = 3

// lane is a program of its own with its provider: cells follow each other in it.
type lane struct {
	*embedded.Runtime
	t     *testing.T
	lab   *ai.Lab
	scope account.Scope
	sites int
	drew  map[string]credit.Amount // what the jobs of each site drew
}

func newLane(t *testing.T) *lane {
	t.Helper()
	l := &lane{t: t, lab: ai.Start(t), drew: map[string]credit.Amount{}}
	u, err := url.Parse(l.lab.URL)
	l.must(err)
	l.Runtime, err = embedded.Open(embedded.Options{
		Data: memory(t), BaseURL: "http://127.0.0.1", PreviewBase: "http://127.0.0.1", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), AllowHosts: []string{u.Host},
		Providers: providers.Options{
			OpenAI:    providers.Access{Key: providers.HeldKey(l.lab.Key), BaseURL: l.lab.URL},
			Anthropic: providers.Access{Key: providers.HeldKey(l.lab.AnthropicKey), BaseURL: l.lab.AnthropicURL},
			Stability: providers.Access{Key: providers.HeldKey(l.lab.StabilityKey), BaseURL: l.lab.StabilityURL},
			Timeout:   5 * time.Second, // a call that nothing delays takes less on a machine that stands still for a moment
		},
		Limits: automation.Limits{Tries: tries, Slow: tries, Backoff: 20 * time.Millisecond}, Tick: 200 * time.Millisecond,
	})
	l.must(err)
	t.Cleanup(func() { l.must(l.Close()) })
	l.scope, err = l.Identity.LocalOwner(t.Context())
	l.must(err)
	l.must(l.Start(t.Context()))
	return l
}

// memory is a folder in memory where there is such a place: waiting for the disk would be
// most of the time.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "igny8-")
	if err != nil {
		return filepath.Join(t.TempDir(), "data")
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (l *lane) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lane) ctx() context.Context { return context.Background() }

// begin makes a site with the target's models and keywords, and starts a run.
func (l *lane) begin(x target) (siteID, run string) {
	l.t.Helper()
	l.sites++
	yes, preview, none := true, site.DestinationPreview, 0
	p := site.Patch{AutoPublishEnabled: &yes, Destination: &preview, MaxInArticleImages: &none, TextModel: &x.text, ImageModel: &x.image}
	st, err := l.Sites.Create(l.ctx(), l.scope, site.Draft{Name: fmt.Sprint("Site ", l.sites), Domain: fmt.Sprintf("site%d.localhost", l.sites), Industry: "digital-marketing", Settings: p}, idem.Key{})
	l.must(err)
	_, err = l.Keywords.Import(l.ctx(), l.scope, st.ID, keyword.Source{Name: "k", Reader: strings.NewReader(keywords)}, keyword.Options{Sector: st.Sectors[0].ID})
	l.must(err)
	r, err := l.Engine.Start(l.ctx(), l.scope, st.ID, automation.Manual)
	l.must(err)
	return st.ID, r.ID
}

// await waits until the run neither goes on nor has credits held.
func (l *lane) await(siteID, run string) automation.View {
	l.t.Helper()
	var v automation.View
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var err error
		v, err = l.Engine.View(l.ctx(), l.scope, siteID, run)
		l.must(err)
		if v.Status != automation.StatusRunning && l.balance().Held == 0 {
			return v
		}
	}
	l.t.Fatalf("the run is %s at stage %d, %s held", v.Status, v.Stage, l.balance().Held)
	return v
}

func (l *lane) balance() credit.Balance {
	l.t.Helper()
	b, err := l.Credits.Balance(l.ctx(), l.scope)
	l.must(err)
	return b
}

// mend tries again what failed, and goes on with what is paused, until all is published.
func (l *lane) mend(siteID, run string, v automation.View) {
	l.t.Helper()
	if v.Status == automation.StatusPaused {
		_, err := l.Engine.Resume(l.ctx(), l.scope, siteID, run)
		l.must(err)
	} else {
		r, err := l.Engine.Start(l.ctx(), l.scope, siteID, automation.Manual)
		l.must(err)
		run = r.ID
	}
	if v = l.await(siteID, run); v.Status != automation.StatusCompleted {
		l.t.Errorf("with the fault gone the run is %s (%s: %s)", v.Status, v.PauseReason, v.Error)
	}
}
