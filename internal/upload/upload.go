// Package upload takes files in: a client asks for an address, puts the file there, and
// names the upload in the request that reads it. Files never pass through the interface,
// where the gateway would cut them.
package upload

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

// How long an address, and the file behind it, can be used.
const (
	AddressLife = 15 * time.Minute
	FileLife    = 24 * time.Hour
)

// DefaultMaxSize is the largest file, in bytes.
const DefaultMaxSize = 64 << 20

// types are the kinds of files that some request reads.
var types = []string{
	"text/csv", "text/plain", "text/tab-separated-values", "application/csv",
	"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream",
}

// Request is what a client wants to send.
type Request struct {
	Filename    string
	ContentType string // text/csv when empty
	Size        int64  // bytes
}

// Ticket is where to send it.
type Ticket struct {
	ID        string            `json:"id"`
	UploadURL string            `json:"upload_url"`
	Method    string            `json:"method"`
	Headers   map[string]string `json:"headers" doc:"to be sent with the file, just so"`
	ExpiresAt time.Time         `json:"expires_at"`
}

// File is what is known of an upload.
type File struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
}

func (r Request) clean(most int64) (Request, error) {
	fields := map[string][]string{}
	r.Filename = path.Base(strings.ReplaceAll(strings.TrimSpace(r.Filename), `\`, "/"))
	if r.Filename == "." || r.Filename == "/" || utf8.RuneCountInString(r.Filename) > 200 || strings.ContainsFunc(r.Filename, unicode.IsControl) {
		fields["filename"] = []string{"has to be a file's name of at most 200 characters"}
	}
	kind, _, _ := strings.Cut(strings.ToLower(r.ContentType), ";")
	r.ContentType = strings.TrimSpace(kind)
	if r.ContentType == "" {
		r.ContentType = types[0]
	}
	if !slices.Contains(types, r.ContentType) {
		fields["content_type"] = []string{"has to be one of: " + strings.Join(types, ", ")}
	}
	if r.Size < 1 || r.Size > most {
		fields["size"] = []string{fmt.Sprintf("has to be between 1 and %d bytes: split a larger file", most)}
	}
	if len(fields) > 0 {
		return r, &errs.Error{Kind: errs.Invalid, Code: "invalid", Message: "this file can't be taken: see errors for each field", Fields: fields}
	}
	return r, nil
}
