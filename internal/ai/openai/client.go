// Package openai writes texts and draws pictures with OpenAI: the Responses API with a JSON
// schema, and the images API. What is answered is kept byte for byte.
//
// The two calls are made here and not by the official client, whose types of all of OpenAI's
// calls make each function that links it 31 MB large (12 without), more than a cold start
// may cost. The tests hold the requests to those that the official client sends.
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
)

const defaultBase = "https://api.openai.com/v1"

// Config is what the driver needs.
type Config struct {
	// Key gives the API key. It is asked for each call, so that a key may be read on first
	// use and renewed; its error ends the call before anything is sent.
	Key     func(ctx context.Context) (string, error)
	BaseURL string       // with /v1; empty is OpenAI's own
	HTTP    *http.Client // a guarded client with a time-out that fits long texts (minutes)
}

// Client is an ai.Text by its Text method and an ai.Image by its Image method. It is safe
// for concurrent use. A call is made once: a hidden repeat after a lost connection would be
// a second purchase.
type Client struct {
	key  func(ctx context.Context) (string, error)
	base string
	http *http.Client
}

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(c Config) *Client {
	if c.BaseURL == "" {
		c.BaseURL = defaultBase
	}
	return &Client{key: c.Key, base: strings.TrimRight(c.BaseURL, "/"), http: c.HTTP}
}

// Text gives the writer.
func (c *Client) Text() ai.Text { return writer{c} }

// Image gives the painter.
func (c *Client) Image() ai.Image { return painter{c} }

// exchange is what one call leaves: the body as it came, and the response's head.
type exchange struct {
	raw    []byte
	status int
	header http.Header
}

// post sends one request; id is ours, by which the provider's log and our own find each
// other. Any answer but 200 is an error of the kind that its status has.
func (c *Client) post(ctx context.Context, op, path, id string, in any) (exchange, error) {
	key, err := c.key(ctx)
	if err != nil {
		return exchange{}, errs.Wrap(op, err)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return exchange{}, errs.Wrap(op, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return exchange{}, errs.Wrap(op, err)
	}
	req.GetBody = nil // the transport must not send it again by itself when a connection breaks
	for name, value := range map[string]string{
		"Authorization": "Bearer " + key, "Content-Type": "application/json", "Accept": "application/json", "X-Client-Request-Id": id,
	} {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return exchange{}, failed(op, lost(err))
	}
	defer res.Body.Close()
	x := exchange{status: res.StatusCode, header: res.Header}
	x.raw, err = io.ReadAll(res.Body)
	switch {
	case x.status != http.StatusOK:
		return x, failed(op, x.classify())
	case err != nil:
		return x, failed(op, lost(err))
	}
	return x, nil
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
