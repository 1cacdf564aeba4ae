package money_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/receipts"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/site"
)

// shop is an opened data folder.
type shop struct {
	*embedded.Runtime
	t     *testing.T
	ctx   context.Context
	scope account.Scope
}

// impatient are limits under which a call that hangs is given up after some seconds, and one
// that does not is not, on a machine that stands still for a moment.
func impatient() embedded.Options {
	return embedded.Options{Limits: automation.Limits{Lease: 8 * time.Second, Finish: 500 * time.Millisecond, Backoff: 50 * time.Millisecond, Resend: time.Second}, Tick: 200 * time.Millisecond}
}

// open opens a folder to look at it, or to work with a lab in it.
func open(t *testing.T, data string, lab *ai.Lab) *shop {
	t.Helper()
	return openWith(t, data, lab, embedded.Options{})
}

func openWith(t *testing.T, data string, lab *ai.Lab, o embedded.Options) *shop {
	t.Helper()
	o.Data, o.BaseURL, o.PreviewBase, o.Log = data, "http://127.0.0.1", "http://127.0.0.1", slog.New(slog.NewTextHandler(io.Discard, nil))
	if lab != nil {
		u, err := url.Parse(lab.URL)
		if err != nil {
			t.Fatal(err)
		}
		o.AllowHosts = []string{u.Host}
		o.Providers = providers.Options{OpenAI: providers.Access{Key: providers.HeldKey(lab.Key), BaseURL: lab.URL}}
	}
	rt, err := embedded.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{Runtime: rt, t: t, ctx: context.Background()}
	t.Cleanup(s.close)
	s.scope, err = rt.Identity.LocalOwner(s.ctx)
	s.must(err)
	return s
}

func (s *shop) close() { s.must(s.Runtime.Close()) }

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// site makes a site that publishes to the preview; empty models are the usual ones.
func (s *shop) site(text, image string) string {
	s.t.Helper()
	yes, preview := true, site.DestinationPreview
	p := site.Patch{AutoPublishEnabled: &yes, Destination: &preview}
	if text != "" {
		p.TextModel, p.ImageModel = &text, &image
	}
	st, err := s.Sites.Create(s.ctx, s.scope, site.Draft{Name: "Preview", Domain: "preview.localhost", Industry: "digital-marketing", Settings: p}, idem.Key{})
	s.must(err)
	return st.ID
}

func (s *shop) importFile(siteID, name string) {
	s.t.Helper()
	f, err := os.Open(name)
	s.must(err)
	defer f.Close()
	st, err := s.Sites.Get(s.ctx, s.scope, siteID)
	s.must(err)
	_, err = s.Keywords.Import(s.ctx, s.scope, siteID, keyword.Source{Name: name, Reader: f}, keyword.Options{Sector: st.Sectors[0].ID})
	s.must(err)
}

func (s *shop) start() { s.must(s.Start(s.ctx)) }

// run starts a run and waits for its end.
func (s *shop) run(siteID string) automation.View {
	s.t.Helper()
	r, err := s.Engine.Start(s.ctx, s.scope, siteID, automation.Manual)
	s.must(err)
	return s.await(siteID, r.ID, automation.StatusCompleted)
}

// await waits until the run has a status.
func (s *shop) await(siteID, run string, want automation.Status) automation.View {
	s.t.Helper()
	var v automation.View
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var err error
		v, err = s.Engine.View(s.ctx, s.scope, siteID, run)
		s.must(err)
		if v.Status == want {
			return v
		}
		if v.Status.Ended() {
			break
		}
	}
	s.t.Fatalf("the run is %s (%s) at stage %d, not %s", v.Status, v.PauseReason, v.Stage, want)
	return v
}

func (s *shop) receipt(siteID, id string) receipts.Receipt {
	s.t.Helper()
	r, err := s.Receipts(s.Engine).Of(s.ctx, s.scope, siteID, id)
	s.must(err)
	return r
}

// receipts adds up the receipts of all articles; lines are the calls in them by the key that
// the provider knows them by. The parts of a call that articles share add up to the call.
func (s *shop) receipts(siteID string) (sum receipts.Sum, lines map[string]receipts.Line) {
	s.t.Helper()
	texts, err := s.Contents.List(s.ctx, s.scope, siteID, content.Filter{})
	s.must(err)
	lines = map[string]receipts.Line{}
	parts := map[string]receipts.Sum{}
	for _, c := range texts {
		r := s.receipt(siteID, c.ID)
		sum.Credits, sum.Cost = sum.Credits+r.Credits, sum.Cost+r.Cost
		for _, l := range r.Lines {
			key := l.Job + "." + l.Call
			if had, seen := lines[key]; seen && (!l.Shared || had.AllCost != l.AllCost) {
				s.t.Errorf("%s stands in two receipts", key)
			}
			lines[key] = l
			p := parts[key]
			parts[key] = receipts.Sum{Credits: p.Credits + l.Credits, Cost: p.Cost + l.Cost}
		}
	}
	for key, p := range parts {
		if l := lines[key]; p.Credits != l.AllCredit || p.Cost != l.AllCost {
			s.t.Errorf("%s: the parts are %+v, the call %s and %d", key, p, l.AllCredit, l.AllCost)
		}
	}
	return sum, lines
}

// ledger gives what was charged for the site, once it has looked through the ledger.
func (s *shop) ledger() (spent credit.Amount) {
	s.t.Helper()
	entries, err := s.Credits.Ledger(s.ctx, s.scope)
	s.must(err)
	b, err := s.Credits.Balance(s.ctx, s.scope)
	s.must(err)
	var sum, held credit.Amount
	for i, e := range entries {
		sum, held = sum+e.Amount, held+e.Held
		if e.Reference != others {
			spent += e.Spent
		}
		if e.Seq != int64(i+1) || e.BalanceAfter != sum || sum < 0 {
			s.t.Errorf("entry %+v, the sum is %s", e, sum)
		}
	}
	if sum != b.Total() || held != b.Held {
		s.t.Errorf("ledger %s and %s held, balance %s and %s held", sum, held, b.Total(), b.Held)
	}
	return spent
}

func (s *shop) losses(siteID string) []automation.Loss {
	s.t.Helper()
	l, err := s.Engine.Losses(s.ctx, s.scope, siteID)
	s.must(err)
	return l
}

// gap is what the provider sold beyond our receipts, and what we noted for it.
type gap struct {
	losses         int
	provider, ours credit.USD
	most           credit.USD
}

func (g gap) String() string {
	return fmt.Sprintf("lab_usd=%s ours_usd=%s gap_usd=%s noted=%d noted_at_most_usd=%s", g.provider, g.ours, g.provider-g.ours, g.losses, g.most)
}

// books closes the books of the provider and ours where calls were in doubt.
func (s *shop) books(t *testing.T, lab *ai.Lab, siteID string) gap {
	t.Helper()
	totals, err := s.Receipts(s.Engine).Totals(s.ctx, s.scope, siteID)
	s.must(err)
	if spent := s.ledger(); totals.All.Credits != spent {
		t.Errorf("the jobs drew %s, the ledger says %s", totals.All.Credits, spent)
	}
	g := gap{ours: totals.All.Cost}
	noted := map[string][]automation.Loss{}
	for _, l := range s.losses(siteID) {
		key := l.Job + "." + l.Call
		noted[key] = append(noted[key], l)
		g.losses, g.most = g.losses+1, g.most+l.Most
	}
	kept := map[string]credit.USD{}
	s.must(s.Engine.EachPaid(s.ctx, s.scope, siteID, func(j automation.Job) {
		for _, c := range j.Calls {
			kept[j.ID+"."+c.Name] = c.Usage.CostUSD
			if c.Usage.CostUSD > j.Most {
				t.Errorf("%s cost %d micro-dollars, at most %d were expected", j.ID, c.Usage.CostUSD, j.Most)
			}
		}
	}))
	charged := map[string]credit.USD{}
	for _, c := range lab.Requests("", "") {
		g.provider += micro(c.USD)
		charged[c.Key] += micro(c.USD)
	}
	for key, usd := range charged {
		var most credit.USD
		for _, l := range noted[key] {
			most += l.Most
		}
		if usd-kept[key] > most {
			t.Errorf("%s: the provider charged %d, we keep %d, and noted at most %d in %d losses", key, usd, kept[key], most, len(noted[key]))
		}
		if usd < kept[key] {
			t.Errorf("%s: we keep %d that the provider did not charge (%d)", key, kept[key], usd)
		}
	}
	if g.provider-g.ours > g.most || g.provider < g.ours {
		t.Errorf("money does not close: %v", g)
	}
	return g
}
