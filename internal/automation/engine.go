package automation

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

// Sweeper repairs what a crash left on a site, beside the jobs: stray drafts, pages of
// abandoned row-set writes.
type Sweeper interface {
	// Sweep does what is due now and tells whether something will be due later.
	Sweep(ctx context.Context, s account.Scope, site string, now time.Time) (pending bool, err error)
}

// FailureOps is what a Stage may have besides: operations to write when a job has failed
// for good, such as an image's status.
type FailureOps interface {
	Failed(ctx context.Context, s account.Scope, site string, job Job) ([]table.Op, error)
}

// Config is what an Engine needs. Durations are parameters, so that tests need not wait.
type Config struct {
	Table    table.Table
	Blob     blob.Store
	Queue    queue.Sender
	Dead     queue.Receiver // dead letters; nil where another function drains them
	Workflow workflow.Engine
	Credits  *credit.Service
	Clock    clock.Clock
	IDs      *id.Source
	Log      *slog.Logger
	Stages   []Stage // by number; 1 to Last are the pipeline, others are asked for by people
	Sweepers []Sweeper
	Sites    Sites // whose schedules are kept; nil where no tick runs
	Limits   Limits
	Prices   string // version of the price list that new work is planned by; empty: credit.Current
	Holder   string // this process: part of each lease's holder
	SoleUser bool   // leases of other holders are void: one process owns the data
}

// Limits are the engine's times and sizes.
type Limits struct {
	WaveSize  int           // jobs in a wave, default 500
	Window    int           // jobs of an account in a queue at a time, shared among its runs, default 100
	JobBatch  int           // jobs written in one transaction, default and at most 33
	Lease     time.Duration // a job's lease at most, default 15 minutes; a worker whose own deadline is nearer has it until then
	Call      time.Duration // the longest call of a provider: none is begun with less of the lease left; default none
	Finish    time.Duration // a job's last moments, kept for writing down what came of it; default 5 s, at most a fourth of the lease
	Resend    time.Duration // an open job that nobody leased for so long is sent again, default 10 minutes
	Stale     time.Duration // an invocation that left no trace for so long is repeated, default 2 minutes
	Tries     int           // refused or lost calls of a job before it fails, default 8
	Slow      int           // calls of a job refused with a time to wait before it fails, default 60: a small rate limit is shared by many jobs
	Backoff   time.Duration // first wait after a refused call without Retry-After, default 2 s, doubling to 5 minutes
	Sweep     time.Duration // the longest sweep of one site, default 20 s: one that never answers must not cost the others their repairs
	SweepFrom time.Duration // quiet time before an open entry without work is dropped, default 5 minutes
}

// Last is the number of the pipeline's last stage.
const Last = 7

// stageNames are the pipeline's stages in order.
var stageNames = [Last]string{"clustering", "ideas", "tasks", "contents", "prompts", "images", "review"}

// StageName is the name of a stage of the pipeline, from 1 to Last; empty for others. A
// process that has only some of the stages knows the names of all.
func StageName(n int) string {
	if n < 1 || n > Last {
		return ""
	}
	return stageNames[n-1]
}

// Engine drives runs and works on jobs. All methods may be called from many processes at
// once; what must not happen twice is guarded by conditions in the table.
type Engine struct {
	Config
	table  table.Table
	clock  clock.Clock
	ids    *id.Source
	stages map[int]Stage
	system system.Handle

	mu        sync.Mutex
	notBefore map[string]time.Time // by provider key, after a 429
	leases    int64
}

// New makes an Engine. It panics when a stage's number is used twice: a wiring mistake.
func New(c Config) *Engine {
	l := &c.Limits
	l.WaveSize = or(l.WaveSize, 500)
	l.Window = or(l.Window, 100)
	l.JobBatch = min(or(l.JobBatch, maxJobBatch), maxJobBatch)
	l.Lease = or(l.Lease, 15*time.Minute)
	l.Finish = or(l.Finish, 5*time.Second)
	l.Resend = or(l.Resend, 10*time.Minute)
	l.Stale = or(l.Stale, 2*time.Minute)
	l.Tries = or(l.Tries, 8)
	l.Slow = or(l.Slow, 60)
	l.Backoff = or(l.Backoff, 2*time.Second)
	l.Sweep = or(l.Sweep, 20*time.Second)
	l.SweepFrom = or(l.SweepFrom, 5*time.Minute)
	if c.Prices == "" {
		c.Prices = credit.Current
	}
	e := &Engine{Config: c, table: c.Table, clock: c.Clock, ids: c.IDs, stages: map[int]Stage{},
		system: system.As("automation"), notBefore: map[string]time.Time{}}
	for _, st := range c.Stages {
		if e.stages[st.Number()] != nil {
			panic(fmt.Sprintf("automation: two stages have the number %d", st.Number()))
		}
		e.stages[st.Number()] = st
	}
	return e
}

func or[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// envelope mints the Scope of work that the system does for an account, from ids that the
// system itself stored or sent.
func envelope(acct, actor string) account.Scope {
	return account.Mint(account.Grant{Account: acct, Actor: actor, Role: account.SystemBot})
}

// alive tells whether a lease still protects its job.
func (e *Engine) alive(j Job) bool {
	if j.State != JobLeased || !j.Until.After(e.clock.Now()) {
		return false
	}
	return !e.SoleUser || strings.HasPrefix(j.Holder, e.Holder+"/")
}
