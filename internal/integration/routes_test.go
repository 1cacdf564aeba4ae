package integration_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/integration"
)

// around knows the one site of acc_1, and whether it is published to.
type around struct {
	apitest.Site
	busy bool
}

func (a *around) Publishing(context.Context, account.Scope, string) (bool, error) { return a.busy, nil }

func TestChangeIntegration(t *testing.T) {
	t.Parallel()
	const editor, viewer, eve = apitest.As("editor@acc_1"), apitest.As("viewer@acc_1"), apitest.As("owner@acc_2")
	const at = "/v1/integration/integrations/"
	k, a := apitest.NewKit(t), &around{Site: "sit_1"}
	v := integration.New(k.Table, newSealer(t), &tester{report: integration.Report{Site: "Blog"}}, k.Clock, k.IDs)
	c := apitest.Caller{T: t, H: k.Handler(t, v.Routes(a, a))}
	const body = `{"site_id":"sit_1","site_url":"https://blog.example","username":"ann","app_password":"abcd efgh"}`
	made := c.Call(editor, http.MethodPost, at, body, 201, []string{`"version":1`})
	mine := at + made["id"].(string) + "/"
	c.Call(viewer, http.MethodPatch, mine, `{"username":"x"}`, 403, nil)
	c.Call(eve, http.MethodPatch, mine, `{"username":"x"}`, 404, nil)
	c.Call(eve, http.MethodDelete, mine, "", 404, nil)
	c.Call(editor, http.MethodPost, mine+"test_connection/", "", 200, []string{`"success":true`})
	c.Call(editor, http.MethodPatch, mine, `{"sync_enabled":false}`, 412, []string{"changed_meanwhile"}, "If-Match", made["ETag"].(string))
	tag := c.Call(editor, http.MethodPatch, mine, `{"sync_enabled":false}`, 200, []string{`"sync_status":"success"`, `"sync_enabled":false`})["ETag"].(string)
	c.Call(editor, http.MethodPatch, mine, `{"app_password":"mnop qrst"}`, 200, []string{`"sync_status":"pending"`}, "If-Match", tag)
	if got, err := v.Credentials(t.Context(), editor.Scope(), "sit_1"); err != nil || got.Password != "mnop qrst" {
		t.Errorf("%v, %v", got, err)
	}
	for text, says := range map[string]string{`{"site_url":"ftp://x"}`: "site_url", `{"username":"a:b"}`: "username", `{"app_password":" "}`: "app_password", `{"platform":"x"}`: "platform"} {
		c.Call(editor, http.MethodPatch, mine, text, 400, []string{says})
	}
	a.busy = true
	for _, text := range []string{`{"site_url":"https://other.example"}`, `{"username":"bob"}`, `{"is_active":false}`} {
		c.Call(editor, http.MethodPatch, mine, text, 409, []string{"in_work"})
	}
	c.Call(editor, http.MethodDelete, mine, "", 409, []string{"in_work"})
	c.Call(editor, http.MethodPatch, mine, `{"sync_enabled":true,"site_url":"https://blog.example/"}`, 200, nil)
	a.busy = false
	c.Call(editor, http.MethodPatch, mine, `{"site_url":"https://other.example/wp/","username":"bob"}`, 200, []string{`"site_url":"https://other.example/wp"`, `"username":"bob"`})

	c.Call(editor, http.MethodPatch, mine, `{"is_active":false}`, 200, []string{`"is_active":false`})
	second := c.Call(editor, http.MethodPost, at, body, 201, nil)
	c.Call(editor, http.MethodPatch, mine, `{"is_active":true}`, 409, []string{"integration_exists"})
	c.Call(editor, http.MethodDelete, at+second["id"].(string)+"/", "", 200, nil)
	c.Call(editor, http.MethodPatch, mine, `{"is_active":true}`, 200, []string{`"is_active":true`})
	res := apitest.Do(c.H, editor, http.MethodDelete, mine, "", nil)
	if res.Code != 200 || strings.Contains(res.Body.String(), "mnop") {
		t.Errorf("%d %s", res.Code, res.Body)
	}
	c.Call(editor, http.MethodGet, mine, "", 404, nil)
	c.Call(editor, http.MethodDelete, mine, "", 404, nil)
	if _, err := v.Credentials(t.Context(), editor.Scope(), "sit_1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("the password is still there: %v", err)
	}
	c.Call(editor, http.MethodPost, at, body, 201, nil) // the site is free for another
}
