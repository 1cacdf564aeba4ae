// Package cli_test gives the command line bad input. What it answers is one clear line and
// an exit code: 2 when it was not begun because something named is wrong, 1 when the work
// failed. Nothing is left half done.
package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/program"
)

const good = "keyword,volume\nwool socks,100\nred wool socks,20\nwarm wool socks,30\nmerino wool socks,40\nwool socks for hiking,50\n"

// call is one call of the command line and what it has to answer.
type call struct {
	name string
	file string // what keywords.csv holds; a name of another file in args is not made
	args []string
	env  []string
	code int
	say  []string // parts of the one line on standard error
}

// kit is what all calls share.
type kit struct{ bin string }

func TestCommandLine(t *testing.T) {
	k := kit{bin: program.Build(t)}
	wp := wordpress.Start(t)
	t.Run("usage", func(t *testing.T) { k.each(t, usageCalls()) })
	t.Run("files", func(t *testing.T) { k.each(t, fileCalls()) })
	t.Run("wordpress", func(t *testing.T) { k.each(t, wordpressCalls(t, wp)) })
	t.Run("dry run", k.dryRun)
	t.Run("huge", k.huge)
	t.Run("in use", k.inUse)
	t.Run("clock set back", k.clockBack)
	t.Run("steer", k.steer)
	t.Run("kept rows", k.keptRows)
	t.Run("private host", func(t *testing.T) { k.privateHost(t, wp) })
	if posts := wp.Posts("igny8"); len(posts) != 0 {
		t.Errorf("a refused call left posts: %+v", posts)
	}
}

func (k kit) each(t *testing.T, calls []call) {
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k.refuses(t, c)
		})
	}
}

// refuses holds that a call ends with its code, one clear line, and no article.
func (k kit) refuses(t *testing.T, c call) {
	t.Helper()
	dir := t.TempDir()
	file, data := filepath.Join(dir, "keywords.csv"), filepath.Join(dir, "data")
	if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
		t.Fatal(err)
	}
	args := make([]string, len(c.args))
	for i, a := range c.args {
		args[i] = strings.NewReplacer("{file}", file, "{dir}", dir, "{data}", data).Replace(a)
	}
	p := program.Start(t, k.bin, program.Env(c.env...), args...)
	code := p.Exit(time.Minute)
	line := strings.TrimSpace(p.Err())
	if code != c.code || !strings.HasPrefix(line, "igny8: ") || strings.Count(line, "\n") != 0 {
		t.Errorf("exit %d, want %d and one line\n%s", code, c.code, p.Both())
	}
	for _, part := range c.say {
		if !strings.Contains(line, part) {
			t.Errorf("it does not say %q: %s", part, line)
		}
	}
	for _, never := range []string{"panic", "goroutine", "internal/", "errs.", "secret-pass"} {
		if strings.Contains(p.Both(), never) {
			t.Errorf("it says %q:\n%s", never, p.Both())
		}
	}
	if strings.Contains(p.Out(), "articles") {
		t.Errorf("it went on to work:\n%s", p.Out())
	}
}

func usageCalls() []call {
	run := func(more ...string) []string { return append([]string{"run", "{file}", "--data", "{data}"}, more...) }
	to := []string{"--wp-url", "http://127.0.0.1:9", "--wp-user", "ann"}
	return []call{
		{name: "no command", args: nil, code: 2, say: []string{"--help"}},
		{name: "unknown command", args: []string{"fly"}, code: 2, say: []string{"fly"}},
		{name: "wrong flag", file: good, args: run("--previw"), code: 2, say: []string{"--previw"}},
		{name: "no file named", args: []string{"run", "--preview"}, code: 2, say: []string{"<file>"}},
		{name: "missing file", args: []string{"run", "{dir}/none.csv", "--preview", "--data", "{data}"}, code: 2, say: []string{"none.csv"}},
		{name: "folder for a file", args: []string{"run", "{dir}", "--preview", "--data", "{data}"}, code: 2, say: []string{"folder"}},
		{name: "no destination", file: good, args: run(), code: 2, say: []string{"--wp-url", "--preview"}},
		{name: "two destinations", file: good, args: run(append(to, "--preview")...), code: 2, say: []string{"--preview or --wp-url"}},
		{name: "no user", file: good, args: run("--wp-url", "http://127.0.0.1:9"), code: 2, say: []string{"--wp-user"}},
		{name: "no password", file: good, args: run(to...), code: 2, say: []string{"IGNY8_WP_PASSWORD"}},
		{name: "no address", file: good, args: run("--wp-url", "blog", "--wp-user", "ann"), env: []string{"IGNY8_WP_PASSWORD=secret-pass"}, code: 2, say: []string{"blog", "https://"}},
		{name: "data folder is a file", file: good, args: []string{"run", "{file}", "--preview", "--data", "{file}"}, code: 2, say: []string{"--data"}},
		{name: "address in use", args: []string{"serve", "--addr", "256.0.0.1:1", "--data", "{data}"}, code: 2, say: []string{"--addr"}},
	}
}

func fileCalls() []call {
	args := []string{"run", "{file}", "--preview", "--data", "{data}"}
	dry := []string{"run", "{file}", "--dry-run"}
	var out []call
	for _, c := range []call{
		{name: "empty", file: "", say: []string{"empty"}},
		{name: "blank", file: "\n\n  \n", say: []string{"empty"}},
		{name: "header only", file: "keyword,volume\n", say: []string{"no keywords"}},
		{name: "binary", file: "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x08\x06\x00\x00\x00\xff\xfe\x00\x00", say: []string{"text"}},
		{name: "no keyword column", file: "volume,difficulty\n10,3\n20,4\n", say: []string{"keyword"}},
		{name: "only faults", file: "keyword,volume\n,1\n,2\n", say: []string{"no row"}},
	} {
		c.code = 1
		c.args = args
		out = append(out, c)
		c.name, c.args = c.name+" dry", dry
		out = append(out, c)
	}
	return out
}

func wordpressCalls(t *testing.T, wp *wordpress.Site) []call {
	t.Helper()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>A shop</title><p>Nothing of WordPress here.</p>")
	}))
	t.Cleanup(page.Close)
	subscriber, pass := wp.NewUser("reader", "subscriber")
	contributor, pass2 := wp.NewUser("helper", "contributor")
	at := func(url, user string) []string {
		return []string{"run", "{file}", "--data", "{data}", "--auto-publish", "--wp-url", url, "--wp-user", user}
	}
	with := func(p string) []string { return []string{"IGNY8_WP_PASSWORD=" + p} }
	return []call{
		{name: "down", file: good, args: at("http://127.0.0.1:9", "ann"), env: with("secret-pass"), code: 1, say: []string{"127.0.0.1:9"}},
		{name: "html", file: good, args: at(page.URL, "ann"), env: with("secret-pass"), code: 1, say: []string{"web page"}},
		{name: "wrong password", file: good, args: at(wp.URL, wp.User), env: with("secret-pass"), code: 1, say: []string{"password"}},
		{name: "wrong user", file: good, args: at(wp.URL, "nobody"), env: with(wp.Password), code: 1, say: []string{"user"}},
		{name: "subscriber", file: good, args: at(wp.URL, subscriber), env: with(pass), code: 1, say: []string{subscriber, "role", "publish_posts"}},
		{name: "contributor", file: good, args: at(wp.URL, contributor), env: with(pass2), code: 1, say: []string{contributor, "role", "publish_posts"}},
	}
}

// dryRun writes nothing, neither where it stands nor in a data folder.
func (k kit) dryRun(t *testing.T) {
	dir := t.TempDir()
	file, data := filepath.Join(dir, "keywords.csv"), filepath.Join(dir, "data")
	if err := os.WriteFile(file, []byte(good+"wool socks,100\n,7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := program.Start(t, k.bin, program.Env(), "run", file, "--dry-run", "--preview", "--data", data)
	if code := p.Exit(time.Minute); code != 0 || p.Err() != "" {
		t.Errorf("exit %d\n%s", code, p.Both())
	}
	for _, part := range []string{"5 keywords", "1 duplicates", "1 faults", "line 8, column 1", "nothing was written"} {
		if !strings.Contains(p.Out(), part) {
			t.Errorf("it does not say %q:\n%s", part, p.Out())
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("it left %q (%v)", left, err)
	}
}

// huge is a sparse file over the limit: refused at once, whatever is in it.
func (k kit) huge(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "keywords.csv")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 60<<20); err != nil {
		t.Fatal(err)
	}
	p := program.Start(t, k.bin, program.Env(), "run", file, "--dry-run")
	if code := p.Exit(time.Minute); code != 1 || !strings.Contains(p.Err(), "50 MB") || strings.Count(p.Err(), "\n") != 1 {
		t.Errorf("exit %d\n%s", code, p.Both())
	}
}

// inUse holds that a second program leaves the first one's data folder alone.
func (k kit) inUse(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "keywords.csv")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	first := program.Start(t, k.bin, program.Env(), "serve", "--addr", "127.0.0.1:0", "--preview-addr", "127.0.0.1:0", "--data", data)
	first.Await("is up", time.Minute)
	second := program.Start(t, k.bin, program.Env(), "run", file, "--preview", "--data", data)
	if code := second.Exit(time.Minute); code != 2 || !strings.Contains(second.Err(), "use") || strings.Count(second.Err(), "\n") != 1 {
		t.Errorf("exit %d\n%s", code, second.Both())
	}
	first.Interrupt()
	if code := first.Exit(time.Minute); code != 0 {
		t.Errorf("the first: exit %d\n%s", code, first.Both())
	}
}

// clockBack holds that a data folder that was in use later than this machine's clock says is
// used on, and left alone when it is days: the clock, or what was written then, is wrong.
func (k kit) clockBack(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "keywords.csv")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(ahead time.Duration, want int) *program.Process {
		t.Helper()
		if err := os.MkdirAll(data, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, "clock"), []byte(time.Now().Add(ahead).UTC().Format(time.RFC3339Nano)), 0o600); err != nil {
			t.Fatal(err)
		}
		p := program.Start(t, k.bin, program.Env(), "run", file, "--preview", "--auto-publish", "--data", data)
		if code := p.Exit(2 * time.Minute); code != want {
			t.Fatalf("exit %d, want %d\n%s", code, want, p.Both())
		}
		return p
	}
	if p := run(72*time.Hour, 2); !strings.Contains(p.Err(), "set the clock right") || strings.Count(p.Err(), "\n") != 1 {
		t.Errorf("three days back:\n%s", p.Both())
	}
	if p := run(3*time.Hour, 0); !strings.Contains(p.Out(), "/pre_") {
		t.Errorf("three hours back:\n%s", p.Both())
	}
	text, err := os.ReadFile(filepath.Join(data, "clock"))
	if err != nil {
		t.Fatal(err)
	}
	if at, err := time.Parse(time.RFC3339Nano, string(text)); err != nil || time.Until(at) < 2*time.Hour {
		t.Errorf("the folder's time is %s (%v): it went back", text, err)
	}
}

// keptRows imports files that are wrong in part: each fault is named by line and column, and
// the good rows go through to the end.
func (k kit) keptRows(t *testing.T) {
	utf := make([]byte, 0, 400)
	for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(strings.ReplaceAll(good, ",", "\t")))...) {
		utf = append(utf, byte(u), byte(u>>8))
	}
	for _, c := range []struct{ name, file, say string }{
		{"utf-16", string(utf), "5 keywords (5 new"},
		{"windows-1252", strings.ReplaceAll(good, "red", "ros\xe9"), "5 keywords (5 new"},
		{"broken bytes", strings.ReplaceAll(good, "red", "r\xc3\xc3d"), "5 keywords (5 new"},
		{"duplicates", good + strings.Repeat("Wool  Socks,100\n", 500), "500 duplicates"},
		{"faults", good + ",5\nthick wool socks,many\n", "line 7, column 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "keywords.csv")
			if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			p := program.Start(t, k.bin, program.Env(), "run", file, "--preview", "--auto-publish", "--data", filepath.Join(dir, "data"))
			if code := p.Exit(2 * time.Minute); code != 0 || !strings.Contains(p.Out(), c.say) || !strings.Contains(p.Out(), "/pre_") {
				t.Errorf("exit %d, want %q and a post\n%s", code, c.say, p.Both())
			}
		})
	}
}
