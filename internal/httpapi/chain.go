package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
)

// ServeHTTP is the outer part of the chain, for every request: request id, recover, access
// log, security headers, one spelling of the path.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := h.o.Clock.Now()
	x := &exchange{h: h, id: h.o.IDs.New("req"), ip: h.o.ClientIP(r), header: http.Header{}, route: "-"}
	a := &answer{header: x.header}
	x.defaults()
	url := *r.URL
	url.Path, url.RawPath = canonical(r.URL.Path), ""
	shown := *r.URL
	x.url, x.ifMatch = &shown, r.Header.Get("If-Match")
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	r.URL = &url
	h.recovered(x, a, r)
	if x.stream != nil && a.code() < http.StatusBadRequest {
		x.send(w, r)
	} else {
		a.flush(w, r)
	}
	h.o.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("request_id", x.id), slog.String("account", x.principal.Scope.Account()), slog.String("method", r.Method),
		slog.String("route", x.route), slog.Int("status", a.code()), slog.Int64("ms", h.o.Clock.Now().Sub(began).Milliseconds()))
}

// recovered routes the request and turns a panic into an Internal error.
func (h *Handler) recovered(x *exchange, a *answer, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			a.reset()
			h.o.Log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", x.id),
				slog.String("route", x.route), slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			x.write(a, bodyOf(errs.New(errs.Internal, "", ""), x.id))
		}
	}()
	if h.o.Admit != nil {
		if err := h.o.Admit(r); err != nil {
			x.fail(a, r, err)
			return
		}
	}
	if path.Clean(r.URL.Path) != r.URL.Path {
		h.unknown(a, r)
		return
	}
	h.mux.ServeHTTP(a, r)
}

// guard is the inner part of the chain, for one route.
func (h *Handler) guard(spec RouteSpec, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		x.route = spec.pattern()
		if err := h.admit(x, spec, w, r); err != nil {
			x.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (h *Handler) admit(x *exchange, spec RouteSpec, w http.ResponseWriter, r *http.Request) error {
	authErr := h.authenticate(x, spec, r)
	now, caller := h.o.Clock.Now(), x.principal.Scope.Account()
	if caller == "" {
		caller = "ip " + x.ip
	}
	// Wrong credentials are counted too: by address.
	v := h.throttle.count(now, spec.Throttle, caller)
	v.headers(w.Header())
	if err := v.err(now); err != nil {
		return err
	}
	if authErr != nil {
		return authErr
	}
	body, err := readBody(w, r, spec.MaxBody)
	if err != nil {
		return err
	}
	return x.takeKey(spec, r, body)
}

// authenticate finds the principal and holds the route's permission against it.
func (h *Handler) authenticate(x *exchange, spec RouteSpec, r *http.Request) error {
	if spec.Permission == Public {
		return nil
	}
	c, ok := credential(r)
	if !ok {
		return errs.New(errs.Unauthenticated, "unauthenticated", "sign in first: send the header Authorization: Bearer <access token>")
	}
	p, err := h.o.Authenticator.Authenticate(r.Context(), c)
	if err != nil {
		return err
	}
	if !p.Scope.Valid() {
		return errs.New(errs.Unauthenticated, "unauthenticated", "the token names no account")
	}
	x.principal = p
	if p.Blocked != nil && !spec.AnyStatus {
		return p.Blocked
	}
	if !p.Scope.Role().AtLeast(spec.Permission) {
		return errs.New(errs.Forbidden, "forbidden", fmt.Sprintf("this takes the role %s, and yours is %s: ask an owner of the account", spec.Permission, p.Scope.Role()))
	}
	return nil
}

func credential(r *http.Request) (Credential, bool) {
	if key := r.Header.Get("X-IGNY8-API-KEY"); key != "" {
		return Credential{Scheme: "apikey", Value: key}, true
	}
	scheme, value, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	scheme = strings.ToLower(scheme)
	value = strings.TrimSpace(value)
	if !ok || value == "" || (scheme != "bearer" && scheme != "apikey") {
		return Credential{}, false
	}
	return Credential{Scheme: scheme, Value: value}, true
}

// readBody reads the whole body, up to the limit, and puts it back.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if limit == 0 {
		limit = DefaultMaxBody
	}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	var tooMany *http.MaxBytesError
	if int64(len(body)) > limit || errors.As(err, &tooMany) {
		w.Header().Set("Connection", "close")
		return nil, errs.New(errs.Exhausted, "too_large", "the body is too large: at most "+strconv.FormatInt(limit, 10)+" bytes; send files by /v1/system/uploads/")
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "body_read", "the body could not be read to its end").With(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// takeKey reads the Idempotency-Key of a route that takes one. The operation's name and
// the hash of what is asked go into it, so that a key that is used for two different
// requests is found out.
func (x *exchange) takeKey(spec RouteSpec, r *http.Request, body []byte) error {
	name := r.Header.Get("Idempotency-Key")
	if !spec.Idempotent || name == "" {
		return nil
	}
	bad := func(c rune) bool { return c < '!' || c > '~' }
	if len(name) > 128 || strings.ContainsFunc(name, bad) {
		return errs.Field("Idempotency-Key", "has to be 1 to 128 visible ASCII characters")
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\x00%s\x00", r.URL.Path, r.URL.Query().Encode())
	sum.Write(body)
	x.key = idem.New(name, spec.ID, hex.EncodeToString(sum.Sum(nil)))
	return nil
}
