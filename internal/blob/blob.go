// Package blob is the port to large texts, uploads and pictures. Names are made from an
// account.Scope. Its drivers (embedded, s3) pass the same conformance suite (blobtest).
package blob

import (
	"context"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Name names a blob: A/<account>/<parts…>, or T/<account>/<parts…> when it is Passing. The
// zero Name reaches nothing.
type Name struct{ path string }

// Of makes a Name inside the Scope's account. A part may hold letters, digits, '_', '-',
// '.' and, as a divider, '/'; anything else, an empty part or one of dots gives a Name
// that reaches nothing. So does a path of more than 1,024 bytes. Names are told apart by
// case, and a name may be the beginning of another ("a" beside "a/b").
func Of(s account.Scope, parts ...string) Name { return of("A", s, parts) }

// PassingDays is how long a store keeps what has a Passing name, at least, since it was written.
const PassingDays = 7

// Passing makes a Name as Of does, of what can be made again: stores delete it when it is
// older than PassingDays. It is another blob than the one that Of names by the same parts.
func Passing(s account.Scope, parts ...string) Name { return of(passing, s, parts) }

const passing = "T"

// Passes tells whether a path, as Path gives it, is that of a Passing name.
func Passes(path string) bool { return strings.HasPrefix(path, passing+"/") }

func of(under string, s account.Scope, parts []string) Name {
	if !s.Valid() || len(parts) == 0 {
		return Name{}
	}
	path := under
	for _, p := range append([]string{s.Account()}, parts...) {
		if !clean(p) {
			return Name{}
		}
		path += "/" + p
	}
	if len(path) > maxPath {
		return Name{}
	}
	return Name{path: path}
}

const maxPath = 1024 // the longest key of S3

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
	SHA256      string // hex, of the whole content; a store may leave it empty after an upload by address
	Modified    time.Time
}

// Store is the port. Writes are atomic and durable: a reader sees the old or the new
// content, and after a return without error a crash does not lose it. All methods are safe
// for concurrent use and, but for PutNew, safe to repeat. Each gives NotFound for a Name
// that reaches nothing, and Invalid for a content type that CheckType refuses.
type Store interface {
	// Put stores content; an existing blob is replaced.
	Put(ctx context.Context, n Name, contentType string, content []byte) error
	// PutNew stores content if there is none; Conflict otherwise.
	PutNew(ctx context.Context, n Name, contentType string, content []byte) error
	// Open reads a blob; NotFound when absent. The caller closes it. A reader goes on with
	// the content that it opened, whatever is written or deleted meanwhile.
	Open(ctx context.Context, n Name) (io.ReadCloser, Info, error)
	// Delete removes a blob; an absent one is no error.
	Delete(ctx context.Context, n Name) error
	// UploadURL is an address to which a client may PUT content of size bytes, with that
	// content type in its Content-Type header, until ttl has passed. More bytes or another
	// type are refused; fewer are refused by some stores. A repeat replaces the content.
	// Invalid: size or ttl outside CheckAddress's bounds.
	UploadURL(ctx context.Context, n Name, contentType string, size int64, ttl time.Duration) (string, error)
	// DownloadURL is an address from which anyone may GET the blob, ranges of it too, until
	// ttl has passed. The blob need not exist yet. Invalid: ttl outside CheckAddress's bounds.
	DownloadURL(ctx context.Context, n Name, ttl time.Duration) (string, error)
}

// The limits of addresses, those of S3.
const (
	MaxUpload = 5 << 30            // most bytes of one upload
	MaxTTL    = 7 * 24 * time.Hour // longest life of an address
)

// CheckType tells whether a content type may be stored: a media type of at most 255 bytes,
// parameters included; Invalid otherwise.
func CheckType(contentType string) error {
	if _, _, err := mime.ParseMediaType(contentType); err != nil || len(contentType) > 255 || !strings.Contains(contentType, "/") {
		return errs.Field("content_type", "must be a media type such as image/png").With(err)
	}
	return nil
}

// CheckAddress tells whether an address may be given for size bytes (downloads pass 1) and
// a life of ttl: 1 byte to MaxUpload, 1 second to MaxTTL; Invalid otherwise.
func CheckAddress(size int64, ttl time.Duration) error {
	switch {
	case size < 1 || size > MaxUpload:
		return errs.Field("size", "must lie between 1 byte and 5 GiB")
	case ttl < time.Second || ttl > MaxTTL:
		return errs.Field("ttl", "must lie between a second and 7 days")
	}
	return nil
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
		return nil, info, unread(err)
	}
	if int64(len(b)) > limit {
		return nil, info, errs.New(errs.Exhausted, "too_large", "the file is too large")
	}
	return b, info, nil
}

// unread keeps the kind of an error that has one: a damaged blob is not worth a repeat.
func unread(err error) error {
	if errs.Of(err).Code != "internal" {
		return err
	}
	return errs.New(errs.Unavailable, "blob_read", "the file could not be read").With(err)
}
