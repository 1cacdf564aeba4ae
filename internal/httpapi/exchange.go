package httpapi

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/idem"
)

// exchange is what the chain knows of one request.
type exchange struct {
	h         *Handler
	id        string
	ip        string
	route     string
	url       *url.URL // as the client wrote it
	header    http.Header
	principal Principal
	key       idem.Key
	ifMatch   string
	stream    Stream // sent instead of the answer, if there is one
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestID is the id of the request that ctx belongs to; empty outside of one.
func RequestID(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.id
	}
	return ""
}

// IdempotencyKey is the key that the client sent; the zero Key when there is none, or the
// route takes none.
func IdempotencyKey(ctx context.Context) idem.Key {
	if x := exchangeOf(ctx); x != nil {
		return x.key
	}
	return idem.Key{}
}

// SetCookie adds a cookie to the answer.
func SetCookie(ctx context.Context, c *http.Cookie) {
	if x := exchangeOf(ctx); x != nil {
		x.header.Add("Set-Cookie", c.String())
	}
}

// defaults are the headers of every answer.
func (x *exchange) defaults() {
	x.header.Set("Content-Type", "application/json")
	x.header.Set("Cache-Control", "no-store")
	x.header.Set("X-Content-Type-Options", "nosniff")
	x.header.Set("X-Frame-Options", "DENY")
	x.header.Set("Referrer-Policy", "no-referrer")
	x.header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	x.header.Set("X-Request-ID", x.id)
}

// strict counts the call once more, by the input's own key and the caller's address.
func (x *exchange) strict(spec RouteSpec, in any) error {
	k, ok := in.(ThrottleKeyer)
	if spec.Strict == "" || !ok {
		return nil
	}
	now := x.h.o.Clock.Now()
	v := x.h.throttle.count(now, spec.Strict, k.ThrottleKey()+" "+x.ip)
	v.headers(x.header)
	return v.err(now)
}

// failure makes the answer to an error. What is our fault is logged, here and nowhere else.
func (x *exchange) failure(ctx context.Context, err error) *errorBody {
	e := errs.Of(err)
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		x.h.o.Log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request_id", x.id),
			slog.String("account", x.principal.Scope.Account()), slog.String("route", x.route),
			slog.String("kind", e.Kind.String()), slog.String("error", err.Error()))
	}
	return bodyOf(e, x.id)
}

// fail writes the answer to an error outside of huma.
func (x *exchange) fail(w http.ResponseWriter, r *http.Request, err error) {
	x.write(w, x.failure(r.Context(), err))
}

func (x *exchange) write(w http.ResponseWriter, b *errorBody) {
	for k, v := range b.header {
		w.Header()[k] = v
	}
	w.WriteHeader(b.status)
	_ = marshal(w, b) // to memory: it can't fail
}

// answer keeps the answer until it is whole, so that a panic or a value that can't be
// written as JSON still becomes a proper error.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's header.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps a part of the body.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) reset() { a.status = 0; a.body.Reset() }

func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// flush sends the answer, without its body to a HEAD request.
func (a *answer) flush(w http.ResponseWriter, r *http.Request) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.code() != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	w.WriteHeader(a.code())
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body.Bytes()) // the client may have gone
	}
}
