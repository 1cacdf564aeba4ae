// Package mailtest is the conformance suite of the mail port.
package mailtest

import (
	"strings"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/mail"
)

// Driver is what a sender brings to the suite.
type Driver struct {
	mail.Sender
	// Sent reads what was sent so far; the Key may be empty.
	Sent func(t *testing.T) []mail.Message
}

// Run runs the suite; open gives a driver that has sent nothing.
func Run(t *testing.T, open func(t *testing.T) Driver) {
	good := mail.Message{Key: "k1", To: "ann@example.com", Subject: "Grüße 漢字 " + strings.Repeat("lang ", 30) + ".", Text: "Hällo\n.\nFrom me\n" + strings.Repeat("x", 2000)}
	only := func(t *testing.T, d Driver, want mail.Message) {
		t.Helper()
		got := d.Sent(t)
		if len(got) != 1 {
			t.Fatalf("%d messages were sent, want 1", len(got))
		}
		got[0].Key = want.Key
		got[0].Text = strings.ReplaceAll(got[0].Text, "\r\n", "\n")
		if got[0] != want {
			t.Errorf("sent %+v, want %+v", got[0], want)
		}
	}
	t.Run("plain", func(t *testing.T) {
		d := open(t)
		if err := d.Send(t.Context(), good); err != nil {
			t.Fatal(err)
		}
		only(t, d, good)
	})
	t.Run("with HTML, once for each key", func(t *testing.T) {
		d, m := open(t), good
		m.HTML = "<p>Hällo = 100%</p>"
		other := m
		other.Subject = "other"
		if err := d.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := d.Send(t.Context(), other); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		only(t, d, m)
	})
	t.Run("refused", func(t *testing.T) {
		d := open(t)
		for name, change := range map[string]func(m *mail.Message){
			"no key":            func(m *mail.Message) { m.Key = "" },
			"no address":        func(m *mail.Message) { m.To = "" },
			"bad address":       func(m *mail.Message) { m.To = "ann" },
			"two addresses":     func(m *mail.Message) { m.To = "a@example.com, b@example.com" },
			"break in address":  func(m *mail.Message) { m.To = "a@example.com\r\nBcc: b@example.com" },
			"fold in address":   func(m *mail.Message) { m.To = "Ann\r\n <a@example.com>" },
			"no subject":        func(m *mail.Message) { m.Subject = " " },
			"break in subject":  func(m *mail.Message) { m.Subject = "a\r\nBcc: b@example.com" },
			"feed in subject":   func(m *mail.Message) { m.Subject = "a\nb" },
			"return in subject": func(m *mail.Message) { m.Subject = "a\rb" },
			"no text":           func(m *mail.Message) { m.Text = "\n" },
		} {
			m := good
			change(&m)
			if err := d.Send(t.Context(), m); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
		}
		if got := d.Sent(t); len(got) > 0 {
			t.Errorf("%d refused messages were sent", len(got))
		}
	})
}
