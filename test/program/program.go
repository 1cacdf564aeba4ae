// Package program builds the igny8 program and runs it as a person would: as a process of
// its own, with its output read line by line. For the tests of the whole product.
package program

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Build builds the program into a temporary folder of the test and gives its path.
func Build(t testing.TB) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "igny8")
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "github.com/igny8/igny8/cmd/igny8")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build igny8: %v\n%s", err, out)
	}
	return bin
}

// steering are the beginnings of the variables that steer the program.
var steering = []string{"OPENAI_", "ANTHROPIC_", "STABILITY_", "IGNY8_"}

// Env is this process's environment without what would steer the program, and with vars
// ("NAME=value").
func Env(vars ...string) []string {
	var out []string
	for _, v := range os.Environ() {
		if !slices.ContainsFunc(steering, func(s string) bool { return strings.HasPrefix(v, s) }) {
			out = append(out, v)
		}
	}
	return append(out, vars...)
}

// Process is a program that runs. It is killed at the end of the test if it still does.
type Process struct {
	Began time.Time

	t    testing.TB
	cmd  *exec.Cmd
	out  lines
	err  lines
	done chan struct{} // closed when the process has ended and its output was read
	fail error
}

// Start runs the program in a process group of its own.
func Start(t testing.TB, bin string, env []string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, done: make(chan struct{}), out: newLines(), err: newLines()}
	p.cmd = exec.Command(bin, args...)
	p.cmd.Env = env
	p.cmd.Dir = t.TempDir()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	endWithParent(p.cmd.SysProcAttr)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Began = time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { p.out.read(stdout) })
	reading.Go(func() { p.err.read(stderr) })
	go func() {
		reading.Wait()
		p.fail = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() { p.Kill() })
	return p
}

// Kill ends the whole process group at once, as a power cut would, and waits. It tells
// whether the program was still running.
func (p *Process) Kill() bool {
	select {
	case <-p.done:
		return false
	default:
	}
	err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	var exit *exec.ExitError
	return err == nil && errors.As(p.fail, &exit) && exit.ExitCode() == -1
}

// Interrupt is Ctrl-C.
func (p *Process) Interrupt() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
}

// Ended is closed when the program has ended.
func (p *Process) Ended() <-chan struct{} { return p.done }

// Exit waits for the program's end and gives its exit code; -1 for a signal.
func (p *Process) Exit(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(limit):
		p.t.Fatalf("igny8 %s did not end within %s\n%s", strings.Join(p.cmd.Args[1:], " "), limit, p.Both())
	}
	return p.cmd.ProcessState.ExitCode()
}

// Await gives the first line, on either output, that has the text; it fails the test when
// the program ends or the limit passes before.
func (p *Process) Await(text string, limit time.Duration) string {
	p.t.Helper()
	line, ok := p.Seen(text, limit)
	if !ok {
		p.t.Fatalf("igny8 %s did not say %q within %s\n%s", strings.Join(p.cmd.Args[1:], " "), text, limit, p.Both())
	}
	return line
}

// Seen is Await that gives false instead of failing.
func (p *Process) Seen(text string, limit time.Duration) (string, bool) {
	end := time.After(limit)
	for {
		a, nextOut := p.out.find(text)
		b, nextErr := p.err.find(text)
		if a != "" || b != "" {
			return a + b, true
		}
		select {
		case <-nextOut:
		case <-nextErr:
		case <-p.done:
			a, _ := p.out.find(text)
			b, _ := p.err.find(text)
			return a + b, a+b != ""
		case <-end:
			return "", false
		}
	}
}

// Out is what was written to standard output so far.
func (p *Process) Out() string { return p.out.text() }

// Err is what was written to standard error so far.
func (p *Process) Err() string { return p.err.text() }

// Both is all output, for messages.
func (p *Process) Both() string { return "stdout:\n" + p.Out() + "stderr:\n" + p.Err() }

// lines collects output and wakes those who wait for more.
type lines struct {
	mu   *sync.Mutex
	all  *bytes.Buffer
	more *chan struct{}
}

func newLines() lines {
	more := make(chan struct{})
	return lines{mu: &sync.Mutex{}, all: &bytes.Buffer{}, more: &more}
}

func (l lines) read(r io.Reader) {
	b := bufio.NewReader(r)
	for {
		line, err := b.ReadString('\n')
		l.mu.Lock()
		l.all.WriteString(line)
		close(*l.more)
		*l.more = make(chan struct{})
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (l lines) find(text string) (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.all.String()) {
		if strings.Contains(line, text) {
			return line, *l.more
		}
	}
	return "", *l.more
}

func (l lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}
