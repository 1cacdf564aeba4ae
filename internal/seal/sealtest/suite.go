// Package sealtest is the conformance suite of the seal port.
package sealtest

import (
	"bytes"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/seal"
)

// Run runs the suite; open gives a Sealer, whose calls may share one key.
func Run(t *testing.T, open func(t *testing.T) seal.Sealer) {
	one, two := account.Mint(account.Grant{Account: "acc_1"}), account.Mint(account.Grant{Account: "acc_12"})
	s := open(t)
	must := func(t *testing.T, scope account.Scope, field string, plain []byte) string {
		t.Helper()
		text, err := s.Seal(t.Context(), scope, field, plain)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	refused := func(t *testing.T, what string, scope account.Scope, field, text string) {
		t.Helper()
		if plain, err := s.Open(t.Context(), scope, field, text); !errs.Is(err, errs.Invalid) || plain != nil {
			t.Errorf("%s: opened as %q, error %v; want Invalid", what, plain, err)
		}
	}
	t.Run("round trip", func(t *testing.T) {
		for _, plain := range [][]byte{[]byte("x"), []byte("pass wörd"), bytes.Repeat([]byte{0, 255}, 32<<10)} {
			text := must(t, one, "wp_password", plain)
			got, err := s.Open(t.Context(), one, "wp_password", text)
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes came back as %d, error %v", len(plain), len(got), err)
			}
			if len(plain) > 4 && bytes.Contains([]byte(text), plain) {
				t.Error("the text shows the secret")
			}
		}
	})
	t.Run("two calls differ", func(t *testing.T) {
		first, second := must(t, one, "f", []byte("same")), must(t, one, "f", []byte("same"))
		if first == second {
			t.Error("the same text twice")
		}
	})
	t.Run("bound to account and field", func(t *testing.T) {
		text := must(t, one, "2f", []byte("secret"))
		refused(t, "other account", two, "2f", text)
		refused(t, "other field", one, "f", text)
		refused(t, "shifted border", two, "f", text)
	})
	t.Run("altered", func(t *testing.T) {
		text := must(t, one, "f", []byte("secret"))
		for i := range text {
			b := []byte(text)
			b[i] ^= 1
			refused(t, "one bit changed", one, "f", string(b))
		}
		for _, bad := range []string{"", "s1:", "nonsense", text[:len(text)-1], text + "A", text[:len(text)/2]} {
			refused(t, bad, one, "f", bad)
		}
	})
	t.Run("nothing to belong to", func(t *testing.T) {
		text := must(t, one, "f", []byte("secret"))
		refused(t, "zero Scope", account.Scope{}, "f", text)
		refused(t, "no field", one, "", text)
		if _, err := s.Seal(t.Context(), account.Scope{}, "f", []byte("x")); !errs.Is(err, errs.Invalid) {
			t.Errorf("Seal for the zero Scope: %v", err)
		}
		if _, err := s.Seal(t.Context(), one, "", []byte("x")); !errs.Is(err, errs.Invalid) {
			t.Errorf("Seal without field: %v", err)
		}
	})
}
