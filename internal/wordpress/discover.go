package wordpress

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Root is where a site's REST API stands, and what its index says.
type Root struct {
	URL        string   // such as https://example.com/wp-json or https://example.com/?rest_route=
	Name       string   // the site's title
	Namespaces []string // such as wp/v2
	Passwords  bool     // application passwords are offered
}

func (r *Root) address(route string, q url.Values) string {
	base, query := r.URL+route, q.Encode()
	if strings.HasSuffix(r.URL, "rest_route=") {
		base = r.URL + url.QueryEscape(route)
	}
	switch {
	case query == "":
		return base
	case strings.Contains(base, "?"):
		return base + "&" + query
	}
	return base + "?" + query
}

// Discover finds the REST API: /wp-json/ first, then ?rest_route=, then the Link header of
// the home page. What it found is kept. Unavailable when the site can't be reached,
// Invalid when it answers and is no WordPress or hides its REST API.
func (c *Client) Discover(ctx context.Context) (*Root, error) {
	c.mu.Lock()
	root := c.root
	c.mu.Unlock()
	if root != nil {
		return root, nil
	}
	var first error
	for _, try := range []func(context.Context) (*Root, error){
		func(ctx context.Context) (*Root, error) { return c.index(ctx, c.site.String()+"/wp-json/") },
		func(ctx context.Context) (*Root, error) { return c.index(ctx, c.site.String()+"/?rest_route=/") },
		c.byLink,
	} {
		root, err := try(ctx)
		if err == nil {
			c.mu.Lock()
			c.root = root
			c.mu.Unlock()
			return root, nil
		}
		if first == nil {
			first = err
		}
		if final(err) {
			break
		}
	}
	return nil, errs.Wrap("find the REST API", first)
}

// final tells the faults after which another address of the same site is no use.
func final(err error) bool {
	return errs.Is(err, errs.Unavailable) || errs.Is(err, errs.Exhausted) || errs.Of(err).Code == "wordpress_blocked" || errs.Of(err).Code == "wordpress_other_host"
}

// index reads the REST API's index at an address.
func (c *Client) index(ctx context.Context, address string) (*Root, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errs.New(errs.Internal, "internal", "").With(err)
	}
	a, err := c.roundTrip(req)
	if err != nil {
		return nil, err
	}
	var index struct {
		Name           string          `json:"name"`
		Namespaces     []string        `json:"namespaces"`
		Authentication json.RawMessage `json:"authentication"` // an object, or [] when there is none
	}
	if err := a.decode(c, &index); err != nil {
		return nil, err
	}
	if !slices.Contains(index.Namespaces, "wp/v2") {
		return nil, fault(errs.Invalid, "wordpress_not_found_here", "there is no WordPress REST API at this address")
	}
	if !sameSite(c.site.Hostname(), a.from.Hostname()) { // the password would go there
		return nil, fault(errs.Invalid, "wordpress_other_host", "the site sends us on to %s for its REST API: use that host's address for the integration", a.from.Host)
	}
	at := strings.TrimRight(a.from.String(), "/")
	if before, _, ok := strings.Cut(a.from.String(), "rest_route="); ok {
		at = before + "rest_route="
	}
	return &Root{URL: at, Name: index.Name, Namespaces: index.Namespaces,
		Passwords: strings.Contains(string(index.Authentication), "application-passwords")}, nil
}

// sameSite tells whether two hosts are one site: the same name, with or without www.
func sameSite(a, b string) bool {
	return strings.EqualFold(strings.TrimPrefix(strings.ToLower(a), "www."), strings.TrimPrefix(strings.ToLower(b), "www."))
}

var apiLink = regexp.MustCompile(`<([^>]+)>;\s*rel="https://api\.w\.org/"`)

// byLink follows the Link header of the home page. An address on another host is refused:
// the password would go there.
func (c *Client) byLink(ctx context.Context) (*Root, error) {
	a, err := c.home(ctx)
	if err != nil {
		return nil, err
	}
	for _, link := range a.header.Values("Link") {
		m := apiLink.FindStringSubmatch(link)
		if m == nil {
			continue
		}
		u, err := a.from.Parse(m[1])
		if err != nil || u.Host != c.site.Host {
			return nil, fault(errs.Invalid, "wordpress_other_host", "the site names another host for its REST API: use that host's address for the integration")
		}
		return c.index(ctx, u.String())
	}
	return nil, fault(errs.Invalid, "wordpress_not_found_here", "there is no WordPress at this address")
}

func (c *Client) home(ctx context.Context) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.String()+"/", nil)
	if err != nil {
		return nil, errs.New(errs.Internal, "internal", "").With(err)
	}
	return c.roundTrip(req)
}

// User is who we are on the site.
type User struct {
	ID           int64           `json:"id"`
	Name         string          `json:"name"`
	Roles        []string        `json:"roles"`
	Capabilities map[string]bool `json:"capabilities"`
}

// Me is the user of the application password; asked once.
func (c *Client) Me(ctx context.Context) (*User, error) {
	c.mu.Lock()
	me := c.me
	c.mu.Unlock()
	if me != nil {
		return me, nil
	}
	me = &User{}
	if err := c.do(ctx, call{method: http.MethodGet, route: "/wp/v2/users/me", query: url.Values{"context": {"edit"}}, into: me}); err != nil {
		if errs.Is(err, errs.Unauthenticated) {
			return nil, c.explainLogin(err)
		}
		return nil, err
	}
	c.mu.Lock()
	c.me = me
	c.mu.Unlock()
	return me, nil
}

// explainLogin says why no password can work on a site that offers none.
func (c *Client) explainLogin(err error) error {
	c.mu.Lock()
	off := c.root != nil && !c.root.Passwords
	c.mu.Unlock()
	if !off {
		return err
	}
	if c.site.Scheme == "http" {
		return fault(errs.Unauthenticated, "wordpress_needs_https", "this WordPress offers no application passwords, because its address is http and not https: "+
			"use https (or, on a test site, set WP_ENVIRONMENT_TYPE to local)").With(err)
	}
	return fault(errs.Unauthenticated, "wordpress_passwords_off", "application passwords are switched off on this WordPress: a security plugin often does so; switch them on").With(err)
}

// Report is the outcome of a connection test.
type Report struct {
	Site    string   `json:"site"`    // the site's title
	Root    string   `json:"root"`    // address of the REST API
	Version string   `json:"version"` // WordPress's, empty when the site hides it
	User    string   `json:"user"`
	Roles   []string `json:"roles"`
	Missing []string `json:"missing"` // rights that full publishing needs and the user lacks
	Notes   []string `json:"notes"`   // what each missing right means
}

// Publishable tells whether the user can publish posts with pictures.
func (r *Report) Publishable() bool {
	return !slices.Contains(r.Missing, "edit_posts") && !slices.Contains(r.Missing, "publish_posts") && !slices.Contains(r.Missing, "upload_files")
}

var needed = []struct{ right, note string }{
	{"edit_posts", "posts can't be written at all"},
	{"publish_posts", "posts can be left as drafts but not published"},
	{"upload_files", "pictures can't be uploaded"},
	{"manage_categories", "new categories can't be made; those that exist are used"},
}

var generator = regexp.MustCompile(`<meta name="generator" content="WordPress ([0-9.]+)`)

// Test connects, logs in and looks which rights are missing. It changes nothing and may be
// repeated. A site that can be used with less is no error: see Report.Missing.
func (c *Client) Test(ctx context.Context) (*Report, error) {
	root, err := c.Discover(ctx)
	if err != nil {
		return nil, err
	}
	me, err := c.Me(ctx)
	if err != nil {
		return nil, err
	}
	r := &Report{Site: root.Name, Root: root.URL, User: me.Name, Roles: me.Roles}
	for _, n := range needed {
		if !me.Capabilities[n.right] {
			r.Missing = append(r.Missing, n.right)
			r.Notes = append(r.Notes, "without "+n.right+": "+n.note)
		}
	}
	if a, err := c.home(ctx); err == nil { // the version is a courtesy: many sites hide it
		if m := generator.FindSubmatch(a.body); m != nil {
			r.Version = string(m[1])
		}
	}
	return r, nil
}
