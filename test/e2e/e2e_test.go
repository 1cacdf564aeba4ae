// Package e2e_test plays the product's main job through its API against a real WordPress
// and a provider at the wire, on both runtimes: the program on this machine, and the stack
// deployed on an emulated AWS. The scenario knows addresses alone, no files and no processes.
package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	lab "github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/rights"
	"github.com/igny8/igny8/test/stack"
)

// runtime is a running IGNY8, wherever it runs, with a WordPress and a provider of its own.
type runtime struct {
	name     string
	base     string // origin of the API
	wp       *wordpress.Site
	provider *lab.Lab
	kept     func(t *testing.T) keeping // ends it where that is needed, and opens what it stored

	cloud  *amazon                       // what it stands on, when it is AWS
	grants func() (rights.Set, []string) // what its functions asked of AWS so far, and what was wrong with that
}

// TestEndToEnd plays the scenario on each runtime, and then holds the two side by side.
func TestEndToEnd(t *testing.T) {
	here, there := played{}, played{}
	t.Run("embedded", func(t *testing.T) { here = playOn(t, startEmbedded(t)) })
	t.Run("aws", func(t *testing.T) {
		r := startAWS(t)
		there = playOn(t, r)
		if t.Failed() {
			return
		}
		takeTour(t, r, there.outcome)
		checkRights(t, r)
	})
	t.Run("side by side", func(t *testing.T) { sideBySide(t, here, there) })
}

// played is what a runtime made of the scenario.
type played struct {
	items []string // of the table, one line each, ids and times aside
	calls []string // of the provider

	outcome outcome
}

func playOn(t *testing.T, r runtime) played {
	wp, provider := r.wp, r.provider
	file, err := os.ReadFile(filepath.Join("testdata", "keywords.csv"))
	if err != nil {
		t.Fatal(err)
	}
	few := []byte("keyword,volume\nwindow boxes,900\nwindow boxes for herbs,300\ncheap window boxes,200\nwindow boxes for shade,150\nhow to plant window boxes,120\n")
	o := play(t, r.base, stack.Outside{
		WordPress: wp.URL, User: wp.User, Password: wp.Password, Keywords: file, Few: few,
		Calls: func() int { return provider.Ledger().Total.Calls },
		Posts: func() int { return len(wp.Posts("")) },
	})
	checkWorkspace(t, o.Main, 40)
	if len(o.Main.Contents) < 5 {
		t.Errorf("%d articles of 40 keywords, want 5 or more", len(o.Main.Contents))
	}
	if o.SecondCalls != 0 || o.SecondPosts != 0 {
		t.Errorf("the second run made %d provider calls and %d posts", o.SecondCalls, o.SecondPosts)
	}
	ledger := provider.Ledger()
	if len(ledger.Duplicates) > 0 {
		t.Errorf("bought twice: %v", ledger.Duplicates)
	}
	words, posts := 0, 0
	for _, c := range o.Main.Contents {
		words += c.Words
		posts += len(wp.Posts("igny8:content=" + c.ID))
		checkPost(t, wp, c, o.Main.Images)
	}
	checkByHand(t, wp, o)
	media := checkMedia(t, wp, o)
	if text := wp.Log(); text != "" {
		t.Errorf("WordPress logged:\n%s", text)
	}
	fmt.Printf("e2e %s: keywords=%d clusters=%d ideas=%d articles=%d words=%d images=%d posts=%d media=%d by_hand_posts=%d by_hand_media=%d provider_calls=%d second_run_calls=%d second_run_posts=%d seconds=%.1f\n",
		r.name, len(o.Main.Keywords), len(o.Main.Clusters), len(o.Main.Ideas), len(o.Main.Contents), words, len(o.Main.Images), posts,
		media, wp.CountByStatus("igny8:content=")["publish"]-posts, len(wp.Media())-media, ledger.Total.Calls, o.SecondCalls, o.SecondPosts, o.Seconds)
	if t.Failed() {
		return played{}
	}
	p := r.look(t, o)
	p.outcome = o
	return p
}

// checkWorkspace holds that nothing was lost between keywords and contents.
func checkWorkspace(t *testing.T, w stack.Workspace, keywords int) {
	t.Helper()
	for _, f := range w.Lost(keywords) {
		t.Error(f)
	}
}

// checkPost holds that WordPress's own database has the article once, whole and public.
func checkPost(t *testing.T, wp *wordpress.Site, c stack.Content, images []stack.Image) {
	t.Helper()
	posts := wp.Posts("igny8:content=" + c.ID)
	if len(posts) != 1 || c.SiteStatus != "published" {
		t.Errorf("%q (%s): %d posts", c.Title, c.SiteStatus, len(posts))
		return
	}
	p := posts[0]
	if p.Status != "publish" || p.Title != c.Title || fmt.Sprint(p.ID) != c.ExternalID || !strings.HasPrefix(c.ExternalURL, wp.URL) || p.Excerpt == "" {
		t.Errorf("%q: post %d is %s, titled %q, at %s (record: %s)", c.Title, p.ID, p.Status, p.Title, c.ExternalURL, c.ExternalID)
	}
	alts := map[int64]string{}
	for _, m := range wp.Media() {
		alts[m.ID] = m.Alt
	}
	var featured int64
	if _, err := fmt.Sscan(wp.Meta(p.ID, "_thumbnail_id"), &featured); err != nil || alts[featured] == "" {
		t.Errorf("%q: featured image %d, alt text %q (%v)", c.Title, featured, alts[featured], err)
	}
	checkInArticle(t, c, p.Content, alts, images)
	if got := wp.Terms(p.ID, "category"); len(got) == 0 || len(got) == 1 && got[0] == "Uncategorized" {
		t.Errorf("%q: categories %q", c.Title, got)
	}
	if got := wp.Terms(p.ID, "post_tag"); len(got) == 0 {
		t.Errorf("%q has no tags", c.Title)
	}
}

var inArticle = regexp.MustCompile(`<img src="([^"]+)" alt="([^"]+)" class="wp-image-(\d+)"/>`)

func checkInArticle(t *testing.T, c stack.Content, raw string, alts map[int64]string, images []stack.Image) {
	t.Helper()
	want := 0
	for _, i := range images {
		if i.Content == c.ID && i.Type != "featured" {
			want++
		}
	}
	found := inArticle.FindAllStringSubmatch(raw, -1)
	if len(found) == 0 || len(found) != want {
		t.Errorf("%q: %d in-article images with alt text, want %d", c.Title, len(found), want)
	}
	for _, m := range found {
		var media int64
		if _, err := fmt.Sscan(m[3], &media); err != nil || alts[media] == "" {
			t.Errorf("%q: the image %s is no attachment with alt text", c.Title, m[0])
		}
	}
}

// checkByHand holds that the article sent out by hand is public, and it alone.
func checkByHand(t *testing.T, wp *wordpress.Site, o outcome) {
	t.Helper()
	checkWorkspace(t, o.Reviewed, 5)
	checkPost(t, wp, o.ByHand, o.Reviewed.Images)
	for _, c := range o.Reviewed.Contents {
		if n := len(wp.Posts("igny8:content=" + c.ID)); c.ID != o.ByHand.ID && n != 0 {
			t.Errorf("%q was not to be published, and has %d posts", c.Title, n)
		}
	}
}

// checkMedia holds that each picture of the published articles is in WordPress once. It
// gives how many belong to the first site.
func checkMedia(t *testing.T, wp *wordpress.Site, o outcome) int {
	t.Helper()
	want := map[string]bool{}
	for _, i := range o.Main.Images {
		want["igny8-"+i.SHA] = true
	}
	main := len(want)
	for _, i := range o.Reviewed.Images {
		if i.Content == o.ByHand.ID {
			want["igny8-"+i.SHA] = true
		}
	}
	for _, m := range wp.Media() {
		if !want[m.Slug] {
			t.Errorf("medium %d, %q, is not wanted or there twice", m.ID, m.Slug)
		}
		delete(want, m.Slug)
	}
	if len(want) > 0 {
		t.Errorf("%d pictures are not in WordPress", len(want))
	}
	return main
}
