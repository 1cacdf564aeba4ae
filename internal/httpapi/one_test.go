package httpapi_test

import (
	"context"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
)

// TestOneRoute: a site that the request names is not looked for.
func TestOneRoute(t *testing.T) {
	t.Parallel()
	var asked []string
	find := func(_ context.Context, _ account.Scope, id string) (string, error) {
		if asked = append(asked, id); id == "lost" {
			return "", errs.New(errs.NotFound, "not_found", "not found")
		}
		return "sit_found", nil
	}
	h := apitest.NewKit(t).Handler(t, []httpapi.Operation{
		httpapi.OneRoute(spec("one", "GET", "/v1/ones/{id}/", account.Viewer), find, func(_ context.Context, _ account.Scope, in *struct{ httpapi.One }) (string, error) {
			return in.ID + " of " + in.Site, nil
		})})
	for _, s := range []apitest.Scenario{
		{Name: "named", Path: "/v1/ones/a/?site_id=sit_named", Status: 200, Has: []string{`"a of sit_named"`}},
		{Name: "found", Path: "/v1/ones/b/", Status: 200, Has: []string{`"b of sit_found"`}},
		{Name: "lost", Path: "/v1/ones/lost/", Status: 404},
	} {
		s.As, s.Method = viewer, "GET"
		s.Run(t, h)
	}
	if len(asked) != 2 {
		t.Errorf("looked for %q, want b and lost", asked)
	}
}
