// Package kms is the seal driver on AWS: envelope encryption. KMS makes a data key for each
// secret, which is kept beside the secret as KMS wrapped it; the KMS key itself never leaves
// KMS. Account and field are the encryption context of the data key, so that a policy can
// demand them and CloudTrail shows them: they are names and no secrets.
//
// The role that calls needs kms:GenerateDataKey and kms:Decrypt on the key.
package kms

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/seal"
)

const (
	textPrefix = "k1:" // format 1: base64 of the wrapped key's length (2 bytes), the wrapped key, nonce and ciphertext
	maxWrapped = 6144  // most bytes that KMS takes
)

// API is what the driver needs of a KMS client; *kms.Client has it.
type API interface {
	GenerateDataKey(context.Context, *kms.GenerateDataKeyInput, ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error)
	Decrypt(context.Context, *kms.DecryptInput, ...func(*kms.Options)) (*kms.DecryptOutput, error)
}

// Sealer is the driver. It is safe for concurrent use.
type Sealer struct {
	api API
	key string
}

var _ seal.Sealer = (*Sealer)(nil)

// New makes a Sealer with the symmetric KMS key of that id, arn or alias. Texts are opened
// with that key alone. Each Seal and each Open is one call of KMS's; the client's own
// retries are used.
func New(client API, key string) *Sealer { return &Sealer{api: client, key: key} }

// Open is New with a client made from the configuration; nothing is called.
func Open(c aws.Config, key string) *Sealer { return New(kms.NewFromConfig(c), key) }

// Seal implements seal.Sealer.
func (s *Sealer) Seal(ctx context.Context, scope account.Scope, field string, plain []byte) (string, error) {
	bound, err := seal.Bound(scope, field)
	if err != nil {
		return "", err
	}
	out, err := s.api.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId: &s.key, KeySpec: types.DataKeySpecAes256, EncryptionContext: belongs(scope, field),
	})
	if err != nil {
		return "", fault("seal", err)
	}
	defer clear(out.Plaintext) // what the cipher made of it goes with the garbage
	if n := len(out.CiphertextBlob); n == 0 || n > maxWrapped {
		return "", errs.Wrap("seal", errors.New("KMS gave no wrapped key"))
	}
	aead, err := cipherOf(out.Plaintext)
	if err != nil {
		return "", errs.Wrap("seal", err)
	}
	text := binary.BigEndian.AppendUint16(nil, uint16(len(out.CiphertextBlob))) //nolint:gosec // at most maxWrapped
	text = append(text, out.CiphertextBlob...)
	text = aead.Seal(text, nil, plain, slices.Concat(bound, out.CiphertextBlob))
	return textPrefix + base64.RawURLEncoding.EncodeToString(text), nil
}

// Open implements seal.Sealer.
func (s *Sealer) Open(ctx context.Context, scope account.Scope, field, sealed string) ([]byte, error) {
	bound, err := seal.Bound(scope, field)
	if err != nil {
		return nil, err
	}
	wrapped, body, err := parse(sealed)
	if err != nil {
		return nil, seal.Unreadable(err)
	}
	out, err := s.api.Decrypt(ctx, &kms.DecryptInput{KeyId: &s.key, CiphertextBlob: wrapped, EncryptionContext: belongs(scope, field)})
	if err != nil {
		return nil, fault("open", err)
	}
	defer clear(out.Plaintext)
	aead, err := cipherOf(out.Plaintext)
	if err != nil {
		return nil, seal.Unreadable(err)
	}
	plain, err := aead.Open(nil, nil, body, slices.Concat(bound, wrapped))
	if err != nil {
		return nil, seal.Unreadable(err)
	}
	return plain, nil
}

// belongs is the encryption context: KMS unwraps a data key for the same one only.
func belongs(scope account.Scope, field string) map[string]string {
	return map[string]string{"account": scope.Account(), "field": field}
}

// cipherOf is AES-256-GCM with a nonce of its own in front. The wrapped key is part of what
// it authenticates, so that no byte of a text can change unseen.
func cipherOf(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, errors.New("the data key has not 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// parse takes a text apart, and takes none that Seal does not write.
func parse(sealed string) (wrapped, body []byte, err error) {
	text, ok := strings.CutPrefix(sealed, textPrefix)
	if !ok || strings.ContainsAny(text, "\r\n") { // which base64 passes over
		return nil, nil, errors.New("not of this format")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, nil, err
	}
	if len(raw) < 2 {
		return nil, nil, errors.New("cut")
	}
	n := int(binary.BigEndian.Uint16(raw))
	if raw = raw[2:]; n == 0 || n > maxWrapped || n > len(raw) {
		return nil, nil, errors.New("cut, or the wrapped key's length was altered")
	}
	return raw[:n], raw[n:], nil
}

// fault gives an error of KMS's its kind.
func fault(op string, err error) error {
	var api smithy.APIError
	known := errors.As(err, &api)
	switch {
	case known && (api.ErrorCode() == "InvalidCiphertextException" || api.ErrorCode() == "IncorrectKeyException"):
		return seal.Unreadable(err)
	case !known || api.ErrorFault() == smithy.FaultServer ||
		retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary:
		e := errs.New(errs.Unavailable, "seal", "the key service did not answer: try again in a moment").With(err).After(time.Second)
		e.Op = op
		return e
	}
	e := errs.New(errs.Internal, "internal", "KMS refuses the call: look at the key's state and the permissions").With(err)
	e.Op = op
	return e
}
