// Package wordpress speaks to a WordPress site by its REST API with an application
// password: discovery, a connection test that explains itself, posts, media and terms. It
// does what it is told once and never repeats a request: whoever calls decides that. All
// faults are errs kinds with cause wordpress and a text that says how to mend them.
package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/igny8/igny8/internal/errs"
)

// maxAnswer is the size of an answer that is read, in bytes.
const maxAnswer = 32 << 20

// Config says which site and as whom.
type Config struct {
	URL      string       // address of the site, http or https, with its folder if it has one
	User     string       // log-in name
	Password string       // application password (24 characters, spaces allowed)
	HTTP     *http.Client // guarded: it refuses addresses that a customer may not name
}

// Client is one site and one user. It is safe for concurrent use.
type Client struct {
	site *url.URL
	conf Config
	get  *http.Client
	send *http.Client

	mu   sync.Mutex
	root *Root
	me   *User
}

// New makes a Client; Invalid for an address that is not http or https, that carries a
// user, a query or no host, and for an empty user or password. It calls nobody.
func New(c Config) (*Client, error) {
	u, err := ParseURL(c.URL)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(c.User) == "" {
		return nil, errs.Field("username", "give the WordPress log-in name")
	}
	if strings.TrimSpace(c.Password) == "" {
		return nil, errs.Field("password", "give an application password (in WordPress: Users, Profile, Application Passwords)")
	}
	if c.HTTP == nil {
		return nil, errs.New(errs.Internal, "internal", "").With(errors.New("wordpress: no HTTP client"))
	}
	// A redirect would turn a POST into a GET of something else: it is reported instead.
	send := *c.HTTP
	send.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{site: u, conf: c, get: c.HTTP, send: &send}, nil
}

// ParseURL checks the address of a site and gives it without a slash at its end; Invalid
// says what is wrong with it.
func ParseURL(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	switch {
	case address == "":
		return nil, errs.Field("site_url", "give the address of the WordPress site, such as https://example.com")
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, errs.Field("site_url", "this is not an address: write it as https://example.com")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errs.Field("site_url", "the address has to begin with https:// or http://")
	case u.User != nil:
		return nil, errs.Field("site_url", "leave user and password out of the address")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errs.Field("site_url", "leave out what follows ? or #: the site's address is enough")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// call is one request to the REST API; into receives the JSON answer and may be nil.
type call struct {
	method string
	route  string // such as /wp/v2/posts
	query  url.Values
	body   any       // sent as JSON
	raw    io.Reader // sent as it is, with kind as its content type
	kind   string
	into   any
}

func (c *Client) do(ctx context.Context, op call) error {
	root, err := c.Discover(ctx)
	if err != nil {
		return err
	}
	body, kind := op.raw, op.kind
	if op.body != nil {
		b, err := json.Marshal(op.body)
		if err != nil {
			return errs.New(errs.Internal, "internal", "").With(err)
		}
		body, kind = bytes.NewReader(b), "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, op.method, root.address(op.route, op.query), body)
	if err != nil {
		return errs.New(errs.Internal, "internal", "").With(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.SetBasicAuth(c.conf.User, c.conf.Password)
	a, err := c.roundTrip(req)
	if err != nil {
		return errs.Wrap(op.method+" "+op.route, err)
	}
	return errs.Wrap(op.method+" "+op.route, a.decode(c, op.into))
}

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	from   *url.URL // after redirects
}

func (c *Client) roundTrip(req *http.Request) (*answer, error) {
	client := c.send
	if req.Method == http.MethodGet {
		client = c.get
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "IGNY8")
	res, err := client.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, c.unreachable(err)
	}
	if len(body) > maxAnswer {
		return nil, fault(errs.Exhausted, "wordpress_answer_too_large", "the site's answer is larger than 32 MB")
	}
	return &answer{status: res.StatusCode, header: res.Header, body: body, from: res.Request.URL}, nil
}

// decode gives the fault that the answer tells of, or fills into from it.
func (a *answer) decode(c *Client, into any) error {
	if a.status >= 300 {
		return a.fault(c)
	}
	text, ok := a.json()
	if !ok {
		return a.htmlFault(c)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fault(errs.Unavailable, "wordpress_bad_answer", "the site's answer is not what WordPress answers: a plugin may alter it").With(err)
	}
	return nil
}

// json is the body from where its JSON begins: PHP notices and byte order marks of a
// plugin stand before it on some sites, still under the content type of JSON.
func (a *answer) json() ([]byte, bool) {
	text := bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\ufeff")))
	if json.Valid(text) {
		return text, true
	}
	if !strings.Contains(a.header.Get("Content-Type"), "json") {
		return nil, false
	}
	for i, b := range text {
		if (b == '{' || b == '[') && json.Valid(text[i:]) {
			return text[i:], true
		}
	}
	return nil, false
}
