package receipts_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/answers"
	"github.com/igny8/igny8/internal/automation/stages/receipts"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/table/tabletest/memory"
	"github.com/igny8/igny8/internal/task"
)

const (
	siteID = "sit"
	sector = "sec"
)

// books are the jobs of a site.
type books []automation.Job

func (b books) Paid(_ context.Context, _ account.Scope, _, item string) (out []automation.Job, err error) {
	for _, j := range b {
		if j.Item == item {
			out = append(out, j)
		}
	}
	return out, nil
}

func (b books) EachPaid(_ context.Context, _ account.Scope, _ string, see func(automation.Job)) error {
	for _, j := range b {
		see(j)
	}
	return nil
}

// shelf is a site in the making.
type shelf struct {
	t     fatal
	ctx   context.Context
	scope account.Scope
	table *memory.Table
	books books
	svc   *receipts.Service
	n     int
}

type fatal interface {
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func newShelf(t fatal, ctx context.Context, store *blobs.Store) *shelf { //nolint:revive // t first, as everywhere in tests
	c := clock.At(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC))
	tbl := memory.New(c)
	s := &shelf{t: t, ctx: ctx, table: tbl, scope: account.Mint(account.Grant{Account: fmt.Sprint("acc", time.Now().UnixNano()), Actor: "usr", Role: account.Owner})}
	s.svc = &receipts.Service{Contents: content.NewService(tbl, store, c), Tasks: task.NewService(tbl, c), Ideas: idea.NewService(tbl, c), Clustered: answers.Blobs{Store: store}}
	return s
}

func openBlobs(t *testing.T) *blobs.Store {
	t.Helper()
	store, err := blobs.Open(filepath.Join(t.TempDir(), "blob"), "http://127.0.0.1", []byte("0123456789abcdef0123456789abcdef"), clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func (s *shelf) must(err error) {
	if err != nil {
		s.t.Fatalf("%v", err)
	}
}

// bought adds a job; a failed one draws nothing, a repaired one has two calls.
func (s *shelf) bought(stage int, item string, draw credit.Amount, costs ...credit.USD) automation.Job {
	s.n++
	j := automation.Job{ID: fmt.Sprint("job_", s.n), Site: siteID, Stage: stage, Item: item, State: automation.JobDone, Draw: draw, Prices: credit.Current}
	if draw < 0 {
		j.State, j.Draw = automation.JobFailed, 0
	}
	for i, c := range costs {
		j.Calls = append(j.Calls, automation.Call{Name: []string{"answer", "repair"}[i], Usage: ai.Usage{Provider: "openai", Model: "m", TokensIn: 10, TokensOut: 20, Cached: 4, CostUSD: c, PriceDate: "2026-11-24"}})
		j.Cost += c
	}
	s.books = append(s.books, j)
	s.svc.Jobs = s.books
	return j
}

// ideas notes that a job made n ideas of a cluster.
func (s *shelf) ideas(cluster string, by automation.Job, n int) {
	s.must(s.table.Write(s.ctx, idea.MadeOp(s.scope, siteID, cluster, by.ID, n)))
}

// article writes the content of an idea, with its task.
func (s *shelf) article(id, cluster, ofIdea string, images int) {
	op, err := task.NewOp(s.scope, task.Task{ID: "tas_" + id, Site: siteID, Idea: ofIdea})
	s.must(err)
	op2, err := content.NewOp(s.scope, content.Content{ID: id, Site: siteID, Sector: sector, Title: "Title of " + id, Task: "tas_" + id, Cluster: cluster, ImagesExpected: images})
	s.must(err)
	s.must(s.table.Transact(s.ctx, op, op2))
}

func (s *shelf) receipt(id string) receipts.Receipt {
	r, err := s.svc.Of(s.ctx, s.scope, siteID, id)
	s.must(err)
	return r
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.Context(), openBlobs(t))
	clustering := s.bought(1, sector, credit.Whole(5), 0)
	s.must(s.svc.Clustered.Put(s.ctx, s.scope, clustering.ID, []byte(`{"groups":[{"id":"clu_a","keywords":[1,2,3]},{"id":"clu_b","keywords":[4]}]}`)))
	s.bought(2, "clu_a", -1, 50)
	made := s.bought(2, "clu_a", credit.Whole(2), 100)
	s.ideas("clu_a", made, 3)
	s.article("con_1", "clu_a", idea.ID(made.ID, 1), 2)
	s.bought(4, "tas_con_1", -1, 40, 41)
	s.bought(4, "tas_con_1", credit.Whole(5), 60, 61)
	s.bought(5, "con_1", credit.Whole(2), 30)
	pic := s.bought(6, imagery.ID("con_1", imagery.Featured, 0), credit.Whole(1), 9)
	pic.Calls[0].Usage.Images, pic.Calls[0].Usage.Tier = 1, credit.Basic
	s.bought(6, imagery.ID("con_1", imagery.InArticle, 0), credit.Whole(4), 8)
	s.bought(4, "tas_other", credit.Whole(5), 999)
	r := s.receipt("con_1")
	// 3 of 4 keywords of 5 credits are 3.75, of which an idea of three has 1.25; of 2 credits
	// the second of three ideas has 0.667, of 50 and 100 micro-dollars 17 and 33.
	if r.Credits != 1250+667+5000+2000+1000+4000 || r.Cost != 17+33+40+41+60+61+30+9+8 || len(r.Lines) != 10 {
		t.Fatalf("%s credits, %d micro-dollars, %d lines: %+v", r.Credits, r.Cost, len(r.Lines), r.Lines)
	}
	for i, want := range []struct {
		stage         int
		call          string
		credits       credit.Amount
		cost, allCost credit.USD
		shared        bool
		status        automation.JobState
	}{
		{1, "answer", 1250, 0, 0, true, automation.JobDone}, {2, "answer", 0, 17, 50, true, automation.JobFailed}, {2, "answer", 667, 33, 100, true, automation.JobDone},
		{4, "answer", 0, 40, 40, false, automation.JobFailed}, {4, "repair", 0, 41, 41, false, automation.JobFailed},
		{4, "answer", 0, 60, 60, false, automation.JobDone}, {4, "repair", 5000, 61, 61, false, automation.JobDone},
	} {
		l := r.Lines[i]
		if l.Stage != want.stage || l.Call != want.call || l.Credits != want.credits || l.Cost != want.cost || l.AllCost != want.allCost || l.Shared != want.shared || l.Status != want.status {
			t.Errorf("line %d is %+v, want %+v", i, l, want)
		}
		if l.TokensIn != 10 || l.TokensOut != 20 || l.Cached != 4 || l.Model != "m" || l.Prices != credit.Current || l.PriceDate != "2026-11-24" {
			t.Errorf("line %d: %+v", i, l)
		}
	}
	if p := r.Lines[8]; p.Tier != credit.Basic || p.Images != 1 || p.StageName != "images" {
		t.Errorf("picture %+v", p)
	}
	if _, err := s.svc.Of(s.ctx, s.scope, siteID, "con_none"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a receipt of nothing: %v", err)
	}
}

// TestReceiptsAddUp: whatever was bought for a site stands in the receipts of its articles
// to the last unit, or in what led to none; and both ways to read them say the same.
func TestReceiptsAddUp(t *testing.T) {
	t.Parallel()
	store, ctx := openBlobs(t), t.Context()
	rapid.Check(t, func(t *rapid.T) {
		s := newShelf(t, ctx, store)
		money := func() credit.USD { return credit.USD(rapid.Int64Range(0, 5000).Draw(t, "cost")) }
		draw := func() credit.Amount { return credit.Amount(rapid.Int64Range(0, 9000).Draw(t, "draw")) }
		written := true
		groups := ""
		clusters := rapid.IntRange(1, 4).Draw(t, "clusters")
		clustering := s.bought(1, sector, draw(), money())
		for c := range clusters {
			cluster := fmt.Sprint("clu_", c)
			groups += fmt.Sprintf(`,{"id":%q,"keywords":[%s1]}`, cluster, repeat("1,", rapid.IntRange(0, 5).Draw(t, "keywords")))
			if rapid.Bool().Draw(t, "failed before") {
				s.bought(2, cluster, -1, money(), money())
			}
			n := rapid.IntRange(1, 5).Draw(t, "ideas")
			made := s.bought(2, cluster, draw(), money())
			s.ideas(cluster, made, n)
			for i := range n {
				if rapid.IntRange(0, 5).Draw(t, "left out") == 0 {
					written = false
					continue
				}
				id := fmt.Sprint("con_", c, "_", i)
				s.article(id, cluster, idea.ID(made.ID, i), 1)
				s.bought(4, "tas_"+id, draw(), money(), money())
				s.bought(5, id, draw(), money())
				s.bought(6, imagery.ID(id, imagery.Featured, 0), draw(), money())
			}
		}
		s.must(s.svc.Clustered.Put(ctx, s.scope, clustering.ID, []byte(`{"groups":[`+groups[1:]+`]}`)))
		var all, sum receipts.Sum
		for _, j := range s.books {
			all.Credits, all.Cost = all.Credits+j.Draw, all.Cost+j.Cost
		}
		totals, err := s.svc.Totals(ctx, s.scope, siteID)
		s.must(err)
		for id, told := range totals.Articles {
			r := s.receipt(id)
			var lines receipts.Sum
			for _, l := range r.Lines {
				lines.Credits, lines.Cost = lines.Credits+l.Credits, lines.Cost+l.Cost
			}
			if told != (receipts.Sum{Credits: r.Credits, Cost: r.Cost}) || lines != told {
				t.Errorf("%s: %+v, its receipt %s and %d, its lines %+v", id, told, r.Credits, r.Cost, lines)
			}
			sum.Credits, sum.Cost = sum.Credits+r.Credits, sum.Cost+r.Cost
		}
		rest := receipts.Sum{Credits: all.Credits - sum.Credits, Cost: all.Cost - sum.Cost}
		if totals.All != all || totals.Rest != rest || rest.Credits < 0 || rest.Cost < 0 || written && rest != (receipts.Sum{}) {
			t.Errorf("all %+v (told %+v), articles %+v, rest %+v (told %+v), every idea written: %v", all, totals.All, sum, rest, totals.Rest, written)
		}
	})
}

func repeat(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}
