package wordpress_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	lab "github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/publish"
)

// TestFaults are the bad days between us and one real WordPress.
func TestFaults(t *testing.T) {
	t.Parallel()
	wp := lab.Start(t)
	for _, lost := range []string{"POST /posts", "POST /media", "PUT /posts"} {
		t.Run("lost answer of "+lost, func(t *testing.T) { lostAnswer(t, newWorld(t, wp), lost) })
	}
	t.Run("draft that arrives late", func(t *testing.T) { lateDraft(t, newWorld(t, wp)) })
	t.Run("two publishers at once", func(t *testing.T) { atOnce(t, newWorld(t, wp)) })
	t.Run("publisher that outlived its lease", func(t *testing.T) { outlived(t, newWorld(t, wp)) })
	t.Run("what people made of our drafts survives", func(t *testing.T) { peoplesDrafts(t, newWorld(t, wp)) })
	t.Run("sweep beside a publication", func(t *testing.T) { sweepBeside(t, newWorld(t, wp)) })
	t.Run("found again without a record", func(t *testing.T) { withoutRecord(t, newWorld(t, wp)) })
	t.Run("draft deleted for good", func(t *testing.T) { deleted(t, newWorld(t, wp)) })
	t.Run("roles", func(t *testing.T) { roles(t, newWorld(t, wp)) })
	t.Run("draft first, public later", func(t *testing.T) { draftThenPublic(t, newWorld(t, wp)) })
	t.Run("seo fields", func(t *testing.T) { seoFields(t, newWorld(t, wp)) })
}

// proxy stands before WordPress. A call that cut names loses its answer after WordPress
// has handled it, or, when late, is handled only by release.
type proxy struct {
	*httptest.Server
	mu   sync.Mutex
	cut  string
	late bool
	kept *http.Request
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{}
	rp := httputil.NewSingleHostReverseProxy(u)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/wp-json/wp/v2")
		p.mu.Lock()
		hit := p.cut != "" && strings.HasPrefix(what, p.cut)
		late := hit && p.late
		if hit {
			p.cut = ""
		}
		p.mu.Unlock()
		if late {
			body, _ := io.ReadAll(r.Body)
			again, _ := http.NewRequest(r.Method, target+r.URL.RequestURI(), bytes.NewReader(body))
			again.Header = r.Header.Clone()
			p.mu.Lock()
			p.kept = again
			p.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		if hit {
			rp.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		rp.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) release(t *testing.T) {
	t.Helper()
	res, err := http.DefaultClient.Do(p.kept)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("the late call was answered with %d", res.StatusCode)
	}
}

func (w *world) marked(a publish.Article) []lab.Post {
	return w.wp.Posts("igny8:content=" + a.ContentID + " ")
}

func lostAnswer(t *testing.T, w *world, lost string) {
	a := w.article()
	p := newProxy(t, w.wp.URL)
	p.cut = lost
	s := w.process(w.dest(p.URL, w.wp.User, w.wp.Password), nil)
	if _, err := w.publish(s, a); !errs.Is(err, errs.Unavailable) || errs.Of(err).Cause != errs.WordPress {
		t.Fatalf("a lost answer is %v", err)
	}
	if p.cut != "" {
		t.Fatal("no answer was lost")
	}
	if _, err := w.publish(s, a); err != nil { // the same process: its lease was freed
		t.Fatal(err)
	}
	if trashed := w.sweepAll(s); len(trashed) != 0 {
		t.Errorf("swept %v", trashed)
	}
	w.once(a)
}

func lateDraft(t *testing.T, w *world) {
	a := w.article()
	p := newProxy(t, w.wp.URL)
	p.cut, p.late = "POST /posts", true
	s := w.process(w.dest(p.URL, w.wp.User, w.wp.Password), nil)
	if _, err := w.publish(s, a); err == nil {
		t.Fatal("no answer was lost")
	}
	if _, err := w.publish(s, a); err != nil {
		t.Fatal(err)
	}
	p.release(t)
	if n := len(w.marked(a)); n != 2 {
		t.Fatalf("%d posts, want the published one and the stray draft", n)
	}
	if trashed := w.sweepAll(s); len(trashed) != 1 {
		t.Errorf("swept %v, want the stray draft", trashed)
	}
	w.once(a)
	if n := w.wp.CountByStatus("igny8:content=" + a.ContentID + " ")["trash"]; n != 1 {
		t.Errorf("%d in the trash, want 1: strays are never deleted", n)
	}
}

func atOnce(t *testing.T, w *world) {
	a := w.article()
	s := w.process(w.admin(), nil)
	var wg sync.WaitGroup
	fails := make([]error, 6)
	for i := range fails {
		wg.Go(func() { _, fails[i] = w.publish(s, a) })
	}
	wg.Wait()
	done := 0
	for _, err := range fails {
		switch {
		case err == nil:
			done++
		case !errs.Is(err, errs.Conflict):
			t.Error(err)
		}
	}
	if done == 0 {
		t.Error("nobody published")
	}
	if trashed := w.sweepAll(s); len(trashed) != 0 {
		t.Errorf("swept %v: two went beyond the lease", trashed)
	}
	w.once(a)
}

// stray leaves a draft of a publisher that was overtaken while it was about to POST.
func (w *world) stray(a publish.Article) (s *publish.Service, id int64) {
	w.t.Helper()
	s = w.process(w.admin(), nil)
	before := func(step string) error {
		if step != "find" {
			return nil
		}
		w.clock.Advance(time.Hour)
		_, err := w.publish(s, a)
		return err
	}
	if _, err := w.publish(w.process(w.admin(), before), a); !errs.Is(err, errs.Conflict) {
		w.t.Fatalf("the overtaken publisher got %v, want a conflict", err)
	}
	for _, p := range w.marked(a) {
		if p.Status == "draft" {
			return s, p.ID
		}
	}
	w.t.Fatal("no stray draft")
	return nil, 0
}

func outlived(t *testing.T, w *world) {
	a := w.article()
	s, id := w.stray(a)
	if trashed := w.sweepAll(s); len(trashed) != 1 || trashed[0] != fmt.Sprint(id) {
		t.Errorf("swept %v, want %d", trashed, id)
	}
	w.once(a)
}

func peoplesDrafts(t *testing.T, w *world) {
	other, _ := w.wp.NewUser("colleague", "editor")
	create := func(author string, p lab.Post, title string) string {
		return w.wp.CLI("post", "create", "--post_status=draft", "--post_author="+author, "--post_title="+title, "--post_content="+p.Content, "--porcelain")
	}
	a := w.article()
	s, id := w.stray(a)
	otherID := w.wp.CLI("user", "get", other, "--field=ID")
	var keep []string
	var bare lab.Post
	for _, p := range w.marked(a) {
		if p.ID == id {
			bare = p
		} else {
			keep = append(keep, create("1", p, p.Title)) // a duplicate of the article, by the same user
		}
	}
	keep = append(keep, create(otherID, bare, bare.Title), create("1", bare, "My own title"))
	filled := bare
	filled.Content += "\n<p>I went on writing.</p>"
	keep = append(keep, create("1", filled, bare.Title))
	edited := create("1", bare, bare.Title)
	w.wp.CLI("post", "update", edited, "--post_excerpt=mine")
	keep = append(keep, edited)
	if trashed := w.sweepAll(s); len(trashed) != 1 || trashed[0] != fmt.Sprint(id) {
		t.Errorf("swept %v, want %d alone", trashed, id)
	}
	for _, k := range keep {
		if !slices.ContainsFunc(w.marked(a), func(p lab.Post) bool { return fmt.Sprint(p.ID) == k && p.Status == "draft" }) {
			t.Errorf("draft %s of a person was touched", k)
		}
	}
}

func sweepBeside(t *testing.T, w *world) {
	a := w.article()
	var swept []string
	during := func(step string) error { // the POST is answered and its id not stored: tick comes by
		if step == "post" {
			w.clock.Advance(5 * time.Minute)
			got, err := publish.New(w.table, to{w.admin()}, w.clock, w.ids, publish.Options{}).Sweep(context.Background(), scope, siteID, w.clock.Now())
			swept = got.Trashed
			return err
		}
		return nil
	}
	if _, err := w.publish(w.process(w.admin(), during), a); err != nil {
		t.Fatal(err)
	}
	if len(swept) != 0 {
		t.Errorf("tick trashed %v under a publication", swept)
	}
	w.sweepAll(w.process(w.admin(), nil))
	w.once(a)
}

func withoutRecord(t *testing.T, w *world) {
	a := w.article()
	// A person's own post that the search finds as well, without our comment.
	w.wp.CLI("post", "create", "--post_status=publish", "--post_author=1", "--post_title=Mine", "--post_content=About igny8:content="+a.ContentID, "--porcelain")
	first, err := w.publish(w.process(w.admin(), nil), a)
	if err != nil {
		t.Fatal(err)
	}
	w.wp.CLI("post", "update", first.ExternalID, "--post_excerpt=edited by a person")
	fresh := newWorld(t, w.wp)
	got, err := fresh.publish(fresh.process(fresh.admin(), nil), a)
	if err != nil || got.ExternalID != first.ExternalID || !contains(got.Warnings, "had this article already") {
		t.Errorf("%+v %v, want post %s left as it is", got, err, first.ExternalID)
	}
	if p := w.marked(a)[0]; p.Excerpt != "edited by a person" {
		t.Errorf("the person's edit was overwritten: %q", p.Excerpt)
	}
	w.once(a)
}

func deleted(t *testing.T, w *world) {
	a := w.article()
	if _, err := w.publish(w.process(w.admin(), crashAt("id", 1)), a); err == nil {
		t.Fatal("no crash")
	}
	w.wp.CLI("post", "delete", fmt.Sprint(w.marked(a)[0].ID), "--force")
	s := w.process(w.admin(), nil)
	if _, err := w.publish(s, a); err == nil || !errs.Is(err, errs.Unavailable) {
		t.Fatalf("a vanished draft is %v", err)
	}
	if _, err := w.publish(s, a); err != nil {
		t.Fatal(err)
	}
	w.sweepAll(s)
	w.once(a)
}

func roles(t *testing.T, w *world) {
	user, password := w.wp.NewUser("writer", "author")
	a := w.article()
	a.Categories = []string{"A category that nobody made"}
	s := w.process(w.dest(w.wp.URL, user, password), crashAt("post", 1))
	_, _ = w.publish(s, a)
	got, err := w.publish(w.process(w.dest(w.wp.URL, user, password), nil), a)
	if err != nil {
		t.Fatal(err)
	}
	w.once(a)
	if !contains(got.Warnings, "may not make it") || contains(got.Warnings, "content") {
		t.Errorf("author: warnings %q", got.Warnings)
	}
	user, password = w.wp.NewUser("helper", "contributor")
	s = w.process(w.dest(w.wp.URL, user, password), nil)
	b := w.article()
	for range 2 { // the second finds the first's draft: one draft, however often it is refused
		if _, err = w.publish(s, b); !errs.Is(err, errs.Forbidden) || !strings.Contains(errs.Of(err).Message, "upload_files") {
			t.Errorf("contributor with pictures: %v", err)
		}
	}
	c := w.article()
	c.Featured, c.InArticle = nil, nil
	for range 2 {
		if _, err = w.publish(s, c); !errs.Is(err, errs.Forbidden) || !strings.Contains(errs.Of(err).Message, "publish_posts") {
			t.Errorf("contributor without pictures: %v", err)
		}
	}
	for _, x := range []publish.Article{b, c} {
		if n := len(w.marked(x)); n != 1 {
			t.Errorf("contributor: %d drafts, want 1", n)
		}
	}
}

func draftThenPublic(t *testing.T, w *world) {
	a := w.article()
	s := w.process(w.admin(), nil)
	ask := func(status string) publish.Published {
		t.Helper()
		got, err := s.Publish(context.Background(), scope, siteID, publish.Request{Destination: "wordpress", Article: a, Status: status})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := ask("draft")
	if first.Status != "draft" || w.marked(a)[0].Status != "draft" {
		t.Errorf("asked for a draft, got %+v", first)
	}
	w.sweepAll(s)
	if second := ask("publish"); second.ExternalID != first.ExternalID || second.Status != "publish" {
		t.Errorf("then public: %+v", second)
	}
	if third := ask("draft"); third.Status != "publish" {
		t.Errorf("what is public stays public: %+v", third)
	}
	w.once(a)
}

func seoFields(t *testing.T, w *world) {
	w.wp.MustUse("seo", `add_action( 'init', function () { foreach ( array( '_yoast_wpseo_title', '_yoast_wpseo_metadesc' ) as $k ) {
		register_post_meta( 'post', $k, array( 'show_in_rest' => true, 'single' => true, 'type' => 'string', 'auth_callback' => '__return_true' ) ); } } );`)
	a := w.article()
	got, err := w.publish(w.process(w.admin(), nil), a)
	if err != nil || len(got.Warnings) != 0 {
		t.Fatalf("%q %v", got.Warnings, err)
	}
	id := w.marked(a)[0].ID
	if w.wp.Meta(id, "_yoast_wpseo_title") != a.MetaTitle || w.wp.Meta(id, "_yoast_wpseo_metadesc") != a.MetaDescription {
		t.Error("the SEO fields were not written")
	}
}
