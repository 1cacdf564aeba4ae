package identity

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
	"github.com/igny8/igny8/internal/table"
)

// Items outside of accounts: X#USER#<id> holds the user, its accounts and its families of
// refresh tokens; X#USER-EMAIL#<email> and X#ACCOUNT-SLUG#<slug> keep values unique. Inside
// the account: ACCOUNT and MEMBER#<user>.

type userItem struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	FirstName string    `json:"first_name"`
	LastName  string    `json:"last_name"`
	Password  string    `json:"password_hash"`
	IsActive  bool      `json:"is_active"`
	Epoch     int64     `json:"token_epoch"` // tokens of an older one are refused
	Account   string    `json:"account_id"`  // the one that a login leads to
	CreatedAt time.Time `json:"created_at"`
}

type memberItem struct {
	User  string       `json:"user_id"`
	Email string       `json:"email"`
	Role  account.Role `json:"role"`
}

// familyItem is a chain of refresh tokens, each used once. Seq is the newest one's number.
type familyItem struct {
	Account   string `json:"account_id"`
	Seq       int64  `json:"seq"`
	RotatedAt int64  `json:"rotated_at"` // unix milliseconds, of token Seq
	Ended     bool   `json:"ended"`
}

func self() system.Handle { return system.As("identity") }

func userKey(user string) table.Key {
	return table.Key{Partition: table.OfSystem(self(), "USER", user), Sort: "USER"}
}

func userAccountKey(user, acc string) table.Key {
	return table.Key{Partition: table.OfSystem(self(), "USER", user), Sort: "ACCOUNT#" + acc}
}

func familyKey(user, family string) table.Key {
	return table.Key{Partition: table.OfSystem(self(), "USER", user), Sort: "FAMILY#" + family}
}

func emailKey(email string) table.Key {
	return table.Key{Partition: table.OfSystem(self(), "USER-EMAIL", email), Sort: "UNIQ#email"}
}

func slugKey(slug string) table.Key {
	return table.Key{Partition: table.OfSystem(self(), "ACCOUNT-SLUG", slug), Sort: "UNIQ#slug"}
}

func accountKey(s account.Scope) table.Key { return table.Key{Partition: table.Of(s), Sort: "ACCOUNT"} }

func memberKey(s account.Scope, user string) table.Key {
	return table.Key{Partition: table.Of(s), Sort: "MEMBER#" + user}
}

func put(key table.Key, kind string, v any, conds ...table.Cond) (table.Op, error) {
	attrs, err := table.Encode(v)
	return table.Put(table.Item{Key: key, Type: kind, Attrs: attrs}, conds...), err
}

func read[T any](ctx context.Context, t table.Table, key table.Key, c table.Consistency) (T, error) {
	var v T
	it, err := t.Get(ctx, key, c)
	if err == nil {
		err = table.Decode(it.Attrs, &v)
	}
	return v, err
}

// userByEmail gives NotFound when nobody has the e-mail.
func userByEmail(ctx context.Context, t table.Table, email string) (userItem, error) {
	link, err := read[struct {
		User string `json:"user_id"`
	}](ctx, t, emailKey(email), table.Consistent)
	if err != nil {
		return userItem{}, err
	}
	return read[userItem](ctx, t, userKey(link.User), table.Consistent)
}

// newcomer gives the operations that make a user, an account and their member. Operation 0
// fails when the e-mail is taken, operation 1 when the slug is.
func newcomer(s account.Scope, u userItem, a Account) ([]table.Op, error) {
	var ops []table.Op
	for _, i := range []struct {
		key  table.Key
		kind string
		v    any
	}{
		{emailKey(u.Email), "unique_email", map[string]string{"user_id": u.ID}},
		{slugKey(a.Slug), "unique_slug", map[string]string{"account_id": a.ID}},
		{userKey(u.ID), "user", u},
		{userAccountKey(u.ID, a.ID), "user_account", map[string]string{"account_id": a.ID, "role": string(account.Owner)}},
		{accountKey(s), "account", a},
		{memberKey(s, u.ID), "member", memberItem{User: u.ID, Email: u.Email, Role: account.Owner}},
	} {
		op, err := put(i.key, i.kind, i.v, table.Absent())
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// standing is what decides, at each request, whether a token is still good.
type standing struct {
	epoch  int64
	active bool
	role   account.Role
	status Status
}

// readStanding reads user, member and account at once; NotFound when one is missing.
func readStanding(ctx context.Context, t table.Table, user, acc string) (standing, error) {
	s := account.Mint(account.Grant{Account: acc, Actor: user})
	items, err := table.LoadAll(ctx, t, []table.Key{userKey(user), memberKey(s, user), accountKey(s)}, table.Eventual)
	if err != nil {
		return standing{}, err
	}
	var out standing
	found := 0
	for _, it := range items {
		var err error
		switch it.Type {
		case "user":
			var u userItem
			err = table.Decode(it.Attrs, &u)
			out.epoch, out.active = u.Epoch, u.IsActive
		case "member":
			var m memberItem
			err = table.Decode(it.Attrs, &m)
			out.role = m.Role
		case "account":
			var a Account
			err = table.Decode(it.Attrs, &a)
			out.status = a.Status
		}
		if err != nil {
			return standing{}, err
		}
		found++
	}
	if found != 3 {
		return standing{}, errs.New(errs.NotFound, "not_found", "no such member")
	}
	return out, nil
}
