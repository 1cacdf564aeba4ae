package identity

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/errs"
)

// LocalSession signs the operator of a program on one machine in, without a password: for a
// caller who proved to be that operator in another way. Forbidden when the user was switched off.
func (v *Service) LocalSession(ctx context.Context) (Session, error) {
	u, err := userByEmail(ctx, v.table, LocalEmail)
	if err != nil {
		return Session{}, errs.Wrap("identity.LocalSession", err)
	}
	if !u.IsActive {
		return Session{}, errs.New(errs.Forbidden, "account_required", "the user "+LocalEmail+" is switched off")
	}
	a, m, err := v.membership(ctx, u.ID, u.Account)
	if err != nil {
		return Session{}, errs.Wrap("identity.LocalSession", err)
	}
	return v.open(ctx, u, a, m.Role)
}

// Browser splits a session as a browser gets it: the refresh token as a cookie that no
// script can read, the rest for the body.
func (s Session) Browser() (Session, *http.Cookie) {
	c := cookie(s.Tokens.Refresh, s.Tokens.RefreshExpiresAt)
	s.Tokens.Refresh = ""
	return s, c
}
