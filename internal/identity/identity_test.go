package identity_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/table"
)

type world struct {
	*apitest.Kit
	service *identity.Service
	auth    *identity.Authenticator
	key     identity.SigningKey
	h       http.Handler
}

func newWorld(t *testing.T, change ...func(*httpapi.Options)) *world {
	t.Helper()
	k := apitest.NewKit(t)
	private, err := keyfile.Load(filepath.Join(t.TempDir(), "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Kit: k, key: identity.NewSigningKey(private)}
	w.service = identity.New(identity.Options{
		Table: k.Table, Clock: k.Clock, IDs: k.IDs, Key: w.key.Source(), Public: w.key.Public(),
		Passwords: identity.NewPasswords(&argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}),
		Grants: func(s account.Scope) ([]table.Op, error) {
			return []table.Op{table.Put(table.Item{Key: table.Key{Partition: table.Of(s), Sort: "BALANCE"}, Type: "balance", Attrs: table.Attrs{"plan": int64(1)}}, table.Absent())}, nil
		},
	})
	w.auth = identity.NewAuthenticator(k.Table, k.Clock, w.key.Public())
	w.h = k.Handler(t, w.service.Routes(), append(change, func(o *httpapi.Options) { o.Authenticator = w.auth })...)
	return w
}

const signUp = `{"email":"Ann@Example.com","password":"seven wet socks","password_confirm":"seven wet socks","first_name":"Ann","last_name":"Lee"}`

func (w *world) send(t *testing.T, method, path, body, token string, header map[string]string) (*httptest.ResponseRecorder, identity.Session) {
	t.Helper()
	rec := apitest.Do(w.h, apitest.As(token), method, "/v1/auth/"+path, body, header)
	var got struct{ Data identity.Session }
	if rec.Code < 300 {
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
	}
	return rec, got.Data
}

func (w *world) register(t *testing.T) identity.Session {
	t.Helper()
	rec, s := w.send(t, "POST", "register/", signUp, "", nil)
	if rec.Code != 201 {
		t.Fatalf("register: %d %s", rec.Code, rec.Body)
	}
	return s
}

func (w *world) refresh(t *testing.T, token string) (*httptest.ResponseRecorder, identity.Session) {
	t.Helper()
	return w.send(t, "POST", "refresh/", `{"refresh":"`+token+`"}`, "", nil)
}

func TestRegisterAndLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	if s.User.Email != "ann@example.com" || s.User.Role != account.Owner || s.User.Account.Status != identity.Trial || s.User.Account.Name != "Ann Lee" || s.User.Account.Slug != "ann-lee" ||
		s.Tokens.AccessExpiresAt.Sub(w.Clock.Now()) != 15*time.Minute || s.Tokens.RefreshExpiresAt.Sub(w.Clock.Now()) != 7*24*time.Hour {
		t.Errorf("%+v", s)
	}
	me, _ := w.send(t, "GET", "me/", "", s.Tokens.Access, nil)
	if me.Code != 200 || !strings.Contains(me.Body.String(), `"email":"ann@example.com"`) || strings.Contains(me.Body.String(), "password") || strings.Contains(me.Body.String(), "argon2") {
		t.Errorf("me: %d %s", me.Code, me.Body)
	}
	p, err := w.auth.Authenticate(t.Context(), httpapi.Credential{Scheme: "bearer", Value: s.Tokens.Access})
	if err != nil || p.Scope.Account() != s.User.Account.ID || p.Scope.Actor() != s.User.ID || p.Scope.Role() != account.Owner {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := w.Table.Get(t.Context(), table.Key{Partition: table.Of(p.Scope), Sort: "BALANCE"}, table.Consistent); err != nil {
		t.Errorf("no first credits: %v", err)
	}
	login := func(name, email, password string, status int, has ...string) {
		apitest.Scenario{Name: name, Method: "POST", Path: "/v1/auth/login/", Body: `{"email":"` + email + `","password":"` + password + `"}`, Status: status, Has: has, Not: []string{"argon2"}}.Run(t, w.h)
	}
	login("right", " ANN@example.com", "seven wet socks", 200, `"access":"ey`, `"refresh":"ey`)
	login("wrong", "ann@example.com", "seven wet sock", 401, `"code":"auth_failed"`)
	login("unknown", "bob@example.com", "seven wet socks", 401, `"code":"auth_failed"`)
	again, _ := w.send(t, "POST", "register/", signUp, "", nil)
	if again.Code != 409 || !strings.Contains(again.Body.String(), `"email":["is taken"]`) {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	rec, other := w.send(t, "POST", "register/", strings.Replace(signUp, "Ann@", "ann2@", 1), "", nil)
	if rec.Code != 201 || other.User.Account.Slug != "ann-lee-2" {
		t.Errorf("same name: %d %s", rec.Code, rec.Body)
	}
}

func TestRegistrationFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := func(email, password, confirm string) string {
		b, err := json.Marshal(map[string]string{"email": email, "password": password, "password_confirm": confirm})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, c := range map[string]struct{ body, has string }{
		"short":     {body("a@b.example", "ninechars", "ninechars"), `"password":["has to have at least 10 characters"]`},
		"not same":  {body("a@b.example", "seven wet socks", "seven wet sock"), `"password_confirm":["is not the same`},
		"e-mail":    {body("not an address", "seven wet socks", "seven wet socks"), `"email":["is not an e-mail address"]`},
		"name in":   {body("Ann <a@b.example>", "seven wet socks", "seven wet socks"), `"email":["is not an e-mail address"]`},
		"is e-mail": {body("long.name@b.example", "Long.Name@b.example", "Long.Name@b.example"), `must not be your e-mail`},
		"is local":  {body("long.name.here@b.example", "long.name.here1!", "long.name.here1!"), `must not be your e-mail`},
		"common":    {body("a@b.example", "Password123", "Password123"), `everybody tries first`},
		"digits":    {body("a@b.example", "1234567890", "1234567890"), `everybody tries first`},
		"one char":  {body("a@b.example", "aaaaaaaaaaaa", "aaaaaaaaaaaa"), `over and over`},
		"too long":  {body("a@b.example", strings.Repeat("ab", 200), strings.Repeat("ab", 200)), `at most 256`},
		"missing":   {`{}`, `"password_confirm":["is required"]`},
	} {
		apitest.Scenario{Name: name, Method: "POST", Path: "/v1/auth/register/", Body: c.body, Status: 400, Has: []string{c.has}, Not: []string{"seven wet", "Password123"}}.Run(t, w.h)
	}
}

func TestRegisterRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	codes := make(chan int, 6)
	var wg sync.WaitGroup
	for range cap(codes) {
		wg.Go(func() { codes <- apitest.Do(w.h, "", "POST", "/v1/auth/register/", signUp, nil).Code })
	}
	wg.Wait()
	close(codes)
	made := 0
	for c := range codes {
		if c == 201 {
			made++
		} else if c != 409 {
			t.Errorf("status %d", c)
		}
	}
	if made != 1 {
		t.Errorf("%d users made", made)
	}
}

func TestRefreshRotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	w.Clock.Advance(time.Minute)
	_, one := w.refresh(t, s.Tokens.Refresh)
	w.Clock.Advance(15 * time.Second)
	rec, two := w.refresh(t, s.Tokens.Refresh)
	if rec.Code != 200 || one.Tokens != two.Tokens || one.Tokens.Refresh == s.Tokens.Refresh || one.Tokens.Refresh == "" {
		t.Fatalf("again within the grace: %d, same %v", rec.Code, one.Tokens == two.Tokens)
	}
	if _, err := w.auth.Authenticate(t.Context(), httpapi.Credential{Scheme: "bearer", Value: two.Tokens.Access}); err != nil {
		t.Errorf("new access token: %v", err)
	}
	_, three := w.refresh(t, one.Tokens.Refresh)
	w.Clock.Advance(10 * time.Second)
	late, _ := w.refresh(t, s.Tokens.Refresh)
	if late.Code != 401 || !strings.Contains(late.Body.String(), "token_reused") {
		t.Errorf("late: %d %s", late.Code, late.Body)
	}
	if after, _ := w.refresh(t, three.Tokens.Refresh); after.Code != 401 {
		t.Errorf("the family goes on after a reuse: %d", after.Code)
	}
}

func TestRefreshAfterGraceEndsFamily(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	_, one := w.refresh(t, s.Tokens.Refresh)
	w.Clock.Advance(identity.RefreshGrace + time.Second)
	if late, _ := w.refresh(t, s.Tokens.Refresh); late.Code != 401 {
		t.Errorf("used again after the grace: %d", late.Code)
	}
	if after, _ := w.refresh(t, one.Tokens.Refresh); after.Code != 401 {
		t.Errorf("the family goes on: %d", after.Code)
	}
}

func TestRefreshRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	got := make([]identity.Tokens, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			session, err := w.service.Refresh(context.Background(), s.Tokens.Refresh)
			if err != nil {
				t.Error(err)
			}
			got[i] = session.Tokens
		})
	}
	wg.Wait()
	for _, g := range got {
		if g != got[0] {
			t.Error("two answers to one refresh token")
		}
	}
}

func TestBadTokens(t *testing.T) {
	t.Parallel()
	w, stranger := newWorld(t), newWorld(t)
	s, foreign := w.register(t), stranger.register(t)
	for name, token := range map[string]string{
		"refresh as access": s.Tokens.Refresh, "another key": foreign.Tokens.Access, "empty": "e30.e30.", "altered": s.Tokens.Access + "A",
		"alg none": "eyJhbGciOiJub25lIn0." + strings.Split(s.Tokens.Access, ".")[1] + ".",
	} {
		if _, err := w.auth.Authenticate(t.Context(), httpapi.Credential{Scheme: "bearer", Value: token}); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if rec, _ := w.refresh(t, s.Tokens.Access); rec.Code != 401 {
		t.Errorf("access as refresh: %d", rec.Code)
	}
	w.Clock.Advance(16 * time.Minute)
	if _, err := w.auth.Authenticate(t.Context(), httpapi.Credential{Scheme: "bearer", Value: s.Tokens.Access}); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("run out: %v", err)
	}
	w.Clock.Advance(8 * 24 * time.Hour)
	if rec, _ := w.refresh(t, s.Tokens.Refresh); rec.Code != 401 {
		t.Errorf("refresh run out: %d", rec.Code)
	}
}

func TestOutWithinAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	scope := account.Mint(account.Grant{Account: s.User.Account.ID, Actor: "test"})
	me := func() int { rec, _ := w.send(t, "GET", "me/", "", s.Tokens.Access, nil); return rec.Code }
	blocked := func() error {
		p, err := w.auth.Authenticate(t.Context(), httpapi.Credential{Scheme: "bearer", Value: s.Tokens.Access})
		if err != nil {
			return err
		}
		return p.Blocked
	}
	set := func(key table.Key, attrs table.Attrs) {
		t.Helper()
		if err := w.Table.Write(t.Context(), table.Change(key, table.Changes{Set: attrs}, table.Exists())); err != nil {
			t.Fatal(err)
		}
	}
	if err := blocked(); err != nil {
		t.Fatal(err)
	}
	accountKey := table.Key{Partition: table.Of(scope), Sort: "ACCOUNT"}
	for status, want := range map[string]errs.Kind{"suspended": errs.Forbidden, "pending_payment": errs.Exhausted, "cancelled": errs.Exhausted} {
		set(accountKey, table.Attrs{"status": status})
		w.Clock.Advance(61 * time.Second)
		if err := blocked(); !errs.Is(err, want) {
			t.Errorf("%s: %v", status, err)
		}
		if me() != 200 {
			t.Errorf("%s: the own profile is closed", status)
		}
	}
	set(accountKey, table.Attrs{"status": "active"})
	if err := w.Table.Write(t.Context(), table.Delete(table.Key{Partition: table.Of(scope), Sort: "MEMBER#" + s.User.ID})); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(61 * time.Second)
	if err := blocked(); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("no member any more: %v", err)
	}
	if rec, _ := w.refresh(t, s.Tokens.Refresh); rec.Code != 401 {
		t.Errorf("refresh of no member: %d", rec.Code)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.register(t)
	change := func(body string) *httptest.ResponseRecorder {
		rec, _ := w.send(t, "POST", "change-password/", body, s.Tokens.Access, nil)
		return rec
	}
	if rec := change(`{"old_password":"wrong","new_password":"short","new_password_confirm":"x"}`); rec.Code != 400 || !strings.Contains(rec.Body.String(), `"old_password":["is wrong"]`) || !strings.Contains(rec.Body.String(), `"new_password_confirm"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := change(`{"old_password":"seven wet socks","new_password":"eight dry socks","new_password_confirm":"eight dry socks"}`); rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec, _ := w.refresh(t, s.Tokens.Refresh); rec.Code != 401 {
		t.Errorf("an older session refreshes: %d", rec.Code)
	}
	w.Clock.Advance(61 * time.Second)
	if rec, _ := w.send(t, "GET", "me/", "", s.Tokens.Access, nil); rec.Code != 401 {
		t.Errorf("an older access token after a minute: %d", rec.Code)
	}
	if _, err := w.service.Login(t.Context(), "ann@example.com", "seven wet socks"); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("old password: %v", err)
	}
	if _, err := w.service.Login(t.Context(), "ann@example.com", "eight dry socks"); err != nil {
		t.Errorf("new password: %v", err)
	}
}

func TestLogoutAndBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	web := map[string]string{"X-IGNY8-Client": "web"}
	rec, s := w.send(t, "POST", "register/", signUp, "", web)
	c := rec.Result().Cookies()
	if len(c) != 1 || s.Tokens.Refresh != "" {
		t.Fatalf("cookies %v, refresh in the body %q", c, s.Tokens.Refresh)
	}
	if !c[0].HttpOnly || !c[0].Secure || c[0].SameSite != http.SameSiteStrictMode || c[0].Path != "/" || c[0].Domain != "" || !strings.HasPrefix(c[0].Name, "__Host-") {
		t.Errorf("%v", c[0])
	}
	jar := map[string]string{"Cookie": c[0].Name + "=" + c[0].Value}
	if rec, _ := w.send(t, "POST", "refresh/", "", "", jar); rec.Code != 401 {
		t.Errorf("a cookie without the header: %d", rec.Code)
	}
	jar["X-IGNY8-Client"] = "web"
	rec, s = w.send(t, "POST", "refresh/", "", "", jar)
	if rec.Code != 200 || s.Tokens.Access == "" || len(rec.Result().Cookies()) != 1 {
		t.Fatalf("refresh by cookie: %d %s", rec.Code, rec.Body)
	}
	next := rec.Result().Cookies()[0]
	jar["Cookie"] = next.Name + "=" + next.Value
	rec, _ = w.send(t, "POST", "logout/", "", "", jar)
	if rec.Code != 200 || rec.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("logout: %d %v", rec.Code, rec.Result().Cookies())
	}
	if rec, _ := w.refresh(t, next.Value); rec.Code != 401 {
		t.Errorf("refresh after logout: %d", rec.Code)
	}
	if rec, _ := w.send(t, "POST", "logout/", `{"refresh":"nonsense"}`, "", nil); rec.Code != 200 {
		t.Errorf("logout of no session: %d", rec.Code)
	}
}

func TestLoginIsThrottledByEmail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *httpapi.Options) { o.ThrottleFactor = 1 })
	for i := range 6 {
		want := 401
		if i == 5 {
			want = 429
		}
		if rec, _ := w.send(t, "POST", "login/", `{"email":"A@b.example","password":"x"}`, "", nil); rec.Code != want {
			t.Errorf("attempt %d: %d", i, rec.Code)
		}
	}
	if rec, _ := w.send(t, "POST", "login/", `{"email":"c@b.example","password":"x"}`, "", nil); rec.Code != 401 {
		t.Errorf("another e-mail: %d", rec.Code)
	}
}

func TestLocalOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.service.LocalOwner(t.Context())
	if err != nil || s.Role() != account.Owner {
		t.Fatal(err)
	}
	again, err := w.service.LocalOwner(t.Context())
	if err != nil || again.Account() != s.Account() || again.Actor() != s.Actor() {
		t.Errorf("second time: %v", err)
	}
	for _, guess := range []string{"", "x"} {
		if _, err := w.service.Login(t.Context(), identity.LocalEmail, guess); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("without a password %q signs in: %v", guess, err)
		}
	}
	password, err := w.service.LocalPassword(t.Context())
	if err != nil || len(password) < 20 {
		t.Fatalf("%q %v", password, err)
	}
	if none, err := w.service.LocalPassword(t.Context()); err != nil || none != "" {
		t.Errorf("a second first password: %q %v", none, err)
	}
	session, err := w.service.Login(t.Context(), identity.LocalEmail, password)
	if err != nil || session.User.Account.Status != identity.Active || session.User.Account.ID != s.Account() {
		t.Errorf("%+v %v", session.User, err)
	}
	fresh, err := w.service.ResetLocalPassword(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.service.Login(t.Context(), identity.LocalEmail, password); err == nil {
		t.Error("the old password still works")
	}
	if _, err := w.service.Login(t.Context(), identity.LocalEmail, fresh); err != nil {
		t.Error(err)
	}
}
