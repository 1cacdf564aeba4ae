package automation_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/queue"
)

// tarpit is a site that accepts calls and never answers.
type tarpit struct{ sweeps int }

func (p *tarpit) Sweep(ctx context.Context, _ account.Scope, _ string, _ time.Time) (bool, error) {
	p.sweeps++
	<-ctx.Done()
	return true, ctx.Err()
}

// TestTickUnderADeadline: sites that hang cost neither the dead letters nor each other, and
// tick ends in time, which passes only while it waits.
func TestTickUnderADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		pit := &tarpit{}
		e := automation.New(automation.Config{
			Table: w.table, Blob: w.blobs, Queue: w.queue, Dead: w.queue, Workflow: w.flow, Clock: w.clock, IDs: w.ids, Log: w.engine.Log,
			Sweepers: []automation.Sweeper{pit}, Limits: automation.Limits{Sweep: 40 * time.Millisecond},
		})
		for i := range 12 {
			w.must(e.Watch(t.Context(), w.scope, fmt.Sprint("sit_", i)))
		}
		w.must(w.queue.Send(t.Context(), queue.AI.Dead(), queue.Message{Body: "no json"}))
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		if err := e.Tick(ctx); err == nil {
			t.Error("a tick that was cut tells nothing")
		}
		if pit.sweeps != 6 {
			t.Errorf("%d sites were swept in 250 ms of 40 ms each", pit.sweeps)
		}
		if ctx.Err() != nil {
			t.Error("tick outlived its deadline")
		}
		if left, err := w.queue.Receive(t.Context(), queue.AI.Dead(), 10, time.Minute, 0); err != nil || len(left) != 0 {
			t.Errorf("%d dead letters are left: %v", len(left), err)
		}
	})
}
