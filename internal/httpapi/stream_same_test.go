package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

type says struct {
	principal Principal
	err       error
}

func (s *says) Authenticate(context.Context, Credential) (Principal, error) {
	return s.principal, s.err
}

// A stream ends when its credential is no longer what it was, and not when nobody can tell.
func TestSameCaller(t *testing.T) {
	t.Parallel()
	scope := func(role account.Role, sites ...string) Principal {
		return Principal{Scope: account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: role, Sites: sites})}
	}
	blocked := scope(account.Viewer, "sit_1")
	blocked.Blocked = errs.New(errs.Exhausted, "plan_required", "pay first")
	now := &says{}
	x := &exchange{h: &Handler{o: Options{Authenticator: now}}, principal: scope(account.Viewer, "sit_1")}
	r := httptest.NewRequest(http.MethodGet, "/v1/events/", nil)
	r.Header.Set("Authorization", "Bearer x")
	for name, c := range map[string]struct {
		says
		want bool
	}{
		"as it was":     {says{scope(account.Viewer, "sit_1"), nil}, true},
		"run out":       {says{Principal{}, errs.New(errs.Unauthenticated, "unauthenticated", "run out")}, false},
		"another role":  {says{scope(account.Owner, "sit_1"), nil}, false},
		"other sites":   {says{scope(account.Viewer, "sit_2"), nil}, false},
		"blocked":       {says{blocked, nil}, false},
		"nobody knows":  {says{Principal{}, errs.New(errs.Unavailable, "down", "down")}, true},
		"another actor": {says{Principal{Scope: account.Mint(account.Grant{Account: "acc_1", Actor: "usr_2", Role: account.Viewer, Sites: []string{"sit_1"}})}, nil}, false},
	} {
		*now = c.says
		if got := x.same(t.Context(), r); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
