package wordpress_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	lab "github.com/igny8/igny8/internal/lab/wordpress"
)

// TestWordPress runs against one real WordPress. Each subtest has contents, pictures and a
// table of its own.
func TestWordPress(t *testing.T) {
	t.Parallel()
	wp := lab.Start(t)
	t.Run("what is published", func(t *testing.T) { whatIsPublished(t, newWorld(t, wp)) })
	for _, step := range []string{"lease", "nonce", "find", "post", "id", "picture", "finish", "readback", "done"} {
		t.Run("crash after "+step, func(t *testing.T) { crashAfter(t, newWorld(t, wp), step, 1) })
	}
	t.Run("the post is another's", func(t *testing.T) { theirs(t, newWorld(t, wp)) })
	t.Run("crash after second picture", func(t *testing.T) { crashAfter(t, newWorld(t, wp), "picture", 2) })
	if log := wp.Log(); log != "" {
		t.Errorf("WordPress logged:\n%s", log)
	}
}

func whatIsPublished(t *testing.T, w *world) {
	a := w.article()
	s := w.process(w.admin(), nil)
	got, err := w.publish(s, a)
	if err != nil {
		t.Fatal(err)
	}
	w.once(a)
	p := w.wp.Posts("igny8:content=" + a.ContentID + " ")[0]
	if fmt.Sprint(p.ID) != got.ExternalID || got.Status != "publish" || !strings.HasSuffix(got.ExternalURL, "/"+a.Slug+"/") {
		t.Errorf("answer %+v does not fit post %d", got, p.ID)
	}
	if p.Slug != a.Slug || p.Excerpt != a.Excerpt {
		t.Errorf("slug %q, excerpt %q", p.Slug, p.Excerpt)
	}
	order := []string{"<!-- wp:paragraph -->", "Grind</h2>", `alt="Alt of ` + a.ContentID + `-a"`, "Fine.", "<!-- wp:list-item -->", "Water</h2>",
		`alt="Alt of ` + a.ContentID + `-b"`, "wp-element-caption\">Caption &amp; more", "wp:quote", "<table>", `{"level":3}`, "preformatted", "igny8:content="}
	rest := p.Content
	for _, part := range order {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Fatalf("%q is missing, or not in its place, in\n%s", part, p.Content)
		}
		rest = after
	}
	for _, bad := range []string{"<script", "onclick", "alert"} {
		if strings.Contains(p.Content, bad) {
			t.Errorf("%s went out", bad)
		}
	}
	if got := w.wp.Terms(p.ID, "category"); len(got) != 1 || got[0] != "Coffee &amp; Tea" {
		t.Errorf("categories %q", got)
	}
	if got := w.wp.Terms(p.ID, "post_tag"); len(got) != 2 {
		t.Errorf("tags %q", got)
	}
	if w.wp.Meta(p.ID, "_thumbnail_id") != got.MediaIDs[0] || len(got.MediaIDs) != 3 {
		t.Errorf("featured image %q of %v", w.wp.Meta(p.ID, "_thumbnail_id"), got.MediaIDs)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "meta title") {
		t.Errorf("warnings %q, want the one about meta fields", got.Warnings)
	}
	again, err := w.publish(w.process(nil, nil), a) // no destination: a call would panic
	if err != nil || again.ExternalID != got.ExternalID {
		t.Errorf("again: %+v %v", again, err)
	}
	if trashed := w.sweepAll(s); len(trashed) != 0 {
		t.Errorf("sweep trashed %v", trashed)
	}
}

// crashAfter stops one process after a step and lets the next one go on.
func crashAfter(t *testing.T, w *world, step string, nth int) {
	a := w.article()
	_, err := w.publish(w.process(w.admin(), crashAt(step, nth)), a)
	if !errors.Is(err, errCrash) {
		t.Fatalf("the crash did not come: %v", err)
	}
	if n := w.wp.CountByStatus("igny8:content=" + a.ContentID + " ")["publish"]; n > 0 && (step == "post" || step == "id" || step == "picture") {
		t.Errorf("a post was public before its id was stored")
	}
	s := w.process(w.admin(), nil)
	got, err := w.publish(s, a)
	if err != nil {
		t.Fatal(err)
	}
	if trashed := w.sweepAll(s); len(trashed) != 0 {
		t.Errorf("the crash left %v, though the repeat could have adopted it", trashed)
	}
	w.once(a)
	if contains(got.Warnings, "content") || contains(got.Warnings, "status") {
		t.Errorf("warnings %q", got.Warnings)
	}
}

// theirs is a site that was restored or replaced after our draft was made: what bears the
// draft's id now is somebody else's and stays as it is.
func theirs(t *testing.T, w *world) {
	a := w.article()
	if _, err := w.publish(w.process(w.admin(), crashAt("id", 1)), a); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	draft := w.wp.Posts("igny8:content=" + a.ContentID + " ")[0]
	text := "The words of somebody else " + a.ContentID
	w.wp.CLI("post", "update", fmt.Sprint(draft.ID), "--post_content="+text, "--post_title=Theirs", "--post_status=publish")
	s := w.process(w.admin(), nil)
	if _, err := w.publish(s, a); err == nil {
		t.Fatal("published over another's post")
	}
	if _, err := w.publish(s, a); err != nil {
		t.Fatal(err)
	}
	w.once(a)
	if got := w.wp.Posts(text); len(got) != 1 || got[0].ID != draft.ID || got[0].Content != text {
		t.Errorf("the other's post became %+v", got)
	}
}
