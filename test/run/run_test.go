// Package run_test does what `make run` does on a new machine, and looks at what a
// newcomer sees: no key, no account, posts to read within three minutes.
package run_test

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/test/program"
)

// limit is how long a newcomer is asked to wait for the posts.
const limit = 3 * time.Minute

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+[^\s)]*`)

func TestMakeRun(t *testing.T) {
	bin, data := program.Build(t), filepath.Join(t.TempDir(), "data")
	first := serve(t, bin, data)
	index := address.FindString(first.Await("The posts can be read at", limit))
	took := time.Since(first.Began)
	for n, stage := range []string{"1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 "} {
		if !regexp.MustCompile(`(?m)^ +` + stage + `\S.*█`).MatchString(first.Out()) {
			t.Errorf("stage %d did not go by:\n%s", n+1, first.Out())
		}
	}
	api := address.FindString(first.Await("API ", time.Minute))
	if status, body := get(t, strings.TrimSuffix(api, "/v1/")+"/v1/system/ping/"); status != http.StatusOK || !strings.Contains(body, `"pong":true`) {
		t.Errorf("ping: %d %s", status, body)
	}
	posts := read(t, index)
	end(t, first)

	second := serve(t, bin, data)
	again := address.FindString(second.Await("The posts can be read at", limit))
	if now := links(t, again); len(now) != posts {
		t.Errorf("%d posts after a second start, %d after the first", len(now), posts)
	}
	end(t, second)
	t.Logf("run: posts=%d seconds=%.1f", posts, took.Seconds())
}

func serve(t *testing.T, bin, data string) *program.Process {
	t.Helper()
	return program.Start(t, bin, program.Env(), "serve", "--sample", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", data)
}

// end is Ctrl-C.
func end(t *testing.T, p *program.Process) {
	t.Helper()
	p.Interrupt()
	if code := p.Exit(time.Minute); code != 0 || p.Err() != "" {
		t.Errorf("Ctrl-C: exit %d\n%s", code, p.Both())
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

var post = regexp.MustCompile(`href="([^"]*pre_[A-Z0-9]+/)"`)

// links are the addresses of the posts that an index shows.
func links(t *testing.T, index string) []string {
	t.Helper()
	status, body := get(t, index)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", index, status, body)
	}
	seen := map[string]bool{}
	var out []string
	for _, m := range post.FindAllStringSubmatch(body, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			out = append(out, m[1])
		}
	}
	return out
}

var picture = regexp.MustCompile(`<img[^>]+src="([^"]+)"`)

// read opens the index, each article and its first picture, as a reader does.
func read(t *testing.T, index string) int {
	t.Helper()
	found := links(t, index)
	if len(found) < 5 {
		t.Fatalf("%d posts at %s, want 5 or more", len(found), index)
	}
	for _, link := range found {
		page := absolute(t, index, link)
		status, body := get(t, page)
		if status != http.StatusOK || !strings.Contains(strings.ToLower(body), "demo") || !strings.Contains(body, "<h2") {
			t.Errorf("%s: %d, a demo label: %v", link, status, strings.Contains(strings.ToLower(body), "demo"))
		}
		pictures := picture.FindAllStringSubmatch(body, -1)
		if len(pictures) < 2 {
			t.Errorf("%s has %d pictures, want a featured one and one in the article", link, len(pictures))
			continue
		}
		for _, p := range pictures {
			if status, file := get(t, absolute(t, page, p[1])); status != http.StatusOK || !strings.HasPrefix(http.DetectContentType([]byte(file)), "image/") {
				t.Errorf("picture %s: %d, %s", p[1], status, http.DetectContentType([]byte(file)))
			}
		}
	}
	return len(found)
}

// absolute is a link as a browser takes it.
func absolute(t *testing.T, page, link string) string {
	t.Helper()
	base, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return to.String()
}
