// Package docs carries the pages that programs serve.
package docs

import _ "embed"

// OpenAPI is the description of the API, written at build time (make docs).
//
//go:embed openapi.json
var OpenAPI []byte
