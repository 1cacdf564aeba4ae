// Package front is the handler of an API: a group's routes behind the chain that every
// request passes.
package front

import (
	"net/http"

	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/identity"
)

// Edge knows what stands before the handler.
type Edge interface {
	// Admit refuses a request that should not have come this way; nil admits it.
	Admit(r *http.Request) error
	// ClientIP is the caller's address, from a place that the caller can't write.
	ClientIP(r *http.Request) string
}

// API is how a handler meets its callers.
type API struct {
	Public         identity.PublicKeys // that access tokens are verified with
	ThrottleFactor int                 // multiplies the throttles' limits; 0 is 1
	Eager          bool                // register all operations at once: for the all-in-one program
}

// Handler serves operations below /v1/ and /api/v1/; edge may be nil.
func Handler(p parts.Ports, a API, edge Edge, ops []httpapi.Operation) (http.Handler, error) {
	o := httpapi.Options{
		Operations: ops, Authenticator: identity.NewAuthenticator(p.Table, p.Clock, a.Public),
		Clock: p.Clock, IDs: p.IDs, Log: p.Log, ThrottleFactor: a.ThrottleFactor, Eager: a.Eager,
	}
	if edge != nil {
		o.Admit, o.ClientIP = edge.Admit, edge.ClientIP
	}
	return httpapi.New(o)
}

// Keys reads public keys as a function is told them (see identity.ParsePublicKeys).
func Keys(text string) (identity.PublicKeys, error) { return identity.ParsePublicKeys(text) }

// Function is Handler for a function: it is told the public keys as text, and registers
// each operation on its first hit.
func Function(p parts.Ports, publicKeys string, throttleFactor int, edge Edge, ops []httpapi.Operation) (http.Handler, error) {
	keys, err := Keys(publicKeys)
	if err != nil {
		return nil, err
	}
	return Handler(p, API{Public: keys, ThrottleFactor: throttleFactor}, edge, ops)
}
