// Package clock gives the time to those who need it, so that tests can set it.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

// Real is the machine's clock, in UTC.
type Real struct{}

// Now is the present, in UTC.
func (Real) Now() time.Time { return time.Now().UTC() }

// Fake is a clock that moves only when told; the zero value starts at the zero time.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// At makes a Fake that shows t.
func At(t time.Time) *Fake { return &Fake{now: t} }

// Now is the time last set.
func (f *Fake) Now() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return f.now }

// Advance moves the clock.
func (f *Fake) Advance(d time.Duration) { f.mu.Lock(); defer f.mu.Unlock(); f.now = f.now.Add(d) }
