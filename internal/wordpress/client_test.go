package wordpress_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/wordpress"
)

func open(t *testing.T, address, user, password string) *wordpress.Client {
	t.Helper()
	c, err := wordpress.New(wordpress.Config{URL: address, User: user, Password: password, HTTP: &http.Client{Timeout: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAgainstWordPress(t *testing.T) {
	t.Parallel()
	ctx, wp := context.Background(), lab.Start(t)
	t.Run("administrator", func(t *testing.T) {
		r, err := open(t, wp.URL+"/", wp.User, wp.Password).Test(ctx)
		if err != nil || !r.Publishable() || len(r.Missing) != 0 || !slices.Contains(r.Roles, "administrator") || r.Version == "" || r.Site != "Test site" || !strings.HasSuffix(r.Root, "/wp-json") {
			t.Errorf("%+v %v", r, err)
		}
	})
	for role, missing := range map[string]string{"editor": "", "author": "manage_categories", "contributor": "publish_posts upload_files manage_categories",
		"subscriber": "edit_posts publish_posts upload_files manage_categories"} {
		t.Run(role, func(t *testing.T) {
			user, password := wp.NewUser("test"+role, role)
			r, err := open(t, wp.URL, user, password).Test(ctx)
			if err != nil || strings.Join(r.Missing, " ") != missing || len(r.Notes) != len(r.Missing) {
				t.Errorf("missing %q, want %q (%v)", r.Missing, missing, err)
			}
		})
	}
	for name, try := range map[string]*wordpress.Client{"wrong password": open(t, wp.URL, wp.User, "abcd efgh ijkl mnop qrst uvwx"), "unknown user": open(t, wp.URL, "nobody", wp.Password)} {
		t.Run(name, func(t *testing.T) {
			_, err := try.Test(ctx)
			if !errs.Is(err, errs.Unauthenticated) || errs.Of(err).Code != "wordpress_login" || errs.Of(err).Cause != errs.WordPress {
				t.Error(err)
			}
		})
	}
	t.Run("terms", func(t *testing.T) { terms(ctx, t, wp) })
	t.Run("media", func(t *testing.T) { media(ctx, t, wp) })
	t.Run("plain permalinks", func(t *testing.T) {
		wp.CLI("eval", "update_option( 'permalink_structure', '' ); delete_option( 'rewrite_rules' );")
		defer wp.Reset()
		c := open(t, wp.URL, wp.User, wp.Password)
		r, err := c.Test(ctx)
		if err != nil || !strings.HasSuffix(r.Root, "?rest_route=") {
			t.Fatalf("%+v %v", r, err)
		}
		title := "By rest_route"
		p, err := c.CreatePost(ctx, wordpress.PostInput{Title: &title, Status: "draft"})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.TrashPost(ctx, p.ID); err != nil {
			t.Error(err)
		}
		if err := c.TrashPost(ctx, p.ID); err != nil {
			t.Errorf("again: %v", err)
		}
	})
	if log := wp.Log(); log != "" {
		t.Errorf("WordPress logged:\n%s", log)
	}
}

func terms(ctx context.Context, t *testing.T, wp *lab.Site) {
	c := open(t, wp.URL, wp.User, wp.Password)
	first, err := c.Term(ctx, wordpress.Categories, "Tea & Coffee")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Tea & Coffee", "tea & COFFEE", " Tea &  Coffee "} {
		again, err := c.Term(ctx, wordpress.Categories, name)
		if err != nil || again.ID != first.ID {
			t.Errorf("%q: %+v %v, want %d", name, again, err, first.ID)
		}
	}
	other, err := c.Term(ctx, wordpress.Categories, "Tea")
	if err != nil || other.ID == first.ID {
		t.Errorf("a part of a name is another term: %+v %v", other, err)
	}
	user, password := wp.NewUser("termauthor", "author")
	a := open(t, wp.URL, user, password)
	if _, err := a.Term(ctx, wordpress.Categories, "Brand new"); !errs.Is(err, errs.Forbidden) || !strings.Contains(errs.Of(err).Message, "manage_categories") {
		t.Errorf("author makes a category: %v", err)
	}
	if _, err := a.Term(ctx, wordpress.Categories, "tea & coffee"); err != nil {
		t.Errorf("author finds a category: %v", err)
	}
}

func media(ctx context.Context, t *testing.T, wp *lab.Site) {
	c := open(t, wp.URL, wp.User, wp.Password)
	if _, err := c.FindMedia(ctx, "igny8-none"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	_, err := c.UploadMedia(ctx, wordpress.Upload{Slug: "igny8-text", ContentType: "image/png", Content: []byte("this is no picture")})
	if !errs.Is(err, errs.Invalid) || errs.Of(err).Code != "wordpress_file_type" {
		t.Errorf("no picture: %v", err)
	}
	if _, err := c.UploadMedia(ctx, wordpress.Upload{Slug: "x", ContentType: "image/svg+xml"}); !errs.Is(err, errs.Invalid) {
		t.Errorf("svg: %v", err)
	}
}

func TestProductionOverHTTP(t *testing.T) {
	t.Parallel()
	wp := lab.Start(t, lab.Environment("production"))
	_, err := open(t, wp.URL, wp.User, wp.Password).Test(context.Background())
	if !errs.Is(err, errs.Unauthenticated) || errs.Of(err).Code != "wordpress_needs_https" || !strings.Contains(errs.Of(err).Message, "https") {
		t.Error(err)
	}
}

const index = `{"name":"S","namespaces":["wp/v2"],"authentication":{"application-passwords":{}}}`

// TestAnswers are sites that answer badly. The index is right, the next call is not.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const page = "<!doctype html><title>Hello</title>"
	for name, c := range map[string]struct {
		status int
		header string // name: value
		body   string
		kind   errs.Kind
		code   string
		wait   time.Duration
	}{
		"page":                 {200, "", page, errs.Invalid, "wordpress_html", 0},
		"page said to be json": {200, "Content-Type: application/json", page, errs.Invalid, "wordpress_html", 0},
		"nothing":              {200, "", "", errs.Unavailable, "wordpress_empty", 0},
		"fatal error":          {500, "", page, errs.Unavailable, "wordpress_down", 0},
		"maintenance":          {503, "Retry-After: 600", page, errs.Unavailable, "wordpress_down", 10 * time.Minute},
		"throttled":            {429, "Retry-After: 120", page, errs.Exhausted, "wordpress_rate_limited", 2 * time.Minute},
		"throttled, untold":    {429, "", `{"code":"x","message":"y"}`, errs.Exhausted, "wordpress_rate_limited", 30 * time.Second},
		"throttle page":        {403, "", "<h1>Your access is temporarily limited</h1>", errs.Exhausted, "wordpress_rate_limited", 30 * time.Second},
		"firewall":             {403, "", page, errs.Forbidden, "wordpress_blocked", 0},
		"basic auth before":    {401, "", page, errs.Unauthenticated, "wordpress_login", 0},
		"route cut":            {404, "", `{"code":"rest_no_route","message":"No route"}`, errs.Invalid, "wordpress_no_route", 0},
		"too large":            {413, "", page, errs.Exhausted, "wordpress_too_large", 0},
		"disk":                 {500, "", `{"code":"rest_upload_unknown_error","message":"The uploaded file could not be moved to wp-content/uploads."}`, errs.Unavailable, "wordpress_disk", 0},
		"database":             {500, "", `{"code":"db_insert_error","message":"Could not insert post into the database."}`, errs.Unavailable, "wordpress_database", 0},
		"wrong parameter":      {400, "", `{"code":"rest_invalid_param","message":"Invalid parameter(s): slug"}`, errs.Invalid, "wordpress_refused", 0},
		"moved":                {301, "Location: https://other.example/", "", errs.Invalid, "wordpress_redirect", 0},
		"may not publish":      {403, "", `{"code":"rest_cannot_publish","message":"Sorry"}`, errs.Forbidden, "wordpress_role", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/wp-json/" {
					w.Header().Set("Content-Type", "application/json")
					_, _ = w.Write([]byte(index))
					return
				}
				calls.Add(1)
				w.Header().Set("Content-Type", "text/html")
				if strings.HasPrefix(c.body, "{") {
					w.Header().Set("Content-Type", "application/json")
				}
				if name, value, ok := strings.Cut(c.header, ": "); ok {
					w.Header().Set(name, value)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer srv.Close()
			_, err := open(t, srv.URL, "u", "p").CreatePost(context.Background(), wordpress.PostInput{Status: "draft"})
			e := errs.Of(err)
			if e == nil || e.Kind != c.kind || e.Code != c.code || e.RetryAfter != c.wait || e.Cause != errs.WordPress || e.Message == "" {
				t.Errorf("got %+v, want %v %s after %v", e, c.kind, c.code, c.wait)
			}
			if calls.Load() != 1 {
				t.Errorf("the POST was sent %d times", calls.Load())
			}
		})
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve func(w http.ResponseWriter, r *http.Request)
		root  string // what the root ends with
		kind  errs.Kind
		code  string
	}{
		"notice before the JSON": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte("\ufeff<b>Warning</b>: [x] {y}\n" + index))
		}, "/wp-json", 0, ""},
		"link header": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/hidden/" {
				_, _ = w.Write([]byte(index))
				return
			}
			w.Header().Set("Link", `</hidden/>; rel="https://api.w.org/"`)
			_, _ = w.Write([]byte("<html>"))
		}, "/hidden", 0, ""},
		"link to a stranger": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `<https://other.example/wp-json/>; rel="https://api.w.org/"`)
			_, _ = w.Write([]byte("<html>"))
		}, "", errs.Invalid, "wordpress_html"},
		"sent on to a stranger": {func(w http.ResponseWriter, r *http.Request) {
			if host, port, _ := net.SplitHostPort(r.Host); host == "127.0.0.1" {
				http.Redirect(w, r, "http://localhost:"+port+r.URL.Path, http.StatusMovedPermanently)
				return
			}
			_, _ = w.Write([]byte(index)) // the password would come here
		}, "", errs.Invalid, "wordpress_other_host"},
		"other JSON": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"hello":"world"}`)) }, "", errs.Invalid, "wordpress_not_found_here"},
		"down":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, "", errs.Unavailable, "wordpress_down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(c.serve))
			defer srv.Close()
			root, err := open(t, srv.URL, "u", "p").Discover(context.Background())
			if c.root != "" {
				if err != nil || !strings.HasSuffix(root.URL, c.root) || !root.Passwords {
					t.Errorf("%+v %v", root, err)
				}
				return
			}
			if !errs.Is(err, c.kind) || errs.Of(err).Code != c.code {
				t.Errorf("%+v", errs.Of(err))
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		srv := httptest.NewServer(nil)
		srv.Close()
		if _, err := open(t, srv.URL, "u", "p").Discover(context.Background()); !errs.Is(err, errs.Unavailable) || errs.Of(err).Code != "wordpress_unreachable" {
			t.Error(err)
		}
	})
	t.Run("refused by the guard", func(t *testing.T) {
		t.Parallel()
		c, err := wordpress.New(wordpress.Config{URL: "http://a.example", User: "u", Password: "p", HTTP: &http.Client{Transport: guard{}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Discover(context.Background()); !errs.Is(err, errs.Forbidden) || errs.Of(err).Code != "private_host" {
			t.Error(err)
		}
	})
}

type guard struct{}

func (guard) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errs.New(errs.Forbidden, "private_host", "this host is private")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "example.com", "ftp://example.com", "https://", "https://u:p@example.com", "https://example.com/?a=1", "http://exa mple.com", "javascript:alert(1)"} {
		if _, err := wordpress.ParseURL(bad); !errs.Is(err, errs.Invalid) || len(errs.Of(err).Fields["site_url"]) == 0 {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if u, err := wordpress.ParseURL(" https://Example.com/blog/ "); err != nil || u.String() != "https://Example.com/blog" {
		t.Errorf("%v %v", u, err)
	}
}
