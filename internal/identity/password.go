package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// Passwords hashes and compares passwords, two at a time: each takes 64 MB.
type Passwords struct {
	params *argon2id.Params
	slots  chan struct{}
	decoy  string
}

// DefaultParams are those of the product; tests take cheaper ones.
func DefaultParams() *argon2id.Params {
	return &argon2id.Params{Memory: 64 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// NewPasswords makes a Passwords.
func NewPasswords(p *argon2id.Params) *Passwords {
	enc := base64.RawStdEncoding
	salt, key := make([]byte, p.SaltLength), make([]byte, p.KeyLength)
	_, _ = rand.Read(salt) // never fails
	_, _ = rand.Read(key)
	decoy := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.Memory, p.Iterations, p.Parallelism, enc.EncodeToString(salt), enc.EncodeToString(key))
	return &Passwords{params: p, slots: make(chan struct{}, 2), decoy: decoy}
}

func (p *Passwords) hash(ctx context.Context, password string) (string, error) {
	if err := p.take(ctx); err != nil {
		return "", err
	}
	defer p.give()
	return argon2id.CreateHash(password, p.params)
}

// match compares with a hash. An empty hash (nobody has that e-mail) takes as long as any
// other, and never matches.
func (p *Passwords) match(ctx context.Context, password, hash string) (bool, error) {
	if err := p.take(ctx); err != nil {
		return false, err
	}
	defer p.give()
	against := hash
	if hash == "" {
		against = p.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	return ok && hash != "", err
}

func (p *Passwords) take(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Passwords) give() { <-p.slots }
