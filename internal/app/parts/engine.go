package parts

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/workflow"
)

// Limits are an engine's times and sizes.
type Limits = automation.Limits

// Working says who works, and within which limits.
type Working struct {
	Holder   string // this process, part of each lease
	SoleUser bool   // this process owns the data alone
	Limits   Limits
	Sites    automation.Sites // where tick runs: whose schedules are kept
}

// Engine makes an engine with the stages that its process plans or works on. Without a
// workflow port it can start no run and answer no token (see noMachine).
func Engine(p Ports, w Working, sweepers []automation.Sweeper, stages ...automation.Stage) *automation.Engine {
	if p.Workflow == nil {
		p.Workflow = noMachine{}
	}
	return automation.New(automation.Config{
		Table: p.Table, Blob: p.Blob, Queue: p.Queue, Dead: p.Dead, Workflow: p.Workflow, Credits: Credits(p),
		Clock: p.Clock, IDs: p.IDs, Log: p.Log, Stages: stages, Sweepers: sweepers, Sites: w.Sites, Limits: w.Limits, Holder: w.Holder, SoleUser: w.SoleUser,
	})
}

// Credits makes the service of credits; a grant tells the account's story.
func Credits(p Ports) *credit.Service {
	return credit.New(p.Table, p.Clock).Telling(func(s account.Scope, left credit.Amount) (table.Op, error) {
		n := int64(left)
		return event.Write(s, p.IDs, p.Clock.Now(), event.Event{Kind: event.CreditsChanged, Credits: &n})
	})
}

// noMachine stands where a function asks for single jobs only: their waves have no run, so
// nobody waits for a token, and the client of the state machine need not be linked.
type noMachine struct{}

func none() error {
	return errs.New(errs.Internal, "no_machine", "this function has no state machine: a wave of a run came to it, which is a mistake in its wiring")
}

func (noMachine) Start(context.Context, string, []byte) error { return none() }
func (noMachine) Describe(context.Context, string) (workflow.Execution, error) {
	return workflow.Execution{}, none()
}
func (noMachine) Stop(context.Context, string, string, string) error { return none() }
func (noMachine) Succeed(context.Context, string, []byte) error      { return none() }
func (noMachine) Fail(context.Context, string, string, string) error { return none() }
