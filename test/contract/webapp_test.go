package contract_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	webFolder   = "../../web/src"
	webListed   = "testdata/not_in_webapp.json"
	description = "../../docs/openapi.json"
)

// The forms in which the web app calls the API: the typed client, raw, and by hand.
var (
	typedCall  = regexp.MustCompile("\\bapi\\.(GET|POST|PUT|PATCH|DELETE)\\(\\s*['\"`]([^'\"`]+)['\"`]")
	rawCall    = regexp.MustCompile("\\braw\\b[^(\\n]*\\(\\s*'(GET|POST|PUT|PATCH|DELETE)',\\s*['\"`]([^'\"`]+)['\"`]")
	sentCall   = regexp.MustCompile("\\bsend\\(\\s*'(/v1/[^']+)',\\s*\\{\\s*method: '(\\w+)'")
	addressGet = regexp.MustCompile(`new URL\('(/v1/[^']+)'`)
	anyAddress = regexp.MustCompile("['\"`](/v1/[^'\"`]*)['\"`]")
	comment    = regexp.MustCompile(`(?m:^[ \t]*)(/\*(?s:.*?)\*/|//[^\n]*)`)
	filledIn   = regexp.MustCompile(`\$\{[^}]*\}|\{[^}]*\}`)
)

// callsIn are the operations that a file of the web app calls, as "POST /v1/a/{}/b/".
func callsIn(source string) (calls []string, addresses int) {
	source = comment.ReplaceAllString(source, "")
	add := func(method, path string) { calls = append(calls, method+" "+plain(path)) }
	for _, form := range []*regexp.Regexp{typedCall, rawCall} {
		for _, m := range form.FindAllStringSubmatch(source, -1) {
			add(m[1], m[2])
		}
	}
	for _, m := range sentCall.FindAllStringSubmatch(source, -1) {
		add(m[2], m[1])
	}
	for _, m := range addressGet.FindAllStringSubmatch(source, -1) {
		add("GET", m[1])
	}
	return calls, len(anyAddress.FindAllString(source, -1))
}

// plain is a path whose parameters have no names.
func plain(path string) string { return filledIn.ReplaceAllString(path, "{}") }

// described are the operations of the description, their ids by what is called.
func described(t *testing.T) map[string]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(need(os.ReadFile(description))(t), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			out[strings.ToUpper(method)+" "+plain(path)] = op.OperationID
		}
	}
	return out
}

// TestWebApp holds that each operation is called by the web app, or is listed with the reason
// why not, and that the web app calls nothing that there is not.
func TestWebApp(t *testing.T) {
	t.Parallel()
	known, called := described(t), map[string]bool{}
	err := filepath.WalkDir(webFolder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".ts") && !strings.HasSuffix(name, ".tsx") ||
			strings.HasSuffix(name, ".d.ts") || strings.Contains(name, ".test.") {
			return err
		}
		calls, addresses := callsIn(string(need(os.ReadFile(name))(t)))
		if len(calls) != addresses {
			t.Errorf("%s holds %d addresses of the API, and %d of them are seen as calls: write them as the others are, or teach this test their form", name, addresses, len(calls))
		}
		for _, c := range calls {
			if known[c] == "" {
				t.Errorf("%s calls %s, which the API does not have", name, c)
			}
			called[known[c]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var listed map[string]string
	if err := json.Unmarshal(need(os.ReadFile(webListed))(t), &listed); err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Values(known)) {
		reason, ok := listed[id]
		delete(listed, id)
		switch {
		case called[id] && ok:
			t.Errorf("%s is called by the web app: take it out of %s", id, webListed)
		case !called[id] && reason == "":
			t.Errorf("%s is not called by the web app: call it below web/src/api, or say in %s why not", id, webListed)
		}
	}
	for id := range listed {
		t.Errorf("%s lists %s, which the API does not have", webListed, id)
	}
}

// TestCallsIn: each form of a call is seen, and no other text.
func TestCallsIn(t *testing.T) {
	t.Parallel()
	calls, addresses := callsIn("/** `GET /v1/a/` */\n// api.GET('/v1/b/')\n" +
		"api.GET('/v1/c/{id}/', {}); await api.POST(\n  '/v1/d/'); raw<{ data: A & { b?: number } }>('PUT', `/v1/e/${encodeURIComponent(x)}/f/`)\n" +
		"raw('DELETE', '/v1/g/'); send('/v1/h/', {\n method: 'POST' }); new URL('/v1/i/', here); lost('/v1/j/')")
	want := []string{"GET /v1/c/{}/", "POST /v1/d/", "PUT /v1/e/{}/f/", "DELETE /v1/g/", "POST /v1/h/", "GET /v1/i/"}
	if !slices.Equal(calls, want) || addresses != len(want)+1 {
		t.Errorf("calls %v, %d addresses", calls, addresses)
	}
}
