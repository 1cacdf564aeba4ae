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
	for _, id := range []string{ai.DefaultTextModel, ai.DefaultImageModel, ai.DemoTextModel, ai.DemoImageModel} {
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
		free := m.Provider == ai.ProviderDemo
		if free != (m.Price == ai.Price{}) {
			t.Errorf("%s: price %+v", m.ID, m.Price)
		}
		if m.Kind == ai.KindText && m.MaxOut == 0 || m.Kind == ai.KindImage && (len(m.Sizes) == 0 || len(m.Tokens) != 3 || m.Quality == "") {
			t.Errorf("%s lacks limits or sizes", m.ID)
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

func (p painter) Read(ai.ImageRequest, ai.Answer) (ai.Picture, error) {
	return ai.Picture{ContentType: p.name}, nil
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
	only := ai.NewTexts(map[string]ai.Text{"demo": scribe{"demo"}})
	for id, code := range map[string]string{"gpt-4.1": "provider_missing", "gpt-99": "model_unknown", ai.DemoImageModel: "wrong_kind"} {
		if _, err := only.Write(t.Context(), ai.TextRequest{Model: id}); err == nil || errs.Of(err).Code != code || errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v, want %s", id, err, code)
		}
	}
}
