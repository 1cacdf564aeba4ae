package preview_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/publish/preview"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

const siteID = "sit_1"

var scope = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})

type world struct {
	t     *testing.T
	store preview.Store
	clock *clock.Fake
	ids   *id.Source
}

func newWorld(t *testing.T) *world {
	t.Helper()
	now := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tab := disk.Open(t, now)
	return &world{t: t, clock: now, ids: id.NewSource(now, nil), store: preview.Store{Table: tab, Blobs: openBlobs(t, now), Clock: now, Base: "http://127.0.0.1:8081"}}
}

// Destination makes world a publish.Destinations.
func (w *world) Destination(_ context.Context, s account.Scope, site, _ string) (publish.Destination, error) {
	return w.store.Site(s, site), nil
}

// Preview makes world a preview.Sites.
func (w *world) Preview(_ context.Context, site string) (account.Scope, string, error) {
	if site != siteID {
		return account.Scope{}, "", errs.New(errs.NotFound, "not_found", "not found")
	}
	return scope, "Coffee & <Tea>", nil
}

func (w *world) publish(a publish.Article, step func(string) error) (publish.Published, error) {
	s := publish.New(w.store.Table, w, w.clock, w.ids, publish.Options{SoleOwner: true, Step: step})
	return s.Publish(context.Background(), scope, siteID, publish.Request{Destination: "preview", Article: a, Status: "publish"})
}

func (w *world) get(path string) (*http.Response, string) {
	w.t.Helper()
	rec := httptest.NewRecorder()
	preview.Handler(w.store, w).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res, string(body)
}

func picture(content string, position int) publish.Picture {
	sum := sha256.Sum256([]byte(content))
	return publish.Picture{ImageID: content, SHA256: hex.EncodeToString(sum[:]), ContentType: "image/png", Alt: `Alt "` + content + `"`, Caption: "Caption <of> " + content,
		Position: position, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

func article(n int) publish.Article {
	featured := picture("featured", 0)
	return publish.Article{ContentID: fmt.Sprintf("cnt_%d", n), Title: fmt.Sprintf("Title <%d>", n), Excerpt: "Lead & more", HTML: `<h2>One</h2><p>Text<script>alert(1)</script></p><iframe src="https://x"></iframe>
<img src=x onerror=y>`, MetaTitle: "Meta", Categories: []string{"Drinks"}, Tags: []string{"hot"}, Featured: &featured, InArticle: []publish.Picture{picture("inside", 0)}, Demo: true}
}

func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got, err := w.publish(article(1), nil)
	if err != nil || len(got.Warnings) != 0 {
		t.Fatal(got, err)
	}
	path := strings.TrimPrefix(got.ExternalURL, "http://127.0.0.1:8081")
	for _, c := range []struct {
		path, kind string
		status     int
		has        []string
	}{
		{"/" + siteID + "/", "text/html", 200, []string{"Coffee &amp; &lt;Tea&gt;", "Title &lt;1&gt;", "Demo", got.ExternalID + "/"}},
		{path, "text/html", 200, []string{"<h1>Title &lt;1&gt;</h1>", publish.DemoLabel, `alt="Alt &#34;featured&#34;"`, `alt="Alt &#34;inside&#34;"`,
			"<figcaption>Caption &lt;of&gt; inside</figcaption>", "Drinks", "hot", "<title>Meta – ", "Lead &amp; more"}},
		{"/" + siteID + "/pictures/" + picture("inside", 0).SHA256, "image/png", 200, []string{"inside"}},
		{"/style.css", "text/css", 200, []string{"prefers-color-scheme: dark"}},
		{"/sit_2/", "text/html", 404, nil},
		{"/" + siteID + "/pre_nothing/", "text/html", 404, nil},
		{"/" + siteID + "/pictures/nothing", "text/html", 404, nil},
		{"/", "text/html", 404, nil},
	} {
		res, body := w.get(c.path)
		if res.StatusCode != c.status || !strings.HasPrefix(res.Header.Get("Content-Type"), c.kind) {
			t.Errorf("%s: %d %s", c.path, res.StatusCode, res.Header.Get("Content-Type"))
		}
		for _, part := range c.has {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %q:\n%s", c.path, part, body)
			}
		}
		for _, bad := range []string{"<script", "<iframe", "onerror"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s shows %q", c.path, bad)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox") || strings.Contains(csp, "allow-scripts") || strings.Contains(csp, "allow-same-origin") ||
			res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q", c.path, csp)
		}
	}
	if _, body := w.get(path); strings.Index(body, "<h2>One</h2>") > strings.Index(body, "inside&#34;") {
		t.Error("the in-article picture stands before its heading")
	}
	rec := httptest.NewRecorder()
	preview.Handler(w.store, w).ServeHTTP(rec, httptest.NewRequest(http.MethodPost, path, nil))
	if rec.Code < 400 {
		t.Errorf("a POST is answered with %d", rec.Code)
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"nonce", "find", "post", "id", "picture", "finish", "readback", "done"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			w, crash := newWorld(t), errors.New("crash")
			_, err := w.publish(article(1), func(s string) error {
				if s == step {
					return crash
				}
				return nil
			})
			if !errors.Is(err, crash) {
				t.Fatal(err)
			}
			if _, body := w.get("/" + siteID + "/"); strings.Contains(body, "Title") && (step == "post" || step == "id" || step == "picture") {
				t.Error("an unfinished post is shown")
			}
			if _, err := w.publish(article(1), nil); err != nil {
				t.Fatal(err)
			}
			if _, body := w.get("/" + siteID + "/"); !strings.Contains(body, "1 post<") {
				t.Errorf("not one post:\n%s", body)
			}
		})
	}
}

func TestManyPosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 60
	for i := range n {
		w.clock.Advance(time.Minute)
		if _, err := w.publish(article(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for page := 1; page <= 4; page++ {
		_, body := w.get(fmt.Sprintf("/%s/?page=%d", siteID, page))
		for i := range n {
			if strings.Contains(body, fmt.Sprintf("<h2>Title &lt;%d&gt;</h2>", i)) {
				seen[fmt.Sprint(i)] = true
			}
		}
		if first := strings.Index(body, "<h2>Title &lt;59&gt;"); page == 1 && first < 0 {
			t.Error("the newest post is not on the first page")
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d posts are listed", len(seen), n)
	}
}

func TestPictureOfAnotherHash(t *testing.T) {
	t.Parallel()
	w, a := newWorld(t), article(1)
	a.Featured.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader([]byte("something else"))), nil
	}
	if _, err := w.publish(a, nil); !errs.Is(err, errs.Internal) {
		t.Error(err)
	}
}

func openBlobs(t *testing.T, c clock.Clock) blob.Store {
	t.Helper()
	s, err := blobs.Open(t.TempDir(), "http://127.0.0.1:8080/blobs", bytes.Repeat([]byte("k"), 32), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
