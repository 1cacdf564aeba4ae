package embedded_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	stdmail "net/mail"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/mail"
	"github.com/igny8/igny8/internal/mail/embedded"
	"github.com/igny8/igny8/internal/mail/mailtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	mailtest.Run(t, func(t *testing.T) mailtest.Driver {
		dir := filepath.Join(t.TempDir(), "mail")
		b, err := embedded.Open(dir, clock.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
		must(t, err)
		return mailtest.Driver{Sender: b, Sent: func(t *testing.T) (all []mail.Message) {
			files, err := os.ReadDir(dir)
			must(t, err)
			for _, f := range files {
				all = append(all, parse(t, filepath.Join(dir, f.Name())))
			}
			return all
		}}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func parse(t *testing.T, path string) (m mail.Message) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	in, err := stdmail.ReadMessage(f)
	must(t, err)
	if len(in.Header["Bcc"]) > 0 || in.Header.Get("Date") != "Fri, 02 Jan 2026 03:04:05 +0000" {
		t.Errorf("header %v", in.Header)
	}
	to, err := stdmail.ParseAddress(in.Header.Get("To"))
	must(t, err)
	m.To = to.Address
	m.Subject, err = new(mime.WordDecoder).DecodeHeader(in.Header.Get("Subject"))
	must(t, err)
	kind, params, err := mime.ParseMediaType(in.Header.Get("Content-Type"))
	must(t, err)
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(in.Body))
		must(t, err)
		m.Text = string(text)
		return m
	}
	r := multipart.NewReader(in.Body, params["boundary"])
	for _, part := range []*string{&m.Text, &m.HTML} {
		p, err := r.NextPart()
		must(t, err)
		text, err := io.ReadAll(p)
		must(t, err)
		*part = string(text)
	}
	return m
}
