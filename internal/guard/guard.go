// Package guard makes the one HTTP client for every address that a person can name. It
// looks a host up once, refuses addresses that are not public, and dials exactly the
// address that it checked, so that a second answer of the name server can't lead it
// elsewhere. Hosts that the operator named are let through.
//
// It is written here, on net/netip and the dialer, instead of taken from a library: the
// rule is one table of networks and one dial function, the libraries at hand check in the
// dialer's Control hook, which can't tell a name that the operator allowed from the address
// that it leads to, and their errors are not the product's.
package guard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// Resolver looks names up; net.DefaultResolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options say what a guarded client may do. The zero value allows public addresses only.
type Options struct {
	// AllowHosts are the hosts that the operator named: "blog.example", "127.0.0.1:8080",
	// "[::1]:8080". Without a port all ports of the host are meant.
	AllowHosts []string
	Timeout    time.Duration                                                        // of a whole exchange with its body; 0 is 30 s
	MaxBody    int64                                                                // bytes of an answer's body; 0 is 32 MB
	Resolver   Resolver                                                             // nil is the system's
	Dial       func(ctx context.Context, network, address string) (net.Conn, error) // nil is the system's; address is always a checked ip:port
}

const (
	defaultTimeout = 30 * time.Second
	defaultMaxBody = 32 << 20
	maxRedirects   = 5
	dialTimeout    = 10 * time.Second
)

type guarded struct {
	allowed  map[string]bool
	maxBody  int64
	resolver Resolver
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	next     *http.Transport
}

// New makes the guarded client. It is safe for concurrent use, takes no proxy from the
// environment and keeps no cookies. Errors that come out of it hold an *errs.Error:
// Invalid address_refused (not public, or no http address), Invalid redirect_refused,
// Exhausted too_large (from reading the body), Unavailable host_not_found.
// Whatever else fails is the transport's own error.
func New(o Options) *http.Client {
	g := &guarded{allowed: map[string]bool{}, maxBody: o.MaxBody, resolver: o.Resolver, dial: o.Dial}
	for _, h := range o.AllowHosts {
		if h = normal(h); h != "" {
			g.allowed[h] = true
		}
	}
	if g.maxBody == 0 {
		g.maxBody = defaultMaxBody
	}
	if g.resolver == nil {
		g.resolver = net.DefaultResolver
	}
	if g.dial == nil {
		g.dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	g.next = &http.Transport{
		DialContext:           g.dialChecked,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   dialTimeout,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	return &http.Client{Transport: g, Timeout: o.Timeout, CheckRedirect: checkRedirect}
}

// RoundTrip checks the address of each request, first ones and redirected ones alike.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := checkURL(r.URL); err != nil {
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if res.ContentLength > g.maxBody {
		_ = res.Body.Close()
		return nil, tooLarge(g.maxBody)
	}
	res.Body = &limited{body: res.Body, left: g.maxBody, max: g.maxBody}
	return res, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the transport.
func (g *guarded) CloseIdleConnections() { g.next.CloseIdleConnections() }

func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refused(fmt.Sprintf("%q is no web address: it has to begin with http:// or https://", u.Redacted()))
	case u.Hostname() == "":
		return refused(fmt.Sprintf("%q names no host", u.Redacted()))
	case u.User != nil:
		return refused("the address holds a user name or password before an @; take them out of the address")
	}
	return nil
}

// checkRedirect runs before each redirected request. The Authorization header of another
// host is dropped here: the standard client keeps it for subdomains and other ports.
func checkRedirect(r *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > maxRedirects:
		return redirectRefused(fmt.Sprintf("%s led through more than %d redirects", via[0].URL.Host, maxRedirects))
	case last.URL.Scheme == "https" && r.URL.Scheme == "http":
		return redirectRefused(fmt.Sprintf("%s leads from https to http, which would send data in the clear", last.URL.Host))
	}
	for _, earlier := range via {
		if !sameHost(earlier.URL, r.URL) {
			for _, h := range []string{"Authorization", "Cookie", "Www-Authenticate"} {
				r.Header.Del(h)
			}
			break
		}
	}
	return checkURL(r.URL)
}

func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

// portOf gives the port; http and https of one host with their standard ports count as the
// same place, because an upgrade to https is no other host.
func portOf(u *url.URL) string {
	switch p := u.Port(); {
	case p == "80" && u.Scheme == "http", p == "443" && u.Scheme == "https":
		return ""
	default:
		return p
	}
}

// dialChecked looks the host up once and dials an address that passed, never the name.
func (g *guarded) dialChecked(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, refused(fmt.Sprintf("%q is no host with a port", address)).With(err)
	}
	list, err := g.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	if !g.named(host, port) {
		for _, a := range list { // one private answer among public ones is a trap, not a choice
			if why := notPublic(a); why != "" {
				return nil, refusedAddress(host, a, why)
			}
		}
	}
	var last error
	for _, a := range list {
		conn, err := g.dial(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return conn, nil
		}
		last = errors.Join(last, err)
	}
	return nil, last
}

// lookup gives the host's addresses. A host that looks like a number but is no plain
// address ("2130706433", "0x7f.1", "0177.0.0.1") is refused: resolvers disagree about it.
func (g *guarded) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Zone() != "" {
			return nil, refused(fmt.Sprintf("%s has a zone; name the host or its plain address", host))
		}
		return []netip.Addr{a}, nil
	}
	if numeric(host) {
		return nil, refused(fmt.Sprintf("%s is an odd spelling of an IP address; write it as four numbers with dots", host))
	}
	list, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil || len(list) == 0 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errs.New(errs.Unavailable, "host_not_found", fmt.Sprintf("the name server knows no address for %s; check the spelling, or try again later", host)).With(err)
	}
	return list, nil
}

// numeric tells whether the last label of the host is a number in any base: names never
// end so, addresses in odd spellings do.
func numeric(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	hex, isHex := strings.CutPrefix(last, "0x")
	if isHex {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

func (g *guarded) named(host, port string) bool {
	h := normal(host)
	return g.allowed[h] || g.allowed[normal(net.JoinHostPort(host, port))]
}

// normal is the one spelling of a host, or a host with a port: lower case, no final dot,
// no brackets around a bare address. Addresses are written in their shortest form.
func normal(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if host, port, err := net.SplitHostPort(s); err == nil {
		return net.JoinHostPort(normal(host), port)
	}
	s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), ".")
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String()
	}
	return s
}

func refused(message string) *errs.Error { return errs.New(errs.Invalid, "address_refused", message) }

func redirectRefused(message string) *errs.Error {
	return errs.New(errs.Invalid, "redirect_refused", message)
}

func refusedAddress(host string, a netip.Addr, why string) *errs.Error {
	name := host
	if host != a.String() {
		name = fmt.Sprintf("%s (%s)", host, a)
	}
	return refused(fmt.Sprintf("%s is %s; the operator can allow it with IGNY8_ALLOW_HOSTS", name, why))
}
