// Package embedded is the mail driver of the all-in-one program: a folder of messages (.eml)
// that a mail program can open. Nothing leaves the machine.
package embedded

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	stdmail "net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/mail"
)

// Box is the driver. It is safe for concurrent use.
type Box struct {
	dir   string
	clock clock.Clock
}

var _ mail.Sender = (*Box)(nil)

// Open opens or creates the folder.
func Open(dir string, c clock.Clock) (*Box, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, errs.New(errs.Internal, "mail_open", "the folder "+dir+" could not be made: check that it may be written").With(err)
	}
	return &Box{dir: dir, clock: c}, nil
}

// Send implements mail.Sender: the message is a file named after its key's hash.
func (b *Box) Send(ctx context.Context, m mail.Message) error {
	if err := ctx.Err(); err != nil {
		return errs.New(errs.Unavailable, "cancelled", "the call was cancelled").With(err)
	}
	if err := m.Check(); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(m.Key))
	name := hex.EncodeToString(sum[:])
	text, err := b.compose(m, name)
	if err == nil {
		err = b.write(filepath.Join(b.dir, name+".eml"), text)
	}
	if err != nil {
		return errs.New(errs.Unavailable, "mail_store", "the message could not be written: check the disk's free space and rights").With(err)
	}
	return nil
}

func (b *Box) compose(m mail.Message, name string) ([]byte, error) {
	to, err := stdmail.ParseAddress(m.To)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	header := func(key, value string) { out.WriteString(key + ": " + value + "\r\n") }
	header("From", (&stdmail.Address{Name: "IGNY8", Address: "noreply@localhost"}).String())
	header("To", to.String())
	header("Subject", mime.QEncoding.Encode("utf-8", m.Subject))
	header("Date", b.clock.Now().Format(time.RFC1123Z))
	header("Message-ID", "<"+name+"@localhost>")
	header("MIME-Version", "1.0")
	if m.HTML == "" {
		header("Content-Type", "text/plain; charset=utf-8")
		header("Content-Transfer-Encoding", "quoted-printable")
		out.WriteString("\r\n")
		w := quotedprintable.NewWriter(&out)
		_, err := w.Write([]byte(m.Text))
		err = errors.Join(err, w.Close())
		return out.Bytes(), err
	}
	parts := multipart.NewWriter(&out)
	header("Content-Type", mime.FormatMediaType("multipart/alternative", map[string]string{"boundary": parts.Boundary()}))
	out.WriteString("\r\n")
	for _, p := range [][2]string{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {p[0] + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, err
		}
		q := quotedprintable.NewWriter(w)
		_, err = q.Write([]byte(p[1]))
		if err := errors.Join(err, q.Close()); err != nil {
			return nil, err
		}
	}
	err = parts.Close()
	return out.Bytes(), err
}

// write shows the file only when it is whole and durable; one that is there stays.
func (b *Box) write(path string, text []byte) error {
	f, err := os.CreateTemp(b.dir, ".mail-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := os.Open(b.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
