// tables prints what the simulation says of the product on AWS: where it breaks first with
// 10, 1,000 and 100,000 accounts, whether a noisy account keeps the others waiting, and
// whether schedules are begun in time. It ends with 1 when a limit is broken: make simulate.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/igny8/igny8/test/simulate"
)

// Limits.
const (
	fairest = 2.0 // times its fair share that an account may wait
	within  = 60 * time.Second
)

func main() {
	seed := flag.Uint64("seed", 1, "another seed, another day")
	env := flag.String("env", "production", "environment of samconfig.toml")
	flag.Parse()
	began := time.Now()
	w, err := simulate.Load(".", *env)
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
	t := tables{World: w, seed: *seed}
	m := w.Model(*seed)
	fmt.Printf("%s, seed %d: %v\nwaves of %d, window of %d, a stage's invocation %.2f s\n", *env, *seed, m, m.Wave, m.Window, m.StageSeconds)
	t.breaks(m)
	t.accounts(m)
	t.fairness(m)
	t.schedules()
	took := time.Since(began)
	fmt.Printf("\nsimulate: worst_fair_share=%.2f (at most %g) started=%d of %d seconds=%.1f (at most %.0f)\n", t.worst, fairest, t.begun, t.due, took.Seconds(), within.Seconds())
	if took > within {
		t.fault("it took %.0f s", took.Seconds())
	}
	if t.faults > 0 {
		os.Exit(1)
	}
}

type tables struct {
	simulate.World
	seed       uint64
	worst      float64
	begun, due int
	faults     int
}

func (t *tables) fault(format string, args ...any) {
	t.faults++
	fmt.Printf("  BROKEN: "+format+"\n", args...)
}

const articles = 10 // of a run, where nothing else is said

// breaks prints how many runs each limit lets through, the narrowest first.
func (t *tables) breaks(m simulate.Model) {
	fmt.Printf("\nruns of %d articles in an hour that each limit lets through\n", articles)
	for _, l := range t.Narrow(m, articles) {
		fmt.Printf("  %-44s %12.0f   %s\n", l.What, l.Runs, l.Then)
	}
}

// accounts prints runs of 10, 1,000 and 100,000 accounts, one each, which begin within an hour.
func (t *tables) accounts(m simulate.Model) {
	wide := t.Wide(m)
	fmt.Printf("\none run of %d articles for each account, begun within an hour; wide: %v\n", articles, wide)
	fmt.Printf("  %-9s %-8s %9s %9s %9s %8s %8s %8s %8s %8s %8s %9s\n", "accounts", "sources", "median", "p99", "all done", "open", "flying", "starts/s", "moves/s", "writes/s", "hottest", "dollars")
	for _, n := range []int{10, 1000, 100_000} {
		for _, x := range []struct {
			name  string
			model simulate.Model
		}{{"template", m}, {"wide", wide}} {
			work := simulate.Spread(t.seed, n, 1, articles, 3600)
			r := x.model.Run(work)
			for i, end := range r.Ended {
				if end == 0 {
					t.fault("run %d of %d accounts was lost", i, n)
				}
			}
			took := slices.Sorted(slices.Values(r.Took))
			fmt.Printf("  %-9d %-8s %9s %9s %9s %8d %8d %8.0f %8.0f %8.0f %8.0f %9.2f%s\n", n, x.name, clock(took[len(took)/2]), clock(took[len(took)*99/100]), clock(r.Span), r.OpenRuns, r.Flying, r.Starts, r.Moves, r.Writes, r.Hottest,
				t.Counted.Article*float64(n*articles), t.over(r, x.name == "template"))
		}
	}
}

// over tells the quotas that a result is beyond. The environment as it is deployed may be
// beyond none.
func (t *tables) over(r simulate.Result, deployed bool) (out string) {
	sum := 0
	for _, p := range r.Peak {
		sum += p
	}
	for _, q := range []struct {
		name string
		peak float64
	}{
		{"lambda.concurrency", float64(sum)}, {"sqs.in_flight", float64(r.Flying)}, {"states.starts_bucket", r.Starts}, {"states.transitions", r.Moves},
		{"table.partition_write", r.Hottest}, {"table.first_write", r.Writes},
	} {
		if limit := t.Quotas.Of(q.name); q.peak > limit {
			out += fmt.Sprintf("  over %s (%.0f)", q.name, limit)
			if deployed {
				t.fault("%s: %.0f, and %.0f is the quota", q.name, q.peak, limit)
			}
		}
	}
	return out
}

// fairness prints how long accounts wait, as a part of their fair share, with plain FIFO
// queues: whole waves in the queue, and an account's window.
func (t *tables) fairness(m simulate.Model) {
	fmt.Println("\nwhat the runs of an account take, as a part of what they take when queues are as fair as can be (plain FIFO queues, worst account)")
	fmt.Printf("  %-66s %6s %22s %22s\n", "", "load", "whole waves", fmt.Sprintf("window of %d", m.Window))
	fmt.Printf("  %-66s %6s %7s %6s %7s %7s %6s %7s\n", "", "", "worst", "p99", "median", "worst", "p99", "median")
	for _, c := range t.Crowds(m) {
		b, a := simulate.Compare(c.Model, c.Work, c.Skip)
		load, name := c.Model.Load(c.Work, c.Within)
		fmt.Printf("  %-66s %3.0f%% %-2.2s%7.2f %6.2f %7.2f %7.2f %6.2f %7.2f\n", c.Name, 100*load, name, a.Worst, a.P99, a.Median, b.Worst, b.P99, b.Median)
		if c.Beyond {
			continue
		}
		t.worst = max(t.worst, b.Worst)
		if b.Worst > fairest {
			t.fault("account %d waits %.2f times its fair share", b.WorstAccount, b.Worst)
		}
	}
}

// schedules prints how 100,000 schedules that are due in one hour are begun.
func (t *tables) schedules() {
	fmt.Println("\n100,000 schedules due in one hour, begun by tick")
	fmt.Printf("  %-44s %9s %12s %12s %12s %9s\n", "", "begun", "latest", "last at", "most in 1 s", "refused")
	at := make([]float64, 100_000)
	spread := make([]float64, len(at))
	for i := range spread {
		spread[i] = 3600 * float64(i) / float64(len(spread))
	}
	one := t.Starter(1)
	for _, c := range []struct {
		name string
		s    simulate.Starter
		due  []float64
	}{
		{"spread over the hour, one after the other", one, spread}, {"spread over the hour, 8 shards side by side", t.Starter(8), spread},
		{"all due at the same minute, one by one", one, at}, {"all due at the same minute, 8 side by side", t.Starter(8), at},
	} {
		r := c.s.Run(c.due)
		fmt.Printf("  %-44s %9d %12s %12s %12.0f %9d\n", c.name, r.Begun, clock(r.Longest), clock(r.Last), r.Busiest, r.Throttle)
		t.begun, t.due = t.begun+r.Begun, t.due+len(c.due)
		if r.Begun != len(c.due) {
			t.fault("%d of %d were begun", r.Begun, len(c.due))
		}
		if most := t.Quotas.Of("states.starts_bucket"); r.Busiest > most {
			t.fault("%.0f in one second, and %.0f are let through", r.Busiest, most)
		}
	}
}

// clock is a duration for people.
func clock(seconds float64) string {
	d := time.Duration(math.Round(seconds)) * time.Second
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.1f d", d.Hours()/24)
	case d >= time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return d.String()
}
