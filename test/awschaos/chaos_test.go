// Package awschaos_test plays the product's main job on the stack deployed on an emulated
// AWS while functions are killed and frozen, messages come twice, tokens are answered twice
// and never, the table throttles and loses answers, and messages die; then it holds from
// outside that nothing was lost, nothing was done twice, no credit went astray, and no more
// was bought again than what was in flight.
package awschaos_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets all scenes go on at once, on however few cores: they wait far more than they
// compute.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(len(scenes))); err != nil {
		panic(err) // the flag is testing's own
	}
	m.Run()
}

func TestChaos(t *testing.T) {
	begun := time.Now()
	w := start(t)
	deployed := time.Now()
	stop := w.ticking(t)
	var mu sync.Mutex
	var places []*place
	t.Run("scene", func(t *testing.T) { // ends when its parallel parts have
		for n, s := range scenes {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				p := s.play(t, w, n)
				mu.Lock()
				defer mu.Unlock()
				places = append(places, p)
				fmt.Printf("chaos aws: %s: keywords=%d articles=%d images=%d calls spoiled: %v seconds=%.0f\n", s.name, p.rows, len(p.have.Contents), len(p.have.Images),
					p.hits(), time.Since(deployed).Seconds())
			})
		}
	})
	stop()
	if t.Failed() {
		t.Fatalf("a scene did not come to its end\n%v\n  %s", w.faults(), strings.Join(w.left(t), "\n  "))
	}
	played := time.Now()
	w.settle(t)
	f := w.faults()
	f.check(t)
	v := w.verdict(t, places)
	fmt.Printf("chaos aws: faults=%d by kind %v %v seconds=%.0f (deploy %.0f, scenes %.0f, settle %.0f)\n", f.sum(), f, v,
		time.Since(begun).Seconds(), deployed.Sub(begun).Seconds(), played.Sub(deployed).Seconds(), time.Since(played).Seconds())
}

// faults are those that happened, by kind, each counted where it happened.
type faults map[string]int

const leastFaults = 30

func (w *world) faults() faults {
	died, timedOut := w.lab.Cut()
	f := faults{}
	for _, function := range []string{"WorkerAi", "WorkerImage", "WorkerPublish", "Stage"} {
		f["killed_"+function], f["timed_out_"+function] = 0, 0
		for name, n := range died {
			if strings.Contains(name, "-"+function+"-") {
				f["killed_"+function] += n
			}
		}
		for name, n := range timedOut {
			if strings.Contains(name, "-"+function+"-") {
				f["timed_out_"+function] += n
			}
		}
	}
	hits := w.services.Hits()
	f["sent_twice"] = hits["repeat AmazonSQS SendMessageBatch"]
	f["answered_twice"] = hits["repeat AWSStepFunctions SendTaskSuccess"]
	f["never_answered"] = hits["swallow AWSStepFunctions SendTaskSuccess"]
	f["start_lost"] = hits["lose AWSStepFunctions StartExecution"]
	f["start_dropped"] = hits["drop AWSStepFunctions StartExecution"]
	f["dead_letter"] = w.services.Calls()["AmazonSQS DeleteMessageBatch"] // the functions delete nothing else: Lambda does for them
	f["provider_hung"] = 0
	for _, x := range w.provider.Faults() {
		f["provider_hung"] += x.Hits
	}
	f["throttled"], f["answer_lost"] = 0, 0
	for what, n := range w.table.Hits() {
		switch kind, _, _ := strings.Cut(what, " "); kind {
		case "throttle":
			f["throttled"] += n
		case "lose":
			f["answer_lost"] += n
		}
	}
	return f
}

func (f faults) sum() (n int) {
	for _, x := range f {
		n += x
	}
	return n
}

// check holds that there were enough, and some of each kind.
func (f faults) check(t *testing.T) {
	t.Helper()
	if f.sum() < leastFaults {
		t.Errorf("%d faults, want %d", f.sum(), leastFaults)
	}
	for kind, n := range f {
		if n == 0 {
			t.Errorf("no fault of the kind %s happened", kind)
		}
	}
}

func (f faults) String() string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(f)) {
		out = append(out, fmt.Sprintf("%s=%d", kind, f[kind]))
	}
	return "{" + strings.Join(out, " ") + "}"
}
