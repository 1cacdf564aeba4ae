// Package coldstart measures how bootstraps of AWS Lambda start: it plays the Lambda Runtime
// API for a binary and times its way to the first event, its first answer and later ones.
// It can't see what the platform does before: the micro-VM, the package's way to it, and
// the network to AWS. So compare within one table, and read the paired difference first.
package coldstart

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

const (
	startLimit  = 10 * time.Second // the platform's own, from exec to the first request for an event
	answerLimit = 30 * time.Second // for one event
	// settle is how long a function that has asked for its first event is left alone: what
	// it began in the background before it asked has time to call out, and be found.
	settle = 5 * time.Millisecond
)

// Target is a bootstrap to start.
type Target struct {
	Name  string
	Path  string   // of the binary
	Env   []string // NAME=value, beside what the platform sets; Stub stands for the stub's host and port
	Event []byte   // JSON that it is invoked with
}

// Size is how many bytes the binary has.
func (t Target) Size() (int64, error) {
	info, err := os.Stat(t.Path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Start is what one start took.
type Start struct {
	Init    time.Duration   // from exec to the first request for an event
	RSS     int64           // resident bytes then
	First   time.Duration   // from the first event to its answer
	Warm    []time.Duration // the same for the events after it
	Answers []string        // what came back, for each event: see answer.kind
	Error   string          // the first error that the function answered with, "" without one
}

// Measure starts the target once, invokes it so many times, one after the other, and kills it.
// An answer that is an error is measured as any other. A bootstrap that ends, that tells an
// error of its init, that is too slow, or that calls out before it was given an event is an
// error here, with the end of its output.
func Measure(ctx context.Context, t Target, invocations int) (Start, error) {
	s, err := measure(ctx, t, invocations)
	if err != nil {
		return s, fmt.Errorf("%s: %w", t.Name, err)
	}
	return s, nil
}

func measure(ctx context.Context, t Target, invocations int) (s Start, err error) {
	stub, err := newStub()
	if err != nil {
		return s, err
	}
	defer stub.close()
	api, err := newRuntimeAPI(t.Name)
	if err != nil {
		return s, err
	}
	defer api.close()
	env := slices.Concat(platformEnv(t, api.addr(), stub.addr()), stub.fill(t.Env))
	began := time.Now()
	p, err := launch(t.Path, env)
	if err != nil {
		return s, err
	}
	defer func() {
		if output := p.stop(); err != nil {
			err = fmt.Errorf("%w\n%s", err, output)
		}
	}()
	asked, err := api.awaitNext(ctx, p, startLimit)
	if err != nil {
		return s, fmt.Errorf("before the first event: %w", err)
	}
	s.Init = asked.Sub(began)
	if s.RSS, err = p.resident(); err != nil {
		return s, err
	}
	time.Sleep(settle)
	if err := stub.untouched(); err != nil {
		return s, err
	}
	return s, s.invoke(ctx, api, p, t.Event, invocations)
}

// invoke feeds a function that waits for an event.
func (s *Start) invoke(ctx context.Context, api *runtimeAPI, p *process, event []byte, times int) error {
	for i := range times {
		given := time.Now()
		a, err := api.invoke(ctx, p, event, given.Add(answerLimit))
		if err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
		took := a.at.Sub(given)
		if i == 0 {
			s.First = took
		} else {
			s.Warm = append(s.Warm, took)
		}
		s.Answers = append(s.Answers, a.kind())
		if a.failed && s.Error == "" {
			s.Error = string(a.body)
		}
		if _, err := api.awaitNext(ctx, p, answerLimit); err != nil {
			return fmt.Errorf("after event %d: %w", i+1, err)
		}
	}
	return nil
}
