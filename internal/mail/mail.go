// Package mail is the port to outgoing e-mail. Drivers: embedded (a folder of messages that
// can be read) and ses. Both pass the same conformance suite (mailtest).
package mail

import "context"

// Message is one e-mail. Key makes it idempotent: the same key is sent once.
type Message struct {
	Key     string
	To      string
	Subject string
	Text    string
	HTML    string // optional
}

// Sender sends e-mail. Invalid: bad address, empty subject or text, line breaks in a
// header. The same Key again is no error and sends nothing.
type Sender interface {
	Send(ctx context.Context, m Message) error
}
