package id

import (
	"strconv"
	"strings"
)

// Slug makes a slug of a name, of at most 50 letters, digits and single hyphens, or of otherwise
// when nothing of the name is left; n > 1 is put after it.
func Slug(name, otherwise string, n int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) > 50 {
		s = strings.Trim(s[:50], "-")
	}
	if s == "" {
		s = otherwise
	}
	if n > 1 {
		s += "-" + strconv.Itoa(n)
	}
	return s
}
