package identity

import (
	"context"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
)

// The cookie of browsers. The prefix makes browsers demand Secure, Path=/ and no Domain.
const cookieName = "__Host-igny8_refresh"

// ClientHeader tells a browser from other clients: it gets its refresh token as a cookie
// that no script can read.
type ClientHeader struct {
	Client string `header:"X-IGNY8-Client" enum:"web,cli,plugin,other" doc:"web: the refresh token goes into a cookie"`
}

type registerInput struct {
	ClientHeader
	Body struct {
		Email           string `json:"email" maxLength:"254"`
		Password        string `json:"password" maxLength:"256"`
		PasswordConfirm string `json:"password_confirm" maxLength:"256"`
		FirstName       string `json:"first_name,omitempty"`
		LastName        string `json:"last_name,omitempty"`
		AccountName     string `json:"account_name,omitempty" doc:"made from the name or the e-mail when absent"`
	}
}

// ThrottleKey counts attempts by e-mail.
func (in *registerInput) ThrottleKey() string { return foldEmail(in.Body.Email) }

type loginInput struct {
	ClientHeader
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"256"`
	}
}

// ThrottleKey counts attempts by e-mail.
func (in *loginInput) ThrottleKey() string { return foldEmail(in.Body.Email) }

type refreshInput struct {
	ClientHeader
	Cookie string `cookie:"__Host-igny8_refresh" doc:"the refresh token of a browser"`
	Body   *struct {
		Refresh string `json:"refresh,omitempty" doc:"the refresh token of any other client"`
	}
}

// token is the one in the body, or the cookie's when the request comes from the web app: a
// header that another site's form can't set.
func (in *refreshInput) token() (string, error) {
	if in.Body != nil && in.Body.Refresh != "" {
		return in.Body.Refresh, nil
	}
	if in.Client == "web" && in.Cookie != "" {
		return in.Cookie, nil
	}
	return "", errs.New(errs.Unauthenticated, "unauthenticated", "send the refresh token: refresh in the body, or the cookie together with the header X-IGNY8-Client: web")
}

type changeInput struct {
	ClientHeader
	Body struct {
		Old     string `json:"old_password" maxLength:"256"`
		New     string `json:"new_password" maxLength:"256"`
		Confirm string `json:"new_password_confirm" maxLength:"256"`
	}
}

// Routes are the operations of this feature; the later paths of the facts are aliases.
func (v *Service) Routes() []httpapi.Operation {
	strict := func(id, path, summary string, status int) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: http.MethodPost, Path: "/v1/auth/" + path, Permission: httpapi.Public, Status: status,
			Throttle: httpapi.ThrottleAuth, Strict: httpapi.ThrottleAuthStrict, Summary: summary, Tags: []string{"auth"},
		}
	}
	open := func(id, path, summary string) httpapi.RouteSpec {
		s := strict(id, path, summary, http.StatusOK)
		s.Strict = ""
		return s
	}
	own := func(id, method, path, summary string) httpapi.RouteSpec {
		return httpapi.RouteSpec{
			ID: id, Method: method, Path: "/v1/auth/" + path, Permission: account.Viewer, AnyStatus: true,
			Throttle: httpapi.ThrottleDefault, Summary: summary, Tags: []string{"auth"},
		}
	}
	return []httpapi.Operation{
		httpapi.Route(strict("register", "register/", "Sign up: a user with a trial account", http.StatusCreated), v.postRegister),
		httpapi.Route(strict("login", "login/", "Sign in", http.StatusOK), v.postLogin),
		httpapi.Route(open("refresh", "refresh/", "New tokens for a refresh token"), v.postRefresh),
		httpapi.Route(open("refresh_alias", "token/refresh/", "New tokens for a refresh token"), v.postRefresh),
		httpapi.Route(open("logout", "logout/", "End the session of a refresh token"), v.postLogout),
		httpapi.Route(own("me", http.MethodGet, "me/", "The user, with role and account"), v.getMe),
		httpapi.Route(own("me_alias", http.MethodGet, "users/me/", "The user, with role and account"), v.getMe),
		httpapi.Route(own("change_password", http.MethodPost, "change-password/", "Change the password and end all other sessions"), v.postPassword),
		httpapi.Route(own("change_password_alias", http.MethodPost, "password/change/", "Change the password and end all other sessions"), v.postPassword),
	}
}

func (v *Service) postRegister(ctx context.Context, _ account.Scope, in *registerInput) (Session, error) {
	b := in.Body
	s, err := v.Register(ctx, Registration{
		Email: b.Email, Password: b.Password, PasswordConfirm: b.PasswordConfirm,
		FirstName: b.FirstName, LastName: b.LastName, AccountName: b.AccountName,
	})
	return in.hand(ctx, s, err)
}

func (v *Service) postLogin(ctx context.Context, _ account.Scope, in *loginInput) (Session, error) {
	s, err := v.Login(ctx, in.Body.Email, in.Body.Password)
	return in.hand(ctx, s, err)
}

func (v *Service) postRefresh(ctx context.Context, _ account.Scope, in *refreshInput) (Session, error) {
	token, err := in.token()
	if err != nil {
		return Session{}, err
	}
	s, err := v.Refresh(ctx, token)
	return in.hand(ctx, s, err)
}

func (v *Service) postLogout(ctx context.Context, _ account.Scope, in *refreshInput) (struct{}, error) {
	if token, err := in.token(); err == nil {
		if err := v.Logout(ctx, token); err != nil {
			return struct{}{}, err
		}
	}
	if in.Client == "web" {
		httpapi.SetCookie(ctx, cookie("", time.Unix(0, 0)))
	}
	return struct{}{}, nil
}

func (v *Service) getMe(ctx context.Context, s account.Scope, _ *struct{}) (User, error) {
	return v.Me(ctx, s)
}

func (v *Service) postPassword(ctx context.Context, s account.Scope, in *changeInput) (Session, error) {
	session, err := v.ChangePassword(ctx, s, in.Body.Old, in.Body.New, in.Body.Confirm)
	return in.hand(ctx, session, err)
}

// hand moves a browser's refresh token from the body into the cookie.
func (h ClientHeader) hand(ctx context.Context, s Session, err error) (Session, error) {
	if err != nil || h.Client != "web" {
		return s, err
	}
	s, c := s.Browser()
	httpapi.SetCookie(ctx, c)
	return s, nil
}

func cookie(value string, expires time.Time) *http.Cookie {
	c := &http.Cookie{Name: cookieName, Value: value, Path: "/", Expires: expires, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}
