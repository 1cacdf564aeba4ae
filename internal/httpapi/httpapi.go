// Package httpapi is the frame of the HTTP interface: routes as data, the chain that every
// request passes (recover, request id, access log, body limit, authenticate, Scope,
// permission, throttle, idempotency key), and the one envelope that every answer has.
// Features describe their routes in routes.go; app puts them together.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
)

// DefaultMaxBody is the largest body of a request, unless its route says otherwise.
const DefaultMaxBody = 1 << 20

// Credential is what a request brings to show who sends it.
type Credential struct {
	Scheme string // "bearer" or "apikey"
	Value  string
}

// Principal is who sends a request.
type Principal struct {
	Scope account.Scope
	// Blocked says why the account may not be used now, and how to mend it; nil when it
	// may. Routes with AnyStatus are open nevertheless.
	Blocked error
}

// Authenticator verifies a credential. Unauthenticated when it is not valid (any more).
type Authenticator interface {
	Authenticate(ctx context.Context, c Credential) (Principal, error)
}

// Options are what a Handler is made of. Operations, Authenticator, Clock, IDs and Log are
// required.
type Options struct {
	Operations    []Operation
	Authenticator Authenticator
	Clock         clock.Clock
	IDs           *id.Source
	Log           *slog.Logger
	// Admit is asked before anything else, unknown paths included; its error is the answer.
	// nil admits every request.
	Admit func(*http.Request) error
	// ClientIP is the caller's address; nil takes RemoteAddr. Never trust a header that
	// the caller can write.
	ClientIP func(*http.Request) string
	// ThrottleFactor multiplies all throttle limits; 0 is 1.
	ThrottleFactor int
	// Eager registers all operations at once and finds faults in their tags: for the
	// all-in-one program and tests. Otherwise each is registered on its first hit.
	Eager bool
}

// Handler serves the operations under /v1/ and /api/v1/.
type Handler struct {
	o        Options
	mux      *http.ServeMux
	methods  []string
	throttle throttle
}

// New makes a Handler. It fails when the route table has a fault (see CheckRoutes), or an
// operation's tags, when Eager.
func New(o Options) (*Handler, error) {
	if err := CheckRoutes(o.Operations); err != nil {
		return nil, err
	}
	if o.ClientIP == nil {
		o.ClientIP = remoteIP
	}
	h := &Handler{o: o, mux: http.NewServeMux(), throttle: throttle{factor: max(o.ThrottleFactor, 1)}}
	var faults []error
	for _, op := range o.Operations {
		e := &entry{op: op}
		if o.Eager {
			faults = append(faults, e.try())
		}
		h.mux.Handle(op.Spec.pattern(), h.guard(op.Spec, e))
		if !slices.Contains(h.methods, op.Spec.Method) {
			h.methods = append(h.methods, op.Spec.Method)
		}
	}
	slices.Sort(h.methods)
	h.mux.HandleFunc("/", h.unknown)
	return h, errors.Join(faults...)
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func trimSlash(p string) string {
	if len(p) > 1 {
		return strings.TrimSuffix(p, "/")
	}
	return p
}

// canonical is the path that routes are matched by: without /api before /v1 and without a
// slash at the end. A path that is not clean ("//", "..") is left alone and not found.
func canonical(p string) string {
	if strings.HasPrefix(p, "/api/v1/") {
		p = strings.TrimPrefix(p, "/api")
	}
	return trimSlash(p)
}

// unknown answers for paths without a route, and for methods that a path does not have.
func (h *Handler) unknown(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	allowed := h.allowed(r)
	switch {
	case len(allowed) == 0:
		x.fail(w, r, errs.New(errs.NotFound, "not_found", "there is nothing at this address: see /v1/openapi.json"))
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		x.fail(w, r, errs.New(errs.Invalid, "method_not_allowed", "this address takes "+strings.Join(allowed, ", ")+", not "+r.Method))
	}
}

func (h *Handler) allowed(r *http.Request) []string {
	if path.Clean(r.URL.Path) != r.URL.Path {
		return nil
	}
	var out []string
	for _, m := range h.methods {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := h.mux.Handler(probe); pattern != "/" && pattern != "" {
			out = append(out, m)
		}
	}
	if len(out) > 0 {
		out = append(out, http.MethodOptions)
	}
	return out
}
