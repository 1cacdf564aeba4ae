package ai

import (
	"fmt"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// Kind is what a model makes.
type Kind string

// The kinds of models.
const (
	KindText      Kind = "text"
	KindImage     Kind = "image"
	KindEmbedding Kind = "embedding" // vectors of what texts mean
)

// The models that are used when nobody chose one: the default ones, those of other providers
// where there are only their keys, and the demo ones where there is none.
const (
	DefaultTextModel   = "gpt-5.4-mini"
	DefaultImageModel  = "gpt-image-2.5-flare"
	AnthropicTextModel = "claude-sonnet-4-6"
	StabilityModel     = "stable-image-core"
	DemoTextModel      = "demo-writer"
	DemoImageModel     = "demo-painter"
)

// EmbeddingModel is the model whose vectors keywords are compared by where that is chosen, and
// EmbeddingSize how long its vectors are asked for: a sixth of the longest, so that what is
// kept stays small.
const (
	EmbeddingModel = "text-embedding-3-small"
	EmbeddingSize  = 256
)

// PriceDate is the day on which the prices below were last compared.
const PriceDate = "2026-11-24"

// Price is what a million tokens cost, in micro-dollars.
type Price struct {
	In      credit.USD `json:"input"`
	Cached  credit.USD `json:"cached_input"`
	Out     credit.USD `json:"output"`                // reasoning and image tokens are output
	Written credit.USD `json:"cache_write,omitempty"` // where putting into the cache costs more than In; 0: it costs In
}

// Tokens are what a call used. In includes Cached and Written.
type Tokens struct{ In, Cached, Written, Out int64 }

// Model is one entry of the registry.
type Model struct {
	ID        string           `json:"id"`
	Provider  string           `json:"provider"`
	Kind      Kind             `json:"kind"`
	Price     Price            `json:"price_micro_usd_per_million"`
	PerImage  credit.USD       `json:"price_micro_usd_per_image,omitempty"` // pictures that are paid for by the piece
	PriceDate string           `json:"price_date"`
	Context   int64            `json:"context_tokens"`      // most tokens of a request and its answer
	MaxOut    int64            `json:"max_output_tokens"`   // most tokens of an answer, reasoning included; 0 for pictures; numbers of a vector at most
	Reasoning bool             `json:"reasoning"`           // thinks before it answers: takes no temperature
	Effort    string           `json:"effort,omitempty"`    // how long it is told to think
	Sizes     []string         `json:"sizes,omitempty"`     // pictures: "WIDTHxHEIGHT"; the first is the default
	Tokens    map[string]int64 `json:"tokens,omitempty"`    // pictures paid for by tokens: output tokens by quality, for 1024x1024
	Quality   string           `json:"quality,omitempty"`   // pictures: the default quality
	Successor string           `json:"successor,omitempty"` // set for an id that was shut down
	ShutDown  string           `json:"shut_down,omitempty"` // the day of it
}

// Cost is what a call cost, rounded to the nearest micro-dollar. in includes cached.
func (m Model) Cost(in, cached, out int64) credit.USD {
	return m.CostOf(Tokens{In: in, Cached: cached, Out: out})
}

// CostOf is Cost for a provider that tells what it put into its cache.
func (m Model) CostOf(t Tokens) credit.USD {
	cached := min(max(t.Cached, 0), t.In)
	written := min(max(t.Written, 0), t.In-cached)
	write := m.Price.Written
	if write == 0 {
		write = m.Price.In
	}
	sum := (t.In-cached-written)*int64(m.Price.In) + cached*int64(m.Price.Cached) + written*int64(write) + t.Out*int64(m.Price.Out)
	return credit.USD((sum + 500_000) / 1_000_000)
}

// ImageTokens estimates the output tokens of one picture, to tell its price before it is
// made. It is 0 for a quality or size that the model does not know, and for a model whose
// pictures are paid for by the piece (PerImage).
func (m Model) ImageTokens(size, quality string) int64 {
	var w, h int64
	if _, err := fmt.Sscanf(size, "%dx%d", &w, &h); err != nil {
		return 0
	}
	return m.Tokens[quality] * max(w*h, 1<<20) / (1 << 20)
}

// Find gives the model of an id. An id that was shut down gives its successor and a notice
// for the person. Errors are Invalid model_unknown, naming the ids that are known.
func Find(id string) (m Model, notice string, err error) {
	for range 8 { // successors of successors; far fewer than eight
		i := slices.IndexFunc(registry, func(m Model) bool { return m.ID == id })
		if i < 0 {
			return Model{}, "", errs.New(errs.Invalid, "model_unknown", fmt.Sprintf("no model has the id %q; known are %s", id, strings.Join(IDs(""), ", ")))
		}
		m = registry[i].copy()
		if m.Successor == "" {
			return m, notice, nil
		}
		notice += fmt.Sprintf("%s was shut down on %s; %s is used in its place. ", m.ID, m.ShutDown, m.Successor)
		id = m.Successor
	}
	return Model{}, "", errs.New(errs.Internal, "model_loop", fmt.Sprintf("the successors of %q form a loop", id))
}

// copy keeps a caller from writing into the registry.
func (m Model) copy() Model {
	m.Sizes = slices.Clone(m.Sizes)
	return m
}

// Models lists the models that can be used, of one kind or of all (""), in the order of the
// registry. Ids that were shut down are not among them.
func Models(kind Kind) (out []Model) {
	for _, m := range registry {
		if m.Successor == "" && (kind == "" || m.Kind == kind) {
			out = append(out, m.copy())
		}
	}
	return out
}

// IDs lists the ids of Models.
func IDs(kind Kind) (out []string) {
	for _, m := range Models(kind) {
		out = append(out, m.ID)
	}
	return out
}
