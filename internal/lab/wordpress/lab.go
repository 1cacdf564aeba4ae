// Package wordpress boots a clean, real WordPress for tests: Debian's PHP, SQLite, one site
// for each Start, on a free port of this machine. The script wp-up.sh beside this file does
// the work; "deps" and "prepare" (see Prepare) fetch what it needs once.
package wordpress

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

//go:embed wp-up.sh
var script []byte

// Site is a running WordPress. Its methods fail the test on an error.
type Site struct {
	URL      string // http://127.0.0.1:<port>
	Port     int
	User     string // an administrator
	Password string // the administrator's application password
	Login    string // the administrator's password for the log-in page
	DebugLog string // path of WordPress's debug.log; absent while nothing was logged
	Dir      string // wp-content and db of this site

	t      testing.TB
	script string
	env    []string
	keeper *keeper
}

// Option changes how Start boots the site.
type Option func(*settings)

type settings struct{ env []string }

// Environment sets WP_ENVIRONMENT_TYPE, "local" unless told: over plain http only "local"
// offers application passwords.
func Environment(kind string) Option {
	return func(s *settings) { s.env = append(s.env, "WP_TEST_ENV="+kind) }
}

// Plugins links plugin folders into the site and activates them.
func Plugins(folders ...string) Option {
	return func(s *settings) { s.env = append(s.env, "WP_TEST_PLUGINS="+strings.Join(folders, ":")) }
}

// Workers sets the number of PHP processes, 4 unless told; with one, a call back into the
// site from a hook hangs.
func Workers(n int) Option {
	return func(s *settings) { s.env = append(s.env, "WP_TEST_WORKERS="+strconv.Itoa(n)) }
}

// Prepare installs Debian's PHP (as root or by sudo), fetches WordPress and bakes the
// template. It does nothing when all are there, and may be called by several at once.
func Prepare(stdout io.Writer) error {
	path, err := unpack()
	if err != nil {
		return err
	}
	for _, verb := range []string{"deps", "prepare"} {
		c := exec.Command("bash", path, verb)
		c.Stdout, c.Stderr = stdout, stdout
		if err := c.Run(); err != nil {
			return fmt.Errorf("wordpress lab: %s: %w", verb, err)
		}
	}
	return nil
}

// Start boots a clean site. It ends with the test, and also when the test binary dies:
// a keeper process waits on a pipe that only the test holds. A machine without PHP fails
// the test and says what to install.
func Start(t testing.TB, opts ...Option) *Site {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		t.Fatal("wordpress lab: there is no php on this machine: run `make deps` (or `bash internal/lab/wordpress/wp-up.sh deps` as root)")
	}
	var set settings
	for _, o := range opts {
		o(&set)
	}
	path, err := unpack()
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for range 5 { // a free port may be taken by another before WordPress listens on it
		site, err := boot(t, path, set.env)
		if err == nil {
			t.Cleanup(site.Down)
			site.month()
			return site
		}
		last = err
	}
	t.Fatalf("wordpress lab: %v", last)
	return nil
}

func boot(t testing.TB, path string, env []string) (*Site, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	k, values, err := keep(path, port, env)
	if err != nil {
		return nil, err
	}
	return &Site{
		URL: values["WP_URL"], Port: port, User: values["WP_USER"], Password: values["WP_APP_PASSWORD"],
		Login: values["WP_PASSWORD"], DebugLog: values["WP_DEBUG_LOG"], Dir: filepath.Dir(values["WP_DEBUG_LOG"]),
		t: t, script: path, env: env, keeper: k,
	}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// unpack writes the script into the cache folder, under the name of its content.
func unpack() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("wordpress lab: no cache folder: %w", err)
	}
	dir := filepath.Join(cache, "igny8-lab", "wordpress")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "wp-up.sh")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, script) {
		return path, nil
	}
	tmp, err := os.CreateTemp(dir, "wp-up-*.sh")
	if err != nil {
		return "", err
	}
	if _, err := tmp.Write(script); err != nil {
		return "", err
	}
	if err := tmp.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(tmp.Name(), path)
}

// keeper is the process that boots the site, waits until its input is closed, by us or by
// our death, and then takes the site down.
type keeper struct {
	cmd  *exec.Cmd
	in   io.Closer
	once sync.Once
}

const keeping = `trap '' INT PIPE
bash "$0" up "$1"; echo "WP_EXIT=$?"
cat >/dev/null
bash "$0" down "$1" >/dev/null 2>&1`

func keep(path string, port int, env []string) (*keeper, map[string]string, error) {
	c := exec.Command("bash", "-c", keeping, path, strconv.Itoa(port))
	c.Env = append(os.Environ(), env...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var stderr bytes.Buffer
	c.Stderr = &stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := c.Start(); err != nil {
		return nil, nil, err
	}
	k := &keeper{cmd: c, in: in}
	values := map[string]string{}
	for lines := bufio.NewScanner(out); values["WP_EXIT"] == "" && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		values[name] = value
	}
	if values["WP_EXIT"] != "0" {
		k.end()
		return nil, nil, fmt.Errorf("WordPress did not start on port %d: %s", port, strings.TrimSpace(stderr.String()))
	}
	return k, values, nil
}

func (k *keeper) end() {
	k.once.Do(func() {
		k.in.Close()
		_ = k.cmd.Wait() // what it says of the end was already told by the test
	})
}

// Down stops the server and deletes the site; Start calls it at the end of the test.
func (s *Site) Down() { s.keeper.end() }

// Reset puts the site back to what it was after Start; no request may be in flight.
func (s *Site) Reset() {
	s.t.Helper()
	s.run("reset")
	s.month()
}

// month makes the folder of this month's uploads: WordPress refuses one of two uploads that
// are the first of a month at the same instant, which a site in use meets once a month.
func (s *Site) month() {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Join(s.Dir, "wp-content", "uploads", time.Now().UTC().Format("2006/01")), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// Cron runs the due events of WordPress's own schedule.
func (s *Site) Cron() {
	s.t.Helper()
	s.run("cron")
}

// CLI runs WP-CLI on the site and gives what it printed.
func (s *Site) CLI(args ...string) string {
	s.t.Helper()
	return s.run("cli", args...)
}

func (s *Site) run(verb string, args ...string) string {
	s.t.Helper()
	c := exec.Command("bash", append([]string{s.script, verb, strconv.Itoa(s.Port)}, args...)...)
	c.Env = append(os.Environ(), s.env...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("wordpress lab: %s %v: %v\n%s%s", verb, args, err, out, stderr.String())
	}
	return strings.TrimSpace(string(out))
}
