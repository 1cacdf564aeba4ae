// Package auth is the group of people and sites: who signs in, their accounts, their sites.
package auth

import (
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
)

// Options are what a runtime chooses.
type Options struct {
	Key          identity.KeySource
	Public       identity.PublicKeys
	StartCredits credit.Amount // of a new account
	NewSites     parts.NewSites
}

// People is the services.
type People struct {
	Identity *identity.Service
	Sites    *site.Service
	Credits  *credit.Service

	table table.Table
}

// New makes the services; it uses the table alone.
func New(p parts.Ports, o Options) People {
	g := People{table: p.Table, Sites: parts.Sites(p, o.NewSites), Credits: parts.Credits(p)}
	g.Identity = identity.New(identity.Options{Table: p.Table, Clock: p.Clock, IDs: p.IDs, Key: o.Key, Public: o.Public,
		Passwords: identity.NewPasswords(identity.DefaultParams()),
		Grants: func(s account.Scope) ([]table.Op, error) {
			return g.Credits.FirstGrant(s, o.StartCredits, "first credits")
		}})
	return g
}

// Operations are the group's routes, below /v1/auth/.
func (g People) Operations() []httpapi.Operation {
	return slices.Concat(g.Identity.Routes(), g.Sites.Routes(leaving{g.table}))
}
