// Package web_test drives the web app in a real Chromium, as people do: the program as it
// is shipped, a real WordPress, providers on the wire. The steps are in web/journeys.
package web_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/program"
)

const limit = 25 * time.Minute // of a journey, on a machine that has much else to do

var (
	appAddress  = regexp.MustCompile(`app +(http://127\.0\.0\.1:\d+)/`)
	signInOnce  = regexp.MustCompile(`open +(http://127\.0\.0\.1:\d+/signin#once=\w+)`)
	previewAddr = regexp.MustCompile(`preview +(http://127\.0\.0\.1:\d+)/`)
)

// stage is where a journey happens, as its script is told in STAGE.
type stage struct {
	App       string            `json:"app"`
	Hand      string            `json:"hand"`     // pointer, or keys: by keyboard alone
	Open      string            `json:"open"`     // signs the operator in once
	Preview   string            `json:"preview"`  // origin of preview sites
	Pictures  string            `json:"pictures"` // folder of what was looked at; empty is nowhere
	Broken    string            `json:"broken"`   // folder of a picture of what broke
	WordPress map[string]string `json:"wordpress"`
	Provider  string            `json:"provider"`        // where the providers' stand-in is steered
	Files     string            `json:"files,omitempty"` // origin of files, where it is another than the app's

	wp       *wordpress.Site
	provider *ai.Lab
	program  *program.Process
}

// setUp starts WordPress and the program with the web app in it.
func setUp(t *testing.T, provider *ai.Lab, more ...string) *stage {
	t.Helper()
	needsApp(t)
	wp := wordpress.Start(t)
	u, err := url.Parse(wp.URL)
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, more...)
	p := program.Start(t, program.Build(t), program.Env("OPENAI_API_KEY="+provider.Key, "OPENAI_BASE_URL="+provider.URL, "IGNY8_ALLOW_HOSTS="+u.Host), args...)
	p.Await("sign in", time.Minute)
	find := func(re *regexp.Regexp) string {
		m := re.FindStringSubmatch(p.Out())
		if m == nil {
			t.Fatalf("the program does not tell %s:\n%s", re, p.Both())
		}
		return m[1]
	}
	return &stage{
		App: find(appAddress), Open: find(signInOnce), Preview: find(previewAddr), Pictures: pictures(t),
		WordPress: map[string]string{"url": wp.URL, "user": wp.User, "password": wp.Password},
		Provider:  strings.TrimSuffix(provider.URL, "/v1"),
		wp:        wp, provider: provider, program: p,
	}
}

func needsApp(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("../../internal/webapp/dist/index.html"); err != nil {
		t.Fatal("the web app is not built: make web")
	}
}

// pictures is where a journey leaves its pictures, to be looked at: PICTURES, or none.
func pictures(t *testing.T) string {
	dir := os.Getenv("PICTURES")
	if dir == "" {
		return ""
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	dir, err := filepath.Abs(filepath.Join("../..", dir)) // from where make was called
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// walk runs a script of web/journeys; whatever it finds wrong fails the test.
func (s *stage) walk(t *testing.T, script string) {
	t.Helper()
	s.Broken = filepath.Join(os.TempDir(), "igny8-journeys")
	told, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, "node", "journeys/"+script)
	c.Dir = "../../web"
	c.Env = append(os.Environ(), "STAGE="+string(told))
	out, err := c.CombinedOutput()
	if err != nil && s.program != nil { // before what the script says of the fault, which is looked for at the end
		t.Log(s.program.Both())
	}
	t.Logf("%s", strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

// TestJourneys goes each journey twice, each time from nothing: with a pointer, and by
// keyboard alone. None buys an answer twice or publishes an article twice.
func TestJourneys(t *testing.T) {
	t.Parallel()
	needsApp(t)
	journeys := map[string]int{
		"first-articles.mjs":   1, // posts; 0 is all that the run made
		"pause-and-resume.mjs": 0,
		"provider-fault.mjs":   0,
	}
	for script, posts := range journeys {
		for _, hand := range []string{"pointer", "keys"} {
			t.Run(strings.TrimSuffix(script, ".mjs")+" by "+hand, func(t *testing.T) {
				t.Parallel()
				s := setUp(t, ai.Start(t))
				s.Hand = hand
				s.walk(t, script)
				if n := s.checkOnce(t); posts > 0 && n != posts {
					t.Errorf("%d posts are published on WordPress, %d were asked for", n, posts)
				}
			})
		}
	}
}

// checkOnce holds that nothing was bought twice, and that no article has two posts; it gives
// how many there are.
func (s *stage) checkOnce(t *testing.T) int {
	t.Helper()
	if d := s.provider.Ledger().Duplicates; len(d) > 0 {
		t.Errorf("bought twice: %v", d)
	}
	posts, seen := s.wp.Posts("igny8:content="), map[string]bool{}
	for _, p := range posts {
		if seen[p.Title] {
			t.Errorf("%q was published twice", p.Title)
		}
		seen[p.Title] = true
	}
	if len(posts) == 0 {
		t.Error("nothing was published")
	}
	return len(posts)
}

// TestPages looks at every page, dialog, menu and panel of the app on the sample workspace.
func TestPages(t *testing.T) {
	t.Parallel()
	provider := ai.Start(t)
	provider.Fault(ai.Fault{Kind: "hold"}) // the sample's run is looked at while it goes on
	s := setUp(t, provider, "--sample")
	s.Hand = "pointer"
	s.walk(t, "pages.mjs")
}
