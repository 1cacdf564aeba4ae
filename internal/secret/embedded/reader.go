// Package embedded is the secret driver of the all-in-one program, and of tests: what it was
// given when it started.
package embedded

import (
	"context"
	"maps"

	"github.com/igny8/igny8/internal/secret"
)

// Reader is the driver. It holds a function and not the map, so that printing it shows none.
type Reader struct {
	find func(name string) (value string, ok bool)
}

var _ secret.Reader = (*Reader)(nil)

// New makes a Reader of these secrets by name; later changes of the map are not seen.
func New(secrets map[string]string) *Reader {
	own := maps.Clone(secrets)
	return &Reader{find: func(name string) (string, bool) { v, ok := own[name]; return v, ok }}
}

// Read implements secret.Reader.
func (r *Reader) Read(ctx context.Context, name string) (string, error) {
	if ctx.Err() != nil {
		return "", secret.Cancelled(ctx)
	}
	value, ok := r.find(name)
	if !ok {
		return "", secret.Absent(name)
	}
	return value, nil
}
