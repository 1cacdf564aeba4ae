package table

import (
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/system"
)

// Partition names a partition of the table. The zero Partition reaches nothing.
type Partition struct {
	name  string
	actor string
}

// Of is the account's own partition, A#<account>, with further parts after it. Parts that
// spell a site's partition ("S", site) are held to the Scope as OfSite holds them.
func Of(s account.Scope, more ...string) Partition {
	if !s.Valid() || (len(more) > 0 && more[0] == "S" && (len(more) < 2 || !s.Sees(more[1]))) {
		return Partition{}
	}
	return Partition{name: join("A", s.Account(), more), actor: s.Actor()}
}

// OfSite is a site's partition, A#<account>#S#<site>, with further parts after it. A site
// that the Scope does not see gives a Partition that reaches nothing.
func OfSite(s account.Scope, site string, more ...string) Partition {
	if site == "" || !s.Sees(site) {
		return Partition{}
	}
	return Partition{name: join("A", s.Account(), append([]string{"S", site}, more...)), actor: s.Actor()}
}

// OfSystem is a partition outside any account, X#<kind>#<value>.
func OfSystem(h system.Handle, kind, value string) Partition {
	if h.Actor() == "" {
		return Partition{}
	}
	return Partition{name: join("X", kind, []string{value}), actor: h.Actor()}
}

func join(head, first string, more []string) string {
	return strings.Join(append([]string{head, escape(first)}, escapeAll(more)...), "#")
}

func escapeAll(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = escape(p)
	}
	return out
}

// escape keeps a value from looking like a further part of the key.
func escape(p string) string {
	if !strings.ContainsAny(p, "%#\x00") {
		return p
	}
	return strings.NewReplacer("%", "%25", "#", "%23", "\x00", "%00").Replace(p)
}

// Name is the partition key as stored; NotFound for a Partition that reaches nothing.
func (p Partition) Name() (string, error) {
	if p.name == "" {
		return "", errs.New(errs.NotFound, "not_found", "not found")
	}
	return p.name, nil
}

// Actor is who made the Partition; drivers record it with each write.
func (p Partition) Actor() string { return p.actor }

// Peer is the partition of an item found by the index, under the name as stored and with
// this Partition's actor. It never leaves the tenant: NotFound for a name of another one.
// For drivers.
func (p Partition) Peer(name string) (Partition, error) {
	peer := Partition{name: name, actor: p.actor}
	if p.name == "" || peer.tenant() != p.tenant() {
		return Partition{}, errs.New(errs.NotFound, "not_found", "not found")
	}
	return peer, nil
}

// tenant is what the index never crosses: A#<account>, or X for all that is the system's.
func (p Partition) tenant() string {
	parts := strings.SplitN(p.name, "#", 3)
	if len(parts) < 2 || parts[0] != "A" {
		return parts[0]
	}
	return parts[0] + "#" + parts[1]
}
