package ai_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for id, successor := range map[string]string{"gpt-image-1": "gpt-image-2.5-sunburst", "dall-e-2": "gpt-image-2.5-flare", "dall-e-3": "gpt-image-2.5-sunburst", "gpt-4-32k": "gpt-4.1", "gpt-4-0314": "gpt-4.1"} {
		m, notice, err := ai.Find(id)
		if err != nil || m.ID != successor || !strings.Contains(notice, id+" was shut down") || !strings.Contains(notice, successor) {
			t.Errorf("%s: %s %q %v", id, m.ID, notice, err)
		}
	}
	for _, id := range []string{ai.DefaultTextModel, ai.DefaultImageModel, ai.AnthropicTextModel, ai.StabilityModel, ai.DemoTextModel, ai.DemoImageModel} {
		if m, notice, err := ai.Find(id); err != nil || m.ID != id || notice != "" {
			t.Errorf("%s: %s %q %v", id, m.ID, notice, err)
		}
	}
	_, _, err := ai.Find("gpt-99")
	if e := errs.Of(err); e == nil || e.Kind != errs.Invalid || e.Code != "model_unknown" || !strings.Contains(e.Message, ai.DefaultTextModel) || strings.Contains(e.Message, "dall-e") {
		t.Fatalf("%v", err)
	}
}

func TestRegistryIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range ai.Models("") {
		if seen[m.ID] {
			t.Errorf("%s is there twice", m.ID)
		}
		seen[m.ID] = true
		if m.Provider == "" || m.PriceDate == "" || m.Context == 0 {
			t.Errorf("%s lacks provider, date or context", m.ID)
		}
		free, byPiece, byTokens := m.Provider == ai.ProviderDemo, m.PerImage > 0, m.Price != ai.Price{}
		if free != (!byPiece && !byTokens) || byPiece && byTokens {
			t.Errorf("%s: price %+v, %d for a picture", m.ID, m.Price, m.PerImage)
		}
		if m.Kind == ai.KindText && m.MaxOut == 0 || m.Kind == ai.KindImage && (len(m.Sizes) == 0 || !byPiece && (len(m.Tokens) != 3 || m.Quality == "")) {
			t.Errorf("%s lacks limits or sizes", m.ID)
		}
		if p := ai.ProviderOf(m.Provider); p.Name == m.Provider || (p.KeyVariable == "") != free {
			t.Errorf("%s is of %+v", m.ID, p)
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d models", len(seen))
	}
}

func TestCost(t *testing.T) {
	t.Parallel()
	m := ai.Model{Price: ai.Price{In: 750_000, Cached: 75_000, Out: 4_500_000}}
	for _, tc := range []struct {
		in, cached, out int64
		want            credit.USD
	}{
		{0, 0, 0, 0}, {1_000_000, 0, 0, 750_000}, {1_000_000, 1_000_000, 0, 75_000}, {0, 0, 1_000_000, 4_500_000},
		{1, 0, 0, 1}, {0, 0, 1, 5}, {10, 5, 3, 18}, {10, 99, 0, 1}, // 17.625 rounds to 18; more cached than sent counts as all
	} {
		if got := m.Cost(tc.in, tc.cached, tc.out); got != tc.want {
			t.Errorf("%d, %d cached, %d: got %d, want %d", tc.in, tc.cached, tc.out, got, tc.want)
		}
	}
}

// TestCostOfCache: what is put into a cache may cost more than what is only read.
func TestCostOfCache(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		written credit.USD
		tokens  ai.Tokens
		want    credit.USD
	}{
		{3_750_000, ai.Tokens{In: 3_000_000, Cached: 1_000_000, Written: 1_000_000}, 3_000_000 + 300_000 + 3_750_000},
		{0, ai.Tokens{In: 2_000_000, Written: 1_000_000}, 6_000_000},                                // no price of its own: that of a plain token
		{3_750_000, ai.Tokens{In: 1_000_000, Cached: 900_000, Written: 900_000}, 270_000 + 375_000}, // never more than was sent
	} {
		m := ai.Model{Price: ai.Price{In: 3_000_000, Cached: 300_000, Out: 15_000_000, Written: tc.written}}
		if got := m.CostOf(tc.tokens); got != tc.want {
			t.Errorf("%+v at %d: got %d, want %d", tc.tokens, tc.written, got, tc.want)
		}
	}
}

func TestImageTokens(t *testing.T) {
	t.Parallel()
	m, _, _ := ai.Find(ai.DefaultImageModel)
	for q, want := range map[string]int64{"low 1024x1024": 272, "high 1536x1024": 6240, "medium 1024x1024": 1056, "odd 1024x1024": 0, "low wide": 0} {
		quality, size, _ := strings.Cut(q, " ")
		if got := m.ImageTokens(size, quality); got != want {
			t.Errorf("%s: %d, want %d", q, got, want)
		}
	}
}

// scribe says which driver and model were used.
type scribe struct{ name string }

func (s scribe) Write(_ context.Context, r ai.TextRequest) (ai.Answer, error) {
	return ai.Answer{Usage: ai.Usage{Provider: s.name, Model: r.Model}}, nil
}
func (s scribe) Read(ai.TextRequest, ai.Answer) (json.RawMessage, error) {
	return json.RawMessage(`"` + s.name + `"`), nil
}
func (s scribe) Draw(_ context.Context, r ai.ImageRequest) (ai.Answer, error) {
	return ai.Answer{Usage: ai.Usage{Provider: s.name, Model: r.Model}}, nil
}

type painter struct{ scribe }

func (p painter) Read(r ai.ImageRequest, _ ai.Answer) (ai.Picture, error) {
	return ai.Picture{ContentType: p.name, Content: []byte(r.Model + " " + r.Size)}, nil
}

func TestRouters(t *testing.T) {
	t.Parallel()
	texts := ai.NewTexts(map[string]ai.Text{"openai": scribe{"openai"}, "demo": scribe{"demo"}})
	images := ai.NewImages(map[string]ai.Image{"openai": painter{scribe{"openai"}}, "demo": painter{scribe{"demo"}}})
	for id, want := range map[string][2]string{"gpt-4.1": {"openai", "gpt-4.1"}, "gpt-4-32k": {"openai", "gpt-4.1"}, ai.DemoTextModel: {"demo", ai.DemoTextModel}} {
		a, err := texts.Write(t.Context(), ai.TextRequest{Model: id})
		if err != nil || a.Usage.Provider != want[0] || a.Usage.Model != want[1] {
			t.Errorf("%s: %+v %v", id, a.Usage, err)
		}
	}
	for id, want := range map[string][2]string{"dall-e-3": {"openai", "gpt-image-2.5-sunburst"}, ai.DemoImageModel: {"demo", ai.DemoImageModel}} {
		a, err := images.Draw(t.Context(), ai.ImageRequest{Model: id})
		if err != nil || a.Usage.Provider != want[0] || a.Usage.Model != want[1] {
			t.Errorf("%s: %+v %v", id, a.Usage, err)
		}
	}
	// A stored answer is read by whoever wrote it, though the model was changed meanwhile.
	if doc, err := texts.Read(ai.TextRequest{Model: "gpt-4.1"}, ai.Answer{Usage: ai.Usage{Provider: "demo"}}); err != nil || string(doc) != `"demo"` {
		t.Errorf("%s %v", doc, err)
	}
	if p, err := images.Read(ai.ImageRequest{Model: ai.DemoImageModel}, ai.Answer{Usage: ai.Usage{Provider: "openai"}}); err != nil || p.ContentType != "openai" {
		t.Errorf("%s %v", p.ContentType, err)
	}
	for asked, read := range map[string]string{"1536x1024": " ", "1024x1024": " 1024x1024"} { // a size that only the new model makes
		p, err := images.Read(ai.ImageRequest{Model: ai.DefaultImageModel, Size: asked}, ai.Answer{Usage: ai.Usage{Provider: "openai", Model: ai.StabilityModel}})
		if err != nil || string(p.Content) != ai.StabilityModel+read {
			t.Errorf("%s: %s %v", asked, p.Content, err)
		}
	}
	only := ai.NewTexts(map[string]ai.Text{"demo": scribe{"demo"}})
	for id, code := range map[string]string{"gpt-4.1": "provider_missing", "gpt-99": "model_unknown", ai.DemoImageModel: "wrong_kind"} {
		if _, err := only.Write(t.Context(), ai.TextRequest{Model: id}); err == nil || errs.Of(err).Code != code || errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v, want %s", id, err, code)
		}
	}
	// Who lacks a key is told which variable it goes into.
	for id, variable := range map[string]string{"gpt-4.1": "OPENAI_API_KEY", ai.AnthropicTextModel: "ANTHROPIC_API_KEY"} {
		if _, err := only.Write(t.Context(), ai.TextRequest{Model: id}); err == nil || !strings.Contains(errs.Of(err).Message, variable) {
			t.Errorf("%s: %v", id, err)
		}
	}
	_, err := images.Draw(t.Context(), ai.ImageRequest{Model: ai.StabilityModel})
	if e := errs.Of(err); err == nil || e.Code != "provider_missing" || !strings.Contains(e.Message, "STABILITY_API_KEY") || e.Cause != errs.Input {
		t.Errorf("%v", err)
	}
}
