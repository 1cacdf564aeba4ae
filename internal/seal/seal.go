// Package seal is the port to encryption of stored credentials, bound to the account and
// the field that they belong to. Drivers: embedded (a key file of mode 0600) and kms. Both
// pass the same conformance suite (sealtest).
package seal

import (
	"context"

	"github.com/igny8/igny8/internal/account"
)

// Sealer seals and opens secrets.
type Sealer interface {
	// Seal encrypts plain for a field of the account. Two calls give different texts.
	// Invalid, as for Open: a Scope that reaches nothing, an empty field.
	Seal(ctx context.Context, s account.Scope, field string, plain []byte) (string, error)
	// Open decrypts; Invalid when the text was altered or belongs to another account or field.
	Open(ctx context.Context, s account.Scope, field, sealed string) ([]byte, error)
}
