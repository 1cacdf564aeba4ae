package openai_test

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

var ideas = ai.Schema{Name: "ideas", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["title","body","count"],
	"properties":{"title":{"type":"string"},"body":{"type":"string"},"count":{"type":"integer"}}}`)}

func request(key, model string) ai.TextRequest {
	return ai.TextRequest{Key: key, Model: model, Instructions: "You plan articles.", Prompt: "Give one idea about: espresso machines, coffee grinders", Schema: ideas}
}

func picture(key, model string) ai.ImageRequest {
	return ai.ImageRequest{Key: key, Model: model, Prompt: "A coffee machine on a table", Size: "1024x1024", Quality: "low", Format: "png"}
}

func client(l *lab.Lab) *openai.Client {
	host := strings.TrimSuffix(strings.TrimPrefix(l.URL, "http://"), "/v1")
	return openai.New(openai.Config{Key: key(l.Key), BaseURL: l.URL, HTTP: guard.New(guard.Options{AllowHosts: []string{host}, Timeout: time.Minute})})
}

func micro(usd float64) int64 { return int64(math.Round(usd * 1e6)) }

func want(t *testing.T, err error, kind errs.Kind, code string) *errs.Error {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind || errs.Of(err).Code != code {
		t.Fatalf("got %v (%s), want %s %s", err, errs.Of(err).Code, kind, code)
	}
	return errs.Of(err)
}

func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	c := client(l)
	r := request("job_1.answer", ai.DefaultTextModel)
	a, err := c.Text().Write(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := c.Text().Read(r, a)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Title, Body string }
	if err := json.Unmarshal(doc, &got); err != nil || got.Title == "" || got.Body == "" {
		t.Fatalf("%s %v", doc, err)
	}
	calls := l.Requests("", "")
	if len(calls) != 1 || calls[0].Key != "job_1.answer" {
		t.Fatalf("the lab saw %+v", calls)
	}
	if a.Usage.TokensIn != int64(calls[0].In) || a.Usage.TokensOut != int64(calls[0].Out) || a.Usage.Provider != "openai" || a.Usage.PriceDate != ai.PriceDate {
		t.Fatalf("usage %+v, the lab counted %+v", a.Usage, calls[0])
	}
	var sent struct {
		Store *bool
		Text  struct {
			Format struct {
				Strict bool
				Schema json.RawMessage
			}
		}
	}
	if err := json.Unmarshal([]byte(calls[0].Body), &sent); err != nil || sent.Store == nil || *sent.Store || !sent.Text.Format.Strict {
		t.Fatalf("%s %v", calls[0].Body, err)
	}
	if s := string(sent.Text.Format.Schema); strings.Index(s, `"title":{`) > strings.Index(s, `"body":{`) {
		t.Fatalf("the schema's fields lost their order: %s", s)
	}
}

func TestRawIsTheBodyByteForByte(t *testing.T) {
	t.Parallel()
	body := `{ "status":"completed","extra" : [1, 2],` + "\n" + `"output":[{"type":"message","content":[{"type":"output_text","text":"{}"}]}],"usage":{"input_tokens":3,"output_tokens":4}}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	defer s.Close()
	c := openai.New(openai.Config{Key: key("k"), BaseURL: s.URL + "/v1", HTTP: s.Client()})
	a, err := c.Text().Write(t.Context(), ai.TextRequest{Model: "gpt-4.1", Prompt: "x"})
	if err != nil || string(a.Raw) != body {
		t.Fatalf("%v %q", err, a.Raw)
	}
	i, err := c.Image().Draw(t.Context(), picture("k", "gpt-image-1.5"))
	if err != nil || string(i.Raw) != body {
		t.Fatalf("%v %q", err, i.Raw)
	}
}

// TestCostIsTheLedgers: what we compute from an answer's usage is what the provider books.
func TestCostIsTheLedgers(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	c := client(l)
	long := strings.Repeat("espresso machine with grinder and a quiet pump; ", 200) // beyond 1,024 tokens: the second call is cached
	var cached, reasoned int64
	for _, m := range ai.Models("") {
		if m.Provider != ai.ProviderOpenAI || m.Kind == ai.KindEmbedding {
			continue
		}
		for round := range 2 {
			key := m.ID + string(rune('a'+round))
			var u ai.Usage
			if m.Kind == ai.KindText {
				r := request(key, m.ID)
				r.Prompt = long
				a, err := c.Text().Write(t.Context(), r)
				if err != nil {
					t.Fatalf("%s: %v", m.ID, err)
				}
				u = a.Usage
				cached += u.Cached
				if m.Reasoning {
					reasoned += u.TokensOut
				}
			} else {
				r := picture(key, m.ID)
				r.Size, r.Quality = m.Sizes[round%len(m.Sizes)], []string{"low", "high"}[round]
				a, err := c.Image().Draw(t.Context(), r)
				if err != nil {
					t.Fatalf("%s: %v", m.ID, err)
				}
				u = a.Usage
				if u.Images != 1 || u.TokensOut != m.ImageTokens(r.Size, r.Quality) {
					t.Errorf("%s %s %s: %d pictures, %d tokens, foretold %d", m.ID, r.Size, r.Quality, u.Images, u.TokensOut, m.ImageTokens(r.Size, r.Quality))
				}
			}
			calls := l.Requests("", key)
			// half a micro-dollar is the most that rounding may take
			if len(calls) != 1 || calls[0].USD == 0 || math.Abs(calls[0].USD*1e6-float64(u.CostUSD)) > 0.5000001 {
				t.Errorf("%s: we say %d micro-dollars, the ledger %d calls, %v dollars", m.ID, u.CostUSD, len(calls), calls[0].USD)
			}
		}
	}
	if cached == 0 || reasoned == 0 {
		t.Fatalf("the test saw %d cached and %d reasoning tokens; both have to be seen", cached, reasoned)
	}
}

func TestRefusedCalls(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	c := client(l)
	for _, tc := range []struct {
		fault lab.Fault
		kind  errs.Kind
		code  string
		after time.Duration
	}{
		{lab.Fault{Kind: "429", RetryAfter: 1.5}, errs.Exhausted, "rate_limited", 1500 * time.Millisecond},
		{lab.Fault{Kind: "no_retry_after"}, errs.Exhausted, "rate_limited", 0},
		{lab.Fault{Kind: "quota"}, errs.Forbidden, "quota", 0},
		{lab.Fault{Kind: "401"}, errs.Unauthenticated, "key_refused", 0},
		{lab.Fault{Kind: "402"}, errs.Forbidden, "quota", 0},
		{lab.Fault{Kind: "408"}, errs.Unavailable, "provider_down", 0},
		{lab.Fault{Kind: "500"}, errs.Unavailable, "provider_down", 0},
		{lab.Fault{Kind: "502"}, errs.Unavailable, "provider_down", 0},
		{lab.Fault{Kind: "503", RetryAfter: 3}, errs.Unavailable, "provider_down", 3 * time.Second},
		{lab.Fault{Kind: "529"}, errs.Unavailable, "provider_down", 0},
		{lab.Fault{Kind: "overloaded"}, errs.Unavailable, "provider_down", 0},
		{lab.Fault{Kind: "drop"}, errs.Unavailable, "connection_lost", 0},
		{lab.Fault{Kind: "drop", Bytes: 100}, errs.Unavailable, "connection_lost", 0},
		{lab.Fault{Kind: "truncate_body", Bytes: 200}, errs.Unavailable, "truncated", 0},
	} {
		for _, kind := range []string{"text", "image"} { // one after the other: faults are the lab's state
			name := kind + " " + tc.fault.Kind
			l.Reset()
			l.Fault(tc.fault)
			var err error
			if kind == "text" {
				_, err = c.Text().Write(t.Context(), request("k", ai.DefaultTextModel))
			} else {
				_, err = c.Image().Draw(t.Context(), picture("k", ai.DefaultImageModel))
			}
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			e := errs.Of(err)
			if e.Kind != tc.kind || e.Code != tc.code || e.RetryAfter != tc.after || e.Cause != errs.Provider || e.Message == "" {
				t.Errorf("%s: got %s %s after %v cause %s: %v", name, e.Kind, e.Code, e.RetryAfter, e.Cause, err)
			}
			if n := l.Ledger().Total.Calls; n != 1 {
				t.Errorf("%s: %d calls; the client repeats", name, n)
			}
			if f := l.Faults(); len(f) != 1 || f[0].Hits != 1 {
				t.Errorf("%s: the fault did not strike: %+v", name, f)
			}
		}
	}
}

func TestAnswersThatAreNoUse(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	c := client(l)
	for kind, code := range map[string]string{"bad_json": "bad_json", "schema_invalid": "schema", "refusal": "refusal", "content_filter": "content_filter", "max_tokens": "cut_off"} {
		l.Reset()
		l.Fault(lab.Fault{Kind: kind})
		r := request("k", ai.DefaultTextModel)
		a, err := c.Text().Write(t.Context(), r)
		if err != nil {
			t.Errorf("%s: it was answered and has to be stored: %v", kind, err)
			continue
		}
		_, err = c.Text().Read(r, a)
		e := errs.Of(err)
		if err == nil || e.Kind != errs.Invalid || e.Code != code || e.Cause != errs.Provider {
			t.Errorf("%s: got %v, want code %s", kind, err, code)
		}
		if got := micro(l.Ledger().Total.USD); got != int64(a.Usage.CostUSD) || got == 0 {
			t.Errorf("%s: we say %d, the ledger %d", kind, a.Usage.CostUSD, got)
		}
	}
	t.Run("the model says something else", func(t *testing.T) {
		for text, code := range map[string]string{
			"```json\n{\"title\":\"a\",\"body\":\"b\",\"count\":1}\n```": "", `{"title":"a","body":"b","count":1}`: "",
			`{"title":"a","body":"b","count":1} and more`: "bad_json", `{"title":"a","body":"b","count":1.5}`: "schema", `[]`: "schema", `{"title":"a"}`: "schema",
		} {
			l.Reset()
			l.Fault(lab.Fault{Kind: "reply", Text: text})
			r := request("k", ai.DefaultTextModel)
			a, err := c.Text().Write(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := c.Text().Read(r, a)
			if code == "" && (err != nil || !json.Valid(doc)) || code != "" && (err == nil || errs.Of(err).Code != code) {
				t.Errorf("%s: %s %v, want %q", text, doc, err, code)
			}
		}
	})
	t.Run("a limit of our own", func(t *testing.T) {
		l.Reset()
		r := request("k", ai.DefaultTextModel)
		r.MaxTokens = 70
		a, err := c.Text().Write(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Text().Read(r, a)
		_ = want(t, err, errs.Invalid, "cut_off")
	})
}

func TestPictures(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	c := client(l)
	for _, format := range []string{"png", "jpeg", "webp"} {
		r := picture("k"+format, ai.DefaultImageModel)
		r.Format, r.Size = format, "1536x1024"
		a, err := c.Image().Draw(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Image().Read(r, a)
		if err != nil || p.Width != 1536 || p.Height != 1024 || p.ContentType != "image/"+format || len(p.Content) == 0 {
			t.Fatalf("%s: %s %dx%d %v", format, p.ContentType, p.Width, p.Height, err)
		}
		for kind, code := range map[string]string{"image_wrong_type": "wrong_type", "image_wrong_size": "wrong_size", "image_corrupt": "corrupt", "image_empty": "empty"} {
			l.Reset()
			l.Fault(lab.Fault{Kind: kind})
			a, err := c.Image().Draw(t.Context(), r)
			if err != nil {
				t.Fatalf("%s %s: %v", format, kind, err)
			}
			_, err = c.Image().Read(r, a)
			if e := errs.Of(err); err == nil || e.Kind != errs.Invalid || e.Code != code || e.Cause != errs.Provider {
				t.Errorf("%s %s: got %v, want %s", format, kind, err, code)
			}
		}
		l.Reset()
	}
	l.Fault(lab.Fault{Kind: "refusal"})
	_, err := c.Image().Draw(t.Context(), picture("k", ai.DefaultImageModel))
	if e := want(t, err, errs.Invalid, "blocked"); e.Cause != errs.Input {
		t.Fatalf("cause %s", e.Cause)
	}
	l.Reset()
	r := picture("k", "dall-e-3") // shut down: its successor draws
	if a, err := c.Image().Draw(t.Context(), r); err != nil || a.Usage.Model != "gpt-image-2.5-sunburst" {
		t.Fatalf("%v %+v", err, a.Usage)
	}
	r.Size = "10x10"
	_, err = c.Image().Draw(t.Context(), r)
	_ = want(t, err, errs.Invalid, "size_unknown")
	if n := len(l.Requests("", "")); n != 1 {
		t.Fatalf("%d calls; a size that no model makes needs no call", n)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	l.Fault(lab.Fault{Kind: "hang", Seconds: 30})
	c := openai.New(openai.Config{Key: key(l.Key), BaseURL: l.URL, HTTP: &http.Client{Timeout: 100 * time.Millisecond}})
	_, err := c.Text().Write(t.Context(), request("a", ai.DefaultTextModel))
	_ = want(t, err, errs.Unavailable, "timeout")
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	_, err = client(l).Text().Write(ctx, request("b", ai.DefaultTextModel))
	_ = want(t, err, errs.Unavailable, "timeout")
}

func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		head   http.Header
		body   string
		kind   errs.Kind
		code   string
		after  time.Duration
	}{
		"an error page of a proxy":   {502, nil, "<html>Bad Gateway</html>", errs.Unavailable, "provider_down", 0},
		"a retry date":               {429, http.Header{"Retry-After": {"Tue, 24 Nov 2026 10:00:07 GMT"}, "Date": {"Tue, 24 Nov 2026 10:00:00 GMT"}}, `{"error":{"code":"rate_limit_exceeded"}}`, errs.Exhausted, "rate_limited", 7 * time.Second},
		"seconds alone":              {429, http.Header{"Retry-After": {"20"}}, `{"error":{}}`, errs.Exhausted, "rate_limited", 20 * time.Second},
		"nonsense to wait for":       {429, http.Header{"Retry-After": {"soon"}, "Retry-After-Ms": {"-1"}}, `{"error":{}}`, errs.Exhausted, "rate_limited", 0},
		"a key without the right":    {403, nil, `{"error":{"code":"unsupported_country"}}`, errs.Forbidden, "not_allowed", 0},
		"an unknown parameter":       {400, nil, `{"error":{"code":"unknown_parameter","message":"Unknown parameter: 'x'."}}`, errs.Invalid, "request_refused", 0},
		"a model that is not there":  {404, nil, `{"error":{"code":"model_not_found","message":"no"}}`, errs.Invalid, "model_not_found", 0},
		"a model refused with a 400": {400, nil, `{"error":{"code":"model_not_found","message":"no"}}`, errs.Invalid, "model_not_found", 0},
		"failed and not charged":     {200, nil, `{"status":"failed","error":{"code":"server_error"},"usage":null}`, errs.Unavailable, "provider_down", 0},
		"an empty body":              {200, nil, ``, errs.Unavailable, "truncated", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				for k, v := range tc.head {
					w.Header()[k] = slices.Clone(v)
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			}))
			defer s.Close()
			c := openai.New(openai.Config{Key: key("k"), BaseURL: s.URL, HTTP: s.Client()})
			_, err := c.Text().Write(t.Context(), request("k", ai.DefaultTextModel))
			if e := want(t, err, tc.kind, tc.code); e.RetryAfter != tc.after || e.Cause != errs.Provider {
				t.Fatalf("after %v, cause %s", e.RetryAfter, e.Cause)
			}
		})
	}
}

func TestNobodyListensAndPrivateAddresses(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	c := openai.New(openai.Config{Key: key("k"), BaseURL: "http://" + address + "/v1", HTTP: http.DefaultClient})
	_, err = c.Text().Write(t.Context(), request("k", ai.DefaultTextModel))
	_ = want(t, err, errs.Unavailable, "connection_lost")
	c = openai.New(openai.Config{Key: key("k"), BaseURL: "http://" + address + "/v1", HTTP: guard.New(guard.Options{})})
	_, err = c.Text().Write(t.Context(), request("k", ai.DefaultTextModel))
	_ = want(t, err, errs.Invalid, "address_refused")
}

func TestUnknownModelsCallNobody(t *testing.T) {
	t.Parallel()
	c := openai.New(openai.Config{Key: key("k"), BaseURL: "http://127.0.0.1:1/v1", HTTP: http.DefaultClient})
	_, err := c.Text().Write(t.Context(), request("k", "gpt-99"))
	_ = want(t, err, errs.Invalid, "model_unknown")
	_, err = c.Text().Write(t.Context(), request("k", ai.DefaultImageModel))
	_ = want(t, err, errs.Invalid, "wrong_kind")
	_, err = c.Image().Draw(t.Context(), picture("k", ai.DemoImageModel))
	_ = want(t, err, errs.Invalid, "wrong_kind")
}

// key is a key that is at hand.
func key(k string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return k, nil }
}
