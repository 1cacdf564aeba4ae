// Package stability draws pictures with Stability AI's stable-image endpoints (core, ultra,
// sd3). The answer is asked for as JSON, so that the stored body tells all: the picture, and
// whether a filter spoiled it.
package stability

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
)

// Config is what the driver needs. BaseURL is without /v2beta.
type Config = wire.Config

// Client is an ai.Image by its Image method. It is safe for concurrent use, and makes each
// call once.
type Client struct{ wire *wire.Client }

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(c Config) *Client {
	return &Client{wire.New(wire.Provider{Provider: ai.ProviderOf(ai.ProviderStability), Base: "https://api.stability.ai", Sign: sign, Explain: explain}, c)}
}

// Image gives the painter.
func (c *Client) Image() ai.Image { return painter{c.wire} }

func sign(h http.Header, key, id string) {
	h.Set("Authorization", "Bearer "+key)
	h.Set("Stability-Client-Id", "igny8")
	h.Set("Stability-Client-User-Id", id)
}

// explain reads what Stability AI says in an answer that is no success: a name, and a list of
// what is wrong.
func explain(_ int, raw []byte) wire.Refusal {
	var r struct {
		Name   string   `json:"name"`
		Errors []string `json:"errors"`
	}
	_ = json.Unmarshal(raw, &r) // an error page that is no JSON: the status alone speaks
	means := wire.Unsaid
	switch r.Name {
	case "payment_required":
		means = wire.OutOfCredit
	case "content_moderation":
		means = wire.Blocked
	}
	return wire.Refusal{Message: strings.Join(r.Errors, "; "), Means: means}
}
