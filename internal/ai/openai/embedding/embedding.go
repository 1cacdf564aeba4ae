// Package embedding has OpenAI make vectors of what texts mean: the embeddings API. It is apart
// from the driver of texts and pictures, whose checks of documents and pictures are larger
// than all of it.
package embedding

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai/dial"
	"github.com/igny8/igny8/internal/ai/wire"
)

type embedder struct{ wire *wire.Client }

// New makes the maker of vectors. It reads nothing from the environment and calls nobody.
func New(c wire.Config) ai.Embed { return embedder{wire.New(dial.Provider(), c)} }

// embedRequest is a request of the embeddings API. Numbers come as base64: a third of what
// they are when written out.
type embedRequest struct {
	Input    []string `json:"input"`
	Model    string   `json:"model"`
	Size     int      `json:"dimensions"`
	Encoding string   `json:"encoding_format"`
}

// embedReply is an answer of it.
type embedReply struct {
	Data []struct {
		Index     int    `json:"index"`
		Embedding string `json:"embedding"`
	} `json:"data"`
}

// Vectors asks for the vectors of texts, once. See ai.Embed for its errors.
func (e embedder) Vectors(ctx context.Context, r ai.EmbedRequest) (ai.Answer, error) {
	m, err := e.wire.Model(r.Model, ai.KindEmbedding)
	if err != nil {
		return ai.Answer{}, err
	}
	reply, err := e.wire.PostJSON(ctx, wire.Request{Op: "openai: vectors", Path: "/embeddings", ID: r.Key},
		embedRequest{Input: r.Texts, Model: m.ID, Size: r.Size, Encoding: "base64"})
	if err != nil {
		return ai.Answer{}, err
	}
	var told struct {
		Usage struct {
			Prompt int64 `json:"prompt_tokens"`
		} `json:"usage"`
	}
	if err := e.wire.Decode(reply, &told); err != nil {
		return ai.Answer{}, err
	}
	u := e.wire.Usage(m, reply)
	u.TokensIn = told.Usage.Prompt
	u.CostUSD = m.Cost(u.TokensIn, 0, 0)
	return ai.Answer{Usage: u, Raw: reply.Raw}, nil
}

// Read checks a stored answer. See ai.Embed.
func (embedder) Read(r ai.EmbedRequest, a ai.Answer) ([][]float32, error) {
	var b embedReply
	if err := json.Unmarshal(a.Raw, &b); err != nil {
		return nil, wire.Unusable("vectors", "OpenAI's answer has no vectors that can be read").With(err)
	}
	out := make([][]float32, len(r.Texts))
	for _, d := range b.Data {
		if d.Index < 0 || d.Index >= len(out) || out[d.Index] != nil {
			return nil, wire.Unusable("vectors", fmt.Sprintf("OpenAI's answer has a vector for a text %d, which was not asked for", d.Index))
		}
		v, ok := numbers(d.Embedding, r.Size)
		if !ok {
			return nil, wire.Unusable("vectors", fmt.Sprintf("OpenAI's answer has no usable vector of %d numbers for text %d", r.Size, d.Index))
		}
		out[d.Index] = v
	}
	for i, v := range out {
		if v == nil {
			return nil, wire.Unusable("vectors", fmt.Sprintf("OpenAI's answer has no vector for text %d of %d", i, len(out)))
		}
	}
	return out, nil
}

// numbers reads a vector of size finite numbers, not all of them 0.
func numbers(encoded string, size int) ([]float32, bool) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 4*size {
		return nil, false
	}
	out, length := make([]float32, size), 0.0
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		length += float64(float64(out[i]) * float64(out[i]))
	}
	return out, length > 0 && !math.IsInf(length, 0) && !math.IsNaN(length)
}
