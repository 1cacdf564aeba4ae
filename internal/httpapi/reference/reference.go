// Package reference is the description of the API as a page for people: written on the
// server from the OpenAPI document, whole without a script, and without a request to anyone
// else. The script only searches.
package reference

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"sync"

	"github.com/igny8/igny8/internal/httpapi"
)

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	style string
	//go:embed search.js
	script string
)

// Path is where the page is.
const Path = "/v1/docs"

// Operation is GET /v1/docs: the page of a document. It is written on its first hit.
func Operation(doc []byte) httpapi.Operation {
	made := sync.OnceValues(func() ([]byte, error) { return Page(doc) })
	return httpapi.Raw(httpapi.RouteSpec{
		ID: "docs", Method: http.MethodGet, Path: Path, Permission: httpapi.Public,
		Throttle: httpapi.ThrottleDefault, Summary: "This interface as a page for people", Tags: []string{"system"},
	}, func(w http.ResponseWriter, _ *http.Request) {
		page, err := made()
		if err != nil {
			panic(err) // the document is made at build time and tested: httpapi answers 500
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Content-Security-Policy", Policy())
		_, _ = w.Write(page)
	})
}

// Policy lets the page's own style and script be used, by their hashes, and nothing else.
func Policy() string {
	return "default-src 'none'; img-src data:; style-src " + hash(style) + "; script-src " + hash(script) +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Page writes the page of an OpenAPI document that httpapi.Spec made.
func Page(doc []byte) ([]byte, error) {
	d, err := read(doc)
	if err != nil {
		return nil, err
	}
	t, err := template.New("page").Funcs(template.FuncMap{"prose": prose}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{
		"Doc": d, "Style": template.CSS(style), "Script": template.JS(script), //nolint:gosec // our own, embedded
	})
	return out.Bytes(), err
}
