package identity

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// open begins a family of refresh tokens and gives its first pair.
func (v *Service) open(ctx context.Context, u userItem, a Account, role account.Role) (Session, error) {
	now := v.clock.Now()
	f := familyItem{Account: a.ID, Seq: 1, RotatedAt: now.UnixMilli()}
	family := v.ids.New("fam")
	op, err := put(familyKey(u.ID, family), "token_family", f, table.Absent())
	if err != nil {
		return Session{}, errs.Wrap("identity.open", err)
	}
	op.Item.Expires = now.Add(RefreshLife)
	if err := v.table.Write(ctx, op); err != nil {
		return Session{}, errs.Wrap("identity.open", err)
	}
	t, err := v.pair(ctx, u, family, f)
	return Session{User: told(u, a, role), Tokens: t}, err
}

// pair makes the tokens of a family's newest link; twice the same.
func (v *Service) pair(ctx context.Context, u userItem, family string, f familyItem) (Tokens, error) {
	key, err := v.key(ctx)
	if err != nil {
		return Tokens{}, errs.Wrap("identity.pair", err)
	}
	c := claims{User: u.ID, Account: f.Account, Epoch: u.Epoch, Family: family, Seq: f.Seq}
	t, err := key.tokens(c, at(f.RotatedAt))
	return t, errs.Wrap("identity.pair", err)
}

// Refresh gives new tokens for a refresh token, which is used up by that. Used again within
// RefreshGrace it gives the very same answer; later it is taken as stolen, and the whole
// family ends. Unauthenticated when the token, its family or the user is no good any more.
func (v *Service) Refresh(ctx context.Context, token string) (Session, error) {
	c, err := v.public.verify(token, "refresh", v.clock.Now)
	if err != nil {
		return Session{}, err
	}
	u, err := read[userItem](ctx, v.table, userKey(c.User), table.Consistent)
	if errs.Is(err, errs.NotFound) || (err == nil && (!u.IsActive || c.Epoch < u.Epoch)) {
		return Session{}, badToken()
	}
	if err != nil {
		return Session{}, errs.Wrap("identity.Refresh", err)
	}
	a, m, err := v.membership(ctx, u.ID, c.Account)
	if errs.Is(err, errs.NotFound) {
		return Session{}, badToken()
	}
	if err != nil {
		return Session{}, errs.Wrap("identity.Refresh", err)
	}
	if a.Status == Suspended {
		return Session{}, a.Status.Blocked()
	}
	f, err := v.rotate(ctx, c)
	if err != nil {
		return Session{}, errs.Wrap("identity.Refresh", err)
	}
	t, err := v.pair(ctx, u, c.Family, f)
	return Session{User: told(u, a, m.Role), Tokens: t}, err
}

// rotate moves the family on from link c.Seq, or finds that it was moved on a moment ago.
func (v *Service) rotate(ctx context.Context, c claims) (familyItem, error) {
	key, now := familyKey(c.User, c.Family), v.clock.Now()
	expires := now.Add(RefreshLife)
	err := v.table.Write(ctx, table.Change(key, table.Changes{
		Set: table.Attrs{"seq": c.Seq + 1, "rotated_at": now.UnixMilli()}, Expires: &expires,
	}, table.Equals("seq", c.Seq), table.Equals("ended", false)))
	if err == nil {
		return familyItem{Account: c.Account, Seq: c.Seq + 1, RotatedAt: now.UnixMilli()}, nil
	}
	if table.FailedCondition(err) == nil {
		return familyItem{}, err
	}
	f, err := read[familyItem](ctx, v.table, key, table.Consistent)
	if errs.Is(err, errs.NotFound) || (err == nil && f.Ended) {
		return familyItem{}, badToken()
	}
	if err != nil {
		return familyItem{}, err
	}
	if f.Seq == c.Seq+1 && now.Sub(at(f.RotatedAt)) <= RefreshGrace {
		return f, nil
	}
	if err := v.end(ctx, c); err != nil {
		return familyItem{}, err
	}
	return familyItem{}, errs.New(errs.Unauthenticated, "token_reused", "this refresh token was used before, so the session was ended: sign in again")
}

// end closes the family for good.
func (v *Service) end(ctx context.Context, c claims) error {
	err := v.table.Write(ctx, table.Change(familyKey(c.User, c.Family), table.Changes{Set: table.Attrs{"ended": true}}, table.Exists()))
	if table.FailedCondition(err) != nil {
		return nil
	}
	return err
}

// Logout ends the family of a refresh token. A token that is no good any more is no error:
// its session is over. Safe to repeat.
func (v *Service) Logout(ctx context.Context, token string) error {
	c, err := v.public.verify(token, "refresh", v.clock.Now)
	if err != nil {
		return nil
	}
	return errs.Wrap("identity.Logout", v.end(ctx, c))
}
