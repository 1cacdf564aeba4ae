// Package wire is the exchange that the drivers of all providers share: one request, sent
// once, its answer read whole and kept byte for byte, and one table in which statuses become
// kinds of errors. What differs between providers is data: how a request is signed, and what
// their words in a refusal mean.
//
// The calls are made here and not by the providers' own clients: those make each function
// that links them many megabytes larger, which a cold start can't bear. The drivers' tests
// hold their requests to those that the official clients send.
package wire

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

// Config is what a driver needs.
type Config struct {
	// Key gives the API key. It is asked for each call, so that a key may be read on first
	// use and renewed; its error ends the call before anything is sent.
	Key     func(ctx context.Context) (string, error)
	BaseURL string       // empty is the provider's own
	HTTP    *http.Client // a guarded client with a time-out that fits long texts (minutes)
}

// Provider is how one provider is spoken to.
type Provider struct {
	ai.Provider
	Base    string                               // where it is when nobody says otherwise
	Sign    func(h http.Header, key, id string)  // id is ours, by which the provider's log and our own find each other
	Explain func(status int, raw []byte) Refusal // reads the body of an answer that is no success
}

// Client makes single calls. It is safe for concurrent use. A call is made once and follows
// no redirect: a hidden repeat after a lost connection would be a second purchase, and a
// redirect would carry the key elsewhere.
type Client struct {
	Provider
	key  func(ctx context.Context) (string, error)
	base string
	http http.Client
}

// New makes a Client. It reads nothing from the environment and calls nobody.
func New(p Provider, c Config) *Client {
	if c.BaseURL == "" {
		c.BaseURL = p.Base
	}
	w := &Client{Provider: p, key: c.Key, base: strings.TrimRight(c.BaseURL, "/"), http: *c.HTTP}
	w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return w
}

// Request is one call.
type Request struct {
	Op   string // its name in the log: "openai: write"
	Path string // below the base address
	ID   string // ours
	Type string // of the body
	Body []byte
}

// Reply is what was answered with 200: the body as it came, and what it is called there.
type Reply struct {
	Raw []byte
	ID  string // the provider's name of the call; may be empty
}

// maxAnswer is more than any answer has: a large picture as base64 is 30 MB. A broken one
// must not take the memory that other calls under way live in.
const maxAnswer = 64 << 20

// Post sends one request. Any answer but 200 is an error of the kind that its status has
// (see ai.Text); cause provider, unless somebody else has to act. Not safe to repeat: each
// call is paid.
func (c *Client) Post(ctx context.Context, r Request) (Reply, error) {
	key, err := c.key(ctx)
	if err != nil {
		return Reply{}, errs.Wrap(r.Op, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return Reply{}, errs.Wrap(r.Op, err)
	}
	req.GetBody = nil // the transport must not send it again by itself when a connection breaks
	req.Header.Set("Content-Type", r.Type)
	req.Header.Set("Accept", "application/json")
	c.Sign(req.Header, key, r.ID)
	res, err := c.http.Do(req)
	if err != nil {
		return Reply{}, failed(r.Op, c.lost(err))
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(http.MaxBytesReader(nil, res.Body, maxAnswer))
	switch {
	case res.StatusCode != http.StatusOK:
		return Reply{}, failed(r.Op, c.refused(res.StatusCode, res.Header, raw))
	case err != nil:
		return Reply{}, failed(r.Op, c.lost(err))
	}
	return Reply{Raw: raw, ID: requestID(res.Header)}, nil
}

// PostJSON is Post with a JSON document.
func (c *Client) PostJSON(ctx context.Context, r Request, body any) (Reply, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Reply{}, errs.Wrap(r.Op, err)
	}
	r.Type, r.Body = "application/json", raw
	return c.Post(ctx, r)
}

// Decode reads the JSON of a reply. A body that is no JSON was cut on its way: what is in it
// can't be had any more, and the error is Unavailable truncated.
func (c *Client) Decode(r Reply, into any) error {
	if err := json.Unmarshal(r.Raw, into); err != nil {
		return errs.New(errs.Unavailable, "truncated", "the answer of "+c.Name+" broke off on its way; it is asked again").Because(errs.Provider).With(err)
	}
	return nil
}

// Usage begins the usage of a reply: who made it, with what, at which prices.
func (c *Client) Usage(m ai.Model, r Reply) ai.Usage {
	return ai.Usage{Provider: c.ID, Model: m.ID, PriceDate: m.PriceDate, RequestID: r.ID}
}

// requestID is the provider's name of a call; Anthropic's header has no X.
func requestID(h http.Header) string {
	if id := h.Get("Request-Id"); id != "" {
		return id
	}
	return h.Get("X-Request-Id")
}
