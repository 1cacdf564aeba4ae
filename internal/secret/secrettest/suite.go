// Package secrettest is the conformance suite of the secret port.
package secrettest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/secret"
)

const (
	keyName   = "/igny8/conformance/provider-key"
	tokenName = "/igny8/conformance/token-key"
)

var secrets = map[string]string{
	keyName:                        "sk-pröve-0123456789",
	tokenName:                      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
	"/igny8/conformance/longest":   strings.Repeat("x", 4096),
	"/igny8/conformance/blanks":    "  a b\t",
	"/igny8/conformance/as-number": "007",
}

// Run runs the suite; open gives a Reader that finds at least these secrets, and none whose
// name ends in "absent".
func Run(t *testing.T, open func(t *testing.T, secrets map[string]string) secret.Reader) {
	want := func(t *testing.T, r secret.Reader, name string) {
		t.Helper()
		if got, err := r.Read(t.Context(), name); err != nil || got != secrets[name] {
			t.Errorf("%s: %d bytes, %v; want %d bytes", name, len(got), err, len(secrets[name]))
		}
	}
	t.Run("read", func(t *testing.T) {
		r := open(t, secrets)
		for range 2 {
			for name := range secrets {
				want(t, r, name)
			}
		}
	})
	t.Run("absent", func(t *testing.T) {
		r := open(t, secrets)
		for range 2 {
			for _, name := range []string{"/igny8/conformance/absent", keyName + "-absent", ""} {
				if got, err := r.Read(t.Context(), name); !errs.Is(err, errs.NotFound) || got != "" {
					t.Errorf("%q: %q, %v; want NotFound", name, got, err)
				}
			}
		}
		want(t, r, keyName)
	})
	t.Run("many at once", func(t *testing.T) {
		r := open(t, secrets)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { want(t, r, keyName); want(t, r, tokenName) })
		}
		wg.Wait()
	})
	t.Run("ended context", func(t *testing.T) {
		r := open(t, secrets)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 2 {
			if got, err := r.Read(ctx, keyName); !errs.Is(err, errs.Unavailable) || got != "" {
				t.Errorf("%q, %v; want Unavailable", got, err)
			}
			want(t, r, keyName)
		}
	})
	t.Run("not shown", func(t *testing.T) {
		r := open(t, secrets)
		want(t, r, keyName)
		for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if text := fmt.Sprintf(form, r); strings.Contains(text, "0123456789") {
				t.Errorf("%s shows %s", form, text)
			}
		}
	})
}
