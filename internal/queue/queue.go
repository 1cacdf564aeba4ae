// Package queue is the port to the job queues: at-least-once delivery, visibility, delay,
// partial batch failures, dead letters, turns between accounts. Messages carry ids, never
// documents. Its drivers (embedded, sqs) pass the same conformance suite (queuetest).
package queue

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

// Name names a queue; its dead letters are in Name.Dead.
type Name string

// The queues, one for each kind of worker.
const (
	AI      Name = "ai"
	Image   Name = "image"
	Publish Name = "publish"
	Cluster Name = "cluster"
	Bulk    Name = "bulk" // imports and other long work without a provider
)

// Names lists the queues that have a worker.
func Names() []Name { return []Name{AI, Image, Publish, Cluster, Bulk} }

// Dead is the queue of messages that were received too often.
func (n Name) Dead() Name { return n + "-dead" }

// The limits, those of SQS.
const (
	MaxBody       = 256 << 10           // most bytes of a message body
	MaxDelay      = 15 * time.Minute    // longest Message.Delay
	MaxVisibility = 12 * time.Hour      // longest visibility, and longest Later
	MaxBatch      = 10                  // most messages of one Receive
	Retention     = 14 * 24 * time.Hour // a message older than this is dropped, even a dead one
	maxGroup      = 128
)

// Message is what a sender hands in.
type Message struct {
	Group string        // the account: groups take turns; at most 128 letters, digits, punctuation; may be empty
	Body  string        // JSON, ids only; not empty, at most MaxBody bytes of UTF-8 without control characters
	Delay time.Duration // not delivered before; at most MaxDelay; stores count whole seconds, rounded up
}

// Delivery is a message as received.
type Delivery struct {
	ID       string // the message's id, the same on each delivery
	Receipt  string // this delivery's handle, for Done and Later
	Group    string
	Body     string
	Receives int // 1 on the first delivery; stores may count late, so a hint and no proof
}

// Sender puts messages on a queue.
type Sender interface {
	// Send hands in any number of messages; once it returns without an error all are
	// durable. On an error some may have been sent: send the whole again, receivers are
	// idempotent. Invalid, and none sent: a message that Check refuses, an empty name.
	Send(ctx context.Context, q Name, msgs ...Message) error
}

// Receiver takes messages from a queue. In Lambda the event source does this; the embedded
// pollers, tick (for dead letters) and the tests use it. Delivery is at least once, in no
// promised order. A message that was received as often as the store is set to, and was
// not deleted, goes to Name.Dead with body and group once it would be visible again.
type Receiver interface {
	// Receive gives up to max (1 to MaxBatch) messages and hides them for visibility (0 to
	// MaxVisibility). It waits up to wait for a first one, and returns none without an error
	// when there is none. Invalid: a number outside its bounds.
	Receive(ctx context.Context, q Name, max int, visibility, wait time.Duration) ([]Delivery, error)
	// Done deletes delivered messages. A receipt that a later delivery replaced, or whose
	// message is gone, is no error; the later delivery is then not disturbed or the message
	// is deleted, as the store likes. On an error some may be deleted: repeat the whole.
	// Invalid: a receipt that the queue cannot have given.
	Done(ctx context.Context, q Name, receipts ...string) error
	// Later makes a delivered message visible again after d (0: at once, at most
	// MaxVisibility). With a receipt that a later delivery replaced, or whose message is
	// visible or gone, it is no error and the message is never lost by it. Invalid as for Done.
	Later(ctx context.Context, q Name, receipt string, d time.Duration) error
}

// Check tells whether a message may be sent; Invalid otherwise. Drivers call it for each
// message before they send the first.
func (m Message) Check() error {
	switch {
	case m.Body == "":
		return errs.Field("body", "is empty: a message needs a body")
	case len(m.Body) > MaxBody:
		return errs.Field("body", "is larger than 256 KiB: store the text as a blob and send its name")
	case !utf8.ValidString(m.Body) || strings.ContainsFunc(m.Body, unsendable):
		return errs.Field("body", "holds bytes that a queue does not carry: send UTF-8 without control characters")
	case m.Delay < 0 || m.Delay > MaxDelay:
		return errs.Field("delay", "must lie between 0 and 15 minutes")
	case len(m.Group) > maxGroup || strings.ContainsFunc(m.Group, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errs.Field("group", "must be at most 128 letters, digits and punctuation marks")
	}
	return nil
}

// unsendable tells the characters that SQS refuses in a body.
func unsendable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// CheckReceive tells whether Receive's numbers are within their bounds; Invalid otherwise.
func CheckReceive(max int, visibility, wait time.Duration) error {
	switch {
	case max < 1 || max > MaxBatch:
		return errs.Field("max", "must lie between 1 and 10")
	case visibility < 0 || visibility > MaxVisibility:
		return errs.Field("visibility", "must lie between 0 and 12 hours")
	case wait < 0:
		return errs.Field("wait", "must not be negative")
	}
	return nil
}

// CheckLater tells whether Later's delay is within its bounds; Invalid otherwise.
func CheckLater(d time.Duration) error {
	if d < 0 || d > MaxVisibility {
		return errs.Field("delay", "must lie between 0 and 12 hours")
	}
	return nil
}

// Handler works on a batch and returns the ids of the messages that have to come again. An
// id that is not of the batch makes the whole batch come again, as on Lambda.
type Handler func(ctx context.Context, batch []Delivery) (failed []string)
