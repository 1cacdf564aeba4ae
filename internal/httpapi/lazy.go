package httpapi

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// entry is one operation on the mux. Its reflection work (schemas, validators) is done on
// the first hit: 20 operations cost a cold start 1 ms so, and 3 when done at once. Each
// entry has an API and a schema registry of its own, so concurrent first hits share nothing.
type entry struct {
	op   Operation
	once sync.Once
	h    http.Handler
}

func (e *entry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.register()
	e.h.ServeHTTP(w, r)
}

func (e *entry) register() {
	e.once.Do(func() {
		if e.op.raw != nil {
			e.h = e.op.raw
			return
		}
		a := &single{}
		e.op.build(huma.NewAPI(config(), a), e.op.Spec.operation())
		e.h = a
	})
}

// try registers now and gives a panic of huma (bad tags) as an error.
func (e *entry) try() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("route %s: %v", e.op.Spec.ID, p)
		}
	}()
	e.register()
	if a, ok := e.h.(*single); ok {
		err = declared(a.op)
		if name := unseen(e.op.input); err == nil && name != "" {
			err = fmt.Errorf("route %s: the decoder passes over %s, which is embedded and not exported: export it", e.op.Spec.ID, name)
		}
	}
	return err
}

// unseen is an embedded struct within an input that is not exported: huma passes over it
// without a word.
func unseen(t reflect.Type) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return ""
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && !f.IsExported() {
			return f.Type.String()
		}
		if name := unseen(f.Type); f.IsExported() && name != "" {
			return name
		}
	}
	return ""
}

var placeholder = lazily(`\{(\w+)\}`)

// declared tells when the path has a part that the input does not take: huma passes over
// embedded structs whose type is not exported, without a word.
func declared(op *huma.Operation) error {
	for _, m := range placeholder().FindAllStringSubmatch(op.Path, -1) {
		takes := func(p *huma.Param) bool { return p.In == "path" && p.Name == m[1] }
		if !slices.ContainsFunc(op.Parameters, takes) {
			return fmt.Errorf("route %s: the input takes no path part %q", op.OperationID, m[1])
		}
	}
	return nil
}

// single is huma's adapter for one operation.
type single struct {
	op *huma.Operation
	h  func(huma.Context)
}

// Handle keeps the operation's handler.
func (a *single) Handle(op *huma.Operation, h func(huma.Context)) { a.op, a.h = op, h }

// ServeHTTP calls it.
func (a *single) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.h(&humaContext{humago.NewContext(a.op, r, w)})
}

// inner lets humaContext embed an interface that has a method of its own name.
type inner = huma.Context

// humaContext answers always with plain JSON.
type humaContext struct{ inner }

// SetHeader sets a header, but for the type, which is always the same.
func (c *humaContext) SetHeader(name, value string) {
	if name != "Content-Type" {
		c.inner.SetHeader(name, value)
	}
}

// envelope turns huma's own errors into ours just before they are written, and sets our
// status first, which stands: invalid input is 400, huma would say 422.
func envelope(c huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	b := exchangeOf(c.Context()).failure(c.Context(), fromModel(m))
	c.SetStatus(b.status)
	return b, nil
}

// config is that of one operation, whose schemas are seen by nobody but its validator, and
// of the document (see Spec). Lists are never null: public sees to it.
func config() huma.Config {
	noNull()
	json := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0", Info: &huma.Info{Title: "IGNY8", Version: "v1"},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", (&namer{}).schema),
				SecuritySchemes: map[string]*huma.SecurityScheme{"bearer": {
					Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The access token of POST /v1/auth/login/, good for 15 minutes.",
				}},
			},
		},
		// huma calls its own errors problem+json before envelope replaces them.
		Formats:       map[string]huma.Format{"application/json": json, "application/problem+json": json},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{envelope},
	}
}

var noNull = sync.OnceFunc(func() { huma.DefaultArrayNullable = false })
