package guard_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/guard"
)

// names is a resolver whose answers the test sets; it counts the questions.
type names struct {
	hosts map[string][]string
	asked atomic.Int64
}

func (n *names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	n.asked.Add(1)
	var out []netip.Addr
	for _, a := range n.hosts[strings.ToLower(host)] {
		out = append(out, netip.MustParseAddr(a))
	}
	if out == nil {
		return nil, errors.New("no such host")
	}
	return out, nil
}

// world is a server that every address leads to, and the addresses that were dialled.
type world struct {
	names
	server *httptest.Server
	dialed chan string
}

func newWorld(t *testing.T, h http.HandlerFunc, hosts map[string][]string) *world {
	t.Helper()
	w := &world{names: names{hosts: hosts}, server: httptest.NewServer(h), dialed: make(chan string, 100)}
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) client(o guard.Options) *http.Client {
	o.Resolver = w
	o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		w.dialed <- address
		return (&net.Dialer{}).DialContext(ctx, network, w.server.Listener.Addr().String())
	}
	return guard.New(o)
}

func get(t *testing.T, c *http.Client, address string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

func wantErr(t *testing.T, err error, kind errs.Kind, code string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Fatalf("got %v, want %s %s", err, kind, code)
	}
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestPublicHostIsReachedAtTheAddressThatWasChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, hello, map[string][]string{"blog.example": {"93.184.216.34"}})
	c := w.client(guard.Options{})
	body, err := get(t, c, "http://blog.example/wp-json/")
	if err != nil || body != "hello" {
		t.Fatalf("%q %v", body, err)
	}
	if got := <-w.dialed; got != "93.184.216.34:80" {
		t.Fatalf("dialled %s, want the checked address", got)
	}
	if n := w.asked.Load(); n != 1 {
		t.Fatalf("asked the name server %d times, want once", n)
	}
}

func TestRefusedHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, hello, map[string][]string{
		"inside.example":   {"10.0.0.7"},
		"mixed.example":    {"93.184.216.34", "192.168.1.1"},
		"mixed6.example":   {"2606:4700::1111", "::1"},
		"mapped.example":   {"::ffff:127.0.0.1"},
		"localhost":        {"127.0.0.1"},
		"localhost.":       {"127.0.0.1"},
		"metadata.example": {"169.254.169.254"},
	})
	c := w.client(guard.Options{})
	for _, address := range []string{
		"http://inside.example/", "http://mixed.example/", "http://mixed6.example/", "http://mapped.example/", "http://metadata.example/",
		"http://localhost/", "http://localhost./", "http://LOCALHOST/",
		"http://127.0.0.1/", "http://127.8.9.10:8080/", "http://0.0.0.0/", "http://0.1.2.3/", "http://10.1.2.3/", "http://172.16.0.1/", "http://172.31.255.255/",
		"http://192.168.0.1/", "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/", "http://100.64.0.1/", "http://100.127.255.255/",
		"http://100.100.100.200/", "http://168.63.129.16/", "http://224.0.0.1/", "http://239.255.255.250/", "http://255.255.255.255/", "http://240.0.0.1/",
		"http://192.0.0.8/", "http://192.0.2.1/", "http://198.18.0.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://192.88.99.1/",
		"http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[2606:4700::1111%25eth0]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fec0::1]/", "http://[ff02::1]/",
		"http://[::ffff:127.0.0.1]/", "http://[::ffff:100.64.0.1]/", "http://[::ffff:169.254.170.2]/", "http://[::ffff:198.18.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:10.0.0.1]/", "http://[::127.0.0.1]/",
		"http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a00:1::1]/", "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "http://[2001:db8::1]/", "http://[100::1]/",
		"http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.1/", "http://127.0.1/", "http://127.0.0.1./", "http://0x7f.1/", "http://010.0.0.1/",
		"http://blog.example@127.0.0.1/", "http://127.0.0.1@blog.example/", "http://blog.example:80@127.0.0.1:8080/",
		"ftp://blog.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, c, address)
			wantErr(t, err, errs.Invalid, "address_refused")
		})
	}
	t.Cleanup(func() {
		if len(w.dialed) != 0 {
			t.Errorf("dialled %s", <-w.dialed)
		}
	})
}

func TestPublicAddressesPass(t *testing.T) {
	t.Parallel()
	w := newWorld(t, hello, nil)
	c := w.client(guard.Options{})
	for _, address := range []string{"http://8.8.8.8/", "http://172.32.0.1/", "http://172.15.0.1/", "http://100.128.0.1/", "http://100.63.0.1/", "http://11.0.0.1/", "http://192.167.1.1/", "http://[2606:4700::1111]/", "http://[::ffff:8.8.8.8]/"} {
		if body, err := get(t, c, address); err != nil || body != "hello" {
			t.Errorf("%s: %q %v", address, body, err)
		}
	}
}

func TestTheMessageTellsTheWayOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, hello, map[string][]string{"inside.example": {"10.0.0.7"}})
	_, err := get(t, w.client(guard.Options{}), "http://inside.example/")
	want := "inside.example (10.0.0.7) is a private address; the operator can allow it with IGNY8_ALLOW_HOSTS"
	if got := errs.Of(err).Message; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestHostsThatTheOperatorNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, hello, map[string][]string{"inside.example": {"10.0.0.7"}, "other.example": {"10.0.0.8"}})
	c := w.client(guard.Options{AllowHosts: []string{" Inside.Example. ", "127.0.0.1:8080", "[::1]:9000", "::2"}})
	for address, ok := range map[string]bool{
		"http://inside.example/": true, "http://INSIDE.example:8443/": true, "http://127.0.0.1:8080/": true, "http://[::1]:9000/": true, "http://[0:0::1]:9000/": true, "http://[::2]/": true,
		"http://127.0.0.1:8081/": false, "http://127.0.0.1/": false, "http://[::1]/": false, "http://other.example/": false, "http://10.0.0.7/": false, "http://inside.example.other.example/": false,
	} {
		_, err := get(t, c, address)
		if ok && err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if !ok && err == nil {
			t.Errorf("%s was let through", address)
		}
	}
}

func TestANameThatChangesItsAddressIsCheckedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }, map[string][]string{"turn.example": {"8.8.8.8"}})
	c := w.client(guard.Options{})
	if _, err := get(t, c, "http://turn.example/"); err != nil {
		t.Fatal(err)
	}
	w.hosts["turn.example"] = []string{"127.0.0.1"}
	_, err := get(t, c, "http://turn.example/")
	wantErr(t, err, errs.Invalid, "address_refused")
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	hosts := map[string][]string{"a.example": {"8.8.8.8"}, "b.example": {"9.9.9.9"}, "inside.example": {"10.0.0.7"}}
	redirecting := func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.Host+" "+r.Header.Get("Authorization"))
	}
	chain := func(n int) string {
		address := "http://a.example/end"
		for range n {
			r, _ := http.NewRequest(http.MethodGet, "http://a.example/", nil)
			q := r.URL.Query()
			q.Set("to", address)
			r.URL.RawQuery = q.Encode()
			address = r.URL.String()
		}
		return address
	}
	refusals := map[string][2]string{
		"private name":  {"http://a.example/?to=http://inside.example/", "address_refused"},
		"loopback":      {"http://a.example/?to=http://127.0.0.1:6379/", "address_refused"},
		"odd spelling":  {"http://a.example/?to=http://2130706433/", "address_refused"},
		"metadata":      {"http://a.example/?to=http://169.254.169.254/latest/", "address_refused"},
		"other scheme":  {"http://a.example/?to=ftp://b.example/", "address_refused"},
		"userinfo":      {"http://a.example/?to=http://me:secret@b.example/", "address_refused"},
		"six redirects": {chain(6), "redirect_refused"},
	}
	for name, tc := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, newWorld(t, redirecting, hosts).client(guard.Options{}), tc[0])
			wantErr(t, err, errs.Invalid, tc[1])
		})
	}
	t.Run("five redirects pass", func(t *testing.T) {
		t.Parallel()
		if body, err := get(t, newWorld(t, redirecting, hosts).client(guard.Options{}), chain(5)); err != nil || body != "a.example " {
			t.Fatalf("%q %v", body, err)
		}
	})
	for name, tc := range map[string][2]string{
		"own host keeps the password":       {"http://a.example/?to=/end", "a.example secret"},
		"other host does not see it":        {"http://a.example/?to=http://b.example/end", "b.example "},
		"other port does not see it":        {"http://a.example/?to=http://a.example:8080/end", "a.example:8080 "},
		"and it does not come back, either": {"http://a.example/?to=http%3A%2F%2Fb.example%2F%3Fto%3Dhttp%3A%2F%2Fa.example%2Fend", "a.example "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newWorld(t, redirecting, hosts).client(guard.Options{})
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, tc[0], nil)
			r.Header.Set("Authorization", "secret")
			res, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			if b, _ := io.ReadAll(res.Body); string(b) != tc[1] {
				t.Fatalf("got %q, want %q", b, tc[1])
			}
		})
	}
}

func TestNeverFromHTTPSToHTTP(t *testing.T) {
	t.Parallel()
	c := guard.New(guard.Options{})
	from, _ := http.NewRequest(http.MethodGet, "https://a.example/", nil)
	to, _ := http.NewRequest(http.MethodGet, "http://a.example/", nil)
	wantErr(t, c.CheckRedirect(to, []*http.Request{from}), errs.Invalid, "redirect_refused")
	if err := c.CheckRedirect(from, []*http.Request{to}); err != nil {
		t.Fatalf("an upgrade to https was refused: %v", err)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		text := strings.Repeat("x", 1000)
		switch r.URL.Path {
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, strings.Repeat(text, 1000))
			_ = z.Close()
			return
		case "/chunked":
			_, _ = io.WriteString(w, text[:10])
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = io.WriteString(w, text)
	}, map[string][]string{"a.example": {"8.8.8.8"}})
	for _, path := range []string{"/length", "/chunked", "/gzip"} {
		_, err := get(t, w.client(guard.Options{MaxBody: 999}), "http://a.example"+path)
		wantErr(t, err, errs.Exhausted, "too_large")
	}
	if body, err := get(t, w.client(guard.Options{MaxBody: 1000}), "http://a.example/length"); err != nil || len(body) != 1000 {
		t.Fatalf("exactly the limit: %d %v", len(body), err)
	}
	if body, err := get(t, w.client(guard.Options{MaxBody: 1010}), "http://a.example/chunked"); err != nil || len(body) != 1010 {
		t.Fatalf("exactly the limit, in chunks: %d %v", len(body), err)
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		}
	}, map[string][]string{"a.example": {"8.8.8.8"}})
	defer close(done)
	_, err := get(t, w.client(guard.Options{Timeout: 50 * time.Millisecond}), "http://a.example/")
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("got %v, want a time-out", err)
	}
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	_, err := get(t, newWorld(t, hello, nil).client(guard.Options{}), "http://nowhere.example/")
	wantErr(t, err, errs.Unavailable, "host_not_found")
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://10.0.0.1:3128")
	w := newWorld(t, hello, map[string][]string{"a.example": {"8.8.8.8"}})
	if _, err := get(t, w.client(guard.Options{}), "http://a.example/"); err != nil {
		t.Fatal(err)
	}
	if got := <-w.dialed; got != "8.8.8.8:80" {
		t.Fatalf("dialled %s", got)
	}
}
