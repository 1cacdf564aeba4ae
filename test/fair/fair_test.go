// Package fair lets one noisy account work beside many quiet ones on the all-in-one program,
// with a provider that takes its time, and holds that no quiet account waits longer than
// twice the share of the program that is its own. Time is counted in articles that are begun
// meanwhile, so that what else the machine does changes nothing.
package fair

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/embedded"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/task"
	"github.com/igny8/igny8/test/simulate"
)

const (
	accounts = 50 // the first is noisy
	quiet    = 2  // articles of a quiet account
	noisy    = 100 * quiet
	share    = 2.0 // times its fair share that an account may wait
	limit    = 3 * time.Minute
)

// writing is the stage that this looks at: a text each, nothing decoded.
const writing = 4

// place is an account with a site and articles to write.
type place struct {
	scope       account.Scope
	site, run   string
	began       time.Time
	took        time.Duration
	tasks, done int
}

func TestNoisyNeighbour(t *testing.T) {
	lab := ai.Start(t)
	lab.Latency(ai.Latency{Kind: "fixed", Ms: 150})
	u, err := url.Parse(lab.URL)
	if err != nil {
		t.Fatal(err)
	}
	// The window is as wide as a wave: it is the queue that is looked at, which takes accounts in turn.
	rt, err := embedded.Open(embedded.Options{Data: t.TempDir(), BaseURL: "http://127.0.0.1", PreviewBase: "http://127.0.0.1", Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		AllowHosts: []string{u.Host}, Providers: providers.Options{OpenAI: providers.Access{Key: providers.HeldKey(lab.Key), BaseURL: lab.URL}},
		Limits: automation.Limits{Window: 500}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer func() {
		stop()
		if err := rt.Close(); err != nil {
			t.Error(err)
		}
	}()
	places := make([]*place, accounts)
	for n := range places {
		places[n] = open(t, rt, n)
	}
	if err := rt.Start(ctx); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	lab.Fault(ai.Fault{Kind: "hold"}) // nobody is through before all have begun
	for _, p := range places {        // the noisy one first: all of its work stands before the others'
		r, err := rt.Engine.Start(ctx, p.scope, p.site, automation.Manual)
		if err != nil {
			t.Fatal(err)
		}
		p.run, p.began = r.ID, time.Now()
	}
	lab.ClearFaults()
	for left := accounts; left > 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("%d accounts still wait after %v", left, limit)
		}
		left = 0
		for _, p := range places {
			if p.took == 0 && !p.written(t, rt) {
				left++
			}
		}
	}
	judge(t, places, begunOf(lab), time.Since(began))
}

// open signs up an account, and gives it a site with tasks.
func open(t *testing.T, rt *embedded.Runtime, n int) *place {
	t.Helper()
	ctx := t.Context()
	in, err := rt.Identity.Register(ctx, identity.Registration{Email: fmt.Sprintf("ann%d@example.com", n), Password: "a long walk in wool socks", PasswordConfirm: "a long walk in wool socks"})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{scope: account.Mint(account.Grant{Account: in.User.Account.ID, Actor: in.User.ID, Role: account.Owner}), tasks: quiet}
	if n == 0 {
		p.tasks = noisy
	}
	st, err := rt.Sites.Create(ctx, p.scope, site.Draft{Name: "Fair", Domain: "fair.localhost", Industry: "digital-marketing"}, idem.Key{})
	if err != nil {
		t.Fatal(err)
	}
	p.site = st.ID
	for i := range p.tasks {
		x := task.Task{ID: id.Hash("tsk", p.site, fmt.Sprint(i)), Site: p.site, Sector: st.Sectors[0].ID, Title: fmt.Sprintf("How to repair machine %d of %d", i, n), ContentType: "post", ContentStructure: "guide", WordCount: 300}
		if _, err := rt.Tasks.Add(ctx, p.scope, x, idem.Key{}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// written tells whether all articles of the account are written, and ends its run then.
func (p *place) written(t *testing.T, rt *embedded.Runtime) bool {
	t.Helper()
	v, err := rt.Engine.View(t.Context(), p.scope, p.site, p.run)
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range v.Stages {
		if st.Stage == writing && st.Closed {
			p.took, p.done = time.Since(p.began), int(st.Processed)
			_, err := rt.Engine.Cancel(t.Context(), p.scope, p.site, p.run)
			if err != nil && !over(t, rt, p) { // a run of two articles may be over before it is cancelled
				t.Fatal(err)
			}
			return true
		}
	}
	return false
}

// over tells whether the account's run came to its own end.
func over(t *testing.T, rt *embedded.Runtime, p *place) bool {
	t.Helper()
	v, err := rt.Engine.View(t.Context(), p.scope, p.site, p.run)
	if err != nil {
		t.Fatal(err)
	}
	return v.Status == automation.StatusCompleted
}

// article is one whose text was asked for.
type article struct {
	account int
	at      time.Time
}

var title = regexp.MustCompile(`How to repair machine \d+ of (\d+)`)

// begunOf gives the articles in the order in which the provider was asked for their texts.
func begunOf(l *ai.Lab) (out []article) {
	seen := map[string]bool{}
	for _, c := range l.Requests("", "") {
		m := title.FindStringSubmatch(c.Body)
		if m == nil || seen[m[0]] { // what is asked for its pictures
			continue
		}
		seen[m[0]] = true
		n, _ := strconv.Atoi(m[1])
		out = append(out, article{n, c.At})
	}
	return out
}

// waited is how many articles were begun, of anyone, from when an account's run began to the
// last of its own.
func (p *place) waited(n int, begun []article) (articles int) {
	since := 0
	for _, a := range begun {
		if a.at.Before(p.began) {
			continue
		}
		if since++; a.account == n {
			articles = since
		}
	}
	return articles
}

// judge holds what accounts waited against their share, by the model of a queue that takes
// accounts in turn.
func judge(t *testing.T, places []*place, begun []article, all time.Duration) {
	t.Helper()
	var work []simulate.Work
	jobs := 0
	for n, p := range places {
		if p.done != p.tasks {
			t.Errorf("account %d has %d of %d articles", n, p.done, p.tasks)
		}
		jobs += p.tasks
		work = append(work, simulate.Work{Account: n, Articles: p.tasks})
	}
	if len(begun) != jobs {
		t.Errorf("%d articles were asked for, want %d", len(begun), jobs)
	}
	writers := embedded.Workers(queue.AI)
	m := simulate.Model{Lanes: []simulate.Lane{{Name: "ai", Batch: 1, Slots: writers, Seconds: 1}}, Stages: []simulate.Stage{{Name: "writing", Lane: 0, PerArticle: 1}},
		Wave: 500, LeastShare: automation.LeastShare, Fair: true}
	fair := m.Run(work)
	worst, at := 0.0, 0
	for n, p := range places[1:] {
		if r := float64(p.waited(n+1, begun)) / (fair.Took[n+1] * float64(writers)); r > worst {
			worst, at = r, n+1
		}
	}
	each := all.Seconds() * float64(writers) / float64(jobs)
	took, most := places[at].took, places[0].took
	t.Logf("fair: accounts=%d jobs=%d writers=%d job=%.0fms all=%.1fs noisy=%.1fs worst_quiet=%d articles (%.2fs) of a share of %.0f: %.2f times (at most %g)",
		accounts, jobs, writers, 1000*each, all.Seconds(), most.Seconds(), places[at].waited(at, begun), took.Seconds(), fair.Took[at]*float64(writers), worst, share)
	if worst > share {
		t.Errorf("account %d waited %.2f times its fair share, at most %g", at, worst, share)
	}
	for n, p := range places[1:] { // whatever the writers did meanwhile
		if p.began.Add(p.took).After(places[0].began.Add(most)) {
			t.Errorf("account %d ends after the noisy one", n+1)
		}
	}
}
