package guard

import (
	"fmt"
	"io"

	"github.com/igny8/igny8/internal/errs"
)

// limited reads a body up to its limit; one byte more is an error, not an end, so that a
// cut answer is never taken for a whole one.
type limited struct {
	body io.ReadCloser
	left int64
	max  int64
}

// Read reads up to the limit.
func (l *limited) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	if int64(n) > l.left {
		n = int(l.left)
		l.left = 0
		return n, tooLarge(l.max)
	}
	l.left -= int64(n)
	return n, err
}

// Close closes the body beneath.
func (l *limited) Close() error { return l.body.Close() }

func tooLarge(limit int64) *errs.Error {
	return errs.New(errs.Exhausted, "too_large", fmt.Sprintf("the answer is larger than the %d bytes allowed", limit))
}
