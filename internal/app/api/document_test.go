package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/igny8/igny8/docs"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/reference"
)

type document struct {
	Info    struct{ Title, Version, Description string }
	Servers []struct{ URL string }
	Tags    []struct{ Name, Description string }
	Paths   map[string]map[string]struct {
		ID, Summary, Description string
		OperationID              string
		Tags                     []string
		Responses                map[string]json.RawMessage
	}
	Components struct{ Schemas map[string]json.RawMessage }
}

func readDocument(t *testing.T) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(docs.OpenAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWhole: each operation is described, and its tag, its limits and its errors.
func TestWhole(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	if d.Info.Title == "" || d.Info.Version == "" || d.Info.Description == "" || len(d.Servers) == 0 {
		t.Errorf("head: %+v", d.Info)
	}
	known := map[string]bool{}
	for _, x := range d.Tags {
		known[x.Name] = x.Description != ""
	}
	n := 0
	for path, methods := range d.Paths {
		for method, o := range methods {
			n++
			name := method + " " + path
			if o.Summary == "" || !strings.Contains(o.Description, "calls a minute") || strings.HasPrefix(o.Description, "At most") {
				t.Errorf("%s is not described: write it into internal/app/api/words_%s.go", name, api.Group(path))
			}
			if len(o.Tags) != 1 || !known[o.Tags[0]] {
				t.Errorf("%s: the tag %v is not described in internal/app/api/document.go", name, o.Tags)
			}
			for _, status := range []string{"400", "429", "500", "503"} {
				if o.Responses[status] == nil {
					t.Errorf("%s does not tell of %s", name, status)
				}
			}
			if o.Responses["default"] != nil {
				t.Errorf("%s has an answer for no status in particular", name)
			}
		}
	}
	if want := len(api.Operations(api.Deps{})); n != want {
		t.Errorf("%d operations in the document, %d routes", n, want)
	}
}

var schemaWord = regexp.MustCompile(`^([A-Z]+[a-z0-9]*)+$`)

// TestSchemas: names are words, lists are never null, and nothing that only the program
// needs is told.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for name, text := range readDocument(t).Components.Schemas {
		if !schemaWord.MatchString(name) || strings.Contains(name, "Body") || strings.Contains(name, "Input") || strings.Contains(name, "Struct") {
			t.Errorf("the schema %s is not called in the words of the field: see names in internal/app/api/document.go", name)
		}
		if bytes.Contains(text, []byte(`"array", "null"`)) || regexp.MustCompile(`"array",\s+"null"`).Match(text) {
			t.Errorf("%s has a list that may be null", name)
		}
		for _, kept := range []string{"token", "token_at", "review_wave", "publish_input", "publish_try", "prompts_attempt", "deleted", "execution", "waves"} {
			if bytes.Contains(text, []byte(`"`+kept+`":`)) {
				t.Errorf(`%s tells of %s, which no client needs: give the field the tag api:"-"`, name, kept)
			}
		}
	}
}

// TestExamples: what test/contract has made is what readers find.
func TestExamples(t *testing.T) {
	t.Parallel()
	all := need[map[string][]httpapi.Example](t)(api.Examples())
	text, made := string(docs.OpenAPI), 0
	for id, list := range all {
		made += len(list)
		for _, x := range list {
			name := x.Name
			if x.Status >= 400 {
				name = id + "." + name // answers that many operations share
			}
			if !strings.Contains(text, fmt.Sprintf("%q: {\n", name)) {
				t.Errorf("%s: the example %s is not in the document: make docs", id, x.Name)
			}
		}
	}
	if got := strings.Count(text, `"x-request"`); got != made {
		t.Errorf("%d examples in the document, %d were made", got, made)
	}
}

// TestPage: the page has every operation and every example, asks nobody else for anything,
// and its policy lets just its own style and script be used.
func TestPage(t *testing.T) {
	t.Parallel()
	h := apitest.NewKit(t).Handler(t, []httpapi.Operation{reference.Operation(docs.Reference), httpapi.Document(docs.OpenAPI)})
	for _, path := range []string{"/v1/docs", "/v1/docs/", "/api/v1/docs"} {
		if res := apitest.Do(h, "", http.MethodGet, path, "", nil); res.Code != http.StatusOK || res.Header().Get("Content-Type") != "text/html; charset=utf-8" || res.Header().Get("Content-Security-Policy") != reference.Policy() {
			t.Errorf("%s: %d %v", path, res.Code, res.Header())
		}
	}
	root, err := html.Parse(bytes.NewReader(docs.Reference))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				links = append(links, a.Val[1:])
			case a.Key == "src", a.Key == "href" && !strings.HasPrefix(a.Val, "/v1/") && a.Val != "data:,", a.Key == "style", strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	for _, o := range api.Operations(api.Deps{}) {
		if ids[o.Spec.ID] != 1 {
			t.Errorf("%s is on the page %d times", o.Spec.ID, ids[o.Spec.ID])
		}
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("the id %s is there %d times", id, n)
		}
	}
	for _, l := range links {
		if ids[l] == 0 {
			t.Errorf("a link leads to #%s, which is not there", l)
		}
	}
	if n := strings.Count(string(docs.Reference), "<details>"); n < 120 {
		t.Errorf("only %d examples and lists of errors", n)
	}
	if !slices.IsSorted([]int{strings.Index(string(docs.Reference), "<h1"), strings.Index(string(docs.Reference), "<h2 id="), strings.Index(string(docs.Reference), "<h3")}) {
		t.Error("the headings are out of order")
	}
}
