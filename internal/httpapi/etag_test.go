package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
)

type record struct {
	Name    string `json:"name"`
	Version int64  `json:"version"`
}

// ETag is the record's version.
func (r record) ETag() string { return httpapi.VersionTag(r.Version) }

func records() []httpapi.Operation {
	change := spec("change", http.MethodPatch, "/v1/records/{id}/", account.Editor)
	change.IfMatch, change.Codes = true, []string{"name_taken"}
	return []httpapi.Operation{
		httpapi.Route(spec("record", http.MethodGet, "/v1/records/{id}/", account.Viewer), func(context.Context, account.Scope, *byID) (record, error) {
			return record{Name: "hat", Version: 3}, nil
		}),
		httpapi.Route(change, func(ctx context.Context, _ account.Scope, _ *byID) (record, error) {
			if err := httpapi.Unchanged(ctx, 3); err != nil {
				return record{}, err
			}
			return record{Name: httpapi.IfMatch(ctx), Version: 4}, nil
		}),
	}
}

func TestETag(t *testing.T) {
	t.Parallel()
	h := apitest.NewKit(t).Handler(t, records())
	match := func(tag string) map[string]string { return map[string]string{"If-Match": tag} }
	for _, s := range []apitest.Scenario{
		{Name: "read", Method: "GET", Status: 200, Heads: map[string]string{"ETag": `"3"`}},
		{Name: "no version", Method: "PATCH", Status: 200, Heads: map[string]string{"ETag": `"4"`}},
		{Name: "any version", Method: "PATCH", Header: match("*"), Status: 200},
		{Name: "this version", Method: "PATCH", Header: match(`"3"`), Status: 200, Has: []string{`"name":"3"`}},
		{Name: "weak", Method: "PATCH", Header: match(`W/"3"`), Status: 200},
		{Name: "another", Method: "PATCH", Header: match(`"2"`), Status: 412, Has: []string{`"code":"changed_meanwhile"`, `"next_step":"Read the record again`}},
	} {
		s.As, s.Path = editor, "/v1/records/one/"
		s.Run(t, h)
	}
	doc, err := httpapi.Spec(records(), httpapi.About{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"If-Match"`, `"#/components/headers/ETag"`, `"412.changed_meanwhile"`, `"409.name_taken"`, `RecordReply"`} {
		if !strings.Contains(string(doc), want) {
			t.Errorf("the document lacks %s", want)
		}
	}
}

func TestSpecRefusesUnknownCodes(t *testing.T) {
	t.Parallel()
	ops := records()
	ops[0].Spec.Codes = []string{"no_such_code"}
	if _, err := httpapi.Spec(ops, httpapi.About{}); err == nil || !strings.Contains(err.Error(), "no_such_code") {
		t.Errorf("not refused: %v", err)
	}
}

// TestCodes: every code has its meaning, and one status.
func TestCodes(t *testing.T) {
	t.Parallel()
	all := httpapi.Codes()
	for _, c := range all {
		if c.Means == "" || c.Status < 400 || strings.ToLower(c.Name) != c.Name {
			t.Errorf("%+v", c)
		}
	}
	if len(all) < 30 {
		t.Errorf("only %d codes", len(all))
	}
}

func TestEagerFindsUnexportedParts(t *testing.T) {
	t.Parallel()
	type part struct {
		Site string `json:"site_id"`
	}
	type input struct {
		Body struct {
			part
			Name string `json:"name"`
		}
	}
	op := httpapi.Route(spec("a", "POST", "/v1/a/", account.Viewer), func(_ context.Context, _ account.Scope, in *input) (thing, error) {
		return thing{Name: in.Body.Site}, nil
	})
	if _, err := httpapi.New(apitest.NewKit(t).Options([]httpapi.Operation{op})); err == nil || !strings.Contains(err.Error(), "embedded and not exported") {
		t.Errorf("not found: %v", err)
	}
}
