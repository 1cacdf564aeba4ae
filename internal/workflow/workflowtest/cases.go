package workflowtest

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
)

func split(path string) iter.Seq[string] { return strings.SplitSeq(path, ".") }

var (
	done    = []byte(`{"done":true,"n":7}`)
	notDone = []byte(`{"done":false}`)
)

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for name, f := range map[string]func(*lab){
		"token success goes on, and the output is the execution's":  success,
		"a stage that is not done comes back with a new token":      again,
		"a failure is caught by its name and not tried again":       paused,
		"any other failure goes to States.ALL":                      other,
		"a failure without a cause has none":                        withoutCause,
		"the same start twice is one execution":                     sameStart,
		"a start under a taken name is refused":                     otherStart,
		"a stop aborts and closes the token":                        stop,
		"a token counts once":                                       repeated,
		"tokens that never were":                                    unknown,
		"a time-out closes the token, is tried again, then caught":  timeout,
		"a function's named error is the task's error":              functionError,
		"an error without a name is not tried again":                unnamedError,
		"a Lambda service error is tried again, up to MaxAttempts":  throttled,
		"the token may be answered before the function returns":     early,
		"a caught error ends in a Fail state with name and cause":   refused,
		"an error that nobody catches fails the execution":          uncaught,
		"bad input is refused":                                      invalid,
		"twenty executions at once do not touch each other":         twenty,
		"an input without what a Choice asks for fails at run time": choice,
	} {
		t.Run(name, func(t *testing.T) { f(newLab(t, open)) })
	}
}

// Developer Guide, Wait for a callback with the task token; Invoke Lambda (Payload).
func success(l *lab) {
	l.start("a", "x")
	x, err := l.Engine.Describe(l.Context(), "a")
	l.no(err)
	if x.Status != workflow.Running || string(x.Input) != `{"do":"x"}` || x.Name != "a" || !x.Stopped.IsZero() {
		l.Fatalf("described as %+v", x)
	}
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), done))
	l.output("a", "work.n", 7.0)
	l.output("a", "do", "x")
	l.output("a", "close.Payload.ok", true)
	if l.count("a") != 1 || l.closed["a"] != 1 {
		l.Fatalf("%d calls of Work, %d of Close", l.count("a"), l.closed["a"])
	}
}

// States Language, Choice State; each entry of a Task has a token of its own.
func again(l *lab) {
	l.start("a", "x")
	first := l.token("a", 1)
	l.no(l.Engine.Succeed(l.Context(), first, notDone))
	second := l.token("a", 2)
	if first == second {
		l.Fatal("the token came again")
	}
	l.kind(l.Engine.Succeed(l.Context(), first, done), errs.NotFound)
	l.no(l.Engine.Succeed(l.Context(), second, done))
	l.ends("a", workflow.Succeeded)
}

// Developer Guide, Handling errors, Fallback states: by name, with ResultPath.
func paused(l *lab) {
	l.start("a", "x")
	l.no(l.Engine.Fail(l.Context(), l.token("a", 1), "Paused", "by a person"))
	l.output("a", "outcome", "paused")
	l.output("a", "error.Error", "Paused")
	l.output("a", "error.Cause", "by a person")
	l.output("a", "do", "x")
	if l.count("a") != 1 {
		l.Fatal("it was tried again")
	}
}

// Handling errors, Error names: States.ALL.
func other(l *lab) {
	l.start("a", "x")
	l.no(l.Engine.Fail(l.Context(), l.token("a", 1), "Strange", "c"))
	l.output("a", "outcome", "caught")
	l.output("a", "error.Error", "Strange")
}

// Handling errors, Error output: Cause is there when one was given.
func withoutCause(l *lab) {
	l.start("a", "x")
	l.no(l.Engine.Fail(l.Context(), l.token("a", 1), "Strange", ""))
	l.output("a", "error.Cause", nil)
}

// API Reference, StartExecution: same name and input while it runs succeeds.
func sameStart(l *lab) {
	l.start("a", "x")
	l.start("a", "x")
	token := l.token("a", 1)
	l.start("a", "x")
	l.Pass(0)
	if l.count("a") != 1 {
		l.Fatal("it was started twice")
	}
	l.no(l.Engine.Succeed(l.Context(), token, done))
	l.ends("a", workflow.Succeeded)
}

// API Reference, StartExecution: other input, or a closed execution, is ExecutionAlreadyExists.
func otherStart(l *lab) {
	l.start("a", "x")
	l.kind(l.Engine.Start(l.Context(), "a", []byte(`{"do":"y"}`)), errs.Conflict)
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), done))
	l.ends("a", workflow.Succeeded)
	l.kind(l.Engine.Start(l.Context(), "a", []byte(`{"do":"x"}`)), errs.Conflict)
}

// API Reference, StopExecution.
func stop(l *lab) {
	l.start("a", "x")
	token := l.token("a", 1)
	l.no(l.Engine.Stop(l.Context(), "a", "Cancelled", "by a person"))
	x := l.ends("a", workflow.Aborted)
	if x.Error != "Cancelled" || x.Cause != "by a person" {
		l.Fatalf("ended as %+v", x)
	}
	l.no(l.Engine.Stop(l.Context(), "a", "Again", ""))
	l.kind(l.Engine.Succeed(l.Context(), token, done), errs.NotFound)
	l.kind(l.Engine.Fail(l.Context(), token, "E", ""), errs.NotFound)
	if x := l.ends("a", workflow.Aborted); x.Error != "Cancelled" {
		l.Fatalf("the second stop changed it: %+v", x)
	}
	l.kind(l.Engine.Stop(l.Context(), "never", "", ""), errs.NotFound)
}

// API Reference, SendTaskSuccess, TaskTimedOut: the task was closed before.
func repeated(l *lab) {
	l.start("a", "x")
	token := l.token("a", 1)
	l.no(l.Engine.Succeed(l.Context(), token, done))
	l.kind(l.Engine.Succeed(l.Context(), token, done), errs.NotFound)
	l.kind(l.Engine.Fail(l.Context(), token, "Paused", ""), errs.NotFound)
	l.output("a", "work.n", 7.0)
	l.kind(l.Engine.Succeed(l.Context(), token, done), errs.NotFound)
	if l.closed["a"] != 1 {
		l.Fatal("two transitions from one token")
	}
}

// API Reference, SendTaskSuccess, InvalidToken; DescribeExecution, ExecutionDoesNotExist.
func unknown(l *lab) {
	l.start("a", "x")
	token := l.token("a", 1)
	for _, bad := range []string{"garbage", "a", "a/", token + "x", token[:len(token)-1]} {
		l.kind(l.Engine.Succeed(l.Context(), bad, done), errs.NotFound)
		l.kind(l.Engine.Fail(l.Context(), bad, "Paused", ""), errs.NotFound)
	}
	_, err := l.Engine.Describe(l.Context(), "never")
	l.kind(err, errs.NotFound)
	l.no(l.Engine.Succeed(l.Context(), token, done))
}

// States Language, Task State, Timeouts; section Errors, Retriers.
func timeout(l *lab) {
	l.start("a", "x")
	first := l.token("a", 1)
	l.Pass(Timeout)
	l.kind(l.Engine.Succeed(l.Context(), first, done), errs.NotFound)
	l.Pass(Timeout / 2)
	second := l.token("a", 2)
	if first == second {
		l.Fatal("the second attempt has the first one's token")
	}
	l.kind(l.Engine.Succeed(l.Context(), first, done), errs.NotFound)
	l.Pass(Timeout)
	l.output("a", "error.Error", "States.Timeout")
	l.output("a", "outcome", "caught")
	l.kind(l.Engine.Succeed(l.Context(), second, done), errs.NotFound)
	if l.count("a") != 2 {
		l.Fatalf("%d attempts, want MaxAttempts 1 after the first", l.count("a"))
	}
}

func functionError(l *lab) {
	l.faults["a"] = []error{fmt.Errorf("stage: %w", &workflow.NamedError{Name: "Paused", Cause: "c"})}
	l.start("a", "x")
	l.output("a", "outcome", "paused")
	l.kind(l.Engine.Succeed(l.Context(), l.token("a", 1), done), errs.NotFound)
}

func unnamedError(l *lab) {
	l.faults["a"] = []error{fmt.Errorf("no name")}
	l.start("a", "x")
	l.output("a", "outcome", "caught")
	if l.count("a") != 1 {
		l.Fatal("it was tried again")
	}
}

// Developer Guide, Best practices, Handle transient Lambda service exceptions.
func throttled(l *lab) {
	fault := &workflow.NamedError{Name: "Lambda.TooManyRequestsException"}
	l.faults["a"] = []error{fault, fault}
	l.faults["b"] = []error{fault, fault, fault}
	l.start("a", "x")
	l.start("b", "x")
	for n := 1; n <= 2; n++ {
		l.token("a", n)
		l.token("b", n)
		l.Pass(Timeout / 4) // the waits are 1 s and 2 s
	}
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 3), done))
	l.output("a", "work.n", 7.0)
	l.output("b", "error.Error", "Lambda.TooManyRequestsException")
	if l.count("b") != 3 {
		l.Fatalf("%d attempts, want 3", l.count("b"))
	}
}

func early(l *lab) {
	l.mu.Lock()
	l.during = func(c call) {
		if err := l.Engine.Succeed(l.Context(), c.Token, done); err != nil {
			l.Error(err)
		}
	}
	l.mu.Unlock()
	l.faults["a"] = []error{&workflow.NamedError{Name: "Paused"}} // comes too late
	l.start("a", "x")
	l.output("a", "work.n", 7.0)
	if l.count("a") != 1 {
		l.Fatal("it was invoked again")
	}
}

// States Language, Fail State: ErrorPath and CausePath.
func refused(l *lab) {
	l.start("a", "refuse")
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), done))
	if x := l.ends("a", workflow.Failed); x.Error != "Expected" || x.Cause != "as asked" || len(x.Output) != 0 {
		l.Fatalf("ended as %+v", x)
	}
}

// Handling errors: by default an error fails the whole execution.
func uncaught(l *lab) {
	l.start("a", "break")
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), done))
	if x := l.ends("a", workflow.Failed); x.Error != "Unexpected" {
		l.Fatalf("ended as %+v", x)
	}
}

// API Reference, InvalidName, InvalidExecutionInput, InvalidOutput.
func invalid(l *lab) {
	for _, name := range []string{"", "a b", "a/b", "a:b", strings.Repeat("x", 81)} {
		l.kind(l.Engine.Start(l.Context(), name, []byte(`{}`)), errs.Invalid)
	}
	for _, input := range []string{"", "{", `{} {}`, `"` + strings.Repeat("x", 256<<10) + `"`} {
		l.kind(l.Engine.Start(l.Context(), "a", []byte(input)), errs.Invalid)
	}
	l.start("a", "x")
	l.kind(l.Engine.Succeed(l.Context(), l.token("a", 1), []byte("{")), errs.Invalid)
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), done))
}

// States Language, Choice State: a Variable that leads nowhere is a runtime error, which no
// catcher takes (Handling errors, States.Runtime).
func choice(l *lab) {
	l.start("a", "x")
	l.no(l.Engine.Succeed(l.Context(), l.token("a", 1), []byte(`{}`)))
	if x := l.ends("a", workflow.Failed); x.Error != "States.Runtime" {
		l.Fatalf("ended as %+v", x)
	}
}

func twenty(l *lab) {
	for i := range 20 {
		l.start(fmt.Sprint("x", i), fmt.Sprint(i))
	}
	for i := range 20 {
		name := fmt.Sprint("x", i)
		l.no(l.Engine.Succeed(l.Context(), l.token(name, 1), fmt.Appendf(nil, `{"done":true,"n":%d}`, i)))
	}
	for i := range 20 {
		name := fmt.Sprint("x", i)
		l.output(name, "work.n", float64(i))
		l.output(name, "do", fmt.Sprint(i))
	}
}
