// Package queue is the port to the job queues: at-least-once delivery, visibility, delay,
// partial batch failures, dead letters, turns between accounts. Messages carry ids, never
// documents. Its drivers (embedded, sqs) pass the same conformance suite (queuetest).
package queue

import (
	"context"
	"time"
)

// Name names a queue; its dead letters are in Name.Dead.
type Name string

// The queues, one for each kind of worker.
const (
	AI      Name = "ai"
	Image   Name = "image"
	Publish Name = "publish"
	Cluster Name = "cluster"
)

// Names lists the queues that have a worker.
func Names() []Name { return []Name{AI, Image, Publish, Cluster} }

// Dead is the queue of messages that were received too often.
func (n Name) Dead() Name { return n + "-dead" }

// MaxBody is the most bytes that a message body may have (256 KiB).
const MaxBody = 256 << 10

// Message is what a sender hands in.
type Message struct {
	Group string        // the account: groups take turns
	Body  string        // JSON, ids only
	Delay time.Duration // not delivered before; at most 15 minutes
}

// Delivery is a message as received.
type Delivery struct {
	ID       string // the message's id, the same on each delivery
	Receipt  string // this delivery's handle, for Done and Later
	Group    string
	Body     string
	Receives int // 1 on the first delivery
}

// Sender puts messages on a queue.
type Sender interface {
	// Send hands in any number of messages. On an error some may have been sent: send the
	// whole again, receivers are idempotent. Invalid: empty or too large body, delay too long.
	Send(ctx context.Context, q Name, msgs ...Message) error
}

// Receiver takes messages from a queue. In Lambda the event source does this; the embedded
// pollers, tick (for dead letters) and the tests use it.
type Receiver interface {
	// Receive gives up to max (at most 10) messages and hides them for visibility. It waits
	// up to wait for a first one, and returns none without an error when there is none.
	Receive(ctx context.Context, q Name, max int, visibility, wait time.Duration) ([]Delivery, error)
	// Done deletes a delivered message. A receipt that a later delivery replaced is no error.
	Done(ctx context.Context, q Name, receipt string) error
	// Later makes a delivered message visible again after d (0: at once).
	Later(ctx context.Context, q Name, receipt string, d time.Duration) error
}

// Handler works on a batch and returns the ids of the messages that have to come again.
type Handler func(ctx context.Context, batch []Delivery) (failed []string)
