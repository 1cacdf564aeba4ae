package embedded_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	"github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/internal/workflow/workflowtest"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func machine(t testing.TB) *asl.Machine {
	t.Helper()
	m, err := asl.Parse([]byte(workflowtest.Definition), map[string]string{"Work": "work", "Close": "close"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t testing.TB, path string, c clock.Clock, fns map[string]workflow.Function) *embedded.Engine {
	t.Helper()
	e, err := embedded.Open(path, machine(t), fns, c, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func functions(work, closing workflow.Function) map[string]workflow.Function {
	return map[string]workflow.Function{"work": work, "close": closing}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("steps on a fake clock", func(t *testing.T) {
		workflowtest.Run(t, func(t *testing.T, work, closing workflow.Function) workflowtest.Driver {
			c := clock.At(epoch)
			e := open(t, filepath.Join(t.TempDir(), "w"), c, functions(work, closing))
			t.Cleanup(func() { _ = e.Close() })
			return workflowtest.Driver{Engine: e, Pass: func(d time.Duration) {
				c.Advance(d)
				if err := e.Step(t.Context()); err != nil {
					t.Error(err)
				}
			}}
		})
	})
	t.Run("reopened before each step", func(t *testing.T) {
		workflowtest.Run(t, func(t *testing.T, work, closing workflow.Function) workflowtest.Driver {
			c, path := clock.At(epoch), filepath.Join(t.TempDir(), "w")
			r := &reopened{Engine: open(t, path, c, functions(work, closing))}
			t.Cleanup(func() { _ = r.Engine.Close() })
			return workflowtest.Driver{Engine: r, Pass: func(d time.Duration) {
				c.Advance(d)
				_ = r.Engine.Close()
				r.Engine = open(t, path, c, functions(work, closing))
				if err := r.Engine.Step(context.Background()); err != nil {
					t.Error(err)
				}
			}}
		})
	})
}

// reopened is an engine whose file was closed and opened in between.
type reopened struct{ *embedded.Engine }

// running starts Run beside the test and ends it before the file is closed.
func running(t *testing.T, e *embedded.Engine) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestRunGoesOnAlone(t *testing.T) {
	t.Parallel()
	called := make(chan struct{}, 1)
	var e *embedded.Engine
	ready := make(chan struct{})
	e = open(t, filepath.Join(t.TempDir(), "w"), clock.Real{}, functions(
		func(ctx context.Context, payload []byte) ([]byte, error) {
			<-ready
			return nil, e.Succeed(ctx, tokenOf(payload), []byte(`{"done":true}`))
		},
		func(context.Context, []byte) ([]byte, error) { called <- struct{}{}; return []byte(`{}`), nil }))
	close(ready)
	stop := running(t, e)
	if err := e.Start(t.Context(), "a", []byte(`{"do":"x"}`)); err != nil {
		t.Fatal(err)
	}
	<-called
	stop()
	if x, err := e.Describe(t.Context(), "a"); err != nil || x.Status != workflow.Succeeded {
		t.Fatalf("ended as %+v, %v", x, err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// The end of the program is not the task's failure: the same token comes again.
func TestShutdownIsNoFailure(t *testing.T) {
	t.Parallel()
	path, c := filepath.Join(t.TempDir(), "w"), clock.At(epoch)
	tokens := make(chan string, 2)
	hang := func(ctx context.Context, payload []byte) ([]byte, error) {
		tokens <- tokenOf(payload)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	e := open(t, path, c, functions(hang, hang))
	stop := running(t, e)
	if err := e.Start(t.Context(), "a", []byte(`{"do":"x"}`)); err != nil {
		t.Fatal(err)
	}
	first := <-tokens
	stop()
	_ = e.Close()
	e = open(t, path, c, functions(func(_ context.Context, payload []byte) ([]byte, error) {
		tokens <- tokenOf(payload)
		return nil, nil
	}, hang))
	defer e.Close()
	if err := e.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	if second := <-tokens; second != first {
		t.Fatalf("token %s, then %s", first, second)
	}
	if err := e.Step(t.Context()); err != nil || len(tokens) != 0 {
		t.Fatalf("%v, %d more invocations after one was recorded", err, len(tokens))
	}
}

func TestFileInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w")
	none := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	e := open(t, path, clock.Real{}, functions(none, none))
	defer e.Close()
	_, err := embedded.Open(path, machine(t), functions(none, none), clock.Real{}, embedded.Options{})
	if !errs.Is(err, errs.Conflict) || errs.Of(err).Code != "in_use" {
		t.Fatalf("got %v", err)
	}
	if _, err := embedded.Open(path+"2", machine(t), nil, clock.Real{}, embedded.Options{}); !errs.Is(err, errs.Invalid) {
		t.Fatalf("a missing function: %v", err)
	}
}

// Service quotas: an ended execution, and its name, are kept for 90 days.
func TestNinetyDays(t *testing.T) {
	t.Parallel()
	path, c := filepath.Join(t.TempDir(), "w"), clock.At(epoch)
	none := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	e := open(t, path, c, functions(none, none))
	defer e.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(e.Start(t.Context(), "a", []byte(`{"do":"x"}`)))
	must(e.Stop(t.Context(), "a", "E", "c"))
	c.Advance(90*24*time.Hour - time.Second)
	if err := e.Start(t.Context(), "a", []byte(`{"do":"x"}`)); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a day too early: %v", err)
	}
	c.Advance(time.Second)
	if _, err := e.Describe(t.Context(), "a"); !errs.Is(err, errs.NotFound) {
		t.Fatalf("still described: %v", err)
	}
	must(e.Start(t.Context(), "a", []byte(`{"do":"x"}`)))
	c.Advance(200 * 24 * time.Hour)
	must(e.Start(t.Context(), "b", []byte(`{"do":"x"}`)))
	x, err := e.Describe(t.Context(), "a")
	if err != nil || x.Status != workflow.Running {
		t.Fatalf("what runs is never forgotten: %+v, %v", x, err)
	}
}

func TestPanicIsTheFunctionsError(t *testing.T) {
	t.Parallel()
	e := open(t, filepath.Join(t.TempDir(), "w"), clock.At(epoch), functions(
		func(context.Context, []byte) ([]byte, error) { panic("bug") }, nilFunction))
	defer e.Close()
	_ = e.Start(t.Context(), "a", []byte(`{"do":"x"}`))
	_ = e.Step(t.Context())
	x, err := e.Describe(t.Context(), "a")
	if err != nil || x.Status != workflow.Succeeded || !contains(x.Output, `"Error":"Lambda.Unknown"`) {
		t.Fatalf("%+v %s, %v", x, x.Output, err)
	}
}

// A token whose time is over is closed even before the loop has looked at the clock.
func TestLateTokenBeforeTheLoopLooks(t *testing.T) {
	t.Parallel()
	c, token := clock.At(epoch), ""
	e := open(t, filepath.Join(t.TempDir(), "w"), c, functions(
		func(_ context.Context, payload []byte) ([]byte, error) { token = tokenOf(payload); return nil, nil }, nilFunction))
	defer e.Close()
	_ = e.Start(t.Context(), "a", []byte(`{"do":"x"}`))
	_ = e.Step(t.Context())
	c.Advance(workflowtest.Timeout)
	if err := e.Succeed(t.Context(), token, []byte(`{"done":true}`)); token == "" || !errs.Is(err, errs.NotFound) {
		t.Fatalf("token %q: %v", token, err)
	}
}

// TestPassed: transitions are told as the service counts them: each state that is entered,
// each repeat, and the end.
func TestPassed(t *testing.T) {
	t.Parallel()
	var passed []string
	calls := 0
	c := clock.At(epoch)
	var e *embedded.Engine
	work := func(ctx context.Context, payload []byte) ([]byte, error) {
		if calls++; calls == 1 {
			return nil, &workflow.NamedError{Name: "Lambda.TooManyRequestsException"}
		}
		return nil, e.Succeed(ctx, tokenOf(payload), []byte(`{"done":true}`))
	}
	e, err := embedded.Open(filepath.Join(t.TempDir(), "w"), machine(t), functions(work, nilFunction), c, embedded.Options{Passed: func(s string) { passed = append(passed, s) }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	if err := e.Start(t.Context(), "a", []byte(`{"do":"x"}`)); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := e.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Advance(3 * time.Second)
	}
	if want := []string{"Work", "Work", "Done", "Close", "Completed", ""}; !slices.Equal(passed, want) {
		t.Errorf("%q, want %q", passed, want)
	}
}
