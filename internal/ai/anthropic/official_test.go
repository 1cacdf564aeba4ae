package anthropic_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	official "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/anthropic"
)

// sent is a request as the provider sees it.
type sent struct {
	Method, Path, Key, Version, Type, Accept string
	Body                                     map[string]any
}

// TestRequestsAreTheOfficialClients: what we send is what Anthropic's own client sends for
// the same wish, body and head.
func TestRequestsAreTheOfficialClients(t *testing.T) {
	t.Parallel()
	var got []sent
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		h := r.Header
		x := sent{r.Method, r.URL.Path, h.Get("X-Api-Key"), h.Get("Anthropic-Version"), h.Get("Content-Type"), h.Get("Accept"), nil}
		if err := json.Unmarshal(raw, &x.Body); err != nil {
			t.Error(err)
		}
		got = append(got, x)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"stop_reason":"end_turn","content":[]}`)
	}))
	t.Cleanup(s.Close)
	ours := anthropic.New(anthropic.Config{Key: key("k"), BaseURL: s.URL, HTTP: s.Client()}).Text()
	theirs := official.NewMessageService(option.WithAPIKey("k"), option.WithBaseURL(s.URL), option.WithMaxRetries(0))

	var form map[string]any
	if err := json.Unmarshal(ideas.JSON, &form); err != nil {
		t.Fatal(err)
	}
	asks := func(model, prompt string, limit int64) official.MessageNewParams {
		return official.MessageNewParams{Model: model, MaxTokens: limit, Messages: []official.MessageParam{official.NewUserMessage(official.NewTextBlock(prompt))}}
	}
	document := request("job_1.answer", ai.AnthropicTextModel)
	document.MaxTokens = 900
	wish := asks(document.Model, document.Prompt, 900)
	wish.System = []official.TextBlockParam{{Text: document.Instructions}}
	wish.OutputConfig = official.OutputConfigParam{Format: official.JSONOutputFormatParam{Schema: form}}
	thinks := document
	thinks.Model = "claude-opus-5"
	longer := wish
	longer.Model, longer.OutputConfig.Effort = thinks.Model, official.OutputConfigEffortLow

	for _, c := range []struct {
		name   string
		ours   ai.TextRequest
		theirs official.MessageNewParams
	}{
		{"a document", document, wish},
		{"a document by a model that thinks", thinks, longer},
		{"a plain text", ai.TextRequest{Model: "claude-haiku-4-5", Prompt: "x", Key: "job_2.answer"}, asks("claude-haiku-4-5", "x", 21_000)},
	} {
		got = nil
		if _, err := ours.Write(t.Context(), c.ours); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if _, err := theirs.New(t.Context(), c.theirs); err != nil {
			t.Fatalf("%s, official: %v", c.name, err)
		}
		if d := cmp.Diff(got[1], got[0]); d != "" {
			t.Errorf("%s: (- official, + ours)\n%s", c.name, d)
		}
	}
}
