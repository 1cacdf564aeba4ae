package webapp

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func app(t *testing.T, o Options) http.Handler {
	t.Helper()
	h, err := New(fstest.MapFS{
		"index.html":          {Data: []byte("<html></html>")},
		"favicon.svg":         {Data: []byte("<svg/>")},
		"assets/a-123.js":     {Data: []byte("let a")},
		"assets/a-123.js.br":  {Data: []byte("BR")},
		"assets/a-123.js.gz":  {Data: []byte("GZ")},
		".vite/manifest.json": {Data: []byte("{}")},
	}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}), o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestServe(t *testing.T) {
	t.Parallel()
	h := app(t, Options{})
	for _, c := range []struct {
		method, path, accept string
		status               int
		kind, encoding, body string
		cache                string
	}{
		{"GET", "/", "", 200, "text/html", "", "<html>", "no-cache"},
		{"GET", "/planner/keywords", "br", 200, "text/html", "", "<html>", "no-cache"},
		{"HEAD", "/planner/keywords", "", 200, "text/html", "", "", "no-cache"},
		{"GET", "/assets/a-123.js", "gzip, br", 200, "text/javascript", "br", "BR", "immutable"},
		{"GET", "/assets/a-123.js", "gzip, br;q=0", 200, "text/javascript", "gzip", "GZ", "immutable"},
		{"GET", "/assets/a-123.js", "", 200, "text/javascript", "", "let a", "immutable"},
		{"GET", "/assets/a-123.js.br", "", 404, "text/plain", "", "no such file", "no-store"},
		{"GET", "/assets/b-old.js", "", 404, "text/plain", "", "no such file", "no-store"},
		{"GET", "/assets/gone", "", 404, "text/plain", "", "no such file", "no-store"},
		{"GET", "/.vite/manifest.json", "", 404, "text/plain", "", "no such file", "no-store"},
		{"GET", "/favicon.svg", "", 200, "image/svg+xml", "", "<svg/>", "no-cache"},
		{"GET", "/v1/nothing/", "", 418, "", "", "", ""},
		{"GET", "/v1", "", 418, "", "", "", ""},
		{"GET", "/api/v1/nothing/", "", 418, "", "", "", ""},
		{"GET", "/v1x", "", 200, "text/html", "", "<html>", "no-cache"},
		{"POST", "/planner/keywords", "", 418, "", "", "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		name := c.method + " " + c.path + " " + c.accept
		if w.Code != c.status || !strings.Contains(w.Header().Get("Content-Type"), c.kind) || w.Header().Get("Content-Encoding") != c.encoding ||
			!strings.Contains(w.Body.String(), c.body) || !strings.Contains(w.Header().Get("Cache-Control"), c.cache) {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
		if c.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("%s has a body", name)
		}
		if policy := w.Header().Get("Content-Security-Policy"); (policy == "") != (c.status == 418) {
			t.Errorf("%s: policy %q", name, policy)
		}
	}
}

func TestUnchanged(t *testing.T) {
	t.Parallel()
	h := app(t, Options{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	r := httptest.NewRequest("GET", "/sites", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	h.ServeHTTP(again, r)
	if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d %s", again.Code, again.Body)
	}
}

// TestPolicy: nothing inline, nothing from elsewhere but
// previews, https only where it is said.
func TestPolicy(t *testing.T) {
	t.Parallel()
	get := func(o Options) http.Header {
		w := httptest.NewRecorder()
		app(t, o).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Header()
	}
	plain := get(Options{})
	p := plain.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "frame-src 'self';"} {
		if !strings.Contains(p, want) {
			t.Errorf("no %s in %s", want, p)
		}
	}
	if strings.Contains(p, "unsafe") || strings.Contains(p, "http") {
		t.Error(p)
	}
	if plain.Get("Strict-Transport-Security") != "" {
		t.Error("https demanded of a program on loopback")
	}
	far := get(Options{Preview: "http://127.0.0.1:9", HTTPS: true})
	if !strings.Contains(far.Get("Content-Security-Policy"), "frame-src 'self' http://127.0.0.1:9;") || far.Get("Strict-Transport-Security") == "" {
		t.Error(far)
	}
}

func TestUnbuilt(t *testing.T) {
	t.Parallel()
	h, err := New(fstest.MapFS{".keep": {}}, http.NotFoundHandler(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
