// Package system holds the handle to data outside any account: look-ups from e-mail to
// user, from API key to site, open runs, due schedules. Few packages may import it
// (archtest names them).
package system

// Handle opens system partitions of the table. Its zero value opens nothing.
type Handle struct{ actor string }

// As makes a Handle for an actor, which each write records.
func As(actor string) Handle { return Handle{actor: actor} }

// Actor is who acts; empty for the zero Handle.
func (h Handle) Actor() string { return h.actor }
