package id_test

import (
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/id"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 49)
	for _, c := range []struct {
		name string
		n    int
		want string
	}{
		{"Cold Brew & Co.", 1, "cold-brew-co"},
		{"  --Über 9--  ", 1, "ber-9"},
		{"咖啡", 1, "site"},
		{"", 3, "site-3"},
		{"Blog", 2, "blog-2"},
		{long + " b", 1, long},
		{long + "bc", 1, long + "b"},
	} {
		if got := id.Slug(c.name, "site", c.n); got != c.want {
			t.Errorf("%q, %d: %q, want %q", c.name, c.n, got, c.want)
		}
	}
}
