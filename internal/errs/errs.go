// Package errs is the one set of error kinds of IGNY8. Each edge (HTTP, queue, state
// machine) maps kinds with one table; an error without a kind is Internal, and its text
// never reaches a client.
package errs

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind says what went wrong in a way that a caller can act on.
type Kind uint8

// The kinds. Internal is the zero value: an unknown error is our fault.
const (
	Internal        Kind = iota
	Invalid              // the input is wrong: say which field, what, and how to mend it
	Unauthenticated      // nobody, or not who they claim to be
	Forbidden            // known, but not allowed
	NotFound             // absent, or another tenant's
	Conflict             // the state does not allow it (already running, changed meanwhile)
	Exhausted            // a limit: credits, rate, size
	Unavailable          // try again later
)

var names = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "exhausted", "unavailable"}

// String is the kind's stable name.
func (k Kind) String() string { return names[k] }

// Cause is the class of a fault as told to a person: who has to act.
type Cause string

// The cause classes.
const (
	Credits   Cause = "credits"
	Provider  Cause = "provider"
	WordPress Cause = "wordpress"
	Input     Cause = "input"
	Ours      Cause = "ours"
)

// Error carries a kind, a stable code for programs, a message for people, and the cause
// beneath, which is logged and never shown.
type Error struct {
	Kind       Kind
	Code       string              // stable, snake_case; the kind's name when empty
	Message    string              // for the person: what is wrong and how to mend it
	Fields     map[string][]string // messages by field, for Invalid
	NextStep   string              // what to do about it, where the code alone does not say (see httpapi.Codes)
	Cause      Cause               // who has to act, for faults of a run
	RetryAfter time.Duration       // for Exhausted and Unavailable; 0 is unknown
	Op         string              // the call that failed, for the log
	Err        error               // what lies beneath, for the log
}

// New makes an Error of a kind with a code and a message for people.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Field makes an Invalid error about one field.
func Field(field, message string) *Error {
	return &Error{Kind: Invalid, Code: "invalid", Message: field + ": " + message, Fields: map[string][]string{field: {message}}}
}

// Fields makes an Invalid error about several fields, nil when there are none: its message
// names each with all that is wrong with it, in the order of their names.
func Fields(f map[string][]string) error {
	if len(f) == 0 {
		return nil
	}
	parts := make([]string, 0, len(f))
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+": "+strings.Join(f[name], ", "))
	}
	return &Error{Kind: Invalid, Code: "invalid", Message: strings.Join(parts, "; "), Fields: f}
}

// Error is the text for the log: operation, message and the cause beneath.
func (e *Error) Error() string {
	text := e.Message
	if text == "" {
		text = e.Kind.String()
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause beneath.
func (e *Error) Unwrap() error { return e.Err }

// With returns a copy with the cause beneath.
func (e *Error) With(err error) *Error { c := *e; c.Err = err; return &c }

// Because returns a copy with the cause class.
func (e *Error) Because(c Cause) *Error { d := *e; d.Cause = c; return &d }

// Then returns a copy with what to do about it, as one imperative sentence.
func (e *Error) Then(step string) *Error { c := *e; c.NextStep = step; return &c }

// After returns a copy with the time to wait before a repeat.
func (e *Error) After(d time.Duration) *Error { c := *e; c.RetryAfter = d; return &c }

// Wrap names the operation that failed and keeps kind, code and message. nil stays nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	e := *Of(err)
	if e.Op != "" {
		op += ": " + e.Op
	}
	e.Op = op
	return &e
}

// Of gives the Error in err's chain, or an Internal one around it. nil gives nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Err: err}
}

// KindOf is the kind of err; Internal when it has none.
func KindOf(err error) Kind {
	if e := Of(err); e != nil {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of the kind; false for nil.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
