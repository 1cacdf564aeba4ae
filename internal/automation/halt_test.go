package automation_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

var halts = flag.Int("halts", 200, "random instants at which a run is paused or cancelled")

// halted is what the halts came to.
type halted struct {
	mu                                        sync.Mutex
	runs                                      int
	pauses, cancels, posting, promised, after int
	slowest                                   time.Duration
}

func (h *halted) add(x *halted) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.runs++
	h.pauses += x.pauses
	h.cancels += x.cancels
	h.posting += x.posting
	h.promised += x.promised
	h.after += x.after
	h.slowest = max(h.slowest, x.slowest)
}

func (h *halted) done() int { h.mu.Lock(); defer h.mu.Unlock(); return h.pauses + h.cancels }

// TestHaltAtRandomInstants pauses and cancels runs at seeded instants while pollers work
// side by side, with calls that take a while. What is under way at the answer and what
// still begins after it is together no more than the number that the answer named; holds
// are settled without anybody's help; a resumed run, or the one after a cancelled one,
// finishes with nothing bought or posted twice.
func TestHaltAtRandomInstants(t *testing.T) {
	t.Parallel()
	var sum halted
	runs := 2 * (*halts) / haltsPerRun // more than needed: a run may end before its last halt
	t.Run("all", func(t *testing.T) {  // ends when its parallel parts have
		for seed := 1; seed <= runs; seed++ {
			t.Run(fmt.Sprintf("seed%d", seed), func(t *testing.T) {
				t.Parallel()
				if sum.done() < *halts {
					sum.add(haltSeed(t, uint64(seed)))
				}
			})
		}
	})
	if sum.runs == runs && sum.done() < *halts {
		t.Errorf("%d halts instead of %d: the runs ended before", sum.done(), *halts)
	}
	fmt.Printf("halts: runs=%d pauses=%d cancels=%d while_posting=%d in_flight_named=%d begun_after=%d slowest_settlement=%s\n",
		sum.runs, sum.pauses, sum.cancels, sum.posting, sum.promised, sum.after, sum.slowest.Round(time.Millisecond))
}

// Of 16 items each run has 96 calls in six stages, the last of them posts.
const (
	haltItems   = 16
	haltsPerRun = 5
)

func haltSeed(t *testing.T, seed uint64) *halted {
	sum := &halted{}
	w := newWorldIn(t, seed, memory(t))
	w.limits.WaveSize, w.posts = 20, true
	w.engine = w.open("one", true)
	w.seedItems(haltItems)
	w.grant(10_000)
	var pick sync.Mutex
	w.provider.during = func() {
		pick.Lock()
		d := time.Duration(w.rng.IntN(4000)) * time.Microsecond
		pick.Unlock()
		time.Sleep(d)
	}
	instants := rand.New(rand.NewPCG(seed, 6))
	stop := w.atWork(seed%2 == 0)
	run := w.begin()
	var ended []string
	w.awaitCalls(run, instants.IntN(5*haltItems)) // any stage may be the first that is met
	for range haltsPerRun {
		w.awaitCalls(run, instants.IntN(9))
		time.Sleep(time.Duration(instants.IntN(8_000)) * time.Microsecond)
		cancel := instants.IntN(4) == 0
		if !w.halt(run, cancel, sum) {
			break // the run was at its end
		}
		if !cancel {
			w.resume(run)
			continue
		}
		ended = append(ended, run)
		run = w.begin() // at once: a cancelled run has let go of its site
	}
	stop()
	last := w.settle(run)
	w.tick()
	views := make([]automation.View, 0, len(ended)+1)
	for _, id := range ended {
		views = append(views, w.view(id))
	}
	w.verify(haltItems, append(views, last)...)
	return sum
}

// memory is a folder in memory where there is one: no power is cut here, and waiting for a
// disk would be most of the test's time.
func memory(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "igny8-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// atWork works as the program does, until the function that it gives has ended; with
// repairs running beside it or without.
func (w *world) atWork(ticks bool) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	again := func(n int, do func()) {
		for range n {
			wg.Go(func() {
				for ctx.Err() == nil {
					do()
				}
			})
		}
	}
	poll := func(q queue.Name) {
		batch, err := w.queue.Receive(ctx, q, 1, 6*time.Minute, 20*time.Second)
		if err != nil || len(batch) == 0 {
			return
		}
		if failed := w.engine.HandleJobs(context.Background(), batch); len(failed) == 0 {
			w.must(w.queue.Done(context.Background(), q, batch[0].Receipt))
		}
	}
	again(5, func() { poll(queue.AI) })
	again(2, func() { poll(queue.Publish) })
	wg.Go(func() { w.must(w.flow.Run(ctx)) })
	if ticks {
		again(1, func() {
			time.Sleep(5 * time.Millisecond)
			w.clock.Advance(100 * time.Millisecond)
			// A repair that loses to whoever did the same just then is told, and done by the next.
			if err := w.engine.Tick(context.Background()); table.FailedCondition(err) == nil {
				w.must(err)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// awaitCalls waits until n more calls were begun, or the run has ended.
func (w *world) awaitCalls(run string, n int) {
	p := w.provider
	p.mu.Lock()
	until := p.calls + n
	p.mu.Unlock()
	for seen := false; !seen && !w.view(run).Status.Ended(); time.Sleep(time.Millisecond) {
		p.mu.Lock()
		seen = p.calls >= until
		p.mu.Unlock()
	}
}

// halt pauses or cancels the run and holds what the answer says; false when it had ended.
func (w *world) halt(run string, cancel bool, sum *halted) bool {
	w.t.Helper()
	do, p := w.engine.Pause, w.provider
	if cancel {
		do = w.engine.Cancel
	}
	named, err := do(context.Background(), w.scope, simSite, run)
	p.mu.Lock()
	calls, inside := p.calls, p.inside
	p.mu.Unlock()
	if errs.Is(err, errs.Conflict) {
		return false
	}
	w.must(err)
	answered := time.Now()
	if w.view(run).Stage == automation.Last {
		sum.posting++
	}
	if inside > named.Calls {
		w.t.Errorf("%d calls are under way at the answer, which names %d", inside, named.Calls)
	}
	w.untilSettled(run)
	sum.slowest = max(sum.slowest, time.Since(answered))
	p.mu.Lock()
	after, left := p.calls-calls, p.inside
	p.mu.Unlock()
	if inside+after > named.Calls || left > 0 {
		w.t.Errorf("%d calls were under way at the answer, %d more were begun, %d still are; the answer named %d", inside, after, left, named.Calls)
	}
	sum.promised, sum.after = sum.promised+named.Calls, sum.after+after
	if cancel {
		sum.cancels++
	} else {
		sum.pauses++
	}
	return true
}

// settledWithin is what the protocol allows a halted run for its holds.
const settledWithin = time.Minute

// untilSettled waits until the halted run has no marker, no hold and no execution.
func (w *world) untilSettled(run string) {
	w.t.Helper()
	v := w.view(run)
	name := v.ID
	if v.Executions > 1 {
		name = fmt.Sprintf("%s-%d", v.ID, v.Executions)
	}
	open := ""
	for end := time.Now().Add(settledWithin); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if open = w.unsettled(name); open == "" {
			return
		}
	}
	w.t.Fatalf("a minute after it was halted: %s", open)
}

func (w *world) unsettled(execution string) string {
	if markers := w.all("OPEN#"); len(markers) > 0 {
		return fmt.Sprintf("%d markers are left", len(markers))
	}
	b, err := credit.New(w.table, w.clock).Balance(context.Background(), w.scope)
	w.must(err)
	if b.Held > 0 {
		return "credits are held: " + b.Held.String()
	}
	x, err := w.flow.Describe(context.Background(), execution)
	if err != nil && !errs.Is(err, errs.NotFound) {
		w.must(err)
	}
	if err == nil && x.Status == workflow.Running {
		return "the execution goes on"
	}
	return ""
}
