// Package anthropic writes texts with Anthropic's Messages API, in the form of a JSON schema
// (output_config.format). What is answered is kept byte for byte.
//
// The call is made through package wire; the tests hold the request to the one that the
// official client sends.
package anthropic

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/wire"
)

// Config is what the driver needs. BaseURL is without /v1.
type Config = wire.Config

// Client is an ai.Text by its Text method. It is safe for concurrent use, and makes each call
// once.
type Client struct{ wire *wire.Client }

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(c Config) *Client {
	return &Client{wire.New(wire.Provider{Provider: ai.ProviderOf(ai.ProviderAnthropic), Base: "https://api.anthropic.com", Sign: sign, Explain: explain}, c)}
}

// Text gives the writer.
func (c *Client) Text() ai.Text { return writer{c.wire} }

func sign(h http.Header, key, id string) {
	h.Set("X-Api-Key", key)
	h.Set("Anthropic-Version", "2023-06-01")
	h.Set("X-Client-Request-Id", id)
}

// explain reads what Anthropic says in an answer that is no success. An account without
// money is a billing_error, or a request that is refused for its balance.
func explain(status int, raw []byte) wire.Refusal {
	var r struct {
		Error struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(raw, &r) // an error page that is no JSON: the status alone speaks
	means := wire.Unsaid
	switch {
	case r.Error.Type == "billing_error" || status == http.StatusBadRequest && strings.Contains(r.Error.Message, "credit balance"):
		means = wire.OutOfCredit
	case r.Error.Type == "not_found_error" && strings.HasPrefix(r.Error.Message, "model:"):
		means = wire.NoModel
	}
	return wire.Refusal{Message: r.Error.Message, Means: means}
}
