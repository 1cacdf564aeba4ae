// Package openai writes texts and draws pictures with OpenAI: the Responses API with a JSON
// schema, and the images API. What is answered is kept byte for byte.
//
// The two calls are made through package wire and not by the official client, whose types of
// all of OpenAI's calls make each function that links it 31 MB large (12 without), more than
// a cold start may cost. The tests hold the requests to those that the official client sends.
package openai

import (
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/ai/openai/dial"
	"github.com/igny8/igny8/internal/ai/wire"
)

// Config is what the driver needs. BaseURL is with /v1.
type Config = wire.Config

// Client is an ai.Text by its Text method and an ai.Image by its Image method. It is safe
// for concurrent use, and makes each call once.
type Client struct{ wire *wire.Client }

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(c Config) *Client {
	return &Client{wire.New(dial.Provider(), c)}
}

// Text gives the writer.
func (c *Client) Text() ai.Text { return writer{c.wire} }

// Image gives the painter.
func (c *Client) Image() ai.Image { return painter{c.wire} }

// envelope is the part of an answer's body that tells what it cost.
type envelope struct {
	Status string `json:"status"`
	Usage  *struct {
		In      int64 `json:"input_tokens"`
		Details struct {
			Cached int64 `json:"cached_tokens"`
		} `json:"input_tokens_details"`
		Out int64 `json:"output_tokens"`
	} `json:"usage"`
	Data []struct {
		B64 string `json:"b64_json"`
	} `json:"data"`
}

// answer reads the cost of a call that was answered with 200.
func answer(c *wire.Client, m ai.Model, r wire.Reply) (ai.Answer, envelope, error) {
	var e envelope
	if err := c.Decode(r, &e); err != nil {
		return ai.Answer{}, e, err
	}
	u := c.Usage(m, r)
	if e.Usage != nil {
		u.TokensIn, u.Cached, u.TokensOut = e.Usage.In, e.Usage.Details.Cached, e.Usage.Out
		u.CostUSD = m.Cost(u.TokensIn, u.Cached, u.TokensOut)
	}
	return ai.Answer{Usage: u, Raw: r.Raw}, e, nil
}
