package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/errs"
)

func client(s *httptest.Server, key error) *wire.Client {
	return wire.New(wire.Provider{
		Provider: ai.ProviderOf(ai.ProviderOpenAI),
		Sign:     func(h http.Header, key, _ string) { h.Set("X-Key", key) },
		Explain:  func(int, []byte) wire.Refusal { return wire.Refusal{} },
	}, wire.Config{Key: func(context.Context) (string, error) { return "k", key }, BaseURL: s.URL, HTTP: s.Client()})
}

// TestWaits: how long to wait is what the provider says, by whichever clock; a wait without
// end is not believed.
func TestWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		head map[string]string
		want time.Duration
	}{
		"nothing":          {nil, 0},
		"seconds":          {map[string]string{"Retry-After": "20"}, 20 * time.Second},
		"milliseconds":     {map[string]string{"Retry-After": "2", "Retry-After-Ms": "1500"}, 1500 * time.Millisecond},
		"a date":           {map[string]string{"Retry-After": "Tue, 24 Nov 2026 10:00:07 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 7 * time.Second},
		"a date long past": {map[string]string{"Retry-After": "Tue, 24 Nov 2020 10:00:07 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 0},
		"nonsense":         {map[string]string{"Retry-After": "soon", "Retry-After-Ms": "-1"}, 0},
		"no end":           {map[string]string{"Retry-After": "1e300"}, 24 * time.Hour},
		"no end in ms":     {map[string]string{"Retry-After-Ms": "Inf"}, 24 * time.Hour},
		"another century":  {map[string]string{"Retry-After": "Tue, 24 Nov 2126 10:00:00 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 24 * time.Hour},
	} {
		for status, kind := range map[int]errs.Kind{429: errs.Exhausted, 529: errs.Unavailable, 503: errs.Unavailable} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.head {
					w.Header().Set(k, v)
				}
				w.WriteHeader(status)
			}))
			_, err := client(s, nil).Post(t.Context(), wire.Request{})
			s.Close()
			if e := errs.Of(err); err == nil || e.Kind != kind || e.RetryAfter != c.want || e.Cause != errs.Provider {
				t.Errorf("%s, %d: %v after %v, want %v", name, status, err, e.RetryAfter, c.want)
			}
		}
	}
}

// TestNoEnd: an answer without end is given up, before it takes all memory.
func TestNoEnd(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for part := make([]byte, 1<<20); ; {
			n, err := w.Write(part)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	_, err := client(s, nil).Post(t.Context(), wire.Request{})
	if e := errs.Of(err); err == nil || e.Kind != errs.Unavailable || e.Code != "connection_lost" || sent.Load() > 80<<20 {
		t.Errorf("%v after %d MB", err, sent.Load()>>20)
	}
}

// TestNoCallBehindOurBack: a redirect is not followed, so the key goes nowhere else and
// nothing is bought twice; without a key nothing is sent.
func TestNoCallBehindOurBack(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer s.Close()
	_, err := client(s, nil).Post(t.Context(), wire.Request{Path: "/v1"})
	if e := errs.Of(err); err == nil || e.Code != "wrong_address" || e.Kind != errs.Invalid || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	absent := errs.New(errs.Unauthenticated, "key_missing", "no key").Because(errs.Ours)
	_, err = client(s, absent).Post(t.Context(), wire.Request{Path: "/v1"})
	if e := errs.Of(err); err == nil || e.Code != "key_missing" || e.Cause != errs.Ours || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

// TestOneConnectionBreaks: a request is not sent again by the transport either.
func TestOneConnectionBreaks(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if calls.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Request-Id", "req_1")
		_, _ = io.WriteString(w, "{}")
	}))
	defer s.Close()
	c := client(s, nil)
	reply, err := c.PostJSON(t.Context(), wire.Request{Path: "/v1"}, map[string]string{"a": "b"})
	if err != nil || reply.ID != "req_1" || string(reply.Raw) != "{}" {
		t.Fatalf("%+v %v", reply, err)
	}
	_, err = c.PostJSON(t.Context(), wire.Request{Path: "/v1"}, map[string]string{"a": "b"}) // on the kept connection
	if e := errs.Of(err); err == nil || e.Kind != errs.Unavailable || e.Code != "connection_lost" || calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
	if _, err = c.PostJSON(t.Context(), wire.Request{}, func() {}); err == nil || errors.Is(err, io.EOF) || calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}
