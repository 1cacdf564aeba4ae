// Package webapp holds the built web app, embedded in the program, and serves it: compressed
// copies as the build made them, hashed files for ever, index.html for the app's own
// addresses, under a content policy that lets in nothing from elsewhere.
package webapp

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// built is what `make web` put there; without it the folder has just the file that keeps it.
//
//go:embed all:dist
var built embed.FS

// Options are how an app is served.
type Options struct {
	// Preview is the origin of preview sites, whose pages and pictures the app may show; "" is none.
	Preview string
	// HTTPS tells browsers to come by https alone: for a program behind a proxy that does it.
	HTTPS bool
}

// Handler serves the embedded app; requests that aren't for it go to api: other methods
// than GET and HEAD, and everything below /v1/ and /api/. Without a built app it serves a
// page that says how to build it.
func Handler(api http.Handler, o Options) (http.Handler, error) {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, err
	}
	return New(dist, api, o)
}

// New is Handler for the files of any built app.
func New(dist fs.FS, api http.Handler, o Options) (http.Handler, error) {
	files, err := read(dist)
	if err != nil {
		return nil, err
	}
	index, ok := files["/index.html"]
	if !ok {
		index = &file{kind: "text/html; charset=utf-8", body: map[string][]byte{"": []byte(unbuilt)}, tag: `"unbuilt"`}
	}
	return &handler{api: api, files: files, index: index, https: o.HTTPS, policy: policy(o.Preview)}, nil
}

// unbuilt is shown by a program that was compiled without the app.
const unbuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>IGNY8</title>
<h1>The web app is not in this program</h1><p>It was compiled without it. <code>make build</code> builds both (it needs Node 20 or newer). The API is at <a href="/v1/openapi.json">/v1/</a>.</p></html>
`

// file is a file of the app in the encodings it has; "" is as it is.
type file struct {
	kind      string
	tag       string
	immutable bool
	body      map[string][]byte
}

// encodings by preference, with the ends of their files' names.
var encodings = []struct{ name, end string }{{"br", ".br"}, {"gzip", ".gz"}}

func read(dist fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir // the build's manifest is not for browsers
			}
			return nil
		}
		end := path.Ext(name)
		if strings.HasPrefix(d.Name(), ".") || end == ".br" || end == ".gz" {
			return nil
		}
		f, err := load(dist, name)
		files["/"+name] = f
		return err
	})
	return files, err
}

func load(dist fs.FS, name string) (*file, error) {
	plain, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(plain)
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	f := &file{kind: kind, tag: `"` + hex.EncodeToString(sum[:8]) + `"`, immutable: strings.HasPrefix(name, "assets/"), body: map[string][]byte{"": plain}}
	for _, e := range encodings {
		b, err := fs.ReadFile(dist, name+e.end)
		switch {
		case err == nil:
			f.body[e.name] = b
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return f, nil
}

// policy is the content policy of the app's pages; infra/edge.yaml has the same, with the
// bucket of files where this one has previews.
func policy(preview string) string {
	if preview != "" {
		preview = " " + preview
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
		"img-src 'self' data: blob:" + preview + "; frame-src 'self'" + preview + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

type handler struct {
	api    http.Handler
	files  map[string]*file
	index  *file
	https  bool
	policy string
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || below(r.URL.Path, "/v1") || below(r.URL.Path, "/api") {
		h.api.ServeHTTP(w, r)
		return
	}
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Content-Security-Policy", h.policy)
	if h.https {
		head.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	f, ok := h.files[r.URL.Path]
	switch {
	case ok && f != h.index:
	case !ok && (path.Ext(r.URL.Path) != "" || below(r.URL.Path, "/assets")):
		// A file of an older build: index.html in its place would be taken for a script.
		head.Set("Cache-Control", "no-store")
		http.Error(w, "There is no such file: load the page again.", http.StatusNotFound)
		return
	default:
		f = h.index
	}
	f.serve(w, r)
}

func below(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	head, body := w.Header(), f.body[""]
	head.Set("Content-Type", f.kind)
	head.Set("ETag", f.tag)
	if f.immutable {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		head.Set("Cache-Control", "no-cache")
	}
	if len(f.body) > 1 {
		head.Add("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for _, e := range encodings {
		if b, ok := f.body[e.name]; ok && takes(r.Header.Get("Accept-Encoding"), e.name) {
			head.Set("Content-Encoding", e.name)
			body = b
			break
		}
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body) //nolint:errcheck // the browser has gone
	}
}

// takes tells whether an Accept-Encoding names an encoding and does not refuse it.
func takes(accept, name string) bool {
	for _, part := range strings.Split(accept, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), name) {
			weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64)
			return q == "" || err == nil && weight > 0
		}
	}
	return false
}
