// Package workflowtest is the conformance suite of the workflow port. Each driver passes
// it unchanged; what it asks for is what AWS documents for Step Functions.
package workflowtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
)

// Definition is the machine of the suite: Work waits for its token and comes back until it
// is done, Close does not wait, and both ways to fail have an end. It names ${Work} and ${Close}.
const Definition = `{"StartAt":"Work","States":{
"Work":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
 "Parameters":{"FunctionName":"${Work}","Payload":{"execution.$":"$$.Execution.Name","token.$":"$$.Task.Token","do.$":"$.do"}},
 "ResultPath":"$.work","TimeoutSeconds":20,
 "Retry":[{"ErrorEquals":["Lambda.TooManyRequestsException"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":2},
          {"ErrorEquals":["States.Timeout"],"IntervalSeconds":5,"MaxAttempts":1}],
 "Catch":[{"ErrorEquals":["Paused"],"ResultPath":"$.error","Next":"Paused"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Caught"}],
 "Next":"Done"},
"Done":{"Type":"Choice","Choices":[{"Variable":"$.work.done","BooleanEquals":true,"Next":"Close"}],"Default":"Work"},
"Close":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"${Close}","Payload":{"execution.$":"$$.Execution.Name","do.$":"$.do"}},
 "ResultPath":"$.close","TimeoutSeconds":20,"Catch":[{"ErrorEquals":["Expected"],"ResultPath":"$.error","Next":"Refused"}],"Next":"Completed"},
"Completed":{"Type":"Succeed"},
"Paused":{"Type":"Pass","Result":"paused","ResultPath":"$.outcome","End":true},
"Caught":{"Type":"Pass","Result":"caught","ResultPath":"$.outcome","End":true},
"Refused":{"Type":"Fail","ErrorPath":"$.error.Error","CausePath":"$.error.Cause"}}}`

// Timeout is TimeoutSeconds of the tasks in Definition.
const Timeout = 20 * time.Second

// Interval is how long after a time-out a task is tried again: whoever looks a little late
// still finds its first token closed and no second one.
const Interval = 5 * time.Second

// Driver is an engine that runs Definition, and the time that it lives in.
type Driver struct {
	Engine workflow.Engine
	// Pass lets at least d go by and gives the engine the chance to do what is ready then.
	Pass func(d time.Duration)
}

// Open makes a driver whose ${Work} and ${Close} are these functions.
type Open func(t *testing.T, work, closing workflow.Function) Driver

// call is what a function was invoked with.
type call struct{ Execution, Token, Do string }

// lab is one driver with functions that record their calls and fail on demand.
type lab struct {
	*testing.T
	Driver
	mu     sync.Mutex
	calls  map[string][]call
	closed map[string]int
	faults map[string][]error // by execution: what the next calls of Work fail with
	during func(call)         // runs inside Work
}

func newLab(t *testing.T, open Open) *lab {
	t.Helper()
	t.Parallel()
	l := &lab{T: t, calls: map[string][]call{}, closed: map[string]int{}, faults: map[string][]error{}}
	l.Driver = open(t, l.work, l.closing)
	return l
}

func (l *lab) work(_ context.Context, payload []byte) ([]byte, error) {
	var c call
	if err := json.Unmarshal(payload, &c); err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.calls[c.Execution] = append(l.calls[c.Execution], c)
	var err error
	if left := l.faults[c.Execution]; len(left) > 0 {
		err, l.faults[c.Execution] = left[0], left[1:]
	}
	during := l.during
	l.mu.Unlock()
	if during != nil {
		during(c)
	}
	return []byte(`{"done":true,"ignored":true}`), err
}

func (l *lab) closing(_ context.Context, payload []byte) ([]byte, error) {
	var c call
	_ = json.Unmarshal(payload, &c)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed[c.Execution]++
	switch c.Do {
	case "refuse":
		return nil, &workflow.NamedError{Name: "Expected", Cause: "as asked"}
	case "break":
		return nil, &workflow.NamedError{Name: "Unexpected", Cause: "as asked"}
	}
	return []byte(`{"ok":true}`), nil
}

func (l *lab) start(name, do string) {
	l.Helper()
	l.no(l.Engine.Start(l.Context(), name, fmt.Appendf(nil, `{"do":%q}`, do)))
}

func (l *lab) no(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) kind(err error, k errs.Kind) {
	l.Helper()
	if !errs.Is(err, k) {
		l.Fatalf("got %v, want an error of kind %v", err, k)
	}
}

// until gives the engine its chances until ok holds.
func (l *lab) until(what string, ok func() bool) {
	l.Helper()
	for range 400 {
		l.Pass(0)
		if ok() {
			return
		}
	}
	l.Fatal("never came: " + what)
}

// token waits for call n (from 1) of Work and gives its token.
func (l *lab) token(name string, n int) string {
	l.Helper()
	l.until(fmt.Sprintf("call %d of %s", n, name), func() bool { return l.count(name) >= n })
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[name][n-1].Token
}

func (l *lab) count(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls[name])
}

func (l *lab) ends(name string, status workflow.Status) workflow.Execution {
	l.Helper()
	var x workflow.Execution
	l.until("the end of "+name, func() bool {
		var err error
		x, err = l.Engine.Describe(l.Context(), name)
		l.no(err)
		return x.Status != workflow.Running
	})
	if x.Status != status || x.Stopped.Before(x.Started) || x.Stopped.IsZero() {
		l.Fatalf("ended as %+v, want %s", x, status)
	}
	return x
}

func (l *lab) output(name, path string, want any) {
	l.Helper()
	var v any
	x := l.ends(name, workflow.Succeeded)
	l.no(json.Unmarshal(x.Output, &v))
	for _, step := range slices.Collect(split(path)) {
		v = v.(map[string]any)[step]
	}
	if v != want {
		l.Fatalf("output %s has %v at %s, want %v", x.Output, v, path, want)
	}
}
