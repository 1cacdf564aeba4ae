package automation_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/blob"
	blobdriver "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	queuedriver "github.com/igny8/igny8/internal/queue/embedded"
	"github.com/igny8/igny8/internal/table"
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
	rng      *rand.Rand
	clock    *clock.Fake
	table    *tabledriver.Table
	blobs    *blobdriver.Store
	queue    *queuedriver.Queue
	flow     *workflowdriver.Engine
	power    *power
	provider *provider
	engine   *automation.Engine
	flowDown bool // the state machine service can't be reached
	draw     credit.Amount
	planning func() // within the next Plan of a stage
	starting func() // before the next start of an execution
	scope    account.Scope
	limits   automation.Limits
	boots    int
	ids      *id.Source
}

const (
	simAccount = "acc_sim"
	simSite    = "sit_sim"
)

func newWorld(t testing.TB, seed uint64) *world {
	w := &world{
		t: t, dir: t.TempDir(), rng: rand.New(rand.NewPCG(seed, 8)), clock: clock.At(time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)),
		scope:  account.Mint(account.Grant{Account: simAccount, Actor: "usr_sim", Role: account.Owner}),
		limits: automation.Limits{WaveSize: 4, Lease: 5 * time.Minute, Resend: 10 * time.Minute, Stale: 2 * time.Minute, Backoff: time.Second, Tries: 50},
		power:  &power{left: -1},
	}
	w.ids = id.NewSource(w.clock, nil)
	w.draw = credit.Whole(1)
	w.provider = &provider{world: w, bought: map[string]int{}, lost: map[string]int{}, inCall: map[string]bool{}}
	w.boot()
	t.Cleanup(w.shut)
	return w
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
	w.flow, err = workflowdriver.Open(filepath.Join(w.dir, "workflow.db"), m, fns, w.clock, workflowdriver.Options{Random: w.rng.Float64})
	check("workflow")
	w.engine = w.open(fmt.Sprintf("boot%d", w.boots), true)
}

// open makes an engine on the world's stores, as a process that does not own them alone
// when sole is false.
func (w *world) open(holder string, sole bool) *automation.Engine {
	tbl := &cutTable{w.table, w.power}
	return automation.New(automation.Config{
		Table: tbl, Blob: &cutBlob{w.blobs, w.power, w.provider}, Queue: &cutQueue{w.queue, w.power}, Dead: w.queue, Workflow: &cutFlow{w.flow, w.power, w},
		Credits: credit.New(tbl, w.clock), Clock: w.clock, IDs: w.ids, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
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
			_, err := w.engine.Resume(ctx, w.scope, simSite, run)
			w.must(err)
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

// power counts writes down and cuts the program off: whoever comes to a port after that
// ends there and then, as in a program that was killed.
type power struct {
	mu   sync.Mutex
	left int // writes until the cut; -1: never
	cut  bool
	at   int // calls of a port until do; 0: never
	do   func()
}

// meet lets do happen before the n-th call of a port from now, between two steps of
// whatever is under way then.
func (p *power) meet(n int, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at, p.do = n, do
}

func (p *power) met() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.do == nil }

func (p *power) pass() {
	p.mu.Lock()
	do := p.do
	if p.at--; p.at != 0 || do == nil {
		p.mu.Unlock()
		return
	}
	p.do = nil
	p.mu.Unlock()
	do()
}

func (p *power) reset() { p.mu.Lock(); defer p.mu.Unlock(); p.left, p.cut = -1, false }
func (p *power) set(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = n
}
func (p *power) isCut() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.cut }

// check ends the goroutine when the power is off.
func (p *power) check() {
	p.pass()
	if p.isCut() {
		runtime.Goexit()
	}
}

// write stands before and after each write; a cut falls on either side of it.
func (p *power) write() {
	p.mu.Lock()
	if p.left > 0 {
		if p.left--; p.left == 0 {
			p.cut = true
		}
	}
	p.mu.Unlock()
	p.check()
}

type cutTable struct {
	table.Table
	power *power
}

func (c *cutTable) Get(ctx context.Context, k table.Key, cc table.Consistency) (table.Item, error) {
	c.power.check()
	return c.Table.Get(ctx, k, cc)
}

func (c *cutTable) Query(ctx context.Context, q table.Query) (table.Page, error) {
	c.power.check()
	return c.Table.Query(ctx, q)
}

func (c *cutTable) Load(ctx context.Context, keys []table.Key, cc table.Consistency) ([]table.Item, []table.Key, error) {
	c.power.check()
	return c.Table.Load(ctx, keys, cc)
}

func (c *cutTable) Write(ctx context.Context, op table.Op) error {
	c.power.write()
	err := c.Table.Write(ctx, op)
	c.power.write()
	return err
}

func (c *cutTable) Transact(ctx context.Context, ops ...table.Op) error {
	c.power.write()
	err := c.Table.Transact(ctx, ops...)
	c.power.write()
	return err
}

type cutQueue struct {
	queue.Sender
	power *power
}

// Send loses the second half of a batch when the power goes in the middle.
func (c *cutQueue) Send(ctx context.Context, q queue.Name, msgs ...queue.Message) error {
	for _, m := range msgs {
		c.power.write()
		if err := c.Sender.Send(ctx, q, m); err != nil {
			return err
		}
	}
	c.power.write()
	return nil
}

type cutFlow struct {
	workflow.Engine
	power *power
	world *world
}

func (c *cutFlow) Describe(ctx context.Context, name string) (workflow.Execution, error) {
	c.power.check()
	return c.Engine.Describe(ctx, name)
}

func (c *cutFlow) Start(ctx context.Context, name string, in []byte) error {
	c.power.write()
	if c.world.flowDown {
		return errs.New(errs.Unavailable, "down", "try later")
	}
	if do := c.world.starting; do != nil {
		c.world.starting = nil
		do()
	}
	err := c.Engine.Start(ctx, name, in)
	c.power.write()
	return err
}

func (c *cutFlow) Succeed(ctx context.Context, token string, out []byte) error {
	c.power.write()
	err := c.Engine.Succeed(ctx, token, out)
	c.power.write()
	return err
}

func (c *cutFlow) Fail(ctx context.Context, token, name, cause string) error {
	c.power.write()
	err := c.Engine.Fail(ctx, token, name, cause)
	c.power.write()
	return err
}

type cutBlob struct {
	blob.Store
	power    *power
	provider *provider
}

func (c *cutBlob) PutNew(ctx context.Context, n blob.Name, ct string, b []byte) error {
	c.power.write()
	err := c.Store.PutNew(ctx, n, ct, b)
	path, _ := n.Path()
	c.provider.kept(path)
	c.power.write()
	return err
}

// provider sells answers and keeps the book.
type provider struct {
	world   *world
	mu      sync.Mutex
	bought  map[string]int  // by job: answers sold
	lost    map[string]int  // by job: answers sold, and gone in a crash before they were stored
	inCall  map[string]bool // by job: sold and not stored yet
	mood    func(job string) error
	during  func()
	calls   int
	allowed int // calls that a pause still allowed
}

func (p *provider) sell(job string) error {
	p.mu.Lock()
	if p.mood != nil {
		if err := p.mood(job); err != nil {
			p.mu.Unlock()
			return err
		}
	}
	p.bought[job]++
	p.calls++
	p.inCall[job] = true
	p.mu.Unlock()
	if p.during != nil {
		p.during()
	}
	p.world.power.write()
	return nil
}

func (p *provider) kept(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for job := range p.inCall {
		if strings.Contains(path, job) {
			delete(p.inCall, job)
		}
	}
}

func (p *provider) crashed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for job := range p.inCall {
		p.lost[job]++
	}
	p.inCall = map[string]bool{}
}
