package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// CursorPage is a part of a list that grows at one end, such as a log.
type CursorPage[T any] struct {
	Results []T
	Next    string        // the cursor to go on with; "" when there is nothing more
	Wait    time.Duration // for a client that polls: when to ask again, as Retry-After; 0 says nothing
}

type cursorBody[T any] struct {
	Success   bool   `json:"success"`
	Results   []T    `json:"results"`
	Next      string `json:"next_cursor" doc:"send it as cursor to go on from here; empty when there is nothing more"`
	RequestID string `json:"request_id"`
}

// CursorRoute makes an operation that answers {success, results, next_cursor, request_id}.
func CursorRoute[I, T any](spec RouteSpec, fn func(ctx context.Context, s account.Scope, in *I) (CursorPage[T], error)) Operation {
	return Operation{Spec: spec, input: reflect.TypeFor[I](), build: func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply[cursorBody[T]], error) {
			x := exchangeOf(ctx)
			page, err := fn(ctx, x.principal.Scope, in)
			if err != nil {
				return nil, x.failure(ctx, err)
			}
			if page.Results == nil {
				page.Results = []T{}
			}
			if page.Wait > 0 {
				x.header.Set("Retry-After", strconv.Itoa(int(math.Ceil(page.Wait.Seconds()))))
			}
			return &reply[cursorBody[T]]{Status: spec.status(), Body: cursorBody[T]{Success: true, Results: page.Results, Next: page.Next, RequestID: x.id}}, nil
		})
	}}
}

// Stream sends server-sent events until ctx ends, the client has gone (a Send that fails),
// or it has nothing more to say.
type Stream func(ctx context.Context, out *Sender) error

// StreamInstead has the request answered by a stream, after its operation has returned
// without an error: the operation's own answer is not sent. WantsStream says who asks for
// it. The credential is looked at again twice a minute; the stream ends with it.
func StreamInstead(ctx context.Context, s Stream) {
	if x := exchangeOf(ctx); x != nil {
		x.stream = s
	}
}

// WantsStream tells whether an Accept header asks for server-sent events.
func WantsStream(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, _, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "text/event-stream") {
			return true
		}
	}
	return false
}

// The times of a stream.
const (
	checkEvery = 30 * time.Second // the credential
	writeWait  = 10 * time.Second // for a client that takes nothing in
)

// Sender writes server-sent events. It is not safe for concurrent use.
type Sender struct {
	w http.ResponseWriter
	c *http.ResponseController
}

// Send sends v as one event. id is what the client sends as Last-Event-ID when it comes
// back; "" leaves the one before.
func (s *Sender) Send(id string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.write(id, "data: "+string(data)+"\n")
}

// Alive keeps the connection open when there is nothing to send, and renews the id.
func (s *Sender) Alive(id string) error { return s.write(id, ": alive\n") }

func (s *Sender) write(id, line string) error {
	var b bytes.Buffer
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	b.WriteString(line + "\n")
	if err := s.c.SetWriteDeadline(time.Now().Add(writeWait)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write(b.Bytes()); err != nil {
		return err
	}
	if err := s.c.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// send answers with the stream.
func (x *exchange) send(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	for k, v := range x.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects would hold events back
	w.WriteHeader(http.StatusOK)
	out := &Sender{w: w, c: http.NewResponseController(w)}
	defer func() { _ = out.c.SetWriteDeadline(time.Time{}) }() // the connection goes on
	go x.watch(ctx, cancel, r)
	if err := x.stream(ctx, out); err != nil && ctx.Err() == nil {
		_ = x.failure(ctx, err) // logged; the client comes back with Last-Event-ID
	}
}

// watch ends a stream whose credential is no longer what it was when it began.
func (x *exchange) watch(ctx context.Context, cancel context.CancelFunc, r *http.Request) {
	t := time.NewTicker(checkEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if !x.same(ctx, r) && ctx.Err() == nil {
			cancel()
			return
		}
	}
}

// same tells whether the request would be let in again, as who it was. A store that can't
// be reached does not end a stream.
func (x *exchange) same(ctx context.Context, r *http.Request) bool {
	c, ok := credential(r)
	if !ok {
		return true // a public route
	}
	p, err := x.h.o.Authenticator.Authenticate(ctx, c)
	if err != nil {
		return errs.Is(err, errs.Unavailable)
	}
	return p.Blocked == nil && p.Scope.Equal(x.principal.Scope)
}
