package identity

import (
	"context"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Fresh is how long an instance trusts what it read about a member: whoever is shut out is
// out within this time.
const Fresh = 60 * time.Second

// maxStandings bounds the cache.
const maxStandings = 10_000

// Authenticator turns access tokens into a Scope. It needs public keys only. Safe for
// concurrent use.
type Authenticator struct {
	table table.Table
	clock clock.Clock
	keys  PublicKeys
	mu    sync.Mutex
	known map[[2]string]cached
}

type cached struct {
	standing
	until time.Time
}

// NewAuthenticator makes an Authenticator.
func NewAuthenticator(t table.Table, c clock.Clock, keys PublicKeys) *Authenticator {
	return &Authenticator{table: t, clock: c, keys: keys, known: map[[2]string]cached{}}
}

// Authenticate verifies an access token and mints its Scope, with the role that the member
// has now. Unauthenticated when the token is bad or of an older epoch, or the user is not
// active or no member any more. Principal.Blocked is set when the account's status says so.
func (a *Authenticator) Authenticate(ctx context.Context, c httpapi.Credential) (httpapi.Principal, error) {
	if c.Scheme != "bearer" {
		return httpapi.Principal{}, badToken()
	}
	t, err := a.keys.verify(c.Value, "access", a.clock.Now)
	if err != nil {
		return httpapi.Principal{}, err
	}
	st, err := a.standing(ctx, t.User, t.Account)
	if errs.Is(err, errs.NotFound) {
		return httpapi.Principal{}, badToken().With(err)
	}
	if err != nil {
		return httpapi.Principal{}, errs.Wrap("identity.Authenticate", err)
	}
	if !st.active || t.Epoch < st.epoch {
		return httpapi.Principal{}, badToken()
	}
	s := account.Mint(account.Grant{Account: t.Account, Actor: t.User, Role: st.role})
	return httpapi.Principal{Scope: s, Blocked: st.status.Blocked()}, nil
}

func (a *Authenticator) standing(ctx context.Context, user, acc string) (standing, error) {
	key, now := [2]string{user, acc}, a.clock.Now()
	a.mu.Lock()
	c, ok := a.known[key]
	a.mu.Unlock()
	if ok && now.Before(c.until) {
		return c.standing, nil
	}
	st, err := readStanding(ctx, a.table, user, acc)
	if err != nil {
		return standing{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxStandings {
		clear(a.known)
	}
	a.known[key] = cached{standing: st, until: now.Add(Fresh)}
	return st, nil
}
