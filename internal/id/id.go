// Package id makes the identifiers of IGNY8: a prefix of three letters, an underscore and
// 26 characters, sortable by time (ULID) or derived from what they name (hash).
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"io"
	"strings"
	"sync"

	"github.com/oklog/ulid/v2"

	"github.com/igny8/igny8/internal/clock"
)

// Source makes new ids. It is safe for concurrent use.
type Source struct {
	clock   clock.Clock
	mu      sync.Mutex
	entropy io.Reader
}

// NewSource makes a Source on a clock; entropy nil means the system's.
func NewSource(c clock.Clock, entropy io.Reader) *Source {
	if entropy == nil {
		entropy = rand.Reader
	}
	return &Source{clock: c, entropy: ulid.Monotonic(entropy, 0)}
}

// New makes an id that sorts after those made before it by this Source.
func (s *Source) New(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return prefix + "_" + ulid.MustNew(ulid.Timestamp(s.clock.Now()), s.entropy).String()
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Hash makes the id of what parts name: the same parts always give the same id. Parts are
// joined with a separator that ids and names never hold, so ("ab","c") is not ("a","bc").
func Hash(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + "_" + crockford.EncodeToString(sum[:])[:26]
}
