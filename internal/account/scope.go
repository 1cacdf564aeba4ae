// Package account holds the tenant of IGNY8 and the Scope that every read and write of
// account data takes. It is vocabulary: it imports the standard library only, and a
// partition of the table or a name in the blob store cannot be spelt without a Scope.
package account

import "slices"

// Role is what a member may do in an account (facts 4.2).
type Role string

// The roles, weakest first; SystemBot is the server's own automation.
const (
	Viewer    Role = "viewer"
	Editor    Role = "editor"
	Admin     Role = "admin"
	Owner     Role = "owner"
	Developer Role = "developer"
	SystemBot Role = "system_bot"
)

var rank = map[Role]int{Viewer: 1, Editor: 2, Admin: 3, Owner: 3, Developer: 4, SystemBot: 4}

// AtLeast tells whether r may do what least may. An unknown role may do nothing.
func (r Role) AtLeast(least Role) bool {
	have, need := rank[r], rank[least]
	return have > 0 && need > 0 && have >= need
}

// Scope says for whom a call acts: one account, one actor, a role, and the sites that the
// actor may see. Its zero value reaches nothing. It is minted only from a verified token,
// a verified webhook, an API key or a job envelope (archtest lists the callers of Mint).
type Scope struct {
	account string
	actor   string
	role    Role
	sites   []string
	all     bool
}

// Grant is what a verified credential says; Sites nil means every site of the account.
type Grant struct {
	Account string
	Actor   string
	Role    Role
	Sites   []string
}

// Mint makes the Scope of a verified Grant. It never fails: a Grant without account gives
// a Scope that reaches nothing.
func Mint(g Grant) Scope {
	return Scope{account: g.Account, actor: g.Actor, role: g.Role, sites: slices.Clone(g.Sites), all: g.Sites == nil}
}

// Account is the tenant's id.
func (s Scope) Account() string { return s.account }

// Actor is the user, key or robot that acts; each write records it.
func (s Scope) Actor() string { return s.actor }

// Role is the actor's role in the account.
func (s Scope) Role() Role { return s.role }

// Valid tells whether the Scope reaches an account at all.
func (s Scope) Valid() bool { return s.account != "" }

// Sees tells whether the actor may see the site.
func (s Scope) Sees(site string) bool { return s.Valid() && (s.all || slices.Contains(s.sites, site)) }

// Equal tells whether another Scope reaches the same, as the same actor.
func (s Scope) Equal(o Scope) bool {
	return s.account == o.account && s.actor == o.actor && s.role == o.role && s.all == o.all && slices.Equal(s.sites, o.sites)
}
