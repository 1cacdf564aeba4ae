package identity

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// Grants gives the operations that fund a new account, to be joined to the transaction
// that makes it; nil gives nothing.
type Grants func(s account.Scope) ([]table.Op, error)

// Service signs people up and in. Safe for concurrent use.
type Service struct {
	table     table.Table
	clock     clock.Clock
	ids       *id.Source
	key       KeySource
	public    PublicKeys
	passwords *Passwords
	grants    Grants
}

// Options are what a Service is made of; all but Grants are required. Public is the key
// set that refresh tokens are verified with.
type Options struct {
	Table     table.Table
	Clock     clock.Clock
	IDs       *id.Source
	Key       KeySource
	Public    PublicKeys
	Passwords *Passwords
	Grants    Grants
}

// New makes a Service.
func New(o Options) *Service {
	if o.Grants == nil {
		o.Grants = func(account.Scope) ([]table.Op, error) { return nil, nil }
	}
	return &Service{table: o.Table, clock: o.Clock, ids: o.IDs, key: o.Key, public: o.Public, passwords: o.Passwords, grants: o.Grants}
}

// Register makes a user with an account of its own (status trial) and its first credits,
// in one transaction, and signs in. Invalid by field; Conflict (email_taken). Not safe to
// repeat: the second call finds the e-mail taken.
func (v *Service) Register(ctx context.Context, r Registration) (Session, error) {
	r, err := r.clean()
	if err != nil {
		return Session{}, err
	}
	u, a, err := v.create(ctx, r, Trial)
	if err != nil {
		return Session{}, errs.Wrap("identity.Register", err)
	}
	return v.open(ctx, u, a, account.Owner)
}

// create makes user, account and member.
func (v *Service) create(ctx context.Context, r Registration, status Status) (userItem, Account, error) {
	hash, err := v.passwords.hash(ctx, r.Password)
	if err != nil {
		return userItem{}, Account{}, err
	}
	return v.store(ctx, r, hash, status)
}

// store makes user and account; without a hash nobody can sign in as the user.
func (v *Service) store(ctx context.Context, r Registration, hash string, status Status) (userItem, Account, error) {
	now := v.clock.Now()
	a := Account{ID: v.ids.New("acc"), Name: r.AccountName, Owner: v.ids.New("usr"), Status: status, CreatedAt: now}
	u := userItem{
		ID: a.Owner, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, Password: hash,
		IsActive: true, Account: a.ID, CreatedAt: now,
	}
	s := account.Mint(account.Grant{Account: a.ID, Actor: u.ID, Role: account.Owner})
	grants, err := v.grants(s)
	if err != nil {
		return userItem{}, Account{}, err
	}
	for n := 1; ; n++ {
		a.Slug = id.Slug(a.Name, "account", n)
		if n > 20 { // a name that everybody has: a short random tail instead of a long search
			a.Slug = id.Slug(a.Name+" "+rand.Text()[:8], "account", 1)
		}
		ops, err := newcomer(s, u, a)
		if err != nil {
			return userItem{}, Account{}, err
		}
		err = v.table.Transact(ctx, append(ops, grants...)...)
		failed := table.FailedCondition(err)
		switch {
		case err == nil:
			return u, a, nil
		case failed != nil && failed.Op(0):
			return userItem{}, Account{}, &errs.Error{Kind: errs.Conflict, Code: "email_taken", Message: "there is a user with this e-mail already: sign in instead",
				Fields: map[string][]string{"email": {"is taken"}}}
		case failed != nil && failed.Op(1) && n < 30:
		default:
			return userItem{}, Account{}, err
		}
	}
}

// Login checks e-mail and password and opens a session. Unauthenticated (auth_failed) with
// one text and in one time whether the e-mail is known or not; Forbidden when the account
// is suspended. An account that waits for its payment may sign in.
func (v *Service) Login(ctx context.Context, email, password string) (Session, error) {
	failed := errs.New(errs.Unauthenticated, "auth_failed", "e-mail or password is wrong")
	u, err := userByEmail(ctx, v.table, foldEmail(email))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Session{}, errs.Wrap("identity.Login", err)
	}
	ok, err := v.passwords.match(ctx, password, u.Password)
	if err != nil {
		return Session{}, errs.Wrap("identity.Login", err)
	}
	if !ok || !u.IsActive {
		return Session{}, failed
	}
	a, m, err := v.membership(ctx, u.ID, u.Account)
	if errs.Is(err, errs.NotFound) {
		return Session{}, errs.New(errs.Forbidden, "account_required", "you are no member of an account any more: ask its owner for an invitation")
	}
	if err != nil {
		return Session{}, errs.Wrap("identity.Login", err)
	}
	if a.Status == Suspended {
		return Session{}, a.Status.Blocked()
	}
	return v.open(ctx, u, a, m.Role)
}

func (v *Service) membership(ctx context.Context, user, acc string) (Account, memberItem, error) {
	s := account.Mint(account.Grant{Account: acc, Actor: user})
	m, err := read[memberItem](ctx, v.table, memberKey(s, user), table.Consistent)
	if err != nil {
		return Account{}, m, err
	}
	a, err := read[Account](ctx, v.table, accountKey(s), table.Consistent)
	return a, m, err
}

// Me gives the user of the Scope with its account.
func (v *Service) Me(ctx context.Context, s account.Scope) (User, error) {
	u, err := read[userItem](ctx, v.table, userKey(s.Actor()), table.Consistent)
	if err != nil {
		return User{}, errs.Wrap("identity.Me", err)
	}
	a, m, err := v.membership(ctx, u.ID, s.Account())
	if err != nil {
		return User{}, errs.Wrap("identity.Me", err)
	}
	return told(u, a, m.Role), nil
}

func told(u userItem, a Account, role account.Role) User {
	return User{ID: u.ID, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName, Role: role, Account: a, CreatedAt: u.CreatedAt}
}

// ChangePassword sets a new password, ends all other sessions and opens a new one. Invalid
// by field when the old password is wrong or the new one is not good enough.
func (v *Service) ChangePassword(ctx context.Context, s account.Scope, old, password, confirm string) (Session, error) {
	u, err := read[userItem](ctx, v.table, userKey(s.Actor()), table.Consistent)
	if err != nil {
		return Session{}, errs.Wrap("identity.ChangePassword", err)
	}
	ok, err := v.passwords.match(ctx, old, u.Password)
	if err != nil {
		return Session{}, errs.Wrap("identity.ChangePassword", err)
	}
	f := faults{}
	if !ok {
		f.add("old_password", "is wrong")
	}
	for _, text := range passwordFaults(password, u.Email) {
		f.add("new_password", text)
	}
	if confirm != password {
		f.add("new_password_confirm", "is not the same as the new password")
	}
	if err := f.err("the password was not changed: see errors for each field"); err != nil {
		return Session{}, err
	}
	if u, err = v.setPassword(ctx, u, password); err != nil {
		return Session{}, errs.Wrap("identity.ChangePassword", err)
	}
	a, m, err := v.membership(ctx, u.ID, s.Account())
	if err != nil {
		return Session{}, errs.Wrap("identity.ChangePassword", err)
	}
	return v.open(ctx, u, a, m.Role)
}

func (v *Service) setPassword(ctx context.Context, u userItem, password string) (userItem, error) {
	hash, err := v.passwords.hash(ctx, password)
	if err != nil {
		return u, err
	}
	err = v.table.Write(ctx, table.Change(userKey(u.ID), table.Changes{
		Set: table.Attrs{"password_hash": hash, "token_epoch": u.Epoch + 1},
	}, table.Equals("token_epoch", u.Epoch), table.Equals("password_hash", u.Password)))
	u.Password, u.Epoch = hash, u.Epoch+1
	return u, err
}

// The operator of a program on one machine, whose account is made on first use.
const (
	LocalEmail = "owner@localhost"
	localName  = "My workspace"
)

// LocalOwner gives the Scope of the operator's own account. On first use it makes the
// account, whose user has no password yet (see LocalPassword). Safe to repeat.
func (v *Service) LocalOwner(ctx context.Context) (account.Scope, error) {
	u, err := userByEmail(ctx, v.table, LocalEmail)
	if errs.Is(err, errs.NotFound) {
		u, _, err = v.store(ctx, Registration{Email: LocalEmail, FirstName: "Owner", AccountName: localName}, "", Active)
	}
	if err != nil {
		return account.Scope{}, errs.Wrap("identity.LocalOwner", err)
	}
	return account.Mint(account.Grant{Account: u.Account, Actor: u.ID, Role: account.Owner}), nil
}

// LocalPassword gives the operator's first password; empty when there is one already.
func (v *Service) LocalPassword(ctx context.Context) (string, error) {
	u, err := userByEmail(ctx, v.table, LocalEmail)
	if err != nil || u.Password != "" {
		return "", errs.Wrap("identity.LocalPassword", err)
	}
	password := rand.Text()
	_, err = v.setPassword(ctx, u, password)
	return password, errs.Wrap("identity.LocalPassword", err)
}

// ResetLocalPassword gives the operator a new password and ends all sessions, for one who
// lost the first.
func (v *Service) ResetLocalPassword(ctx context.Context) (string, error) {
	u, err := userByEmail(ctx, v.table, LocalEmail)
	if err != nil {
		return "", errs.Wrap("identity.ResetLocalPassword", err)
	}
	password := rand.Text()
	_, err = v.setPassword(ctx, u, password)
	return password, errs.Wrap("identity.ResetLocalPassword", err)
}

// at is a time as it comes back from the table, so that tokens made twice are the same.
func at(milli int64) time.Time { return time.UnixMilli(milli).UTC() }
