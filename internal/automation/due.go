package automation

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
)

// dueAtOnce is how many shards of due schedules are worked on side by side.
const dueAtOnce = 8

// startDue starts a run for each schedule whose time has come. It looks at due entries only,
// in the order of their times: what is due later is not read. A fault of one site keeps no
// other waiting; its schedule stays due for the next tick.
func (e *Engine) startDue(ctx context.Context) error {
	if e.Sites == nil {
		return nil
	}
	first := int(e.clock.Now().UnixNano() % dueShards)
	shards := make(chan int, dueShards)
	for n := range dueShards {
		shards <- (first + n) % dueShards
	}
	close(shards)
	faults := make([]error, dueAtOnce)
	var wg sync.WaitGroup
	for i := range dueAtOnce {
		wg.Go(func() {
			for shard := range shards {
				faults[i] = errors.Join(faults[i], e.startShard(ctx, shard))
			}
		})
	}
	wg.Wait()
	return errors.Join(faults...)
}

func (e *Engine) startShard(ctx context.Context, shard int) error {
	var faults []error
	until := dueTime(e.clock.Now()) + "$" // behind all entries of this second
	for it, err := range table.All(ctx, e.table, table.Query{Partition: duePartition(e.system, shard), To: until, Consistency: table.Consistent}) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if end, ok := ctx.Deadline(); ok && time.Until(end) < e.Limits.Sweep {
			return errors.Join(append(faults, errs.New(errs.Unavailable, "tick_cut", "tick's time is over: the next one goes on"))...)
		}
		if err := e.startEntry(ctx, it); err != nil {
			e.Log.Error("schedule", "entry", it.Key.Sort, "err", err)
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// startEntry starts the run of one due entry. The run and the next due time are one write, on
// condition of the schedule's version: two ticks at once start one run, and a crash before the
// write leaves the schedule due.
func (e *Engine) startEntry(ctx context.Context, it table.Item) error {
	at, acct, site, ok := splitDue(it.Key.Sort)
	if !ok {
		return e.table.Write(ctx, table.Delete(it.Key))
	}
	s := envelope(acct, "schedule")
	was, err := e.Schedule(ctx, s, site)
	if err != nil {
		return err
	}
	gone := e.Sites.Check(ctx, s, site)
	if gone != nil && !errs.Is(gone, errs.NotFound) {
		return gone
	}
	if gone != nil || !was.Enabled || dueTime(was.Next) != at {
		return e.table.Write(ctx, table.Delete(it.Key)) // the site was deleted, or the schedule changed
	}
	now := was
	now.LastDue, now.LastRun, now.Skipped, now.Next = was.Next, "", "", was.After(e.clock.Now())
	ops, err := e.scheduleOps(s, was, now)
	if err != nil {
		return err
	}
	_, err = e.Start(ctx, s, site, Scheduled, func(r Run) []table.Op {
		ops[0].Item.Attrs["last_run"] = r.ID
		return ops
	})
	if err == nil || table.FailedCondition(err) != nil {
		return nil // another tick, or a person's change, was faster
	}
	if why := errs.Of(err).Code; why == "run_active" || why == "credits" {
		return e.skip(ctx, s, was, now, err)
	}
	return err
}

// skip moves a schedule on without a run, and tells why.
func (e *Engine) skip(ctx context.Context, s account.Scope, was, now Schedule, why error) error {
	now.Skipped = errs.Of(why).Message
	ops, err := e.scheduleOps(s, was, now)
	if err != nil {
		return err
	}
	told, err := e.event(s, event.Event{Kind: event.RunSkipped, Site: was.Site, Reason: now.Skipped})
	if err != nil {
		return err
	}
	if err = e.table.Transact(ctx, append(ops, told)...); table.FailedCondition(err) != nil {
		return nil
	}
	return err
}
