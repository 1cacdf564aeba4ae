// Package embedded is the seal driver of the all-in-one program: AES-256-GCM with a key
// file that only its owner may read.
package embedded

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/seal"
)

const (
	textPrefix = "s1:"               // format 1: base64 of nonce and ciphertext
	filePrefix = "igny8-seal-key-1:" // then base64 of 32 bytes
	keySize    = 32
)

// Sealer is the driver. It is safe for concurrent use.
type Sealer struct{ aead cipher.AEAD }

var _ seal.Sealer = (*Sealer)(nil)

// Open reads the key file at path, or creates it with mode 0600 and a random key. Invalid
// with code key_mode: others may read the file; with code key_damaged: it holds no key.
func Open(path string) (*Sealer, error) {
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKey(path); err == nil {
			key, err = readKey(path)
		}
	}
	if err != nil {
		var known *errs.Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, errs.New(errs.Internal, "key_open", "the key file "+path+" could not be read or created: check its folder's rights").With(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errs.Wrap("seal", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, errs.Wrap("seal", err)
	}
	return &Sealer{aead: aead}, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 {
		return nil, errs.New(errs.Invalid, "key_mode", fmt.Sprintf("the key file %s has mode %s, so others may read it: run chmod 600 on it", path, mode))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	body, ok := strings.CutPrefix(strings.TrimSpace(string(text)), filePrefix)
	key, err := base64.StdEncoding.DecodeString(body)
	if !ok || err != nil || len(key) != keySize {
		return nil, errs.New(errs.Invalid, "key_damaged", "the file "+path+" holds no key: restore it from a backup; without it stored passwords cannot be read")
	}
	return key, nil
}

// createKey shows the file only when it is whole and durable. When another process was
// faster, its key stays.
func createKey(path string) error {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".key-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(filePrefix + base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// bound is what a text belongs to, for a call that was not cancelled.
func bound(ctx context.Context, s account.Scope, field string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, errs.New(errs.Unavailable, "cancelled", "the call was cancelled").With(err)
	}
	return seal.Bound(s, field)
}

// Seal implements seal.Sealer.
func (s *Sealer) Seal(ctx context.Context, scope account.Scope, field string, plain []byte) (string, error) {
	ad, err := bound(ctx, scope, field)
	if err != nil {
		return "", err
	}
	return textPrefix + base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, ad)), nil
}

// Open implements seal.Sealer.
func (s *Sealer) Open(ctx context.Context, scope account.Scope, field, sealed string) ([]byte, error) {
	ad, err := bound(ctx, scope, field)
	if err != nil {
		return nil, err
	}
	body, ok := strings.CutPrefix(sealed, textPrefix)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if !ok || err != nil || strings.ContainsAny(body, "\r\n") {
		return nil, seal.Unreadable(err)
	}
	plain, err := s.aead.Open(nil, nil, raw, ad)
	if err != nil {
		return nil, seal.Unreadable(err)
	}
	return plain, nil
}
