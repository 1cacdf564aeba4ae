package embedding_test

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

	"github.com/google/go-cmp/cmp"
	official "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai/embedding"
	"github.com/igny8/igny8/internal/ai/wire"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
	lab "github.com/igny8/igny8/internal/lab/ai"
)

func request(texts ...string) ai.EmbedRequest {
	return ai.EmbedRequest{Key: "job_1.answer", Model: ai.EmbeddingModel, Size: ai.EmbeddingSize, Texts: texts}
}

func maker(l *lab.Lab) ai.Embed {
	host := strings.TrimSuffix(strings.TrimPrefix(l.URL, "http://"), "/v1")
	return embedding.New(wire.Config{Key: func(context.Context) (string, error) { return l.Key, nil }, BaseURL: l.URL,
		HTTP: guard.New(guard.Options{AllowHosts: []string{host}, Timeout: time.Minute})})
}

// TestVectors: a vector for each text in its order, of the length that was asked for, and the
// cost that the provider books.
func TestVectors(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	m, r := maker(l), request("garden hose", "espresso machine", "garden hoses")
	a, err := m.Vectors(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Read(r, a)
	if err != nil || len(got) != 3 || len(got[0]) != 256 {
		t.Fatalf("%d vectors, %v", len(got), err)
	}
	like := func(a, b []float32) (sum float32) {
		for i := range a {
			sum += a[i] * b[i]
		}
		return sum
	}
	if like(got[0], got[2]) < like(got[0], got[1])+0.2 {
		t.Error("the vectors are not in the order of the texts")
	}
	calls := l.Requests("/v1/embeddings", "job_1.answer")
	if len(calls) != 1 || a.Usage.TokensIn != int64(calls[0].In) || a.Usage.Provider != "openai" || a.Usage.Model != ai.EmbeddingModel || a.Usage.PriceDate == "" ||
		math.Abs(calls[0].USD*1e6-float64(a.Usage.CostUSD)) > 0.5000001 {
		t.Errorf("%+v, the lab saw %+v", a.Usage, calls)
	}
	big := request(strings.Fields(strings.Repeat("word ", ai.MaxEmbed))...)
	if b, err := m.Vectors(t.Context(), big); err != nil || b.Usage.CostUSD == 0 || b.Usage.CostUSD > ai.MostEmbedding(big) {
		t.Errorf("a full request: %+v of at most %d, %v", b.Usage, ai.MostEmbedding(big), err)
	}
}

// TestRequestIsTheOfficialClients: what we send is what OpenAI's own client sends.
func TestRequestIsTheOfficialClients(t *testing.T) {
	t.Parallel()
	var got []any
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Error(err)
		}
		got = append(got, []any{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), body})
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":[]}`)
	}))
	t.Cleanup(s.Close)
	r := request("a", "b")
	ours := embedding.New(wire.Config{Key: func(context.Context) (string, error) { return "k", nil }, BaseURL: s.URL + "/v1", HTTP: s.Client()})
	if _, err := ours.Vectors(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	theirs := official.NewEmbeddingService(option.WithAPIKey("k"), option.WithBaseURL(s.URL+"/v1"), option.WithMaxRetries(0))
	if _, err := theirs.New(t.Context(), official.EmbeddingNewParams{Model: r.Model, Dimensions: param.NewOpt(int64(r.Size)),
		Input: official.EmbeddingNewParamsInputUnion{OfArrayOfStrings: r.Texts}, EncodingFormat: official.EmbeddingNewParamsEncodingFormatBase64}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got[1], got[0]); d != "" {
		t.Errorf("(- official, + ours)\n%s", d)
	}
}

// TestRefused: refusals are told as those of any other call.
func TestRefused(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	for _, tc := range []struct {
		fault lab.Fault
		kind  errs.Kind
		code  string
	}{
		{lab.Fault{Kind: "429", RetryAfter: 1}, errs.Exhausted, "rate_limited"},
		{lab.Fault{Kind: "quota"}, errs.Forbidden, "quota"},
		{lab.Fault{Kind: "401"}, errs.Unauthenticated, "key_refused"},
		{lab.Fault{Kind: "500"}, errs.Unavailable, "provider_down"},
		{lab.Fault{Kind: "drop"}, errs.Unavailable, "connection_lost"},
		{lab.Fault{Kind: "truncate_body", Bytes: 200}, errs.Unavailable, "truncated"},
	} {
		l.Reset()
		l.Fault(tc.fault)
		_, err := maker(l).Vectors(t.Context(), request("a"))
		if e := errs.Of(err); e == nil || e.Kind != tc.kind || e.Code != tc.code || e.Cause != errs.Provider {
			t.Errorf("%s: %v", tc.fault.Kind, err)
		}
	}
	wrong := request("a")
	wrong.Model = ai.DefaultTextModel
	if _, err := maker(l).Vectors(t.Context(), wrong); errs.Of(err).Code != "wrong_kind" {
		t.Errorf("a model that writes: %v", err)
	}
}

// TestUnusable: an answer that lacks a vector, or has one that can't be compared, is none.
func TestUnusable(t *testing.T) {
	t.Parallel()
	l := lab.Start(t)
	m, r := maker(l), request("a", "b")
	a, err := m.Vectors(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	twice := func(raw []byte) []byte { // the first one again, behind the others
		var b struct {
			Data []json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(raw, &b); err != nil {
			t.Fatal(err)
		}
		b.Data = append(b.Data, b.Data[0])
		out, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	zeros := `"` + strings.Repeat("A", 1366) + `=="`
	for name, change := range map[string]func([]byte) []byte{
		"no JSON":   func([]byte) []byte { return []byte("<html>") },
		"one lacks": func(raw []byte) []byte { return bytes.Replace(raw, []byte(`"index":1`), []byte(`"index":0`), 1) },
		"one twice": twice,
		"too many":  func(raw []byte) []byte { return bytes.Replace(raw, []byte(`"index":1`), []byte(`"index":2`), 1) },
		"none":      func([]byte) []byte { return []byte(`{"data":[]}`) },
		"zeros": func([]byte) []byte {
			return []byte(`{"data":[{"index":0,"embedding":` + zeros + `},{"index":1,"embedding":` + zeros + `}]}`)
		},
		"no numbers": func([]byte) []byte {
			return []byte(`{"data":[{"index":0,"embedding":"?"},{"index":1,"embedding":"?"}]}`)
		},
		"another length": func([]byte) []byte {
			return []byte(`{"data":[{"index":0,"embedding":"AACAPw=="},{"index":1,"embedding":"AACAPw=="}]}`)
		},
	} {
		b := a
		b.Raw = change(bytes.Clone(a.Raw))
		_, err := m.Read(r, b)
		if e := errs.Of(err); e == nil || e.Kind != errs.Invalid || e.Code != "vectors" || e.Cause != errs.Provider {
			t.Errorf("%s: %v", name, err)
		}
	}
}
