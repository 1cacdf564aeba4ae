// Package secret is the port to the platform's own secrets: providers' keys and the key that
// signs tokens. Customers' secrets are the business of package seal. Drivers: embedded (what
// the program was given) and ssm. Both pass the same conformance suite (secrettest).
//
// A secret is read where it is used and handed on as it is: it is never logged, never part
// of an error, an item or an answer, and a Reader that is printed does not show it.
package secret

import (
	"context"

	"github.com/igny8/igny8/internal/errs"
)

// Reader reads secrets. It is safe for concurrent use, and to repeat.
type Reader interface {
	// Read gives the secret of that name, whole, line breaks included. Only a name that is
	// configured is asked for, so NotFound, when there is none, is a fault of the set-up.
	// Unavailable: it can't be reached just now, or the context ended. A driver may keep
	// what it read for some minutes; one that was rotated is given after that time.
	Read(ctx context.Context, name string) (string, error)
}

// Absent is the NotFound error of Read; names may be shown. For drivers.
func Absent(name string) error {
	return errs.New(errs.NotFound, "secret_absent", "there is no secret of the name "+name+": set it, or correct the name")
}

// Cancelled is the Unavailable error of Read under a context that ended. For drivers.
func Cancelled(ctx context.Context) error {
	return errs.New(errs.Unavailable, "cancelled", "the call was cancelled").With(ctx.Err())
}
