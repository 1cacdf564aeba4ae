package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/igny8/igny8/internal/account"
)

// Public is the permission of a route that anyone may call, without a credential.
const Public account.Role = "public"

// RouteSpec is a route as data: who may call it, how often, and how it is described. One
// test walks all of them.
type RouteSpec struct {
	ID          string        // operation id, snake_case, unique over all routes
	Method      string        // GET, POST, PUT, PATCH, DELETE
	Path        string        // "/v1/auth/sites/{id}/", with the slash at its end
	Permission  account.Role  // the least role, or Public; never empty
	Throttle    ThrottleScope // which counter a call goes to; never empty
	Strict      ThrottleScope // a second counter, by the input's ThrottleKey and the address
	Idempotent  bool          // takes an Idempotency-Key header: on routes that create or spend
	IfMatch     bool          // takes an If-Match header: changes a record whose answers have an ETag
	Codes       []string      // stable codes of its errors, beside those of every route (see CodesOf)
	AnyStatus   bool          // may be called while the account is blocked (billing, own profile)
	Status      int           // of success; 0 is 200
	MaxBody     int64         // bytes; 0 is 1 MB
	Summary     string
	Description string
	Tags        []string
	Message     string // goes into the answer's message
}

// Operation is a route with its handler. Make it with Route, ListRoute or Raw.
type Operation struct {
	Spec  RouteSpec
	build func(api huma.API, op huma.Operation)
	raw   http.HandlerFunc
	input reflect.Type
	tag   bool // its answers have an ETag
}

// heads are the headers of its answers beyond those of every route.
func (o Operation) heads() []string {
	if o.tag {
		return []string{"ETag"}
	}
	return nil
}

// Tagged tells whether its answers have an ETag, for If-Match of a change.
func (o Operation) Tagged() bool { return o.tag }

// ThrottleKeyer is an input that says by what a strict throttle counts it, such as the
// e-mail of a login.
type ThrottleKeyer interface{ ThrottleKey() string }

// Route makes an operation that answers {success, data, message?, request_id}. I is a
// struct with huma's tags (path, query, header, cookie, Body); O is what goes into data.
// Errors of fn are errs kinds.
func Route[I, O any](spec RouteSpec, fn func(ctx context.Context, s account.Scope, in *I) (O, error)) Operation {
	_, tag := any(*new(O)).(Tagged)
	return Operation{Spec: spec, input: reflect.TypeFor[I](), tag: tag, build: func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply[dataBody[O]], error) {
			x := exchangeOf(ctx)
			if err := x.strict(spec, in); err != nil {
				return nil, x.failure(ctx, err)
			}
			out, err := fn(ctx, x.principal.Scope, in)
			if err != nil {
				return nil, x.failure(ctx, err)
			}
			if t, ok := any(out).(Tagged); ok {
				x.header.Set("ETag", t.ETag())
			}
			return &reply[dataBody[O]]{Status: spec.status(), Body: dataBody[O]{Success: true, Data: out, Message: spec.Message, RequestID: x.id}}, nil
		})
	}}
}

// ListRoute makes an operation that answers {success, count, next, previous, results,
// request_id}. I should embed ListQuery, so that page and page_size are taken.
func ListRoute[I, T any](spec RouteSpec, fn func(ctx context.Context, s account.Scope, in *I) (Page[T], error)) Operation {
	return Operation{Spec: spec, input: reflect.TypeFor[I](), build: func(api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply[listBody[T]], error) {
			x := exchangeOf(ctx)
			page, err := fn(ctx, x.principal.Scope, in)
			if err != nil {
				return nil, x.failure(ctx, err)
			}
			body := listBody[T]{Success: true, Count: page.Count, Results: page.Results, RequestID: x.id}
			if body.Results == nil {
				body.Results = []T{}
			}
			body.Next, body.Previous = page.links(x.url)
			return &reply[listBody[T]]{Status: spec.status(), Body: body}, nil
		})
	}}
}

// Raw makes an operation whose handler writes the answer itself; it is not in the OpenAPI
// document. For files and documents only.
func Raw(spec RouteSpec, h http.HandlerFunc) Operation { return Operation{Spec: spec, raw: h} }

func (s RouteSpec) status() int {
	if s.Status == 0 {
		return http.StatusOK
	}
	return s.Status
}

func (s RouteSpec) pattern() string { return s.Method + " " + trimSlash(s.Path) }

// operation is the route as huma knows it; its path keeps the slash for the document.
func (s RouteSpec) operation() huma.Operation {
	op := huma.Operation{
		OperationID: s.ID, Method: s.Method, Path: s.Path, Summary: s.Summary, Description: s.Description,
		Tags: s.Tags, DefaultStatus: s.status(), MaxBodyBytes: -1,
		Extensions: map[string]any{"x-permission": string(s.Permission), "x-throttle": string(s.Throttle)},
	}
	if s.Permission != Public {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	header := func(name, example, text string) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Example: example, Description: text})
	}
	if s.Idempotent {
		header("Idempotency-Key", "socks-2026-05-04", "A name of your choice for this request, 1 to 128 visible ASCII characters: sent again within 24 hours, it gives what the first one made, and nothing is done or paid twice.")
	}
	if s.IfMatch {
		header("If-Match", `"3"`, "The ETag of the record as you read it: when others changed it meanwhile, nothing is done, and the answer is 412.")
	}
	return op
}

// CheckRoutes tells what is wrong with a route table: missing permission or throttle,
// doubled ids or paths, a path of another form. nil when all is well.
func CheckRoutes(ops []Operation) error {
	var all []error
	ids, patterns := map[string]bool{}, map[string]bool{}
	for _, o := range ops {
		s := o.Spec
		bad := func(text string) { all = append(all, fmt.Errorf("route %s %s (%s): %s", s.Method, s.Path, s.ID, text)) }
		if s.ID == "" || ids[s.ID] {
			bad("id is empty or taken")
		}
		if patterns[s.pattern()] {
			bad("method and path are taken")
		}
		ids[s.ID], patterns[s.pattern()] = true, true
		if s.Permission != Public && !s.Permission.AtLeast(account.Viewer) {
			bad("no permission")
		}
		if s.Throttle.Limit() == 0 || (s.Strict != "" && s.Strict.Limit() == 0) {
			bad("no throttle scope")
		}
		if !strings.HasPrefix(s.Path, "/v1/") || (o.raw == nil && !strings.HasSuffix(s.Path, "/")) {
			bad("the path has to begin with /v1/ and end with /")
		}
		if s.Summary == "" || len(s.Tags) == 0 {
			bad("no summary or no tag")
		}
		if s.Idempotent && s.Method == http.MethodGet {
			bad("a GET route can't be idempotent by key")
		}
	}
	return errors.Join(all...)
}
