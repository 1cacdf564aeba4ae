// Package seal is the port to encryption of stored credentials, bound to the account and
// the field that they belong to. Drivers: embedded (a key file of mode 0600) and kms. Both
// pass the same conformance suite (sealtest).
package seal

import (
	"context"
	"fmt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Sealer seals and opens secrets.
type Sealer interface {
	// Seal encrypts plain for a field of the account. Two calls give different texts.
	// Invalid, as for Open: a Scope that reaches nothing, an empty field.
	Seal(ctx context.Context, s account.Scope, field string, plain []byte) (string, error)
	// Open decrypts; Invalid when the text was altered or belongs to another account or field.
	Open(ctx context.Context, s account.Scope, field, sealed string) ([]byte, error)
}

// Bound is the text that a sealed secret is authenticated with: lengths keep account and
// field apart. It never changes, or what is stored could not be opened. Invalid: a Scope
// that reaches nothing, an empty field. For drivers.
func Bound(s account.Scope, field string) ([]byte, error) {
	if !s.Valid() || field == "" {
		return nil, errs.New(errs.Invalid, "seal_scope", "a secret needs an account and a field to belong to")
	}
	return fmt.Appendf(nil, "igny8 seal 1 %d:%s %d:%s", len(s.Account()), s.Account(), len(field), field), nil
}

// Unreadable is the Invalid error of a text that was not sealed for what it is opened for.
// For drivers.
func Unreadable(err error) error {
	return errs.New(errs.Invalid, "sealed", "this secret cannot be read: it was altered, or sealed for another account, field or key; enter it again").With(err)
}
