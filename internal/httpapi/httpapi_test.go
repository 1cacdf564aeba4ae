package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
)

type thing struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

type thingInput struct {
	Body struct {
		Name   string   `json:"name" minLength:"2" maxLength:"20"`
		Email  string   `json:"email,omitempty" format:"email"`
		Count  int      `json:"count" minimum:"1" maximum:"9"`
		Colour string   `json:"colour,omitempty" enum:"red,blue"`
		Tags   []string `json:"tags,omitempty" maxItems:"2"`
	}
}

// ThrottleKey counts by name.
func (in *thingInput) ThrottleKey() string { return in.Body.Name }

type byID struct {
	ID string `path:"id"`
}

type listThings struct {
	httpapi.ListQuery
	Name string `query:"name"`
}

func spec(id, method, path string, least account.Role) httpapi.RouteSpec {
	return httpapi.RouteSpec{ID: id, Method: method, Path: path, Permission: least, Throttle: httpapi.ThrottleDefault, Summary: id, Tags: []string{"things"}}
}

var kinds = map[string]error{
	"invalid": errs.Field("name", "is taken"), "unauthenticated": errs.New(errs.Unauthenticated, "", ""),
	"forbidden": errs.New(errs.Forbidden, "", ""), "notfound": errs.New(errs.NotFound, "", ""),
	"conflict": errs.New(errs.Conflict, "busy", "it runs already"), "credits": errs.New(errs.Exhausted, "credits", "5 credits are needed"),
	"rate": errs.New(errs.Exhausted, "throttled", "").After(1500 * time.Millisecond), "unavailable": errs.New(errs.Unavailable, "", "").After(2 * time.Second),
	"internal": &errs.Error{Kind: errs.Internal, Message: "secret detail", Fields: map[string][]string{"secret": {"x"}}},
	"unknown":  errors.New("secret detail"),
}

func things() []httpapi.Operation {
	create := spec("create_thing", http.MethodPost, "/v1/things/", account.Editor)
	create.Status, create.Idempotent, create.Strict = http.StatusCreated, true, httpapi.ThrottleAuthStrict
	small := spec("small", http.MethodPut, "/v1/small/", account.Editor)
	small.MaxBody = 100
	anyStatus := spec("own", http.MethodGet, "/v1/own/", account.Viewer)
	anyStatus.AnyStatus, anyStatus.Message = true, "done so"
	echo := func(_ context.Context, _ account.Scope, in *thingInput) (thing, error) {
		return thing{Name: in.Body.Name, Count: in.Body.Count}, nil
	}
	return []httpapi.Operation{
		httpapi.Route(create, echo),
		httpapi.Route(small, echo),
		httpapi.Route(spec("get_thing", http.MethodGet, "/v1/things/{id}/", account.Viewer), func(_ context.Context, s account.Scope, in *byID) (thing, error) {
			if in.ID == "panic" {
				panic("boom")
			}
			return thing{ID: in.ID, Name: s.Account()}, kinds[in.ID]
		}),
		httpapi.Route(spec("admin_thing", http.MethodDelete, "/v1/things/{id}/", account.Admin), func(_ context.Context, _ account.Scope, _ *byID) (struct{}, error) {
			return struct{}{}, nil
		}),
		httpapi.ListRoute(spec("list_things", http.MethodGet, "/v1/things/", account.Viewer), func(_ context.Context, _ account.Scope, in *listThings) (httpapi.Page[thing], error) {
			var all []thing
			for i := range 25 {
				all = append(all, thing{ID: fmt.Sprintf("t%02d", i), Name: []string{"Ape", "bee", "Cat"}[i%3], Count: i % 5})
			}
			return httpapi.Lister[thing]{
				Keep: func(x thing) bool { return in.Name == "" || x.Name == in.Name },
				Text: func(x thing) []string { return []string{x.Name} },
				Order: map[string]func(a, b thing) int{
					"name":  func(a, b thing) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
					"count": func(a, b thing) int { return a.Count - b.Count },
				},
			}.Page(all, in.ListQuery)
		}),
		httpapi.Route(anyStatus, func(_ context.Context, _ account.Scope, _ *struct{}) (thing, error) { return thing{}, nil }),
		httpapi.Route(spec("bad_answer", http.MethodGet, "/v1/bad/", httpapi.Public), func(_ context.Context, _ account.Scope, _ *struct{}) (map[string]any, error) {
			return map[string]any{"f": func() {}}, nil
		}),
		httpapi.Ping("1.2.3", apitestClock{}),
		httpapi.Document([]byte(`{"openapi":"3.1.0"}`)),
	}
}

type apitestClock struct{}

func (apitestClock) Now() time.Time { return time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC) }

const viewer, editor, admin = apitest.As("viewer@acc_1"), apitest.As("editor@acc_1"), apitest.As("admin@acc_1")

// scenarios are every way to ask and to fail; the lazy and the eager handler run them all.
func scenarios() []apitest.Scenario {
	ok := `{"name":"hat","count":3}`
	big := `{"name":"hat","count":3,"email":"` + strings.Repeat("x", 200) + `"}`
	s := []apitest.Scenario{
		{Name: "created", As: editor, Method: "POST", Path: "/v1/things/", Body: ok, Status: 201, Has: []string{`"success":true`, `"data":{"id":"","name":"hat","count":3}`, `"request_id":"req_`}, Not: []string{"message", "$schema"}, Heads: map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Throttle-Limit": "*", "X-Throttle-Remaining": "*", "X-Throttle-Reset": "*", "X-Request-ID": "*"}},
		{Name: "alias", As: editor, Method: "POST", Path: "/api/v1/things", Body: ok, Status: 201, Has: []string{`"success":true`}},
		{Name: "no slash", As: viewer, Method: "GET", Path: "/v1/things/t1", Status: 200, Has: []string{`"id":"t1","name":"acc_1"`}},
		{Name: "message", As: viewer, Method: "GET", Path: "/v1/own/", Status: 200, Has: []string{`"message":"done so"`}},
		{Name: "no type", As: editor, Method: "POST", Path: "/v1/things/", Body: ok, Header: map[string]string{"Content-Type": ""}, Status: 201},
		{Name: "other type", As: editor, Method: "POST", Path: "/v1/things/", Body: ok, Header: map[string]string{"Content-Type": "text/plain"}, Status: 415, Has: []string{`"code":"unsupported_media_type"`}},
		{Name: "odd accept", As: editor, Method: "POST", Path: "/v1/things/", Body: ok, Header: map[string]string{"Accept": "text/html"}, Status: 201, Heads: map[string]string{"Content-Type": "application/json"}},
		{Name: "fields", As: editor, Method: "POST", Path: "/v1/things/", Body: `{"name":"h","count":10,"colour":"green","tags":["a","b","c"],"email":"hunter2","more":1}`, Status: 400,
			Has: []string{`"success":false`, `"code":"invalid"`, `"name":["has to have at least 2 characters"]`, `"count":["has to be at most 9"]`, `"colour":["has to be one of: red, blue"]`, `"tags":["has to have at most 2 entries"]`, `"more":["is not a known field"]`, `"email":["is not an e-mail address"]`}, Not: []string{"hunter2", "expected", "$schema", "green"}},
		{Name: "missing", As: editor, Method: "POST", Path: "/v1/things/", Body: `{}`, Status: 400, Has: []string{`"name":["is required"]`, `"count":["is required"]`, `"error":"count: is required; name: is required"`}},
		{Name: "wrong kind", As: editor, Method: "POST", Path: "/v1/things/", Body: `{"name":7,"count":"many"}`, Status: 400, Has: []string{`"name":["has to be text"]`, `"count":["has to be a number"]`}},
		{Name: "bad JSON", As: editor, Method: "POST", Path: "/v1/things/", Body: "{\n  \"name\": hat}", Status: 400, Has: []string{`"code":"bad_json"`, "line 2, column 11"}, Not: []string{"hat}"}},
		{Name: "no body", As: editor, Method: "POST", Path: "/v1/things/", Status: 400, Has: []string{"a JSON body is required"}},
		{Name: "null", As: editor, Method: "POST", Path: "/v1/things/", Body: "null", Status: 400, Has: []string{"has to be a JSON object"}},
		{Name: "too large", As: editor, Method: "PUT", Path: "/v1/small/", Body: big, Status: 413, Has: []string{`"code":"too_large"`, "100 bytes"}},
		{Name: "at the limit", As: editor, Method: "PUT", Path: "/v1/small/", Body: ok + strings.Repeat(" ", 100-len(ok)), Status: 200},
		{Name: "over the default limit", As: editor, Method: "POST", Path: "/v1/things/", Body: `"` + strings.Repeat("x", httpapi.DefaultMaxBody) + `"`, Status: 413},
		{Name: "nobody", Method: "GET", Path: "/v1/things/", Status: 401, Has: []string{`"code":"unauthenticated"`}, Heads: map[string]string{"WWW-Authenticate": "*"}},
		{Name: "bad token", As: "x", Method: "GET", Path: "/v1/things/", Status: 401},
		{Name: "large body of nobody", Method: "PUT", Path: "/v1/small/", Body: big, Status: 401},
		{Name: "weak", As: viewer, Method: "POST", Path: "/v1/things/", Body: ok, Status: 403, Has: []string{`"code":"forbidden"`, "editor", "viewer"}},
		{Name: "weak 2", As: editor, Method: "DELETE", Path: "/v1/things/t1/", Status: 403},
		{Name: "strong", As: admin, Method: "DELETE", Path: "/v1/things/t1/", Status: 200, Has: []string{`"data":{}`}},
		{Name: "blocked", As: "blocked:editor@acc_1", Method: "GET", Path: "/v1/things/", Status: 402, Has: []string{`"code":"plan_required"`}},
		{Name: "blocked may", As: "blocked:editor@acc_1", Method: "GET", Path: "/v1/own/", Status: 200},
		{Name: "unknown path", As: admin, Method: "GET", Path: "/v1/nothing/", Status: 404, Has: []string{`"code":"not_found"`, `"success":false`}, Heads: map[string]string{"Content-Type": "application/json"}},
		{Name: "root", Method: "GET", Path: "/", Status: 404},
		{Name: "doubled slash", As: admin, Method: "GET", Path: "/v1//things/", Status: 404, Has: []string{`"success":false`}},
		{Name: "dots", As: admin, Method: "GET", Path: "/v1/x/../things/", Status: 404, Has: []string{`"success":false`}},
		{Name: "unknown method", As: admin, Method: "PATCH", Path: "/v1/things/", Status: 405, Has: []string{`"code":"method_not_allowed"`}, Heads: map[string]string{"Allow": "GET, POST, OPTIONS"}},
		{Name: "options", Method: "OPTIONS", Path: "/v1/things/", Status: 204, Heads: map[string]string{"Allow": "GET, POST, OPTIONS"}},
		{Name: "panic", As: viewer, Method: "GET", Path: "/v1/things/panic/", Status: 500, Has: []string{`"code":"internal"`, `"request_id":"req_`}, Not: []string{"boom"}},
		{Name: "answer that is no JSON", Method: "GET", Path: "/v1/bad/", Status: 500, Has: []string{`"code":"internal"`}, Not: []string{"marshaling", "func"}},
		{Name: "ping", Method: "GET", Path: "/v1/system/ping/", Status: 200, Has: []string{`"data":{"pong":true,"version":"1.2.3","time":"2026-05-04T10:00:00Z"}`}},
		{Name: "document", Method: "GET", Path: "/v1/openapi.json", Status: 200, Has: []string{`"openapi":"3.1.0"`}},
		{Name: "key too long", As: editor, Method: "POST", Path: "/v1/things/", Body: ok, Header: map[string]string{"Idempotency-Key": strings.Repeat("k", 129)}, Status: 400, Has: []string{"Idempotency-Key"}},
	}
	return append(s, kindScenarios()...)
}

func kindScenarios() []apitest.Scenario {
	get := func(kind string, status int, has ...string) apitest.Scenario {
		return apitest.Scenario{Name: kind, As: viewer, Method: "GET", Path: "/v1/things/" + kind + "/", Status: status, Has: append(has, `"success":false`), Not: []string{"secret", `"data"`}}
	}
	rate, away := get("rate", 429, `"code":"throttled"`), get("unavailable", 503, `"code":"unavailable"`)
	rate.Heads, away.Heads = map[string]string{"Retry-After": "2"}, map[string]string{"Retry-After": "2"}
	return []apitest.Scenario{
		get("invalid", 400, `"errors":{"name":["is taken"]}`), get("unauthenticated", 401), get("forbidden", 403), get("notfound", 404),
		get("conflict", 409, `"code":"busy"`, `"error":"it runs already"`), get("credits", 402, `"code":"credits"`), rate, away,
		get("internal", 500, `"code":"internal"`), get("unknown", 500, `"code":"internal"`, "something went wrong on our side"),
	}
}

func TestChain(t *testing.T) {
	t.Parallel()
	for _, eager := range []bool{true, false} {
		k := apitest.NewKit(t)
		h := k.Handler(t, things(), func(o *httpapi.Options) { o.Eager = eager })
		for _, s := range scenarios() {
			t.Run(fmt.Sprintf("eager=%v/%s", eager, s.Name), func(t *testing.T) { s.Run(t, h) })
		}
	}
}

func TestLazyEqualsEager(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	eager := k.Handler(t, things())
	lazy := k.Handler(t, things(), func(o *httpapi.Options) { o.Eager = false })
	var wg sync.WaitGroup
	for _, s := range scenarios() {
		for range 3 { // first hits at once
			wg.Go(func() {
				a := apitest.Do(eager, s.As, s.Method, s.Path, s.Body, s.Header)
				b := apitest.Do(lazy, s.As, s.Method, s.Path, s.Body, s.Header)
				if x, y := plain(a.Body.Bytes()), plain(b.Body.Bytes()); a.Code != b.Code || x != y {
					t.Errorf("%s: eager %d %s, lazy %d %s", s.Name, a.Code, x, b.Code, y)
				}
			})
		}
	}
	wg.Wait()
}

// plain is a body without its request id.
func plain(body []byte) string {
	i := bytes.Index(body, []byte(`"request_id":"`))
	if i < 0 {
		return string(body)
	}
	return string(body[:i]) + string(body[i+14+30:])
}

func TestPermissionsWalk(t *testing.T) {
	t.Parallel()
	apitest.Walk(t, apitest.NewKit(t), things())
}

func TestHead(t *testing.T) {
	t.Parallel()
	h := apitest.NewKit(t).Handler(t, things())
	get, head := apitest.Do(h, viewer, "GET", "/v1/things/t1/", "", nil), apitest.Do(h, viewer, "HEAD", "/v1/things/t1/", "", nil)
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") {
		t.Errorf("HEAD: %d, %d bytes, Content-Length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	h := k.Handler(t, things(), func(o *httpapi.Options) { o.ThrottleFactor = 1 })
	for i := range 100 {
		if w := apitest.Do(h, viewer, "GET", "/v1/things/t1/", "", nil); w.Code != 200 || w.Header().Get("X-Throttle-Remaining") != fmt.Sprint(99-i) {
			t.Fatalf("call %d: %d, remaining %s", i, w.Code, w.Header().Get("X-Throttle-Remaining"))
		}
	}
	k.Clock.Advance(45 * time.Second)
	over := apitest.Scenario{Name: "over", As: viewer, Method: "GET", Path: "/v1/things/t1/", Status: 429, Has: []string{`"code":"throttled"`}, Heads: map[string]string{"Retry-After": "15", "X-Throttle-Remaining": "0", "X-Throttle-Limit": "100", "X-Throttle-Reset": "1777888860"}}
	over.Run(t, h)
	apitest.Scenario{Name: "another account", As: "viewer@acc_2", Method: "GET", Path: "/v1/things/t1/", Status: 200}.Run(t, h)
	k.Clock.Advance(15 * time.Second)
	apitest.Scenario{Name: "next minute", As: viewer, Method: "GET", Path: "/v1/things/t1/", Status: 200}.Run(t, h)
	for i := range 6 {
		want := 201
		if i == 5 {
			want = 429
		}
		apitest.Scenario{Name: "strict", As: editor, Method: "POST", Path: "/v1/things/", Body: `{"name":"hat","count":3}`, Status: want}.Run(t, h)
	}
	apitest.Scenario{Name: "strict by key", As: editor, Method: "POST", Path: "/v1/things/", Body: `{"name":"cap","count":3}`, Status: 201}.Run(t, h)
}

func TestWrongTokensAreThrottled(t *testing.T) {
	t.Parallel()
	h := apitest.NewKit(t).Handler(t, things(), func(o *httpapi.Options) { o.ThrottleFactor = 1 })
	for i := range 101 {
		want := 401
		if i == 100 {
			want = 429
		}
		if w := apitest.Do(h, "wrong", "GET", "/v1/things/t1/", "", nil); w.Code != want {
			t.Fatalf("call %d: %d, want %d", i, w.Code, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	h := apitest.NewKit(t).Handler(t, things())
	for _, c := range []struct {
		query, next, previous, first string
		count, rows                  int
	}{
		{"", "/v1/things/?page=2", "", "t00", 25, 10},
		{"?page=3", "", "/v1/things/?page=2", "t20", 25, 5},
		{"?page=9", "", "/v1/things/?page=3", "", 25, 0},
		{"?page_size=1000", "", "", "t00", 25, 25},
		{"?search=BEE&page_size=3", "/v1/things/?page=2&page_size=3&search=BEE", "", "t01", 8, 3},
		{"?name=Cat", "", "", "t02", 8, 8},
		{"?ordering=-name,-count", "/v1/things/?ordering=-name%2C-count&page=2", "", "t14", 25, 10},
		{"?page=99999999999", "", "", "", 0, 0},
	} {
		w := apitest.Do(h, viewer, "GET", "/v1/things/"+c.query, "", nil)
		var got struct {
			Count          int
			Next, Previous *string
			Results        []thing
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if c.query == "?page=99999999999" {
			if w.Code != 200 || got.Results == nil || len(got.Results) != 0 {
				t.Errorf("a page far away: %d %s", w.Code, w.Body)
			}
			continue
		}
		first := ""
		if len(got.Results) > 0 {
			first = got.Results[0].ID
		}
		if w.Code != 200 || got.Count != c.count || len(got.Results) != c.rows || first != c.first || text(got.Next) != c.next || text(got.Previous) != c.previous {
			t.Errorf("%s: %d %s", c.query, w.Code, w.Body)
		}
	}
	for _, q := range []string{"?page=0", "?page=x", "?ordering=age", "?page_size=-1"} {
		apitest.Scenario{Name: q, As: viewer, Method: "GET", Path: "/v1/things/" + q, Status: 400, Has: []string{`"errors":{"`}}.Run(t, h)
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestFaultsAreLoggedOnce(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	var log bytes.Buffer
	h := k.Handler(t, things(), func(o *httpapi.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	apitest.Do(h, viewer, "GET", "/v1/things/unknown/", "", nil)
	if n := strings.Count(log.String(), "secret detail"); n != 1 || !strings.Contains(log.String(), `route="GET /v1/things/{id}"`) || !strings.Contains(log.String(), "account=acc_1") {
		t.Errorf("logged %d times:\n%s", n, &log)
	}
	log.Reset()
	apitest.Do(h, editor, "POST", "/v1/things/?token=abc", `{"name":"hunter2","count":100}`, nil)
	if strings.Contains(log.String(), "hunter2") || strings.Contains(log.String(), "abc") || strings.Contains(log.String(), "Bearer") {
		t.Errorf("the log holds what a client sent:\n%s", &log)
	}
}

func TestCheckRoutes(t *testing.T) {
	t.Parallel()
	good := spec("a", "GET", "/v1/a/", account.Viewer)
	for name, change := range map[string]func(*httpapi.RouteSpec){
		"no permission": func(s *httpapi.RouteSpec) { s.Permission = "" }, "no throttle": func(s *httpapi.RouteSpec) { s.Throttle = "fast" },
		"path": func(s *httpapi.RouteSpec) { s.Path = "/v1/a" }, "no summary": func(s *httpapi.RouteSpec) { s.Summary = "" },
		"no id": func(s *httpapi.RouteSpec) { s.ID = "" }, "idempotent GET": func(s *httpapi.RouteSpec) { s.Idempotent = true },
	} {
		bad := good
		change(&bad)
		if httpapi.CheckRoutes([]httpapi.Operation{httpapi.Route(bad, func(context.Context, account.Scope, *struct{}) (thing, error) { return thing{}, nil })}) == nil {
			t.Errorf("%s: no fault found", name)
		}
	}
	op := httpapi.Route(good, func(context.Context, account.Scope, *struct{}) (thing, error) { return thing{}, nil })
	if httpapi.CheckRoutes([]httpapi.Operation{op, op}) == nil || httpapi.CheckRoutes([]httpapi.Operation{op}) != nil {
		t.Error("doubled route not found, or a good one refused")
	}
}

func TestEagerFindsUndeclaredPathParts(t *testing.T) {
	t.Parallel()
	type hidden struct {
		ID string `path:"id"`
	}
	type input struct{ hidden }
	op := httpapi.Route(spec("a", "GET", "/v1/a/{id}/", account.Viewer), func(_ context.Context, _ account.Scope, in *input) (thing, error) { return thing{ID: in.ID}, nil })
	if _, err := httpapi.New(apitest.NewKit(t).Options([]httpapi.Operation{op})); err == nil {
		t.Error("no fault found")
	}
}

func TestSpec(t *testing.T) {
	t.Parallel()
	one, err := httpapi.Spec(things(), httpapi.About{})
	if err != nil {
		t.Fatal(err)
	}
	two, err := httpapi.Spec(things(), httpapi.About{})
	if err != nil || !bytes.Equal(one, two) {
		t.Error("the document differs from call to call", err)
	}
	for _, want := range []string{`"openapi": "3.1.0"`, `"/v1/things/{id}/"`, `"x-permission": "editor"`, `"Idempotency-Key"`, `"ErrorBody"`, `"bearer"`, `"/v1/system/ping/"`} {
		if !bytes.Contains(one, []byte(want)) {
			t.Errorf("the document lacks %s", want)
		}
	}
	for _, not := range []string{"ErrorModel", "$schema", "problem+json", `"422"`} {
		if bytes.Contains(one, []byte(not)) {
			t.Errorf("the document must not hold %s", not)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	for _, s := range scenarios() {
		if len(s.Body) < 10_000 {
			f.Add(s.Body)
		}
	}
	f.Add("{\"name\":\"\xff\",\"count\":1e400}")
	f.Add(strings.Repeat("[", 20_000))
	h := apitest.NewKit(f).Handler(f, things())
	f.Fuzz(func(t *testing.T, body string) {
		w := apitest.Do(h, editor, "POST", "/v1/things/", body, nil)
		var got struct {
			Success   bool   `json:"success"`
			Code      string `json:"code"`
			Error     string `json:"error"`
			RequestID string `json:"request_id"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.RequestID == "" {
			t.Fatalf("%.200q: no envelope: %s", body, w.Body)
		}
		if w.Code != 201 && (w.Code != 400 && w.Code != 413 || got.Success || got.Code == "" || got.Error == "") {
			t.Fatalf("%.200q: %d %s", body, w.Code, w.Body)
		}
	})
}
