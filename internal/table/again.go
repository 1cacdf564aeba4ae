package table

import (
	"math/rand/v2"
	"time"
)

// The tries of Again, and the waits between them.
const (
	againTries  = 30
	againAtOnce = 3                     // losses after which it waits
	againMost   = 20 * time.Millisecond // longest wait, doubled from a millisecond and taken at random below
)

// Again repeats a read-and-write step while it loses to another writer of the same items, at
// most 30 times. After some losses it waits a random moment, so that whoever is slow comes
// through as well; at most half a second in all. It gives the last *Failed when it never does.
func Again(step func() error) error {
	var err error
	for n := range againTries {
		if err = step(); FailedCondition(err) == nil {
			return err
		}
		if n >= againAtOnce {
			time.Sleep(rand.N(min(time.Millisecond<<min(n-againAtOnce, 10), againMost))) //nolint:gosec // spreads writers, guards nothing
		}
	}
	return err
}
