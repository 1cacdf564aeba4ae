package coldstart

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Session is a bootstrap that is invoked for as long as its holder likes: what benches of
// warm functions use. It belongs to one goroutine.
type Session struct {
	Init time.Duration // from exec to the first request for an event

	name string
	stub *stub
	api  *runtimeAPI
	p    *process
	rest func() // ends Throttle
}

// Begin starts the target and waits until it asks for its first event. End it with Close.
func Begin(ctx context.Context, t Target) (*Session, error) {
	s := &Session{name: t.Name, rest: func() {}}
	var err error
	if s.stub, err = newStub(); err != nil {
		return nil, err
	}
	if s.api, err = newRuntimeAPI(t.Name); err != nil {
		s.stub.close()
		return nil, err
	}
	began := time.Now()
	if s.p, err = launch(t.Path, append(platformEnv(t, s.api.addr(), s.stub.addr()), s.stub.fill(t.Env)...)); err != nil {
		s.api.close()
		s.stub.close()
		return nil, err
	}
	asked, err := s.api.awaitNext(ctx, s.p, startLimit)
	if err != nil {
		return nil, fmt.Errorf("%s: before the first event: %w\n%s", t.Name, err, s.Close())
	}
	s.Init = asked.Sub(began)
	return s, nil
}

// Invoke feeds one event, and gives the answer and the time to it. An answer that the
// function tells as an error is one here.
func (s *Session) Invoke(ctx context.Context, event []byte) (body []byte, took time.Duration, err error) {
	given := time.Now()
	a, err := s.api.invoke(ctx, s.p, event, given.Add(answerLimit))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", s.name, err)
	}
	if a.failed {
		return nil, 0, fmt.Errorf("%s answered with an error: %s", s.name, a.body)
	}
	_, err = s.api.awaitNext(ctx, s.p, answerLimit)
	return a.body, a.at.Sub(given), err
}

// Resident gives how many bytes of the process are in memory.
func (s *Session) Resident() (int64, error) { return s.p.resident() }

// CPU gives how much time of a core the process has used: what a machine that is busy with
// others does not lengthen.
func (s *Session) CPU() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), ") ") // the name before may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("the system does not tell the process's time: %q", raw)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * (time.Second / ticks), errors.Join(err, err2)
}

// ticks are the system's units of time in a second, the same on all of Linux's machines.
const ticks = 100

// Throttle lets the process run for a part of each period alone, whatever it has to do: it
// is stopped and continued by signals. That is harsher than the platform's share of a core,
// which does not count the time in which a function waits.
func (s *Session) Throttle(share float64, period time.Duration) {
	s.rest()
	end, ended := make(chan struct{}), make(chan struct{})
	run := time.Duration(share * float64(period))
	go func() {
		defer close(ended)
		for {
			_ = s.p.cmd.Process.Signal(syscall.SIGCONT)
			select {
			case <-end:
				return
			case <-time.After(run):
			}
			_ = s.p.cmd.Process.Signal(syscall.SIGSTOP)
			time.Sleep(period - run)
		}
	}()
	s.rest = func() { close(end); <-ended; s.rest = func() {} }
}

// Close ends the process and gives the end of what it wrote.
func (s *Session) Close() string {
	s.rest()
	output := s.p.stop()
	s.api.close()
	s.stub.close()
	return output
}
