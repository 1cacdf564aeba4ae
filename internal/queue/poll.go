package queue

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// PollOptions sets how Poll reads a queue.
type PollOptions struct {
	Workers    int           // handler calls side by side, at least 1
	Batch      int           // messages a call, 1 to MaxBatch
	Visibility time.Duration // after it, a message that failed or was forgotten comes again
	Wait       time.Duration // how long one Receive waits for a first message; 0 means 20 s
	// HandlerTimeout is the deadline of each handler call; 0 means Visibility less 60 s, so
	// that no message comes again while its handler may still work.
	HandlerTimeout time.Duration
	// Grace is how long handlers may go on once Poll's context has ended; then their context
	// ends too. 0 lets them work until their deadline.
	Grace time.Duration
	// Backoff is the pause after a failed Receive; 0 means 1 s.
	Backoff time.Duration
	// Report gets what cannot be returned: failed receives and deletes, panics of handlers
	// (with their stack). nil drops them.
	Report func(error)
}

const (
	defaultWait    = 20 * time.Second
	defaultBackoff = time.Second
	margin         = time.Minute
)

func (o PollOptions) checked() (PollOptions, error) {
	if o.Workers < 1 {
		return o, errs.Field("workers", "must be at least 1")
	}
	if err := CheckReceive(o.Batch, o.Visibility, o.Wait); err != nil {
		return o, err
	}
	if o.HandlerTimeout == 0 {
		o.HandlerTimeout = o.Visibility - margin
	}
	if o.HandlerTimeout <= 0 || o.HandlerTimeout > o.Visibility {
		return o, errs.Field("visibility", "must be longer than a minute, or HandlerTimeout be set to at most the visibility")
	}
	if o.Wait == 0 {
		o.Wait = defaultWait
	}
	if o.Backoff <= 0 {
		o.Backoff = defaultBackoff
	}
	if o.Report == nil {
		o.Report = func(error) {}
	}
	return o, nil
}

// Poll reads the queue until ctx ends and hands batches to h, as Lambda's event source
// does: what h does not name as failed is deleted, what it names comes again once its
// visibility has passed, and a panic fails the whole batch. When ctx ends it receives no
// more, waits for the handlers in flight (see Grace), deletes what they finished and
// returns nil. The handlers' contexts keep ctx's values, not its end. Invalid: options
// outside their bounds, before anything is received.
func Poll(ctx context.Context, r Receiver, q Name, h Handler, o PollOptions) error {
	o, err := o.checked()
	if err != nil {
		return err
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	if o.Grace > 0 {
		stop := context.AfterFunc(ctx, func() { pause(work, o.Grace); cancel() })
		defer stop()
	}
	p := poller{receiver: r, queue: q, handler: h, PollOptions: o}
	var wg sync.WaitGroup
	for range o.Workers {
		wg.Go(func() { p.loop(ctx, work) })
	}
	wg.Wait()
	return nil
}

type poller struct {
	PollOptions
	receiver Receiver
	queue    Name
	handler  Handler
}

func (p poller) loop(ctx, work context.Context) {
	for ctx.Err() == nil {
		batch, err := p.receiver.Receive(ctx, p.queue, p.Batch, p.Visibility, p.Wait)
		if err != nil {
			if ctx.Err() == nil {
				p.Report(errs.Wrap("queue "+string(p.queue)+": receive", err))
				pause(ctx, p.Backoff)
			}
			continue
		}
		if len(batch) > 0 {
			p.work(work, batch)
		}
	}
}

// work runs one batch. What it finished is deleted under a context that cannot have ended:
// work that was done must not be done again because the program is about to stop.
func (p poller) work(ctx context.Context, batch []Delivery) {
	done := p.call(ctx, batch)
	if len(done) == 0 {
		return
	}
	if err := p.receiver.Done(context.WithoutCancel(ctx), p.queue, done...); err != nil {
		p.Report(errs.Wrap("queue "+string(p.queue)+": done", err))
	}
}

// call gives the receipts of the messages that the handler finished.
func (p poller) call(ctx context.Context, batch []Delivery) (done []string) {
	ctx, cancel := context.WithTimeout(ctx, p.HandlerTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			done = nil
			p.Report(fmt.Errorf("queue %s: the handler panicked: %v\n%s", p.queue, v, debug.Stack()))
		}
	}()
	failed := make(map[string]bool)
	for _, id := range p.handler(ctx, batch) {
		failed[id] = true
	}
	for _, d := range batch {
		if !failed[d.ID] {
			done = append(done, d.Receipt)
		}
		delete(failed, d.ID)
	}
	if len(failed) > 0 {
		p.Report(fmt.Errorf("queue %s: the handler named %d messages that were not in its batch: all come again", p.queue, len(failed)))
		return nil
	}
	return done
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
