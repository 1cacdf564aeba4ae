// Package openai writes texts and draws pictures with OpenAI: the Responses API with a
// JSON schema, and the images API, both by the official client with its repeats off. What
// is answered is kept byte for byte.
package openai

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
)

// Config is what the driver needs.
type Config struct {
	// Key gives the API key. It is asked for each call, so that a key may be read on first
	// use and renewed; its error ends the call before anything is sent.
	Key     func(ctx context.Context) (string, error)
	BaseURL string       // with /v1; empty is OpenAI's own
	HTTP    *http.Client // a guarded client with a time-out that fits long texts (minutes)
}

// Client is an ai.Text by its Text method and an ai.Image by its Image method. It is safe
// for concurrent use.
type Client struct {
	key       func(ctx context.Context) (string, error)
	responses responses.ResponseService
	images    openai.ImageService
}

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(c Config) *Client {
	opts := []option.RequestOption{
		option.WithEnvironmentProduction(),
		option.WithHTTPClient(c.HTTP),
		option.WithMaxRetries(0), // a hidden repeat after a lost connection would be a second purchase
	}
	if c.BaseURL != "" {
		opts = append(opts, option.WithBaseURL(c.BaseURL))
	}
	return &Client{key: c.Key, responses: responses.NewResponseService(opts...), images: openai.NewImageService(opts...)}
}

// Text gives the writer.
func (c *Client) Text() ai.Text { return writer{c} }

// Image gives the painter.
func (c *Client) Image() ai.Image { return painter{c} }

// exchange is what one call leaves: the body as it came, and the response's head.
type exchange struct {
	raw []byte
	res *http.Response
}

// options make the official client keep the raw body and send the request's id, by which
// the provider's log and ours find each other.
func (c *Client) options(ctx context.Context, x *exchange, id string, more ...option.RequestOption) ([]option.RequestOption, error) {
	key, err := c.key(ctx)
	if err != nil {
		return nil, errs.Wrap("openai: key", err)
	}
	return append(more,
		option.WithAPIKey(key),
		option.WithHeader("X-Client-Request-Id", id),
		option.WithResponseBodyInto(&x.raw),
		option.WithResponseInto(&x.res),
	), nil
}

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

// answer reads the cost of a call that was answered with 200. A body that is no JSON was
// cut on its way: what is in it can't be had any more.
func (x *exchange) answer(m ai.Model) (ai.Answer, envelope, error) {
	var e envelope
	if err := json.Unmarshal(x.raw, &e); err != nil {
		return ai.Answer{}, e, errs.New(errs.Unavailable, "truncated", "the answer of OpenAI broke off on its way; it is asked again").Because(errs.Provider).With(err)
	}
	u := ai.Usage{Provider: ai.ProviderOpenAI, Model: m.ID, PriceDate: m.PriceDate}
	if e.Usage != nil {
		u.TokensIn, u.Cached, u.TokensOut = e.Usage.In, e.Usage.Details.Cached, e.Usage.Out
		u.CostUSD = m.Cost(u.TokensIn, u.Cached, u.TokensOut)
	}
	return ai.Answer{Usage: u, Raw: x.raw}, e, nil
}

// model finds a model of ours and refuses those of others.
func model(id string, kind ai.Kind) (ai.Model, error) {
	m, _, err := ai.Find(id)
	if err != nil {
		return m, err
	}
	if m.Provider != ai.ProviderOpenAI || m.Kind != kind {
		return m, errs.New(errs.Invalid, "wrong_kind", m.ID+" is no "+string(kind)+" model of OpenAI")
	}
	return m, nil
}
