package clock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Steady is a clock that never goes back: when the machine's is set back, it goes on from
// where it was. What waits until an instant (a lease, a delayed message, a retry) would else
// wait longer by as much. Safe for concurrent use.
type Steady struct {
	machine Machine

	mu   sync.Mutex
	seen time.Duration // what had passed when last asked
	last time.Time     // what was answered then
}

// Machine is what a machine knows of time.
type Machine struct {
	Wall   func() time.Time     // its clock, which may be set
	Passed func() time.Duration // since any beginning, which nobody sets
}

// This is the machine that we run on.
func This() Machine {
	begin := time.Now()
	return Machine{Wall: time.Now, Passed: func() time.Duration { return time.Since(begin) }}
}

// most is how far the machine's clock may be behind what a data folder has seen.
const most = 26 * time.Hour

// Behind tells that the machine's clock is far behind what was kept.
type Behind struct{ Machine, Kept time.Time }

func (b *Behind) Error() string {
	return fmt.Sprintf("the machine's clock says %s, after %s", b.Machine.Format(time.DateTime), b.Kept.Format(time.DateTime))
}

// OpenSteady gives a clock that is not behind the instant kept in file, if there is one.
// A *Behind when the machine's clock is more than a day behind it: one of the two is wrong,
// and only a person knows which.
func OpenSteady(file string, m Machine) (*Steady, error) {
	s := &Steady{machine: m, seen: m.Passed(), last: m.Wall().UTC().Round(0)}
	text, err := os.ReadFile(file) //nolint:gosec // the caller's own file
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	kept, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return s, nil // cut off by a crash: as good as none
	}
	if kept.Sub(s.last) > most {
		return nil, &Behind{Machine: s.last, Kept: kept}
	}
	if kept.After(s.last) {
		s.last = kept
	}
	return s, nil
}

// Now is the present in UTC, never before what it was.
func (s *Steady) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, passed := s.machine.Wall().UTC().Round(0), s.machine.Passed()
	if least := s.last.Add(passed - s.seen); at.Before(least) {
		at = least
	}
	s.seen, s.last = passed, at
	return at
}

// Keep writes the present to file, for OpenSteady.
func (s *Steady) Keep(file string) error {
	part := file + ".part"
	if err := os.WriteFile(part, []byte(s.Now().Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(part, file)
}
