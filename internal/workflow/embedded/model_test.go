package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	"github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/internal/workflow/workflowtest"
)

var crashMachine = func() *asl.Machine {
	m, err := asl.Parse([]byte(workflowtest.Definition), map[string]string{"Work": "work", "Close": "close"})
	if err != nil {
		panic(err)
	}
	return m
}()

// known is what the model knows of an execution.
type known struct {
	status   workflow.Status
	input    string
	tokens   []string // in the order of their attempts
	attempts int      // how many there should be
	open     bool     // the newest token may be answered
	timeouts int      // of this visit of the state
}

// world is the engine beside its model.
type world struct {
	*rapid.T
	path  string
	clock *clock.Fake
	e     *embedded.Engine
	runs  map[string]*known
}

func (w *world) reopen() {
	if w.e != nil {
		_ = w.e.Close() // writes nothing: what a kill between two steps leaves
	}
	work := func(_ context.Context, payload []byte) ([]byte, error) {
		token := tokenOf(payload)
		name, _, _ := strings.Cut(token, "/")
		w.runs[name].tokens = append(w.runs[name].tokens, token)
		return nil, nil
	}
	var err error
	if w.e, err = embedded.Open(w.path, crashMachine, functions(work, nilFunction), w.clock, embedded.Options{Parallel: 1}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) want(what string, err error, ok bool, kind errs.Kind) {
	w.Helper()
	if ok != (err == nil) || !ok && !errs.Is(err, kind) {
		w.Fatalf("%s: got %v, want success %v", what, err, ok)
	}
}

// token draws any token of a run, old ones too, and tells whether it is open.
func (w *world) token() (*known, string, bool) {
	k := w.runs[w.name()]
	if k == nil || len(k.tokens) == 0 {
		w.Skip("not started")
	}
	i := rapid.IntRange(0, len(k.tokens)-1).Draw(w.T, "token")
	return k, k.tokens[i], k.open && i == len(k.tokens)-1
}

func (w *world) name() string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(w.T, "name") }

func (w *world) start(*rapid.T) {
	name, input := w.name(), rapid.SampledFrom([]string{`{"do":"x"}`, `{"do":"y"}`}).Draw(w.T, "input")
	k := w.runs[name]
	if k == nil {
		w.runs[name] = &known{status: workflow.Running, input: input, attempts: 1, open: true}
	}
	err := w.e.Start(context.Background(), name, []byte(input))
	w.want("start", err, k == nil || k.status == workflow.Running && k.input == input, errs.Conflict)
}

func (w *world) succeed(*rapid.T) {
	k, token, good := w.token()
	done := rapid.Bool().Draw(w.T, "done")
	output := map[bool]string{true: `{"done":true}`, false: `{"done":false}`}[done]
	w.want("succeed", w.e.Succeed(context.Background(), token, []byte(output)), good, errs.NotFound)
	switch {
	case good && done:
		k.status, k.open = workflow.Succeeded, false
	case good:
		k.attempts, k.timeouts = k.attempts+1, 0
	}
}

func (w *world) fail(*rapid.T) {
	k, token, good := w.token()
	name := rapid.SampledFrom([]string{"Paused", "Strange"}).Draw(w.T, "error")
	w.want("fail", w.e.Fail(context.Background(), token, name, ""), good, errs.NotFound)
	if good {
		k.status, k.open = workflow.Succeeded, false
	}
}

func (w *world) stop(*rapid.T) {
	name := w.name()
	k := w.runs[name]
	w.want("stop", w.e.Stop(context.Background(), name, "E", "c"), k != nil, errs.NotFound)
	if k != nil && k.status == workflow.Running {
		k.status, k.open = workflow.Aborted, false
	}
}

// pass lets every open attempt time out, and the backoff of 1 s after it.
func (w *world) pass(*rapid.T) {
	for _, d := range []time.Duration{workflowtest.Timeout, workflowtest.Interval} {
		w.clock.Advance(d)
		if err := w.e.Step(context.Background()); err != nil {
			w.Fatal(err)
		}
	}
	for _, k := range w.runs {
		if !k.open {
			continue
		}
		if k.timeouts++; k.timeouts == 1 {
			k.attempts++
		} else {
			k.status, k.open = workflow.Succeeded, false // caught
		}
	}
}

func (w *world) check(*rapid.T) {
	if err := w.e.Step(context.Background()); err != nil {
		w.Fatal(err)
	}
	for name, k := range w.runs {
		x, err := w.e.Describe(context.Background(), name)
		if err != nil || x.Status != k.status || string(x.Input) != k.input || len(k.tokens) != k.attempts {
			w.Fatalf("%s is %+v with %d attempts, %v; want %+v", name, x, len(k.tokens), err, *k)
		}
	}
}

func TestAgreesWithModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		w := &world{T: rt, path: filepath.Join(dir, "w"), clock: clock.At(epoch), runs: map[string]*known{}}
		w.reopen()
		defer func() { _ = w.e.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"start": w.start, "succeed": w.succeed, "fail": w.fail, "stop": w.stop, "pass": w.pass,
			"crash": func(*rapid.T) { w.reopen() }, "": w.check,
		})
	})
}
