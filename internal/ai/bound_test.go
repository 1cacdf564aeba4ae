package ai_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// TestMost: the bound of a call covers the dearest answer that it allows, and is of use.
func TestMost(t *testing.T) {
	t.Parallel()
	for _, m := range ai.Models(ai.KindText) {
		r := ai.TextRequest{Model: m.ID, Instructions: strings.Repeat("x", 500), Prompt: strings.Repeat("Dé ", 700), MaxTokens: 6000}
		worst := m.CostOf(ai.Tokens{In: 3000, Written: 3000, Out: min(6000, m.MaxOut)})
		if most := ai.MostText(r); most < worst || most > 3*worst+1 {
			t.Errorf("%s: at most %d, where an answer can cost %d", m.ID, most, worst)
		}
		r.MaxTokens = 0
		if most, worst := ai.MostText(r), m.Cost(3000, 0, m.MaxOut); most < worst {
			t.Errorf("%s without a limit: at most %d, where an answer can cost %d", m.ID, most, worst)
		}
	}
	for _, m := range ai.Models(ai.KindImage) {
		qualities := []string{""}
		for q := range m.Tokens {
			qualities = append(qualities, q)
		}
		for _, size := range append(m.Sizes, "") {
			for _, q := range qualities {
				real := q
				if q == "" {
					real = m.Quality
				}
				worst := m.PerImage + m.Cost(1000, 0, m.ImageTokens(size, real))
				if most := ai.MostImage(ai.ImageRequest{Model: m.ID, Prompt: strings.Repeat("x", 1000), Size: size, Quality: q}); most < worst {
					t.Errorf("%s %s %s: at most %d, where a picture can cost %d", m.ID, size, q, most, worst)
				}
			}
		}
	}
	many := make([]string, ai.MaxEmbed)
	for i := range many {
		many[i] = strings.Repeat("x", 100)
	}
	m, _, err := ai.Find(ai.EmbeddingModel)
	r := ai.EmbedRequest{Model: ai.EmbeddingModel, Texts: many}
	if err != nil || ai.MostEmbedding(r) < m.Cost(100*ai.MaxEmbed, 0, 0) || ai.MostEmbedding(r) > 2*m.Cost(100*ai.MaxEmbed, 0, 0) || ai.UsualEmbedding(m.ID, many) != m.Cost(25*ai.MaxEmbed, 0, 0) {
		t.Errorf("vectors cost at most %d, as a rule %d, %v", ai.MostEmbedding(r), ai.UsualEmbedding(m.ID, many), err)
	}
	if ai.MostEmbedding(ai.EmbedRequest{Model: "none"}) != 0 || ai.UsualEmbedding("none", many) != 0 {
		t.Error("an unknown model of vectors costs something")
	}
	if ai.MostText(ai.TextRequest{Model: "none"}) != 0 || ai.MostImage(ai.ImageRequest{Model: "none"}) != 0 {
		t.Error("an unknown model costs something")
	}
	if ai.MostText(ai.TextRequest{Model: ai.DemoTextModel}) != 0 || ai.MostImage(ai.ImageRequest{Model: ai.DemoImageModel}) != 0 {
		t.Error("the demo costs something")
	}
}

func TestTier(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		model, quality string
		want           credit.Tier
	}{
		{"gpt-image-2.5-flare", "medium", credit.Basic}, {"gpt-image-2.5-flare", "", credit.Basic}, {"gpt-image-2.5-flare", "high", credit.Premium},
		{"gpt-image-1-mini", "low", credit.Basic}, {"gpt-image-2", "medium", credit.Premium}, {ai.DemoImageModel, "medium", credit.Basic},
		{ai.StabilityModel, "", credit.Premium},
	} {
		m, _, err := ai.Find(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Tier(c.quality); got != c.want {
			t.Errorf("%s in %q is %s, want %s", c.model, c.quality, got, c.want)
		}
	}
}

func TestInDoubt(t *testing.T) {
	t.Parallel()
	lost := errs.New(errs.Unavailable, "connection_lost", "x")
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {errors.New("other"), false}, {lost, true}, {errs.Wrap("op", lost), true}, {lost.With(&net.OpError{Op: "read", Err: errors.New("reset")}), true},
		{lost.With(&net.OpError{Op: "dial", Err: errors.New("refused")}), false}, {errs.New(errs.Unavailable, "timeout", "x"), true},
		{errs.New(errs.Unavailable, "truncated", "x"), true}, {errs.New(errs.Unavailable, "provider_down", "x"), false}, {errs.New(errs.Exhausted, "rate_limited", "x"), false},
	} {
		if got := ai.InDoubt(c.err); got != c.want {
			t.Errorf("%v: %v", c.err, got)
		}
	}
}
