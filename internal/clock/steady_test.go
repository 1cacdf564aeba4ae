package clock_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
)

// machine is a machine whose clock a person sets.
type machine struct {
	now    time.Time
	passed time.Duration
}

func (m *machine) clock() clock.Machine {
	return clock.Machine{Wall: func() time.Time { return m.now }, Passed: func() time.Duration { return m.passed }}
}

func (m *machine) pass(d time.Duration) { m.now, m.passed = m.now.Add(d), m.passed+d }

func TestSteadyNeverGoesBack(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clock")
	begin := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := &machine{now: begin}
	open := func() *clock.Steady {
		t.Helper()
		s, err := clock.OpenSteady(file, m.clock())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	is := func(want time.Time) {
		t.Helper()
		if got := s.Now(); !got.Equal(want) {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
	is(begin)
	m.now = begin.Add(time.Hour) // forward is followed, as after a suspension
	is(begin.Add(time.Hour))
	m.now = begin.Add(-time.Hour) // set back
	is(begin.Add(time.Hour))
	m.pass(time.Minute) // and goes on
	is(begin.Add(61 * time.Minute))
	if err := s.Keep(file); err != nil {
		t.Fatal(err)
	}
	s = open() // a restart does not forget it
	is(begin.Add(61 * time.Minute))
	m.now = begin.Add(3 * time.Hour) // the clock is right again
	is(begin.Add(3 * time.Hour))
	if err := s.Keep(file); err != nil {
		t.Fatal(err)
	}
	m.now = begin.Add(-30 * time.Hour)
	_, err := clock.OpenSteady(file, m.clock())
	var behind *clock.Behind
	if !errors.As(err, &behind) || !behind.Kept.Equal(begin.Add(3*time.Hour)) {
		t.Errorf("more than a day back: %v", err)
	}
	if err := os.WriteFile(file, []byte("2026-0"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open()
	is(m.now)
}

// The machine's own clock has a monotonic reading, which is what tells how much time passed.
func TestSteadyOnTheMachine(t *testing.T) {
	t.Parallel()
	s, err := clock.OpenSteady(filepath.Join(t.TempDir(), "clock"), clock.This())
	if err != nil {
		t.Fatal(err)
	}
	for last := s.Now(); ; last = s.Now() {
		if now := s.Now(); now.Before(last) || time.Since(now) > time.Minute {
			t.Fatalf("%s after %s", now, last)
		}
		if time.Since(last) > time.Nanosecond {
			return
		}
	}
}
