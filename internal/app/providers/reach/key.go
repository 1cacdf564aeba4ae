package reach

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/secret"
)

// Key gives a provider's API key, for each call anew.
type Key = func(ctx context.Context) (string, error)

// HeldKey is a key that the program was given; nil for an empty one.
func HeldKey(key string) Key {
	if key = strings.TrimSpace(key); key == "" {
		return nil
	}
	return func(context.Context) (string, error) { return key, nil }
}

// StoredKey is the key of a provider (its id) that is kept among the secrets. It is read when
// the first call is made. Unauthenticated key_missing when it is not there: that ends the
// calls of this provider and of no other.
func StoredKey(secrets secret.Reader, provider, name string) Key {
	return func(ctx context.Context) (string, error) {
		key, err := secrets.Read(ctx, name)
		if key = strings.TrimSpace(key); errs.Is(err, errs.NotFound) || err == nil && key == "" {
			p := ai.ProviderOf(provider)
			return "", errs.New(errs.Unauthenticated, "key_missing", "no key of "+p.Name+" is stored for this installation: its operator has to store it as "+name+
				", or deploy with "+p.KeyVariable+" set").Because(errs.Ours).With(err)
		}
		return key, errs.Wrap("reach.StoredKey", err)
	}
}
