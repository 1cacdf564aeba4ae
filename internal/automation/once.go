package automation

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// answerNames are the calls that a job may make, in their order.
var answerNames = []string{"answer", "repair"}

// CallName is the name of a job's n-th purchase, from 0 on, where one job buys many of a kind:
// the first is "answer". A job that failed finds them again in this order.
func CallName(n int) string {
	if n == 0 {
		return answerNames[0]
	}
	return answerNames[0] + "-" + strconv.Itoa(n+1)
}

// callPlace is where a call of that name stands among a job's calls: what a job computed of its
// answers comes after them.
func callPlace(name string) int {
	if i := slices.Index(answerNames, name); i >= 0 {
		return i
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, answerNames[0]+"-")); err == nil {
		return n
	}
	return math.MaxInt
}

func answerName(s account.Scope, job, name string) blob.Name { return blob.Of(s, "jobs", job, name) }

func (e *Engine) answered(ctx context.Context, s account.Scope, j Job, name string) (bool, error) {
	r, _, err := e.Blob.Open(ctx, answerName(s, j.ID, name))
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

// buyer makes the calls of one lease and keeps what they used.
type buyer struct {
	engine *Engine
	scope  account.Scope

	mu  sync.Mutex
	job Job
}

// once gives the stored answer, or buys one and stores it before anything else happens.
func (b *buyer) once(ctx context.Context, name string, most credit.USD, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := answerName(b.scope, b.job.ID, name)
	a, err := b.engine.stored(ctx, at)
	if errs.Is(err, errs.NotFound) {
		a, err = b.buy(ctx, at, name, most, call)
	}
	if err != nil {
		return ai.Answer{}, err
	}
	b.job.note(Call{Name: name, Usage: a.Usage})
	return a, nil
}

func (b *buyer) buy(ctx context.Context, at blob.Name, name string, most credit.USD, call func(context.Context) (ai.Answer, error)) (ai.Answer, error) {
	e := b.engine
	if !e.callFits(ctx) { // it would be cut off in the middle, paid and bought again
		return ai.Answer{}, errs.New(errs.Unavailable, "lease_over", "it took too long to begin: it will be tried again")
	}
	if err := b.announce(ctx, name, most); err != nil {
		return ai.Answer{}, err
	}
	keep := context.WithoutCancel(ctx)
	a, err := call(ctx)
	if err != nil {
		if ctx.Err() != nil || ai.InDoubt(err) { // cut off in the middle: it may have been sold to us
			err = errors.Join(err, e.noteLoss(keep, b.scope, b.job, name, most))
		}
		return ai.Answer{}, err
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return ai.Answer{}, err
	}
	err = e.Blob.PutNew(keep, at, "application/json", raw)
	if errs.Is(err, errs.Conflict) { // a lease that ran out was taken over, and the other was faster
		return e.stored(keep, at)
	}
	if err != nil { // bought and not kept: the next try buys it again
		return ai.Answer{}, errors.Join(err, e.noteLoss(keep, b.scope, b.job, name, most))
	}
	return a, nil
}

// announce writes down that a call is about to be made, and what it can cost: whoever takes
// the lease over after a crash has to know. The first call needs no such write while it
// costs no more than was planned: a lease without a stored answer says as much.
func (b *buyer) announce(ctx context.Context, name string, most credit.USD) error {
	if most == 0 || name == answerNames[0] && most <= b.job.Most {
		return nil
	}
	j := b.job
	j.Calling, j.Most = name, max(j.Most, most)
	op, err := replace(jobKey(b.scope, j.Site, j.ID), "job", j, j.version)
	if err != nil {
		return err
	}
	err = b.engine.table.Write(ctx, op)
	if table.FailedCondition(err) != nil {
		return errs.New(errs.Unavailable, "lease_lost", "another worker has it now")
	}
	if err != nil {
		return err
	}
	j.version++
	b.job = j
	return nil
}

// doubtful tells whether the lease that j is under may have bought an answer that is gone,
// and which call that is: the announced one, or the first. Calls that are free lose nothing.
func (e *Engine) doubtful(ctx context.Context, s account.Scope, j Job) (name string, lost bool, err error) {
	if j.State != JobLeased || j.Most == 0 {
		return "", false, nil
	}
	name = j.Calling
	if name == "" {
		name = answerNames[0]
	}
	have, err := e.answered(ctx, s, j, name)
	return name, !have, err
}

// Loss is a call in doubt: it may have been sold to us, and its answer is gone. It costs
// Most at most, which is ours and never the customer's. Each lease of a job has one at most.
type Loss struct {
	Job    string     `json:"job"`
	Run    string     `json:"run,omitempty"`
	Stage  int        `json:"stage"`
	Item   string     `json:"item"`
	Call   string     `json:"call"`
	Holder string     `json:"holder"`
	Most   credit.USD `json:"at_most_micro_usd"`
	At     time.Time  `json:"created_at"`
}

// loss notes a call in doubt of the lease that j is under.
func (e *Engine) loss(s account.Scope, j Job, name string, most credit.USD) (table.Op, error) {
	return put(lossKey(s, j.Site, j.ID, j.Holder), "loss",
		Loss{Job: j.ID, Run: j.Run, Stage: j.Stage, Item: j.Item, Call: name, Holder: j.Holder, Most: most, At: e.clock.Now()}, 0)
}

func (e *Engine) noteLoss(ctx context.Context, s account.Scope, j Job, name string, most credit.USD) error {
	if most == 0 {
		return nil
	}
	op, err := e.loss(s, j, name, most)
	if err != nil {
		return err
	}
	return e.table.Write(ctx, op)
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
