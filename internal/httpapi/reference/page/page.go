// Package page writes the page that package reference serves from the OpenAPI document, when
// the project is built (make docs): a function that linked templates would be half as large
// again, and begin later.
package page

import (
	"bytes"
	_ "embed"
	"html/template"

	"github.com/igny8/igny8/internal/httpapi/reference"
)

//go:embed page.html
var pageText string

// Page writes the page of an OpenAPI document that httpapi.Spec made. The same document gives
// the same bytes.
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
		"Doc": d, "Style": template.CSS(reference.Style), "Script": template.JS(reference.Script), //nolint:gosec // our own, embedded
	})
	return out.Bytes(), err
}
