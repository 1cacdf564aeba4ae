package automation

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// answerNames are the calls that a job may make.
var answerNames = []string{"answer", "repair"}

func answerName(s account.Scope, job, name string) blob.Name { return blob.Of(s, "jobs", job, name) }

func (e *Engine) answered(ctx context.Context, s account.Scope, j Job) (bool, error) {
	r, _, err := e.Blob.Open(ctx, answerName(s, j.ID, answerNames[0]))
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}

// callFits tells whether a call may be begun: the lease has not run out, and leaves as much
// time as a call may take.
func (e *Engine) callFits(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(end) >= e.Limits.Call)
}

// once gives the stored answer, or buys one and stores it before anything else happens.
func (e *Engine) once(ctx context.Context, s account.Scope, j Job, name string, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
	at := answerName(s, j.ID, name)
	a, err := e.stored(ctx, at)
	if !errs.Is(err, errs.NotFound) {
		return a, err
	}
	if !e.callFits(ctx) { // it would be cut off in the middle, paid and bought again
		return ai.Answer{}, errs.New(errs.Unavailable, "lease_over", "it took too long to begin: it will be tried again")
	}
	if a, err = call(ctx); err != nil {
		if ctx.Err() != nil { // cut off in the middle: it may have been sold to us
			return ai.Answer{}, errors.Join(err, e.noteLoss(context.WithoutCancel(ctx), s, j))
		}
		return ai.Answer{}, err
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return ai.Answer{}, err
	}
	keep := context.WithoutCancel(ctx)
	err = e.Blob.PutNew(keep, at, "application/json", raw)
	if errs.Is(err, errs.Conflict) { // a lease that ran out was taken over, and the other was faster
		return e.stored(keep, at)
	}
	if err != nil { // bought and not kept: the next try buys it again
		return ai.Answer{}, errors.Join(err, e.noteLoss(keep, s, j))
	}
	return a, nil
}

// loss notes that a call may have been paid whose answer is gone: an upper bound, ours and
// never the customer's. Each lease of a job has one at most.
func loss(s account.Scope, j Job, holder string, version int64) table.Op {
	return table.Put(table.Item{Key: lossKey(s, j.Site, j.ID, int(version)), Type: "loss",
		Attrs: table.Attrs{"job": j.ID, "stage": int64(j.Stage), "item": j.Item, "holder": holder, "calls": int64(1)}})
}

func (e *Engine) noteLoss(ctx context.Context, s account.Scope, j Job) error {
	return e.table.Write(ctx, loss(s, j, j.Holder, j.version))
}

// maxAnswer is the most that a stored answer may have: a large picture in base64, twice.
const maxAnswer = 64 << 20

func (e *Engine) stored(ctx context.Context, n blob.Name) (ai.Answer, error) {
	raw, _, err := blob.Read(ctx, e.Blob, n, maxAnswer)
	if err != nil {
		return ai.Answer{}, err
	}
	var a ai.Answer
	return a, json.Unmarshal(raw, &a)
}

// costs sums what a job's answers cost, each name once.
type costs struct {
	mu     sync.Mutex
	byName map[string]credit.USD
}

func (c *costs) add(name string, a ai.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byName == nil {
		c.byName = map[string]credit.USD{}
	}
	c.byName[name] = a.Usage.CostUSD
}

func (c *costs) sum() (total credit.USD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range c.byName {
		total += v
	}
	return total
}
