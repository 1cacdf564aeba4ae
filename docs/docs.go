// Package docs carries the pages that programs serve.
package docs

import _ "embed"

// OpenAPI is the description of the API, written at build time (make docs).
//
//go:embed openapi.json
var OpenAPI []byte

// Reference is the same as a page for people, written with it.
//
//go:embed reference.html
var Reference []byte
