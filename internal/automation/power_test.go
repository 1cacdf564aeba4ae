package automation_test

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

// power counts writes down and cuts the program off: whoever comes to a port after that
// ends there and then, as in a program that was killed.
type power struct {
	failSends int // so many sends find no queue
	mu        sync.Mutex
	left      int // writes until the cut; -1: never
	cut       bool
	at        int // calls of a port until do; 0: never
	do        func()
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
	if c.power.failSends > 0 {
		c.power.failSends--
		return errs.New(errs.Unavailable, "down", "the queue can't be reached")
	}
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
	if c.world.unheard.Add(-1) == 0 {
		return errs.New(errs.Unavailable, "down", "try later")
	}
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
	inside  int // calls under way
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
	p.inside++
	p.inCall[job] = true
	p.mu.Unlock()
	if p.during != nil {
		p.during()
	}
	p.mu.Lock()
	p.inside--
	p.mu.Unlock()
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
