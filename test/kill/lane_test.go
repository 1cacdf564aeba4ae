package kill_test

import (
	_ "embed"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/program"
)

// keywords make about twenty articles with sixty pictures.
//
//go:embed testdata/keywords.csv
var keywords []byte

// strayAfter is when the first look for stray drafts is due; the second is 15 times later.
const strayAfter = 300 * time.Millisecond

// lane is a WordPress and a provider that one seed after the other uses.
type lane struct {
	t   testing.TB
	bin string
	wp  *wordpress.Site
	ai  *ai.Lab
	log string // each request that WordPress has begun and ended, one a line

	start start // where the logs stood when the last program was started
}

func newLane(t testing.TB, bin string) *lane {
	t.Helper()
	l := &lane{t: t, bin: bin, wp: wordpress.Start(t), ai: ai.Start(t)}
	l.log = filepath.Join(l.wp.Dir, "requests.log")
	l.wp.MustUse("requests", `
$line = function ( $what ) {
	file_put_contents( getenv( 'WP_SITE_DIR' ) . '/requests.log', $what . ' ' . ( $_SERVER['REQUEST_METHOD'] ?? '' ) . ' ' . strtok( $_SERVER['REQUEST_URI'] ?? '', '?' ) . ";\n", FILE_APPEND | LOCK_EX );
};
$line( 'begin' );
register_shutdown_function( $line, 'end' );
add_action( 'transition_post_status', fn( $new, $old, $post ) => $post->post_type === 'post' && $new === 'publish' && $old !== $new ? $line( 'public' ) : null, 10, 3 );
// The sizes for themes are most of an upload's work, and nothing that we look at.
add_filter( 'intermediate_image_sizes_advanced', '__return_empty_array' );
add_filter( 'big_image_size_threshold', '__return_false' );`)
	return l
}

// clean puts the outside world back to its beginning.
func (l *lane) clean() {
	l.t.Helper()
	l.wp.Reset()
	if err := os.RemoveAll(l.log); err != nil {
		l.t.Fatal(err)
	}
	l.ai.Reset()
	l.ai.Latency(ai.Latency{Kind: "lognormal", Ms: 50, Ms2: 150})
}

func (l *lane) env() []string {
	u, err := url.Parse(l.wp.URL)
	if err != nil {
		l.t.Fatal(err)
	}
	return program.Env("OPENAI_API_KEY="+l.ai.Key, "OPENAI_BASE_URL="+l.ai.URL, "IGNY8_WP_PASSWORD="+l.wp.Password, "IGNY8_ALLOW_HOSTS="+u.Host)
}

// run starts `igny8 run` on a data folder. tick is how often it repairs by itself.
func (l *lane) run(t testing.TB, file, data, tick string) *program.Process {
	t.Helper()
	l.mark()
	return program.Start(t, l.bin, l.env(), "run", file, "--wp-url", l.wp.URL, "--wp-user", l.wp.User, "--auto-publish", "--json",
		"--data", data, "--tick", tick, "--stray-after", strayAfter.String())
}

// tick does `igny8 tick` once.
func (l *lane) tick(t testing.TB, data string) {
	t.Helper()
	p := program.Start(t, l.bin, l.env(), "tick", "--data", data, "--stray-after", strayAfter.String())
	if code := p.Exit(time.Minute); code != 0 {
		t.Errorf("tick: exit %d\n%s", code, p.Both())
	}
}

// result is what `igny8 run --json` prints.
type result struct {
	Status   string
	SiteID   string `json:"site_id"`
	Keywords int
	Clusters int
	Ideas    int
	Articles int
	Images   int
	Posts    []struct {
		ID        string
		ContentID string `json:"content_id"`
	}
	Faults []struct{ Title, Reason string }
}

func resultOf(t testing.TB, p *program.Process, limit time.Duration) result {
	t.Helper()
	code := p.Exit(limit)
	var r result
	if err := json.Unmarshal([]byte(p.Out()), &r); err != nil || code != 0 {
		t.Fatalf("igny8 run: exit %d, %v\n%s", code, err, p.Both())
	}
	return r
}

// counts are the calls of a run that nobody disturbs: the same for each seed.
type counts struct{ ideas, contents, images int }

// undisturbed measures them.
func (l *lane) undisturbed(t testing.TB) (counts, result) {
	t.Helper()
	l.clean()
	p := l.run(t, writeKeywords(t), filepath.Join(t.TempDir(), "data"), "1s")
	r := resultOf(t, p, patience)
	text, images := len(l.ai.Requests(textRoute, "")), len(l.ai.Requests(imageRoute, ""))
	c := counts{ideas: r.Clusters, contents: r.Ideas, images: images}
	prompts, public := text-r.Clusters-r.Ideas, strings.Count(l.requests(), "\npublic")
	if c.ideas < 2 || c.contents < 18 || prompts != c.contents || c.images < 18 || len(r.Posts) != r.Articles || r.Articles != c.contents || public != c.contents {
		t.Fatalf("an undisturbed run is not as it should be: %+v, %d prompts, %d public\n%+v", c, prompts, public, r)
	}
	return c, r
}

func writeKeywords(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keywords.csv")
	if err := os.WriteFile(file, keywords, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
