package embedded

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
)

// look is how often Run looks at the clock when nothing wakes it.
const look = time.Second

// Run goes on with all executions until ctx ends, and returns when their functions have
// returned. Time-outs and retries follow the clock. An error means that the file can't be
// written: nothing is lost, Run may be called again.
func (e *Engine) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		next, _, err := e.dispatch(ctx, &wg)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		wait := time.NewTimer(max(0, min(look, next)))
		select {
		case <-ctx.Done():
		case <-e.kick:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// Step does all that is ready by the clock and waits for the functions that it invokes,
// until nothing is ready. It is for tests with a clock of their own; not beside Run.
func (e *Engine) Step(ctx context.Context) error {
	for {
		var wg sync.WaitGroup
		_, did, err := e.dispatch(ctx, &wg)
		wg.Wait()
		if err != nil || !did {
			return err
		}
	}
}

// dispatch fires what is due and invokes what is to be invoked. It gives the time until the
// next timer and whether there was anything to do.
func (e *Engine) dispatch(ctx context.Context, wg *sync.WaitGroup) (next time.Duration, did bool, err error) {
	next = look
	now := e.clock.Now()
	due, invoke := map[string]timer{}, map[string]timer{}
	e.mu.Lock()
	err, e.broken = e.broken, nil
	for name, t := range e.open {
		switch left := t.due.Sub(now); {
		case left <= 0:
			due[name] = t
		case t.phase == invoking && !e.busy[t.token]:
			invoke[name] = t
		default:
			next = min(next, left)
		}
	}
	e.mu.Unlock()
	if err != nil {
		return next, true, err
	}
	for name, t := range due {
		if err := e.fire(ctx, name, t); err != nil {
			return next, true, err
		}
	}
	for _, t := range invoke {
		select {
		case e.slots <- struct{}{}:
		default: // all are taken; the next that returns wakes the loop
			return next, true, nil
		}
		e.mu.Lock()
		e.busy[t.token] = true
		e.mu.Unlock()
		wg.Go(func() {
			err := e.invoke(ctx, t.token)
			e.mu.Lock()
			if err != nil { // not written: Run gives it up, so that it does not invoke in a circle
				e.broken = err
			}
			delete(e.busy, t.token)
			e.mu.Unlock()
			<-e.slots
			e.wake()
		})
	}
	return next, len(due)+len(invoke) > 0, nil
}

// fire ends an attempt whose time is over, or begins the next one after a backoff.
func (e *Engine) fire(ctx context.Context, name string, t timer) error {
	if t.phase == backoff {
		return e.again(ctx, name, t)
	}
	err := e.answer(ctx, t.token, false, func(r *record) {
		e.fail(r, &workflow.NamedError{Name: asl.Timeout, Cause: "no answer within TimeoutSeconds"})
	})
	return unlessGone(err)
}

// again begins the next attempt, unless something else happened meanwhile.
func (e *Engine) again(ctx context.Context, name string, t timer) error {
	return unlessGone(e.write(ctx, func(tx *bbolt.Tx) (*record, error) {
		r, err := e.get(tx, name)
		if err != nil || r.Phase != backoff || !r.Due.Equal(t.due) {
			return nil, err
		}
		e.opts.Passed(r.State)
		e.attempt(r)
		return r, nil
	}))
}

// unlessGone drops the error of a token that was answered meanwhile: the first answer counts.
func unlessGone(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// invoke calls the function of an attempt and records how it went.
//
// A crash between the call and the record leaves the attempt as it was, so the function is
// called again with the same token. Step Functions does so too: it invokes a function at
// least once (Lambda Developer Guide, Retries), and an attempt keeps its token. The stage
// function is safe to repeat; the token is answered once whoever wins.
func (e *Engine) invoke(ctx context.Context, token string) error {
	if ctx.Err() != nil {
		return nil
	}
	var function workflow.Function
	var payload []byte
	waits := false
	err := e.db.View(func(tx *bbolt.Tx) error {
		r, err := e.find(tx, token)
		if err == nil {
			s := e.m.States[r.State]
			function, waits = e.fns[s.Parameters.FunctionName], s.Waits()
			payload, _ = e.payload(r)
		}
		return err
	})
	if err != nil {
		return unlessGone(err)
	}
	out, fault := call(ctx, function, payload)
	if fault != nil && ctx.Err() != nil {
		return nil // the program ends, not the task: it is invoked again when the file is opened
	}
	result, bad := asl.Decode(out)
	if fault == nil && !waits && bad != nil {
		fault = &workflow.NamedError{Name: workflow.UnknownFault, Cause: "the function did not answer JSON"}
	}
	return unlessGone(e.answer(context.WithoutCancel(ctx), token, false, func(r *record) {
		switch {
		case fault != nil:
			e.fail(r, fault)
		case waits: // Developer Guide, Wait for a callback: what the function returns is not used
			r.Phase = waiting
		default: // Developer Guide, Invoke Lambda: the response has the function's result in Payload
			e.complete(r, map[string]any{"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200})
		}
	}))
}

// call runs the function; a panic is its error, as a crash of a Lambda function is.
func call(ctx context.Context, f workflow.Function, payload []byte) (out []byte, fault *workflow.NamedError) {
	defer func() {
		if p := recover(); p != nil {
			fault = &workflow.NamedError{Name: workflow.UnknownFault, Cause: fmt.Sprint("panic: ", p)}
		}
	}()
	out, err := f(ctx, payload)
	return out, workflow.NameOf(err)
}
