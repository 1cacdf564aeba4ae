package identity

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/igny8/igny8/internal/errs"
)

// How long tokens live (facts 4.1).
const (
	AccessLife  = 15 * time.Minute
	RefreshLife = 7 * 24 * time.Hour
	// RefreshGrace is how long a used refresh token still gives the answer that it gave
	// before: two tabs refresh at once, or an answer was lost.
	RefreshGrace = 20 * time.Second
)

const issuer = "igny8"

// PublicKeys verify tokens, by kid.
type PublicKeys map[string]ed25519.PublicKey

// SigningKey signs tokens. Only the auth functions hold one.
type SigningKey struct {
	KID     string
	Private ed25519.PrivateKey
}

// KeySource gives the signing key when a token has to be signed, and not before. It is
// asked each time; its error ends the call.
type KeySource func(ctx context.Context) (SigningKey, error)

// NewSigningKey names a key by the hash of its public half.
func NewSigningKey(private ed25519.PrivateKey) SigningKey {
	return SigningKey{KID: kid(private.Public().(ed25519.PublicKey)), Private: private}
}

func kid(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// Public is the half that verifies.
func (k SigningKey) Public() PublicKeys {
	return PublicKeys{k.KID: k.Private.Public().(ed25519.PublicKey)}
}

// Source is a KeySource of a key that is at hand.
func (k SigningKey) Source() KeySource {
	return func(context.Context) (SigningKey, error) { return k, nil }
}

// ParsePublicKeys reads keys as base64 of their 32 bytes, separated by commas: the present
// one and those that it replaced. It fails when there is none or one is no key.
func ParsePublicKeys(text string) (PublicKeys, error) {
	keys := PublicKeys{}
	for part := range strings.SplitSeq(text, ",") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(part))
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("identity: %q is not the base64 of a public Ed25519 key", part)
		}
		keys[kid(raw)] = raw
	}
	return keys, nil
}

// claims are those of both kinds of token; Family and Seq those of a refresh token.
type claims struct {
	Type    string `json:"type"`
	User    string `json:"user_id"`
	Account string `json:"account_id"`
	Epoch   int64  `json:"epoch"`
	Family  string `json:"family,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
	jwt.RegisteredClaims
}

// sign makes a token. The same claims and time give the same token.
func (k SigningKey) sign(c claims, at time.Time, life time.Duration) (string, time.Time, error) {
	expires := at.Add(life).UTC().Truncate(time.Second)
	c.RegisteredClaims = jwt.RegisteredClaims{Issuer: issuer, IssuedAt: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(expires)}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	t.Header["kid"] = k.KID
	s, err := t.SignedString(k.Private)
	return s, expires, err
}

// tokens makes the pair of a family's link number seq, made at a time.
func (k SigningKey) tokens(c claims, at time.Time) (Tokens, error) {
	var t Tokens
	var err error
	c.Type = "refresh"
	if t.Refresh, t.RefreshExpiresAt, err = k.sign(c, at, RefreshLife); err != nil {
		return Tokens{}, err
	}
	c.Type, c.Family, c.Seq = "access", "", 0
	t.Access, t.AccessExpiresAt, err = k.sign(c, at, AccessLife)
	return t, err
}

// verify reads a token of the kind. Unauthenticated with one text for all faults: a caller
// learns nothing about why.
func (p PublicKeys) verify(token, kind string, now func() time.Time) (claims, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		key, ok := p[kid]
		if !ok {
			return nil, jwt.ErrTokenUnverifiable
		}
		return key, nil
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now))
	if err != nil || c.Type != kind || c.User == "" || c.Account == "" {
		return claims{}, badToken().With(err)
	}
	return c, nil
}

func badToken() *errs.Error {
	return errs.New(errs.Unauthenticated, "unauthenticated", "the token is not valid or has run out: sign in again")
}
