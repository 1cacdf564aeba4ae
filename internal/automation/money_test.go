package automation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// shop is a first stage whose jobs do what the test says. It may tell an estimate.
type shop struct {
	do       func(ctx context.Context, w *automation.Work) (credit.Amount, error)
	share    credit.Amount
	most     credit.USD
	estimate credit.Amount
}

func (*shop) Number() int { return 1 }

func (p *shop) Plan(_ context.Context, _ account.Scope, in automation.PlanInput) (automation.Selection, error) {
	var sel automation.Selection
	for _, item := range in.Items {
		provider, _, _ := strings.Cut(item, "/")
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: item, Provider: provider, Title: item, Input: "input", Queue: queue.AI, Share: p.share, Most: p.most})
	}
	return sel, nil
}

func (p *shop) Do(ctx context.Context, _ account.Scope, w *automation.Work) (automation.Outcome, error) {
	draw, err := p.do(ctx, w)
	return automation.Outcome{Draw: draw, Result: json.RawMessage(`{}`)}, err
}

func (*shop) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}

func (p *shop) Estimate(_ context.Context, _ account.Scope, _ automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	return automation.Forecast{Waiting: 1, Credits: p.estimate, Next: automation.Flow{Items: coming.Items + 1}}, nil
}

// trade opens the world's stores with the shop as the only stage, and with credits.
func trade(t *testing.T, credits int64, p *shop) (*world, *automation.Engine) {
	w := newWorld(t, 1)
	if credits > 0 {
		w.grant(credits)
	}
	if p.share == 0 {
		p.share = credit.Whole(2)
	}
	return w, w.trader(p, "one")
}

func (w *world) trader(p *shop, holder string) *automation.Engine {
	tbl := &cutTable{w.table, w.power}
	return automation.New(automation.Config{
		Table: tbl, Blob: &cutBlob{w.blobs, w.power, w.provider}, Queue: &cutQueue{w.queue, w.power}, Dead: w.queue, Workflow: &cutFlow{w.flow, w.power, w},
		Credits: credit.New(tbl, w.clock), Clock: w.clock, IDs: w.ids, Log: slog.New(slog.DiscardHandler),
		Stages: []automation.Stage{p}, Limits: w.limits, Holder: holder, SoleUser: true,
	})
}

func (w *world) ask(e *automation.Engine, item string) automation.Job {
	w.t.Helper()
	jobs, err := e.Ask(context.Background(), w.scope, simSite, 1, item)
	if err != nil || len(jobs) != 1 {
		w.t.Fatalf("asked: %v, %v", jobs, err)
	}
	return jobs[0]
}

func (w *world) losses(e *automation.Engine) []automation.Loss {
	list, err := e.Losses(context.Background(), w.scope, simSite)
	w.must(err)
	return list
}

// sold is an answer that cost so many micro-dollars.
func sold(cost credit.USD) func(context.Context) (ai.Answer, error) {
	return func(context.Context) (ai.Answer, error) {
		return ai.Answer{Usage: ai.Usage{Provider: "lab", Model: "m", TokensIn: 3, TokensOut: 5, CostUSD: cost}, Raw: []byte("x")}, nil
	}
}

var unusable = errs.New(errs.Invalid, "schema", "it can't be used").Because(errs.Provider)

// TestWhatWasBoughtIsKept: a job keeps each call that was answered, also when nothing came of
// it: then it cost money and no credits.
func TestWhatWasBoughtIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails bool
		draw  credit.Amount
		state automation.JobState
	}{"done": {false, credit.Whole(1), automation.JobDone}, "failed": {true, 0, automation.JobFailed}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, e := trade(t, 10, &shop{most: 20, do: func(ctx context.Context, w *automation.Work) (credit.Amount, error) {
				for i, call := range []string{"answer", "repair"} {
					if _, err := w.Once(ctx, call, 20, sold(credit.USD(7+i))); err != nil {
						return 0, err
					}
				}
				if c.fails {
					return 0, unusable
				}
				return credit.Whole(1), nil
			}})
			w.ask(e, "a")
			w.hand(e, w.jobs()...)
			j := w.jobs()[0]
			if j.State != c.state || j.Draw != c.draw || j.Cost != 15 || len(j.Calls) != 2 || j.Calls[0].Name != "answer" || j.Calls[0].Usage.CostUSD != 7 ||
				j.Calls[1].Name != "repair" || j.Calls[1].Usage.TokensOut != 5 || j.Prices != credit.Current || j.Calling != "" {
				t.Errorf("job %+v", j)
			}
			if paid, err := e.Paid(context.Background(), w.scope, simSite, "a"); err != nil || len(paid) != 1 || paid[0].ID != j.ID {
				t.Errorf("paid for the item: %v, %v", paid, err)
			}
			n := 0
			w.must(e.EachPaid(context.Background(), w.scope, simSite, func(automation.Job) { n++ }))
			if entries, err := credit.New(w.table, w.clock).Ledger(context.Background(), w.scope); n != 1 || err != nil || entries[2].Spent != c.draw || entries[3].Amount != credit.Whole(2)-c.draw {
				t.Errorf("%d paid jobs, ledger %+v, %v", n, entries, err)
			}
			if l := w.losses(e); len(l) != 0 {
				t.Errorf("losses %+v", l)
			}
		})
	}
}

// TestStoredCallsOfAFailedJob: an answer was stored, its worker died, and the job fails
// before it comes to that call again.
func TestStoredCallsOfAFailedJob(t *testing.T) {
	t.Parallel()
	died := false
	p := &shop{most: 9}
	w, e := trade(t, 10, p)
	p.do = func(ctx context.Context, x *automation.Work) (credit.Amount, error) {
		if died {
			return 0, unusable
		}
		_, err := x.Once(ctx, "answer", 9, sold(7))
		w.must(err)
		died = true
		w.power.set(1) // the next write ends the program
		return 0, nil
	}
	w.ask(e, "a")
	w.live(func() { w.hand(e, w.jobs()...) })
	w.power.reset()
	w.clock.Advance(6 * time.Minute)
	e = w.trader(p, "two")
	w.hand(e, w.jobs()...)
	if j := w.jobs()[0]; j.State != automation.JobFailed || j.Cost != 7 || len(j.Calls) != 1 || j.Draw != 0 {
		t.Errorf("job %+v", j)
	}
	if l := w.losses(e); len(l) != 0 {
		t.Errorf("nothing was lost: %+v", l)
	}
}

// TestManyPurchases: a job that buys many times keeps each, in order, before what it computed
// of them, also when it fails before it comes to them again.
func TestManyPurchases(t *testing.T) {
	t.Parallel()
	died := false
	p := &shop{}
	w, e := trade(t, 10, p)
	p.do = func(ctx context.Context, x *automation.Work) (credit.Amount, error) {
		if died { // it comes to what it computed, and not to what it bought for that
			_, err := x.Once(ctx, "computed", 0, sold(0))
			w.must(err)
			return 0, unusable
		}
		for n := range 11 {
			_, err := x.Once(ctx, automation.CallName(n), 9, sold(7))
			w.must(err)
		}
		_, err := x.Once(ctx, "computed", 0, sold(0))
		w.must(err)
		died = true
		w.power.set(1)
		return 0, nil
	}
	w.ask(e, "a")
	w.live(func() { w.hand(e, w.jobs()...) })
	w.power.reset()
	w.clock.Advance(6 * time.Minute)
	e = w.trader(p, "two")
	w.hand(e, w.jobs()...)
	j := w.jobs()[0]
	if j.State != automation.JobFailed || j.Cost != 77 || len(j.Calls) != 12 || j.Calls[1].Name != "answer-2" || j.Calls[10].Name != "answer-11" || j.Calls[11].Name != "computed" {
		t.Errorf("job %+v", j)
	}
	if l := w.losses(e); len(l) != 0 {
		t.Errorf("nothing was lost: %+v", l)
	}
}

// TestCallsInDoubt: a call that may have been sold to us without an answer is noted, once,
// with the most that it can have cost; one that was refused is not.
func TestCallsInDoubt(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	for name, c := range map[string]struct {
		err  error
		most credit.USD
		want int
	}{
		"connection lost":  {errs.New(errs.Unavailable, "connection_lost", "x").Because(errs.Provider), 9, 1},
		"time-out":         {errs.New(errs.Unavailable, "timeout", "x").Because(errs.Provider), 9, 1},
		"cut off":          {errs.New(errs.Unavailable, "truncated", "x").Because(errs.Provider), 9, 1},
		"dearer than said": {errs.New(errs.Unavailable, "timeout", "x").Because(errs.Provider), 30, 1},
		"nobody reached":   {errs.New(errs.Unavailable, "connection_lost", "x").Because(errs.Provider).With(dial), 9, 0},
		"refused":          {errs.New(errs.Unavailable, "provider_down", "x").Because(errs.Provider), 9, 0},
		"too fast":         {errs.New(errs.Exhausted, "rate_limited", "x").Because(errs.Provider), 9, 0},
		"free":             {errs.New(errs.Unavailable, "timeout", "x").Because(errs.Provider), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, e := trade(t, 10, &shop{most: min(c.most, 9), do: func(ctx context.Context, w *automation.Work) (credit.Amount, error) {
				_, err := w.Once(ctx, "answer", c.most, func(context.Context) (ai.Answer, error) { return ai.Answer{}, c.err })
				return 0, err
			}})
			w.ask(e, "a")
			for n := range 2 {
				w.hand(e, w.jobs()...)
				got := w.losses(e)
				if len(got) != c.want*(n+1) {
					t.Fatalf("after call %d: %+v", n+1, got)
				}
				for _, l := range got {
					if l.Most != c.most || l.Job != w.jobs()[0].ID || l.Item != "a" || l.Call != "answer" || l.At.IsZero() {
						t.Errorf("loss %+v", l)
					}
				}
				w.clock.Advance(5 * time.Minute)
			}
		})
	}
}

// TestKilledInACall: who takes over the lease of a killed worker notes the call that was
// under way, and only when one may have been.
func TestKilledInACall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most    credit.USD
		at      string // the call in which the power goes
		in, out int    // writes of the call after which it goes: before it is stored, or after
		want    string
	}{
		"in the first call":      {9, "answer", 1, 0, "answer"},
		"after the first call":   {9, "answer", 0, 2, ""},
		"in the repair":          {9, "repair", 1, 0, "repair"},
		"after the repair":       {9, "repair", 0, 2, ""},
		"in a call that is free": {0, "answer", 1, 0, ""},
		"between the calls":      {9, "answer", 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &shop{most: c.most}
			w, e := trade(t, 10, p)
			first := true
			p.do = func(ctx context.Context, x *automation.Work) (credit.Amount, error) {
				for _, call := range []string{"answer", "repair"} {
					_, err := x.Once(ctx, call, c.most, func(ctx context.Context) (ai.Answer, error) {
						if first && call == c.at {
							w.power.set(max(c.in, c.out))
							if c.in > 0 {
								w.power.write()
							}
						}
						return sold(7)(ctx)
					})
					if err != nil {
						return 0, err
					}
					if first && call == c.at {
						w.power.set(1)
						w.power.write()
					}
				}
				return credit.Whole(1), nil
			}
			w.ask(e, "a")
			if !w.live(func() { w.hand(e, w.jobs()...) }) {
				t.Fatal("the power was not cut")
			}
			first = false
			w.power.reset()
			e = w.trader(p, "two")
			w.hand(e, w.jobs()...)
			j, got := w.jobs()[0], w.losses(e)
			if j.State != automation.JobDone || len(j.Calls) != 2 || j.Draw != credit.Whole(1) {
				t.Errorf("job %+v", j)
			}
			if c.want == "" && len(got) != 0 || c.want != "" && (len(got) != 1 || got[0].Call != c.want || got[0].Most != c.most) {
				t.Errorf("losses %+v, want one in %q", got, c.want)
			}
		})
	}
}

// TestOneProvidersPauseHoldsNoOther: who asked for a pause is left alone, with all that waits
// for it; another provider's work goes on.
func TestOneProvidersPauseHoldsNoOther(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	slow := errs.New(errs.Exhausted, "rate_limited", "slower").Because(errs.Provider).After(time.Minute)
	w, e := trade(t, 10, &shop{do: func(_ context.Context, x *automation.Work) (credit.Amount, error) {
		asked[x.Job.Item]++
		if x.Job.Provider == "a" && asked["a/1"]+asked["a/2"] == 1 {
			return 0, slow
		}
		return credit.Whole(1), nil
	}})
	for _, item := range []string{"a/1", "a/2", "b/1"} {
		w.hand(e, w.ask(e, item))
	}
	if fmt.Sprint(asked) != "map[a/1:1 b/1:1]" {
		t.Fatalf("asked within the pause: %v", asked)
	}
	w.clock.Advance(61 * time.Second)
	w.hand(e, w.jobs()...)
	if fmt.Sprint(asked) != "map[a/1:2 a/2:1 b/1:1]" {
		t.Errorf("asked after the pause: %v", asked)
	}
}

// TestHundredSpendsOnThreeCredits: what is begun is exactly what the balance covers.
func TestHundredSpendsOnThreeCredits(t *testing.T) {
	t.Parallel()
	w, e := trade(t, 3, &shop{share: credit.Whole(1), do: func(context.Context, *automation.Work) (credit.Amount, error) { return credit.Whole(1), nil }})
	var begun, refused atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			_, err := e.Ask(context.Background(), w.scope, simSite, 1, fmt.Sprint("item", i))
			switch {
			case err == nil:
				begun.Add(1)
			case errs.Is(err, errs.Exhausted) && errs.Of(err).Cause == errs.Credits:
				refused.Add(1)
			default:
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if begun.Load() != 3 || refused.Load() != 97 || len(w.jobs()) != 3 {
		t.Errorf("%d begun, %d refused, %d jobs", begun.Load(), refused.Load(), len(w.jobs()))
	}
	w.hand(e, w.jobs()...)
	if spent := w.verifyLedger(); spent != credit.Whole(3) {
		t.Errorf("spent %s", spent)
	}
}

// TestEstimateBeforeARun: 1.2 times the estimate has to be there; a run with nothing to do
// begins without a credit; a site with an active run is told of that one.
func TestEstimateBeforeARun(t *testing.T) {
	t.Parallel()
	p := &shop{estimate: credit.Whole(10)}
	w, e := trade(t, 11, p)
	ctx := context.Background()
	_, err := e.Start(ctx, w.scope, simSite, automation.Manual)
	if x := errs.Of(err); !errs.Is(err, errs.Exhausted) || x.Code != "credits" || x.Cause != errs.Credits ||
		fmt.Sprint(x.Fields) != "map[current_balance:[11] estimated_credits:[10] needed_credits:[12]]" {
		t.Fatalf("start: %v", err)
	}
	if len(w.all("RUN#")) != 0 {
		t.Error("a run that was refused is stored")
	}
	w.grant(1)
	est, err := e.Estimate(ctx, w.scope, simSite)
	if err != nil || !est.Sufficient || est.Needed != credit.Whole(12) || est.Prices != credit.Current || len(est.Stages) != 1 || est.Stages[0].Name != "clustering" {
		t.Errorf("estimate %+v, %v", est, err)
	}
	r, err := e.Start(ctx, w.scope, simSite, automation.Manual)
	if err != nil {
		t.Fatal(err)
	}
	p.estimate = credit.Whole(1000)
	if _, err := e.Start(ctx, w.scope, simSite, automation.Manual); errs.Of(err) == nil || errs.Of(err).Code != "run_active" || errs.Of(err).Fields["run_id"][0] != r.ID {
		t.Errorf("beside an active run: %v", err)
	}
	poor, e := trade(t, 0, &shop{})
	if _, err := e.Start(ctx, poor.scope, simSite, automation.Manual); err != nil {
		t.Errorf("a run with nothing to do: %v", err)
	}
}

// TestPricesStayWithTheWork: a wave that was planned under a list is done under it.
func TestPricesStayWithTheWork(t *testing.T) {
	t.Parallel()
	w, e := trade(t, 10, &shop{do: func(_ context.Context, w *automation.Work) (credit.Amount, error) {
		if w.Job.Prices != credit.Current {
			return 0, fmt.Errorf("the job's prices are %q", w.Job.Prices)
		}
		return credit.Whole(1), nil
	}})
	w.ask(e, "a")
	wave := w.wave()
	if wave.Attrs["price_version"] != credit.Current {
		t.Errorf("wave %v", wave.Attrs)
	}
	w.hand(e, w.jobs()...)
	if j := w.jobs()[0]; j.State != automation.JobDone {
		t.Errorf("job is %s: %s", j.State, j.Reason)
	}
	if _, err := table.Collect(context.Background(), w.table, table.Query{Partition: table.OfSite(w.scope, simSite), Prefix: "PAID#"}); err != nil {
		t.Error(err)
	}
}
