package apitest

import (
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/httpapi"
)

// Walk tries every route as nobody, as each role and as a blocked account, and holds who
// gets in against the route table: 401 for nobody, 403 below the permission, 402 for a
// blocked account unless the route has AnyStatus.
func Walk(t *testing.T, k *Kit, ops []httpapi.Operation) {
	t.Helper()
	h := k.Handler(t, ops)
	for _, op := range ops {
		s := op.Spec
		path := strings.NewReplacer("{id}", "none_x", "{content_id}", "none_x").Replace(s.Path)
		code := func(as As) int { return Do(h, as, s.Method, path, "", nil).Code }
		if s.Permission == httpapi.Public {
			continue
		}
		if got := code(""); got != 401 {
			t.Errorf("%s: nobody gets %d", s.ID, got)
		}
		if got := code("stranger@acc_w"); got != 403 {
			t.Errorf("%s: an unknown role gets %d", s.ID, got)
		}
		for _, role := range []account.Role{account.Viewer, account.Editor, account.Admin, account.Owner} {
			got := code(As(string(role) + "@acc_w"))
			if may := role.AtLeast(s.Permission); may == (got == 403) || got == 401 || got >= 500 {
				t.Errorf("%s: %s gets %d, permission is %s", s.ID, role, got, s.Permission)
			}
		}
		if got := code("blocked:owner@acc_w"); (got == 402) == s.AnyStatus {
			t.Errorf("%s: a blocked account gets %d", s.ID, got)
		}
	}
}
