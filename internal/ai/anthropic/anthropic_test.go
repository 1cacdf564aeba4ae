package anthropic_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/anthropic"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

var ideas = ai.Schema{Name: "ideas", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["title","body","count"],
	"properties":{"title":{"type":"string"},"body":{"type":"string"},"count":{"type":"integer"}}}`)}

func request(key, model string) ai.TextRequest {
	return ai.TextRequest{Key: key, Model: model, Instructions: "You plan articles.", Prompt: "Give one idea about: espresso machines, coffee grinders", Schema: ideas}
}

func host(l *lab.Lab) string {
	rest, _ := strings.CutPrefix(l.AnthropicURL, "http://")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func writer(l *lab.Lab) ai.Text {
	return anthropic.New(anthropic.Config{Key: key(l.AnthropicKey), BaseURL: l.AnthropicURL,
		HTTP: guard.New(guard.Options{AllowHosts: []string{host(l)}, Timeout: time.Minute})}).Text()
}

// key is a key that is at hand.
func key(k string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return k, nil }
}

// says answers every call with one body.
func says(t *testing.T, status int, body string) ai.Text {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Request-Id", "req_7")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return anthropic.New(anthropic.Config{Key: key("k"), BaseURL: s.URL, HTTP: s.Client()}).Text()
}

func want(t *testing.T, err error, kind errs.Kind, code string) *errs.Error {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind || errs.Of(err).Code != code {
		t.Fatalf("got %v, want %s %s", err, kind, code)
	}
	return errs.Of(err)
}

func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	w := writer(l)
	r := request("job_1.answer", ai.AnthropicTextModel)
	a, err := w.Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := w.Read(r, a)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Title, Body string }
	if err := json.Unmarshal(doc, &got); err != nil || got.Title == "" || got.Body == "" {
		t.Fatalf("%s %v", doc, err)
	}
	calls := l.Requests("", "")
	if len(calls) != 1 || calls[0].Key != "job_1.answer" || calls[0].Provider != "anthropic" {
		t.Fatalf("the lab saw %+v", calls)
	}
	if u := a.Usage; u.TokensIn != int64(calls[0].In) || u.TokensOut != int64(calls[0].Out) || u.Provider != ai.ProviderAnthropic || u.PriceDate != ai.PriceDate || !strings.HasPrefix(u.RequestID, "req_") {
		t.Fatalf("usage %+v, the lab counted %+v", u, calls[0])
	}
	if s := calls[0].Body; strings.Index(s, `"title":{`) > strings.Index(s, `"body":{`) {
		t.Fatalf("the schema's fields lost their order: %s", s)
	}
}

func TestRawIsTheBodyByteForByte(t *testing.T) {
	t.Parallel()
	body := `{ "stop_reason":"end_turn","extra" : [1, 2],` + "\n" + `"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"{\"a\":1}"}],"usage":{"input_tokens":3,"output_tokens":4}}`
	w := says(t, 200, body)
	r := ai.TextRequest{Model: "claude-opus-5", Prompt: "x"}
	a, err := w.Write(t.Context(), r)
	if err != nil || string(a.Raw) != body || a.Usage.RequestID != "req_7" {
		t.Fatalf("%v %q %q", err, a.Raw, a.Usage.RequestID)
	}
	if doc, err := w.Read(r, a); err != nil || string(doc) != `{"a":1}` {
		t.Fatalf("thinking is no part of the text: %s %v", doc, err)
	}
}

// cached asks for the prompt to be cached, as a caller may whose requests begin alike.
type cached struct{ next http.RoundTripper }

func (c cached) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	raw = append([]byte(`{"cache_control":{"type":"ephemeral"},`), raw[1:]...)
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	return c.next.RoundTrip(r)
}

// TestCostIsTheLedgers: what we compute from an answer's usage is what the provider books,
// for each model: plain, put into the cache, read from it.
func TestCostIsTheLedgers(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	plain := guard.New(guard.Options{AllowHosts: []string{host(l)}, Timeout: time.Minute})
	caching := &http.Client{Transport: cached{plain.Transport}, Timeout: time.Minute}
	long := strings.Repeat("espresso machine with grinder and a quiet pump; ", 200)
	var models, read, written int
	for _, m := range ai.Models(ai.KindText) {
		if m.Provider != ai.ProviderAnthropic {
			continue
		}
		models++
		for n, client := range []*http.Client{plain, caching, caching} {
			r := request(m.ID+string(rune('a'+n)), m.ID)
			r.Prompt = long
			a, err := anthropic.New(anthropic.Config{Key: key(l.AnthropicKey), BaseURL: l.AnthropicURL, HTTP: client}).Text().Write(t.Context(), r)
			if err != nil {
				t.Fatalf("%s: %v", m.ID, err)
			}
			calls := l.Requests("", r.Key)
			if len(calls) != 1 || calls[0].USD == 0 || math.Abs(calls[0].USD*1e6-float64(a.Usage.CostUSD)) > 0.5000001 {
				t.Fatalf("%s: we say %d micro-dollars, the ledger %+v", r.Key, a.Usage.CostUSD, calls)
			}
			if a.Usage.TokensIn != int64(calls[0].In) || a.Usage.Cached != int64(calls[0].Cached) {
				t.Errorf("%s: usage %+v, the lab counted %+v", r.Key, a.Usage, calls[0])
			}
			read, written = read+calls[0].Cached, written+calls[0].CacheWrite
		}
	}
	if models < 8 || read == 0 || written == 0 {
		t.Fatalf("the test saw %d models, %d tokens read from a cache and %d put into one", models, read, written)
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		kind   errs.Kind
		code   string
	}{
		"no key of theirs":        {401, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`, errs.Unauthenticated, "key_refused"},
		"a key without the right": {403, `{"type":"error","error":{"type":"permission_error","message":"no"}}`, errs.Forbidden, "not_allowed"},
		"no money":                {402, `{"type":"error","error":{"type":"billing_error","message":"no"}}`, errs.Forbidden, "quota"},
		"no money, as a 400":      {400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}`, errs.Forbidden, "quota"},
		"an unknown model":        {404, `{"type":"error","error":{"type":"not_found_error","message":"model: claude-99"}}`, errs.Invalid, "model_not_found"},
		"an unknown address":      {404, `{"type":"error","error":{"type":"not_found_error","message":"Not found"}}`, errs.Invalid, "wrong_address"},
		"a wrong request":         {400, `{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"}}`, errs.Invalid, "request_refused"},
		"too large a request":     {413, `{"type":"error","error":{"type":"request_too_large","message":"no"}}`, errs.Invalid, "request_too_large"},
		"overloaded":              {529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, errs.Unavailable, "provider_down"},
		"their time-out":          {504, `{"type":"error","error":{"type":"timeout_error","message":"no"}}`, errs.Unavailable, "provider_down"},
		"an error page":           {502, `<html>Bad Gateway</html>`, errs.Unavailable, "provider_down"},
		"half an answer":          {200, `{"stop_reason":"end_tu`, errs.Unavailable, "truncated"},
		"nothing":                 {200, ``, errs.Unavailable, "truncated"},
	} {
		_, err := says(t, tc.status, tc.body).Write(t.Context(), request("k", ai.AnthropicTextModel))
		if e := errs.Of(err); err == nil || e.Kind != tc.kind || e.Code != tc.code || !strings.Contains(e.Message, "Anthropic") {
			t.Errorf("%s: %v, want %s %s", name, err, tc.kind, tc.code)
		}
		if tc.status != 200 && !strings.Contains(err.Error(), "request req_7") {
			t.Errorf("%s: the log does not name the call: %v", name, err)
		}
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	for stop, code := range map[string]string{
		"end_turn": "", "stop_sequence": "", "max_tokens": "cut_off", "model_context_window_exceeded": "cut_off", "refusal": "refusal", "pause_turn": "bad_json", "tool_use": "bad_json", "": "bad_json",
	} {
		w := says(t, 200, `{"stop_reason":"`+stop+`","content":[{"type":"text","text":"{\"title\":\"a\",\"body\":\"b\",\"count\":1}"}],"usage":{"input_tokens":10,"output_tokens":5}}`)
		r := request("k", ai.AnthropicTextModel)
		a, err := w.Write(t.Context(), r)
		if err != nil || a.Usage.CostUSD == 0 {
			t.Fatalf("%s: it was answered and has to be stored: %v", stop, err)
		}
		if _, err = w.Read(r, a); code == "" && err != nil || code != "" && (err == nil || errs.Of(err).Code != code || errs.Of(err).Cause != errs.Provider) {
			t.Errorf("%s: got %v, want %q", stop, err, code)
		}
	}
}

// TestLimits: a limit is sent always, ours or the largest that an answer in one piece may have.
func TestLimits(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	w := writer(l)
	for asked, sent := range map[int64]string{0: `"max_tokens":21000`, 900: `"max_tokens":900`, 1_000_000: `"max_tokens":21000`} {
		l.Reset()
		r := request("k", ai.AnthropicTextModel)
		r.MaxTokens = asked
		if _, err := w.Write(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if calls := l.Requests("", ""); !strings.Contains(calls[0].Body, sent) {
			t.Errorf("%d: %s", asked, calls[0].Body)
		}
	}
	l.Reset()
	r := request("k", ai.AnthropicTextModel)
	r.MaxTokens = 5
	a, err := w.Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Read(r, a)
	_ = want(t, err, errs.Invalid, "cut_off")
	_, err = w.Write(t.Context(), request("k", ai.DefaultTextModel))
	_ = want(t, err, errs.Invalid, "wrong_kind")
}
