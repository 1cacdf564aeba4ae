package openai_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	official "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai"
)

// sent is a request as the provider sees it.
type sent struct {
	Method, Path, Auth, Type string
	Body                     map[string]any
}

// TestRequestsAreTheOfficialClients: what we send is what OpenAI's own client sends for the
// same wish, body and head.
func TestRequestsAreTheOfficialClients(t *testing.T) {
	t.Parallel()
	var got []sent
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		x := sent{Method: r.Method, Path: r.URL.Path, Auth: r.Header.Get("Authorization"), Type: r.Header.Get("Content-Type")}
		if err := json.Unmarshal(raw, &x.Body); err != nil {
			t.Error(err)
		}
		got = append(got, x)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status":"completed","output":[],"data":[]}`)
	}))
	t.Cleanup(s.Close)
	ours := openai.New(openai.Config{Key: key("k"), BaseURL: s.URL + "/v1", HTTP: s.Client()})
	opts := []option.RequestOption{option.WithAPIKey("k"), option.WithBaseURL(s.URL + "/v1"), option.WithMaxRetries(0)}
	texts, images := responses.NewResponseService(opts...), official.NewImageService(opts...)

	f := responses.ResponseFormatTextConfigParamOfJSONSchema("ideas", map[string]any{})
	f.OfJSONSchema.Strict = param.NewOpt(true)
	r := request("job_1.answer", ai.DefaultTextModel)
	r.MaxTokens = 900
	plain := ai.TextRequest{Model: "gpt-4.1", Prompt: "x", Key: "job_2.answer"}
	p := picture("job_3.answer", "gpt-image-1.5")
	for _, c := range []struct {
		name         string
		ours, theirs func() error
	}{
		{"a document", func() error { _, err := ours.Text().Write(t.Context(), r); return err }, func() error {
			_, err := texts.New(t.Context(), responses.ResponseNewParams{
				Model: r.Model, Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt(r.Prompt)},
				Instructions: param.NewOpt(r.Instructions), MaxOutputTokens: param.NewOpt(int64(900)), Store: param.NewOpt(false),
				Reasoning: shared.ReasoningParam{Effort: shared.ReasoningEffortLow}, Text: responses.ResponseTextConfigParam{Format: f},
			}, option.WithJSONSet("text.format.schema", r.Schema.JSON))
			return err
		}},
		{"a plain text", func() error { _, err := ours.Text().Write(t.Context(), plain); return err }, func() error {
			_, err := texts.New(t.Context(), responses.ResponseNewParams{
				Model: "gpt-4.1", Input: responses.ResponseNewParamsInputUnion{OfString: param.NewOpt("x")}, Store: param.NewOpt(false),
			})
			return err
		}},
		{"a picture", func() error { _, err := ours.Image().Draw(t.Context(), p); return err }, func() error {
			_, err := images.Generate(t.Context(), official.ImageGenerateParams{
				Model: p.Model, Prompt: p.Prompt, Size: official.ImageGenerateParamsSize(p.Size),
				Quality: official.ImageGenerateParamsQuality(p.Quality), OutputFormat: official.ImageGenerateParamsOutputFormat(p.Format),
			})
			return err
		}},
	} {
		got = nil
		if err := c.ours(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := c.theirs(); err != nil {
			t.Fatalf("%s, official: %v", c.name, err)
		}
		if d := cmp.Diff(got[1], got[0]); d != "" {
			t.Errorf("%s: (- official, + ours)\n%s", c.name, d)
		}
	}
}
