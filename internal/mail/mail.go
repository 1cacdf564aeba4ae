// Package mail is the port to outgoing e-mail. Drivers: embedded (a folder of messages that
// can be read) and ses. Both pass the same conformance suite (mailtest).
package mail

import (
	"context"
	"net/mail"
	"strings"
	"unicode"

	"github.com/igny8/igny8/internal/errs"
)

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

// Check tells whether a message may be sent; Invalid otherwise. Drivers call it first.
func (m Message) Check() error {
	broken := func(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
	switch _, err := mail.ParseAddress(m.To); {
	case m.Key == "":
		return errs.Field("key", "is empty: it keeps a message from being sent twice")
	case err != nil || broken(m.To):
		return errs.Field("to", "must be one e-mail address").With(err)
	case strings.TrimSpace(m.Subject) == "" || broken(m.Subject):
		return errs.Field("subject", "must be one line and not empty")
	case strings.TrimSpace(m.Text) == "":
		return errs.Field("text", "is empty")
	}
	return nil
}
