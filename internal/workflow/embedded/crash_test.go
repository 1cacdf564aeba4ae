package embedded_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/embedded"
)

const (
	crashFolder = "IGNY8_TEST_CRASH_FOLDER" // set in the process that is killed
	crashRuns   = 40
	kills       = 25
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashFolder); dir != "" {
		victim(dir)
	}
	os.Exit(m.Run())
}

// crashEngine opens the engine of the crash test: Work answers its own token and then notes
// that it did, in a log that outlives the process.
func crashEngine(dir string) (*embedded.Engine, error) {
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	note := func(what, token string) { _, _ = log.WriteString(what + " " + token + "\n") }
	var e *embedded.Engine
	ready := make(chan struct{})
	work := func(ctx context.Context, payload []byte) ([]byte, error) {
		<-ready
		token := tokenOf(payload)
		note("call", token)
		if err := e.Succeed(ctx, token, fmt.Appendf(nil, `{"done":%v}`, rand.IntN(20) == 0)); err == nil {
			note("ok", token)
		}
		return nil, nil
	}
	closing := func(_ context.Context, payload []byte) ([]byte, error) {
		var p struct{ Execution string }
		_ = json.Unmarshal(payload, &p)
		note("close", p.Execution+"/")
		return []byte(`{}`), nil
	}
	e, err = embedded.Open(filepath.Join(dir, "w"), crashMachine, functions(work, closing), clock.Real{}, embedded.Options{})
	close(ready)
	return e, err
}

// victim starts the executions, as tick does again and again, and runs until it is killed.
func victim(dir string) {
	e, err := crashEngine(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	go func() {
		for i := range crashRuns {
			_ = e.Start(context.Background(), fmt.Sprint("run-", i), []byte(`{"do":"x"}`))
		}
	}()
	fmt.Println("up")
	_ = e.Run(context.Background())
	os.Exit(4)
}

// However often the program is killed, each execution ends, and a token whose answer was
// acknowledged is neither invoked nor accepted again.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range kills {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashFolder+"="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			t.Fatalf("life %d did not come up: %v", i, err)
		}
		time.Sleep(time.Duration(5+rand.IntN(80)) * time.Millisecond) // the instant of the kill, no synchronisation
		_ = child.Process.Kill()
		if err := child.Wait(); err == nil || child.ProcessState.ExitCode() != -1 {
			t.Fatalf("life %d ended by itself: %v", i, err)
		}
	}
	e, err := crashEngine(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	stop := running(t, e)
	for i := range crashRuns {
		name := fmt.Sprint("run-", i)
		if err := e.Start(t.Context(), name, []byte(`{"do":"x"}`)); err != nil && !errs.Is(err, errs.Conflict) {
			t.Fatal(err)
		}
		awaitEnd(t, e, name)
	}
	stop()
	checkLog(t, filepath.Join(dir, "log"))
}

func awaitEnd(t *testing.T, e *embedded.Engine, name string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		x, err := e.Describe(t.Context(), name)
		switch {
		case err != nil || time.Now().After(deadline):
			t.Fatalf("%s does not end: %+v, %v", name, x, err)
		case x.Status == workflow.Succeeded:
			return
		case x.Status != workflow.Running:
			t.Fatalf("%s ended as %+v", name, x)
		}
	}
}

func checkLog(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	acknowledged, closed, calls, repeats := map[string]bool{}, map[string]int{}, map[string]bool{}, 0
	for line := range strings.Lines(string(raw)) {
		what, token, ok := strings.Cut(strings.TrimSpace(line), " ")
		name, _, cut := strings.Cut(token, "/")
		switch {
		case !ok || !cut:
			t.Fatalf("torn line %q", line)
		case what == "close":
			closed[name]++
		case acknowledged[token]:
			t.Errorf("%s %s after its answer was acknowledged", what, token)
		case what == "ok":
			acknowledged[token] = true
		case calls[token]:
			repeats++
		default:
			calls[token] = true
		}
	}
	extra := 0
	for _, n := range closed {
		extra += n - 1
	}
	if len(closed) != crashRuns || extra > kills {
		t.Errorf("%d executions closed, %d times more than once", len(closed), extra)
	}
	t.Logf("%d kills, %d executions, %d tokens, %d acknowledged, %d invoked again", kills, crashRuns, len(calls), len(acknowledged), repeats)
}
