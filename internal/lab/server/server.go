// Package server runs a lab's server: on a free port of this machine, with its output kept
// for the message when it fails, and ended with the test binary however that ends.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Spec says what to run. Command and Env are given the port that was found free.
type Spec struct {
	Name    string
	Command func(port int) []string
	Env     func(port int) []string // in place of this process's environment; nil keeps it
	// Ready tells whether an answer to GET / (or to Path) comes from the server that is meant.
	Ready func(res *http.Response) bool
	Path  string
	Files []string      // files and folders that are removed when the server has ended
	Limit time.Duration // for the first answer; 0 is a minute
}

// Server is a running server.
type Server struct {
	URL string // http://127.0.0.1:<port>

	name  string
	guard io.Closer // closing it ends the server
	ended chan struct{}
	log   *os.File // its name goes with the server, its content stays readable
}

// startTries: another process may take the free port before the server does.
const startTries = 3

// guardScript runs its arguments in a group of its own and ends the whole group when its
// input ends. The test binary holds the other end, so the server and all that it started
// die with it, even when it is killed.
const guardScript = `remove=$1; shift
exec 3<&0
setsid "$@" </dev/null 3<&- &
server=$!
( while read -r _ <&3; do :; done; kill -9 -- "-$server" 2>/dev/null ) &
guard=$!
exec 3<&-
wait "$server"
kill "$guard" 2>/dev/null
kill -9 -- "-$server" 2>/dev/null
while IFS= read -r path; do [ -z "$path" ] || rm -rf -- "$path"; done <<<"$remove"
`

// Start runs the server and waits for its first right answer. The error tells the end of
// its output.
func Start(s Spec) (*Server, error) {
	var last error
	for range startTries {
		v, err := start(s)
		if err == nil {
			return v, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%s: %w", s.Name, last)
}

func start(s Spec) (*Server, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp("", "igny8-"+s.Name+"-*.log") // a file: a pipe would keep go test waiting
	if err != nil {
		return nil, err
	}
	remove := strings.Join(append(s.Files, log.Name()), "\n")
	cmd := exec.Command("bash", append([]string{"-c", guardScript, s.Name, remove}, s.Command(port)...)...)
	if s.Env != nil {
		cmd.Env = s.Env(port)
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	v := &Server{URL: fmt.Sprintf("http://127.0.0.1:%d", port), name: s.Name, guard: input, ended: make(chan struct{}), log: log}
	go func() { _ = cmd.Wait(); close(v.ended) }()
	if err := v.await(s); err != nil {
		defer v.Close()
		return nil, fmt.Errorf("%w\n%s", err, v.Log())
	}
	return v, nil
}

// await polls until the server answers as it should.
func (v *Server) await(s Spec) error {
	if s.Limit == 0 {
		s.Limit = time.Minute
	}
	client := &http.Client{Timeout: 5 * time.Second}
	giveUp := time.After(s.Limit)
	for {
		if res, err := client.Get(v.URL + s.Path); err == nil {
			ready := s.Ready(res)
			_ = res.Body.Close()
			if ready {
				return nil
			}
		}
		select {
		case <-v.ended:
			return errors.New("the server ended at once")
		case <-giveUp:
			return fmt.Errorf("the server did not answer within %v", s.Limit)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Log is the end of what the server wrote, also when it has ended.
func (v *Server) Log() string { return v.end(16 << 10) }

// Text is all that the server wrote so far.
func (v *Server) Text() string { return v.end(math.MaxInt64) }

func (v *Server) end(most int64) string {
	info, err := v.log.Stat()
	if err != nil {
		return err.Error()
	}
	text := make([]byte, min(most, info.Size()))
	n, err := v.log.ReadAt(text, info.Size()-int64(len(text)))
	if err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	return string(text[:n])
}

// Close ends the server, with all that it started, and waits.
func (v *Server) Close() {
	_ = v.guard.Close()
	<-v.ended
	_ = v.log.Close()
}

// FreePort is a port of this machine that nobody listened on a moment ago.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Fetch runs a lab's script that installs what the lab needs, and gives what it prints: the
// folder. The script is text, so that it works from any folder.
func Fetch(script string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", append([]string{"-s", "--"}, args...)...)
	cmd.Stdin = strings.NewReader(script)
	var out, log strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("it can't be fetched: %w\n%s", err, log.String())
	}
	return strings.TrimSpace(out.String()), nil
}
