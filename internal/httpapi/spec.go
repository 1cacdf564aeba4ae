package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Spec is the OpenAPI 3.1 document of the operations, indented, the same for the same
// operations. It registers them all, which takes about 0.2 ms each: at build time or when
// the all-in-one program starts, never while a Lambda starts.
func Spec(ops []Operation) (doc []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("openapi: %v", p)
		}
	}()
	api := huma.NewAPI(config(), &single{})
	schemas := api.OpenAPI().Components.Schemas
	failed := schemas.Schema(reflect.TypeFor[errorBody](), true, "Error")
	for _, o := range ops {
		if o.raw != nil {
			continue
		}
		op := o.Spec.operation()
		op.Responses = map[string]*huma.Response{"default": {
			Description: "error", Content: map[string]*huma.MediaType{"application/json": {Schema: failed}},
		}}
		o.build(api, op)
	}
	// huma registers its own error for each operation, though none answers with it.
	delete(schemas.Map(), schemaName(reflect.TypeFor[huma.ErrorModel](), ""))
	delete(schemas.Map(), schemaName(reflect.TypeFor[huma.ErrorDetail](), ""))
	doc, err = json.MarshalIndent(api.OpenAPI(), "", "  ")
	return append(doc, '\n'), err
}

// Document is GET /v1/openapi.json: a document made at build time, or by Spec at start.
func Document(doc []byte) Operation {
	return Raw(RouteSpec{
		ID: "openapi", Method: http.MethodGet, Path: "/v1/openapi.json", Permission: Public,
		Throttle: ThrottleDefault, Summary: "This interface as an OpenAPI document", Tags: []string{"system"},
	}, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(doc) })
}
