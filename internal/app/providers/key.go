package providers

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/secret"
)

// StoredKey is an API key that is kept among the secrets. It is read when the first call is
// made. Unauthenticated when it is not there.
func StoredKey(secrets secret.Reader, name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		key, err := secrets.Read(ctx, name)
		if errs.Is(err, errs.NotFound) {
			return "", errs.New(errs.Unauthenticated, "key_missing", "no OpenAI key is stored for this installation: its operator has to store one").Because(errs.Ours).With(err)
		}
		return strings.TrimSpace(key), errs.Wrap("providers.StoredKey", err)
	}
}
