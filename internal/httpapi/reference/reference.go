// Package reference serves the description of the API as a page for people: whole without a
// script, and without a request to anyone else. The script only searches. The page is written
// by package page when the project is built.
package reference

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"

	"github.com/igny8/igny8/internal/httpapi"
)

// Style and Script are the page's own, as it has them.
var (
	//go:embed style.css
	Style string
	//go:embed search.js
	Script string
)

// Path is where the page is.
const Path = "/v1/docs"

// Operation is GET /v1/docs: the page, as package page wrote it.
func Operation(page []byte) httpapi.Operation {
	return httpapi.Raw(httpapi.RouteSpec{
		ID: "docs", Method: http.MethodGet, Path: Path, Permission: httpapi.Public,
		Throttle: httpapi.ThrottleDefault, Summary: "This interface as a page for people", Tags: []string{"system"},
	}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Content-Security-Policy", Policy())
		_, _ = w.Write(page)
	})
}

// Policy lets the page's own style and script be used, by their hashes, and nothing else.
func Policy() string {
	return "default-src 'none'; img-src data:; style-src " + hash(Style) + "; script-src " + hash(Script) +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
