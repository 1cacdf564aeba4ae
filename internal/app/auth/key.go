package auth

import (
	"context"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/secret"
)

// StoredKey is the signing key that is kept among the secrets, as PKCS #8 in PEM. It is read
// when the first token is signed. Internal when it is not there, is no key, or its public half
// is not among those that tokens are verified with: nobody would take what it signs.
func StoredKey(secrets secret.Reader, name string, public identity.PublicKeys) identity.KeySource {
	return func(ctx context.Context) (identity.SigningKey, error) {
		text, err := secrets.Read(ctx, name)
		if errs.Is(err, errs.NotFound) {
			return identity.SigningKey{}, errs.New(errs.Internal, "token_key", "the signing key is not among the secrets").With(err)
		}
		if err != nil {
			return identity.SigningKey{}, errs.Wrap("auth.StoredKey", err)
		}
		private, err := keyfile.Parse([]byte(text))
		if err != nil {
			return identity.SigningKey{}, errs.New(errs.Internal, "token_key", "the signing key can't be read").With(err)
		}
		key := identity.NewSigningKey(private)
		if _, known := public[key.KID]; !known {
			return identity.SigningKey{}, errs.New(errs.Internal, "token_key", "the signing key's public half is not deployed: deploy it first")
		}
		return key, nil
	}
}
