// Package blob is the port to large texts, uploads and pictures. Names are made from an
// account.Scope. Its drivers (embedded, s3) pass the same conformance suite (blobtest).
package blob

import (
	"context"
	"io"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Name names a blob: A/<account>/<parts…>. The zero Name reaches nothing.
type Name struct{ path string }

// Of makes a Name inside the Scope's account. A part may hold letters, digits, '_', '-',
// '.' and, as a divider, '/'; anything else, an empty part or one of dots gives a Name
// that reaches nothing.
func Of(s account.Scope, parts ...string) Name {
	if !s.Valid() || len(parts) == 0 {
		return Name{}
	}
	path := "A"
	for _, p := range append([]string{s.Account()}, parts...) {
		if !clean(p) {
			return Name{}
		}
		path += "/" + p
	}
	return Name{path: path}
}

func clean(part string) bool {
	prev := byte('/')
	for i := range len(part) {
		c := part[i]
		ok := c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
			(c == '.' && prev != '/' && prev != '.') || (c == '/' && prev != '/')
		if !ok {
			return false
		}
		prev = c
	}
	return prev != '/' && prev != '.'
}

// Path is the blob's path as stored; NotFound for a Name that reaches nothing.
func (n Name) Path() (string, error) {
	if n.path == "" {
		return "", errs.New(errs.NotFound, "not_found", "not found")
	}
	return n.path, nil
}

// Info is what is known of a stored blob.
type Info struct {
	Size        int64
	ContentType string
	SHA256      string // hex, of the whole content
	Modified    time.Time
}

// Store is the port. Writes are atomic and durable: a reader sees the old or the new
// content, and after a return without error a crash does not lose it.
type Store interface {
	// Put stores content; an existing blob is replaced.
	Put(ctx context.Context, n Name, contentType string, content []byte) error
	// PutNew stores content if there is none; Conflict otherwise.
	PutNew(ctx context.Context, n Name, contentType string, content []byte) error
	// Open reads a blob; NotFound when absent. The caller closes it.
	Open(ctx context.Context, n Name) (io.ReadCloser, Info, error)
	// Delete removes a blob; an absent one is no error.
	Delete(ctx context.Context, n Name) error
	// UploadURL is an address to which a client may PUT one blob of at most size bytes
	// until ttl has passed.
	UploadURL(ctx context.Context, n Name, contentType string, size int64, ttl time.Duration) (string, error)
	// DownloadURL is an address from which anyone may GET the blob until ttl has passed.
	DownloadURL(ctx context.Context, n Name, ttl time.Duration) (string, error)
}

// Read is Open as bytes; Exhausted when the blob has more than limit bytes.
func Read(ctx context.Context, s Store, n Name, limit int64) ([]byte, Info, error) {
	r, info, err := s.Open(ctx, n)
	if err != nil {
		return nil, info, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, info, errs.New(errs.Unavailable, "blob_read", "the file could not be read").With(err)
	}
	if int64(len(b)) > limit {
		return nil, info, errs.New(errs.Exhausted, "too_large", "the file is too large")
	}
	return b, info, nil
}
