// Package automation drives a run through its stages: runs, waves, jobs, markers, leases,
// pause and repair, in the orders that docs/protocols.md gives. It knows no stage; the
// folders of stages/ implement Stage.
package automation

import (
	"context"
	"encoding/json"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Stage is one of the seven stages of a run (facts 11.5).
type Stage interface {
	// Number is the stage's place in the pipeline, from 1.
	Number() int
	// Plan selects up to in.Limit items (0: all) that wait for this stage. It calls no provider.
	// Local work (ideas to tasks) is done here, in steps that are safe to repeat, and told
	// in Selection.Counts. The same state gives the same selection.
	Plan(ctx context.Context, s account.Scope, in PlanInput) (Selection, error)
	// Do does one job: it may call the outside once through Work.Once, and gives what is
	// to be written in the job's closing transaction. It may be repeated at any time after
	// a crash: what Once stored is not bought again. Errors carry an errs.Cause; kinds
	// Exhausted and Unavailable are tried again later, all others fail the job.
	Do(ctx context.Context, s account.Scope, w *Work) (Outcome, error)
	// Fold brings a closed wave's results into row sets and entities that other items
	// share. It is idempotent by wave id and may be called twice.
	Fold(ctx context.Context, s account.Scope, in FoldInput) (Counts, error)
}

// PlanInput is what a stage plans from.
type PlanInput struct {
	Run   string // empty when a person asked for single items
	Site  string
	Limit int
	// Items are the items that a person asked for; empty: whatever waits. A stage that is
	// asked for an item that can't be worked on says so with an Invalid or Conflict error.
	Items []string
	// Prices is the version of the price list that shares are taken from.
	Prices string
}

// Selection is what Plan found.
type Selection struct {
	Jobs   []JobSpec
	Counts Counts // local work done by Plan itself
}

// JobSpec is a job to be made.
type JobSpec struct {
	Item     string        // id of the entity that the job works on
	Title    string        // what a person sees in progress lists
	Input    string        // hash of all that decides the answer (prompt inputs, model, settings)
	Attempt  int           // the entity's attempt, raised when a person retries
	Queue    queue.Name    // which worker does it
	Provider string        // who answers its calls; when that one asks for a pause, all its jobs keep to it
	Share    credit.Amount // the most that the job may draw
	Most     credit.USD    // the most that one of its calls can cost; 0 when they are free
}

// Counts are the keys of a stage's result (facts 11.5), such as clusters_created.
type Counts map[string]int64

// Add sums another's counts into c.
func (c Counts) Add(other Counts) {
	for k, n := range other {
		c[k] += n
	}
}

// Outcome is what a done job leaves behind.
type Outcome struct {
	// Ops are written in the job's closing transaction (at most 90). Make each conditional
	// on the state it replaces: a failed condition fails the job with cause ours.
	Ops []table.Op
	// Draw is what the job costs the account; at most its Share.
	Draw credit.Amount
	// Result is kept in the job for Fold and for the person; a few hundred bytes.
	Result json.RawMessage
}

// FoldInput is a closed wave.
type FoldInput struct {
	Run  string
	Site string
	Wave string
	Jobs []Job // all jobs of the wave, done and failed
}

// Work is one leased job, as handed to Stage.Do.
type Work struct {
	Job  Job
	Site string
	once Buy

	troubles []error // see Mending
}

// Buy gives a stored answer, or makes the call that gives one and stores it.
type Buy func(ctx context.Context, name string, most credit.USD, call func(ctx context.Context) (ai.Answer, error)) (ai.Answer, error)

// Once gives the stored answer of that name, or calls the outside, stores what it answered
// and gives that. Names are the job's own: "answer", "repair", or CallName's. most is what the call can
// cost at most, 0 when it is free. The call is made at most once for each lease, and never
// again when an answer was stored.
func (w *Work) Once(ctx context.Context, name string, most credit.USD, call func(ctx context.Context) (ai.Answer, error)) (ai.Answer, error) {
	return w.once(ctx, name, most, call)
}

// NewWork makes a Work for tests of stages; once stores nothing.
func NewWork(site string, job Job, once Buy) *Work {
	return &Work{Job: job, Site: site, once: once}
}
