package identity

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Operate gives the Scope of an account that the operator of a data folder names, by its id
// or its slug, and the account. NotFound. For programs that own their data folder.
func (v *Service) Operate(ctx context.Context, name string) (account.Scope, Account, error) {
	link, err := read[struct {
		Account string `json:"account_id"`
	}](ctx, v.table, slugKey(name), table.Consistent)
	switch {
	case err == nil:
		name = link.Account
	case !errs.Is(err, errs.NotFound):
		return account.Scope{}, Account{}, errs.Wrap("identity.Operate", err)
	}
	s := account.Mint(account.Grant{Account: name, Actor: "operator", Role: account.Owner})
	a, err := read[Account](ctx, v.table, accountKey(s), table.Consistent)
	if err != nil {
		return account.Scope{}, Account{}, errs.Wrap("identity.Operate", err)
	}
	return s, a, nil
}
