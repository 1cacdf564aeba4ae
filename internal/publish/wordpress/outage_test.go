package wordpress_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/wordpress"
)

// outage is what a site answers on a bad day, in place of its own answer.
type outage struct {
	call   string // method and beginning of the path
	after  bool   // WordPress has done what was asked for
	slow   time.Duration
	status int
	head   map[string]string
	body   string

	kind errs.Kind
	code string
	wait time.Duration // at least so long has to be waited
}

const page = "<!doctype html><html><body><h1>%s</h1></body></html>"

var outages = map[string]outage{
	"down for maintenance": {call: "GET ", status: 503, head: map[string]string{"Retry-After": "600"}, body: fmt.Sprintf(page, "Briefly unavailable"),
		kind: errs.Unavailable, code: "wordpress_down", wait: 10 * time.Minute},
	"gateway time-out":              {call: "GET ", status: 504, body: fmt.Sprintf(page, "504"), kind: errs.Unavailable, code: "wordpress_down"},
	"error after the post was made": {call: "POST /posts", after: true, status: 500, body: `{"code":"internal_server_error","message":"x"}`, kind: errs.Unavailable, code: "wordpress_down"},
	"error after the upload":        {call: "POST /media", after: true, status: 502, body: fmt.Sprintf(page, "Bad gateway"), kind: errs.Unavailable, code: "wordpress_down"},
	"error after it went public":    {call: "PUT /posts", after: true, status: 500, body: fmt.Sprintf(page, "500"), kind: errs.Unavailable, code: "wordpress_down"},
	"rate-limit page": {call: "POST /posts", status: 200, body: fmt.Sprintf(page, "Error 1015: you are being rate limited (too many requests)"),
		kind: errs.Exhausted, code: "wordpress_rate_limited", wait: 30 * time.Second},
	"asks to slow down": {call: "POST /media", status: 429, head: map[string]string{"Retry-After": "90"}, kind: errs.Exhausted, code: "wordpress_rate_limited", wait: 90 * time.Second},
	"disk full": {call: "POST /media", status: 500, body: `{"code":"rest_upload_unknown_error","message":"The uploaded file could not be moved to wp-content/uploads/2026/05."}`,
		kind: errs.Unavailable, code: "wordpress_disk"},
	"database full": {call: "POST /posts", status: 500, body: `{"code":"db_insert_error","message":"Could not insert post into the database."}`,
		kind: errs.Unavailable, code: "wordpress_database"},
	"password refused": {call: "GET ", status: 401, body: `{"code":"incorrect_password","message":"The provided password is an invalid application password."}`,
		kind: errs.Unauthenticated, code: "wordpress_login"},
	"slow": {call: "POST /posts", after: true, slow: 2 * time.Second, status: 201, kind: errs.Unavailable, code: "wordpress_timeout"},
}

// TestOutages: each bad day ends in an error that says who has to act and how long to wait;
// when it is over the next try leaves one post and one medium for each picture, whatever
// was done before.
func TestOutages(t *testing.T) {
	t.Parallel()
	wp := lab.Start(t)
	for name, o := range outages {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, wp)
			a := w.article()
			site := newOutage(t, w.wp.URL, o)
			s := w.process(w.dest(site.URL, w.wp.User, w.wp.Password), nil)
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if o.slow > 0 {
				ctx, cancel = context.WithTimeout(context.Background(), o.slow/2)
			}
			_, err := w.publishIn(ctx, s, a)
			cancel()
			e := errs.Of(err)
			if err == nil || e.Kind != o.kind || e.Code != o.code || e.Cause != errs.WordPress || e.RetryAfter < o.wait || e.Message == "" {
				t.Errorf("it is %v (%v, %s, wait %s), want %v, %s, %s", err, errs.KindOf(err), e.Code, e.RetryAfter, o.kind, o.code, o.wait)
			}
			if n := w.wp.CountByStatus("igny8:content=" + a.ContentID + " ")["publish"]; n > 0 && o.call != "PUT /posts" {
				t.Errorf("%d posts are public after a failed publication", n)
			}
			site.over.Store(true)
			if _, err := w.publish(s, a); err != nil {
				t.Fatalf("when it was over: %v", err)
			}
			w.sweepAll(s)
			w.once(a)
		})
	}
}

type badSite struct {
	*httptest.Server
	over atomic.Bool
}

func newOutage(t *testing.T, target string, o outage) *badSite {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	real, site := httputil.NewSingleHostReverseProxy(u), &badSite{}
	site.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/wp-json/wp/v2")
		if site.over.Load() || !strings.HasPrefix(what, o.call) {
			real.ServeHTTP(w, r)
			return
		}
		if o.after {
			real.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithoutCancel(r.Context())))
		}
		time.Sleep(o.slow)
		for k, v := range o.head {
			w.Header().Set(k, v)
		}
		if strings.HasPrefix(o.body, "{") {
			w.Header().Set("Content-Type", "application/json")
		} else {
			w.Header().Set("Content-Type", "text/html")
		}
		w.WriteHeader(o.status)
		_, _ = io.WriteString(w, o.body)
	}))
	t.Cleanup(site.Close)
	return site
}
