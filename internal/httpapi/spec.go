package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// About is what a document says beyond its operations.
type About struct {
	Title, Version, Description string
	Tags                        []Tag             // in the order of the document
	Names                       map[string]string // of schemas, by package and type: automation.JobView to Job
	Words                       map[string]Words  // by operation
	Examples                    map[string][]Example
}

// Tag is a group of operations.
type Tag struct{ Name, Description string }

// Words are what a document says of an operation beyond its route.
type Words struct {
	Description string   // unless the route has its own
	Codes       []string // stable codes beside those that follow from the route
}

// Example is one call of an operation and its answer, both as they were.
type Example struct {
	Name    string            `json:"name"` // snake_case, unique within the operation
	Summary string            `json:"summary"`
	Path    string            `json:"path"` // with the query
	Header  map[string]string `json:"header,omitempty"`
	Request json.RawMessage   `json:"request,omitempty"`
	Status  int               `json:"status"`
	Heads   map[string]string `json:"answer_header,omitempty"`
	Answer  json.RawMessage   `json:"answer"`
}

// Spec is the OpenAPI 3.1 document of the operations, indented, the same for the same
// operations. It registers them all, which takes about 0.2 ms each: at build time, never
// while a program starts.
func Spec(ops []Operation, about About) (doc []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("openapi: %v", p)
		}
	}()
	w := writer{about: about, names: namer{words: about.Names}}
	c := config()
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", w.names.schema)
	w.api = huma.NewAPI(c, &single{})
	w.failed = w.schemas().Schema(reflect.TypeFor[errorBody](), true, "Error")
	w.head()
	for _, o := range ops {
		if o.raw == nil {
			w.operation(o)
		}
	}
	// huma registers its own error for each operation, though none answers with it.
	for _, t := range []reflect.Type{reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[huma.ErrorDetail]()} {
		delete(w.schemas().Map(), w.names.schema(t, ""))
	}
	w.mend()
	doc, err = json.MarshalIndent(w.api.OpenAPI(), "", " ")
	return append(doc, '\n'), err
}

// writer writes one document.
type writer struct {
	about  About
	names  namer
	api    huma.API
	failed *huma.Schema
}

func (w *writer) schemas() huma.Registry { return w.api.OpenAPI().Components.Schemas }

func (w *writer) head() {
	o := w.api.OpenAPI()
	o.Info = &huma.Info{Title: w.about.Title, Version: w.about.Version, Description: w.about.Description}
	o.Servers = []*huma.Server{
		{URL: "/", Description: "The address that this document is from; paths begin with /v1/"},
		{URL: "/api", Description: "The same, for clients that know it as /api/v1/"},
	}
	for _, t := range w.about.Tags {
		o.Tags = append(o.Tags, &huma.Tag{Name: t.Name, Description: t.Description})
	}
	number := func(text string) *huma.Header {
		return &huma.Header{Description: text, Schema: &huma.Schema{Type: huma.TypeInteger}}
	}
	text := func(text string) *huma.Header {
		return &huma.Header{Description: text, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	o.Components.Headers = map[string]*huma.Header{
		"X-Throttle-Limit":     number("Calls that the route's scope allows in a minute"),
		"X-Throttle-Remaining": number("Calls that are left in this minute"),
		"X-Throttle-Reset":     number("When the minute ends, in seconds since 1970"),
		"X-Request-ID":         text("The request's id, as request_id in the body"),
		"Retry-After":          number("Seconds to wait before the request is sent again"),
		"ETag":                 text("The record's version, for If-Match of a change"),
	}
}

// operation adds one operation with its words, its errors and its examples.
func (w *writer) operation(o Operation) {
	s := o.Spec
	words := w.about.Words[s.ID]
	op := s.operation()
	if op.Description == "" {
		op.Description = words.Description
	}
	op.Description = strings.TrimSpace(op.Description + "\n\n" + s.limits())
	w.names.operation = s.ID
	o.build(w.api, op)
	made := w.made(s)
	delete(made.Responses, "default")
	made.Responses[strconv.Itoa(s.status())].Headers = w.headers(append(heads, o.heads()...)...)
	w.errors(made, s, append(slices.Clone(s.Codes), words.Codes...))
	w.examples(made, w.about.Examples[s.ID])
}

// limits tells how often a route may be called.
func (s RouteSpec) limits() string {
	text := fmt.Sprintf("At most %d calls a minute (scope `%s`)", s.Throttle.Limit(), s.Throttle)
	if s.Strict != "" {
		text += fmt.Sprintf(", and %d for the same e-mail and address (scope `%s`)", s.Strict.Limit(), s.Strict)
	}
	if s.Permission == Public {
		return text + "; no credential is needed."
	}
	return text + fmt.Sprintf("; the least role is `%s`.", s.Permission)
}

// made is the operation in the document; huma has a copy of ours.
func (w *writer) made(s RouteSpec) *huma.Operation {
	item := w.api.OpenAPI().Paths[s.Path]
	return map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete}[s.Method]
}

var heads = []string{"X-Request-ID", "X-Throttle-Limit", "X-Throttle-Remaining", "X-Throttle-Reset"}

func (w *writer) headers(names ...string) map[string]*huma.Param {
	out := map[string]*huma.Param{}
	for _, n := range names {
		out[n] = &huma.Param{Ref: "#/components/headers/" + n}
	}
	return out
}

// CodesOf are the stable codes that a route may answer with: those that follow from what it
// is, and its own.
func CodesOf(s RouteSpec, own ...string) []string {
	out := []string{"invalid", "throttled", "internal", "unavailable"}
	if s.Permission != Public {
		out = append(out, "unauthenticated", "forbidden")
		if !s.AnyStatus {
			out = append(out, "plan_required", "account_suspended")
		}
	}
	if s.Method != http.MethodGet && s.Method != http.MethodDelete {
		out = append(out, "too_large", "body_read", "bad_json", "unsupported_media_type")
	}
	if s.Idempotent {
		out = append(out, "idempotency_key_reused")
	}
	if s.IfMatch {
		out = append(out, CodeChanged)
	}
	out = append(append(out, s.Codes...), own...)
	slices.Sort(out)
	return slices.Compact(out)
}

// errors adds an answer for each status that the operation may fail with, with its codes.
func (w *writer) errors(op *huma.Operation, s RouteSpec, own []string) {
	names := CodesOf(s, own...)
	if strings.Contains(s.Path, "{") || slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "site_id" }) || w.takes(op, "site_id") {
		names = append(names, "not_found")
	}
	by := map[int][]Code{}
	for _, n := range names {
		c, ok := FindCode(n)
		if !ok {
			panic(fmt.Sprintf("operation %s: the code %q is not in internal/httpapi/codes.go", s.ID, n))
		}
		if !slices.Contains(by[c.Status], c) {
			by[c.Status] = append(by[c.Status], c)
		}
	}
	for status, codes := range by {
		r := &huma.Response{
			Content:    map[string]*huma.MediaType{"application/json": {Schema: w.failed}},
			Headers:    w.headers("X-Request-ID"),
			Extensions: map[string]any{},
		}
		lines, list := make([]string, len(codes)), make([]string, len(codes))
		for i, c := range codes {
			lines[i], list[i] = "`"+c.Name+"`: "+c.Means, c.Name
		}
		r.Description, r.Extensions["x-codes"] = strings.Join(lines, "\n\n"), list
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			r.Headers = w.headers(append(heads, "Retry-After")...)
		}
		op.Responses[strconv.Itoa(status)] = w.shared(strconv.Itoa(status)+"."+strings.Join(list, "."), r)
	}
}

// shared keeps an answer that many operations have once.
func (w *writer) shared(name string, r *huma.Response) *huma.Response {
	c := w.api.OpenAPI().Components
	if c.Responses == nil {
		c.Responses = map[string]*huma.Response{}
	}
	if c.Responses[name] == nil {
		c.Responses[name] = r
	}
	return &huma.Response{Ref: "#/components/responses/" + name}
}

// takes tells whether the body of an operation has a field.
func (w *writer) takes(op *huma.Operation, field string) bool {
	if op.RequestBody == nil {
		return false
	}
	s := op.RequestBody.Content["application/json"].Schema
	if s.Ref != "" {
		s = w.schemas().SchemaFromRef(s.Ref)
	}
	return s.Properties[field] != nil
}

// examples puts calls and answers where readers look for them.
func (w *writer) examples(op *huma.Operation, all []Example) {
	for _, x := range all {
		status := strconv.Itoa(x.Status)
		r := op.Responses[status]
		if r == nil {
			panic(fmt.Sprintf("operation %s: the example %s answers %s, which the document does not tell of", op.OperationID, x.Name, status))
		}
		name := x.Name
		if shared, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
			r = w.api.OpenAPI().Components.Responses[shared]
			name = op.OperationID + "." + x.Name
		}
		at := r.Content["application/json"]
		if at.Examples == nil {
			at.Examples = map[string]*huma.Example{}
		}
		shown := &huma.Example{Summary: x.Summary, Value: x.Answer, Extensions: map[string]any{"x-request": op.Method + " " + x.Path}}
		at.Examples[name] = shown
		if len(x.Request) == 0 || op.RequestBody == nil {
			continue
		}
		if x.Status >= http.StatusBadRequest { // what is refused is no example to follow
			shown.Extensions["x-request-body"] = x.Request
			continue
		}
		body := op.RequestBody.Content["application/json"]
		if body.Examples == nil {
			body.Examples = map[string]*huma.Example{}
		}
		body.Examples[x.Name] = &huma.Example{Summary: x.Summary, Value: x.Request, Extensions: map[string]any{"x-status": x.Status}}
	}
}

// mend makes schemas say what answers hold: no kept fields (see public), and null where a
// pointer is always shown.
func (w *writer) mend() {
	for name, s := range w.schemas().Map() {
		t := w.schemas().TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, gone := range hidden(t) {
			delete(s.Properties, gone)
			s.Required = slices.DeleteFunc(s.Required, func(r string) bool { return r == gone })
		}
		for _, f := range shown(t) {
			p := s.Properties[f.json]
			if p != nil && p.Ref != "" && f.Type.Kind() == reflect.Pointer && !f.omit {
				s.Properties[f.json] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}, Description: p.Description}
			}
		}
	}
}

// Document is GET /v1/openapi.json: a document made at build time.
func Document(doc []byte) Operation {
	return Raw(RouteSpec{
		ID: "openapi", Method: http.MethodGet, Path: "/v1/openapi.json", Permission: Public,
		Throttle: ThrottleDefault, Summary: "This interface as an OpenAPI document", Tags: []string{"system"},
	}, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(doc) })
}
