package automation_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	blobdriver "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	queuedriver "github.com/igny8/igny8/internal/queue/embedded"
	tabledriver "github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	workflowdriver "github.com/igny8/igny8/internal/workflow/embedded"
)

// world is one machine with its data folder: the real drivers, a clock that the test sets,
// a provider that counts what it sold, and a power switch that cuts the program off before
// or after any write.
type world struct {
	t        testing.TB
	dir      string
	rng      *rand.Rand // the test's own; what runs beside it draws from jitter
	jitter   func() float64
	clock    *clock.Fake
	table    *tabledriver.Table
	blobs    *blobdriver.Store
	queue    *queuedriver.Queue
	flow     *workflowdriver.Engine
	power    *power
	provider *provider
	engine   *automation.Engine
	flowDown bool         // the state machine service can't be reached
	unheard  atomic.Int64 // the answer to a token, counted from 1, that gets lost on its way
	draw     credit.Amount
	posts    bool   // the last stage's jobs go through the queue of publications
	planning func() // within the next Plan of a stage
	starting func() // before the next start of an execution
	scope    account.Scope
	limits   automation.Limits
	boots    int
	ids      *id.Source
	drifts   atomic.Int64 // lines of the log that say that credits have drifted
}

// watcher is a log that counts drifts and keeps nothing.
type watcher struct{ *world }

func (watcher) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (w watcher) WithAttrs([]slog.Attr) slog.Handler         { return w }
func (w watcher) WithGroup(string) slog.Handler              { return w }
func (w watcher) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "credits have drifted" {
		w.drifts.Add(1)
	}
	return nil
}

const (
	simAccount = "acc_sim"
	simSite    = "sit_sim"
)

func newWorld(t testing.TB, seed uint64) *world { return newWorldIn(t, seed, t.TempDir()) }

func newWorldIn(t testing.TB, seed uint64, dir string) *world {
	w := &world{
		t: t, dir: dir, rng: rand.New(rand.NewPCG(seed, 8)), jitter: locked(rand.New(rand.NewPCG(seed, 9))), clock: clock.At(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)),
		scope:  account.Mint(account.Grant{Account: simAccount, Actor: "usr_sim", Role: account.Owner}),
		limits: automation.Limits{WaveSize: 4, JobBatch: 1, Lease: 5 * time.Minute, Resend: 10 * time.Minute, Stale: 2 * time.Minute, Backoff: time.Second, Tries: 50},
		power:  &power{left: -1},
	}
	w.ids = id.NewSource(w.clock, nil)
	w.draw = credit.Whole(1)
	w.provider = &provider{world: w, bought: map[string]int{}, lost: map[string]int{}, inCall: map[string]bool{}}
	w.boot()
	t.Cleanup(w.shut)
	return w
}

// locked is a source of random numbers for many at once.
func locked(r *rand.Rand) func() float64 {
	var mu sync.Mutex
	return func() float64 { mu.Lock(); defer mu.Unlock(); return r.Float64() }
}

// boot opens everything anew, as a program that starts does.
func (w *world) boot() {
	w.boots++
	w.power.reset()
	var err error
	check := func(what string) {
		if err != nil {
			w.t.Fatalf("%s: %v", what, err)
		}
	}
	w.table, err = tabledriver.Open(filepath.Join(w.dir, "table.db"), w.clock)
	check("table")
	w.queue, err = queuedriver.Open(filepath.Join(w.dir, "queue.db"), w.clock, queuedriver.Options{MaxReceives: 1000})
	check("queue")
	w.blobs, err = blobdriver.Open(filepath.Join(w.dir, "blob"), "http://127.0.0.1", []byte("0123456789abcdef0123456789abcdef"), w.clock)
	check("blob")
	raw, err := os.ReadFile("../../statemachines/pipeline.asl.json")
	check("definition")
	m, err := asl.Parse(raw, map[string]string{"StageFunction": "stage"})
	check("definition")
	fns := map[string]workflow.Function{"stage": func(ctx context.Context, in []byte) ([]byte, error) {
		out, err := w.engine.HandleStage(ctx, in)
		w.power.check()
		return out, err
	}}
	w.flow, err = workflowdriver.Open(filepath.Join(w.dir, "workflow.db"), m, fns, w.clock, workflowdriver.Options{Random: w.jitter})
	check("workflow")
	w.engine = w.open(fmt.Sprintf("boot%d", w.boots), true)
}

// open makes an engine on the world's stores, as a process that does not own them alone
// when sole is false.
func (w *world) open(holder string, sole bool) *automation.Engine {
	tbl := &cutTable{w.table, w.power}
	return automation.New(automation.Config{
		Table: tbl, Blob: &cutBlob{w.blobs, w.power, w.provider}, Queue: &cutQueue{w.queue, w.power}, Dead: w.queue, Workflow: &cutFlow{w.flow, w.power, w},
		Credits: credit.New(tbl, w.clock), Clock: w.clock, IDs: w.ids, Log: slog.New(watcher{w}),
		Stages: w.stages(tbl), Limits: w.limits, Holder: holder, SoleUser: sole,
	})
}

func (w *world) shut() {
	for _, c := range []io.Closer{w.table, w.queue, w.flow} {
		c.Close()
	}
}

// live runs f as a part of the program; it tells whether the power was cut meanwhile.
func (w *world) live(f func()) (cut bool) {
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	<-done
	return w.power.isCut()
}

// crash cuts the power where the switch was set and starts the program again.
func (w *world) crash() {
	w.provider.crashed()
	w.shut()
	w.boot()
	if w.live(func() { w.must(w.engine.Recover(context.Background())) }) {
		w.crash()
	}
}

func (w *world) must(err error) {
	if err != nil && !w.power.isCut() {
		w.t.Errorf("%v", err)
	}
}

// deliver hands up to n messages of a queue to the worker, as a poller does.
func (w *world) deliver(q queue.Name, n int, forget bool) (cut bool) {
	return w.live(func() {
		ctx := context.Background()
		batch, err := w.queue.Receive(ctx, q, n, 6*time.Minute, 0)
		w.must(err)
		if len(batch) == 0 {
			return
		}
		failed := map[string]bool{}
		for _, id := range w.engine.HandleJobs(ctx, batch) {
			failed[id] = true
		}
		w.power.check()
		for _, d := range batch {
			if !failed[d.ID] && !forget {
				w.must(w.queue.Done(ctx, q, d.Receipt))
			}
		}
	})
}

func (w *world) step() (cut bool) {
	return w.live(func() { w.must(w.flow.Step(context.Background())) })
}

func (w *world) tick() (cut bool) {
	return w.live(func() { w.must(w.engine.Tick(context.Background())) })
}

// settle lets the program run undisturbed until the run has ended.
func (w *world) settle(run string) automation.View {
	ctx := context.Background()
	w.power.reset()
	for range 400 {
		w.step()
		for _, q := range queue.Names() {
			w.deliver(q, 10, false)
		}
		v, err := w.engine.View(ctx, w.scope, simSite, run)
		if err != nil {
			w.t.Fatal(err)
		}
		if v.Status == automation.StatusPaused {
			w.resume(run)
		}
		if v.Status.Ended() {
			w.clock.Advance(20 * time.Minute)
			w.tick()
			return v
		}
		w.clock.Advance(30 * time.Second)
		w.tick()
	}
	w.t.Fatal("the run does not end")
	return automation.View{}
}
