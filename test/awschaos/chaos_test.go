// Package awschaos_test lets runs on the deployed stack meet what happens to functions,
// messages, tokens and the table on bad days, and holds from outside what became of them: by
// WordPress's own database, the provider's book and our ledger.
package awschaos_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/stack"
)

// keywords become three or more articles with three pictures each.
var keywords = strings.Fields("beans grinder kettle")

func list(n int) []byte {
	out := "keyword,volume\n"
	for _, k := range keywords {
		for _, what := range []string{"best", "cheap", "small", "reviews of"} {
			out += fmt.Sprintf("%s %s for scene %d,100\n", what, k, n)
		}
	}
	return []byte(out)
}

// tally counts faults by kind.
type tally map[string]int

func (t tally) add(x map[string]int) {
	for k, n := range x {
		t[k] += n
	}
}

func (t tally) String() string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(t)) {
		out = append(out, fmt.Sprintf("%s %d", k, t[k]))
	}
	return strings.Join(out, ", ")
}

func latency(ms float64) []lab.Latency { return []lab.Latency{{Kind: "fixed", Ms: ms}} }

// faultsWanted is the least number of faults of all scenes.
const faultsWanted = 30

func TestChaosOnAWS(t *testing.T) {
	w := newWorld(t)
	w.ai.Latency(latency(20)...)
	all, sum := tally{}, result{}
	for _, sc := range scenes() {
		t.Run(sc.name, func(t *testing.T) {
			w.t = t
			faults, got := w.play(sc)
			n := 0
			for _, x := range faults {
				n += x
			}
			if n == 0 {
				t.Error("no fault happened")
			}
			all.add(faults)
			sum.add(got)
			fmt.Printf("chaos aws: %s: %s; %s\n", sc.name, faults, got)
		})
	}
	w.t = t
	w.checkLedger(&sum)
	n := 0
	for _, x := range all {
		n += x
	}
	fmt.Printf("chaos aws: faults=%d (%s) %s\n", n, all, sum)
	for _, kind := range []string{"repeat AmazonSQS", "repeat AWSStepFunctions", "drop AWSStepFunctions", "lose DynamoDB", "throttle DynamoDB", "left DynamoDB", "killed", "dead letter"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(all)), func(k string) bool { return strings.HasPrefix(k, kind) }) {
			t.Errorf("nothing of the kind %q happened", kind)
		}
	}
	if n < faultsWanted {
		t.Errorf("%d faults, want %d or more", n, faultsWanted)
	}
}

// play does one run with the scene's faults on a site of its own, and checks what it left.
func (w *world) play(sc scene) (tally, result) {
	w.sites++
	site := stack.NewSite(w.client, fmt.Sprint("Scene ", w.sites), fmt.Sprintf("scene%d.example", w.sites),
		stack.Outside{WordPress: w.wp.URL, User: w.wp.User, Password: w.wp.Password}, true)
	stack.ImportFile(w.client, site, list(w.sites))
	w.ai.Reset()
	w.ai.Latency(latency(20)...)
	w.killed = nil
	before := tally{}
	before.add(w.aws.Hits())
	before.add(w.rows.Hits())
	ctx, end := context.WithCancel(w.t.Context())
	ticked := make(chan struct{})
	go func() { defer close(ticked); w.ticking(ctx) }()
	w.aws.Plan(sc.aws...)
	w.rows.Plan(sc.rows...)
	spoilt := make(chan tally, 1)
	run := stack.Call[stack.Run](w.client, http.MethodPost, "/v1/automation/run_now/?site_id="+site.ID, nil, http.StatusAccepted)
	spoiling, over := context.WithCancel(ctx)
	go func() {
		if sc.spoil == nil {
			spoilt <- tally{}
			return
		}
		spoilt <- sc.spoil(spoiling, w)
	}()
	w.follow(site.ID, run.ID)
	over()
	faults := <-spoilt
	w.aws.Plan()
	w.rows.Plan()
	faults.add(w.aws.Hits())
	faults.add(w.rows.Hits())
	for k, n := range before {
		if faults[k] -= n; faults[k] == 0 {
			delete(faults, k)
		}
	}
	got := w.settle(site, run.ID)
	end()
	<-ticked
	return faults, got
}

// follow waits for the end of a run. While the API can't answer, nobody asks it.
func (w *world) follow(site, run string) {
	w.t.Helper()
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		if w.quiet.Load() {
			continue
		}
		switch r, ok := w.runOf(site, run); {
		case !ok || r.Status == "running":
		case r.Status == "completed":
			return
		default:
			w.t.Fatalf("the run ended as %s at stage %d: %s", r.Status, r.Stage, r.Error)
		}
	}
	r, _ := w.runOf(site, run)
	w.t.Fatalf("the run is %s at stage %d; left: %s", r.Status, r.Stage, w.left(site))
}
