// Package ai starts aiwire, the wire-level stand-in for providers of text and pictures,
// for tests: strict, deterministic, with faults, latency and a ledger of what was bought.
package ai

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

//go:embed aiwire/*.go
var sources embed.FS

// build gives the path of the program. It is built once for each state of its sources and
// kept in the user's cache folder, so that parallel test binaries share it.
var build = sync.OnceValues(func() (string, error) {
	sum, err := hashSources()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "igny8-lab")
	bin := filepath.Join(dir, "aiwire-"+sum)
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	out := filepath.Join(fresh, "aiwire")
	cmd := exec.Command("go", "build", "-o", out, "github.com/igny8/igny8/internal/lab/ai/aiwire")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build aiwire: %w\n%s", err, text)
	}
	return bin, os.Rename(out, bin) // whole or not at all, whoever comes first
})

func hashSources() (string, error) {
	h := sha256.New()
	_, _ = io.WriteString(h, runtime.Version())
	err := fs.WalkDir(sources, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := sources.ReadFile(path)
		_, _ = fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// Lab is a running aiwire.
type Lab struct {
	URL string // base address for OPENAI_BASE_URL, with /v1
	Key string // the key that it accepts there

	// Anthropic and Stability AI, at one address of their own each.
	AnthropicURL, AnthropicKey string
	StabilityURL, StabilityKey string

	t    testing.TB
	root string
}

// Start builds aiwire when needed, starts it on a free port of the loopback and ends it
// with the test. Should the test binary die, its end of the pipe closes and aiwire ends.
func Start(t testing.TB) *Lab {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, "-addr", "127.0.0.1:0", "-until-eof", "-batch-ms", "50")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("aiwire did not say where it listens: %v", err)
	}
	_, root, ok := strings.Cut(strings.TrimSpace(line), "listens on ")
	if !ok {
		t.Fatalf("aiwire said %q instead of where it listens", line)
	}
	return &Lab{URL: root + "/v1", Key: "sk-aiwire-openai", AnthropicURL: root + "/anthropic", AnthropicKey: "sk-aiwire-anthropic",
		StabilityURL: root + "/stability", StabilityKey: "sk-aiwire-stability", t: t, root: root}
}

// Fault changes what happens to matching requests; the program's README lists the kinds.
type Fault struct {
	Route      string  `json:"route,omitempty"` // exact, a beginning with *, or empty for all
	Match      string  `json:"match,omitempty"` // part of the request's body
	Kind       string  `json:"kind"`
	Skip       int     `json:"skip,omitempty"`  // let so many matching requests pass first
	Times      int     `json:"times,omitempty"` // then hit so many; 0 is for ever
	P          float64 `json:"p,omitempty"`     // hit with this probability (seeded); 0 is always
	RetryAfter float64 `json:"retry_after,omitempty"`
	Seconds    float64 `json:"seconds,omitempty"`
	Bytes      int     `json:"bytes,omitempty"`
	ChunkMs    int     `json:"chunk_ms,omitempty"`
	Text       string  `json:"text,omitempty"`
	Status     int     `json:"status,omitempty"`
	Hits       int     `json:"hits,omitempty"` // as told by Faults: replies that came out different
}

// Latency is how long answers of a route take.
type Latency struct {
	Route string  `json:"route,omitempty"`
	Kind  string  `json:"kind"` // fixed, uniform, lognormal
	Ms    float64 `json:"ms"`   // fixed value, lower bound, or median
	Ms2   float64 `json:"ms2"`  // upper bound, or 99th percentile
}

// Call is one request as the provider saw it.
type Call struct {
	Seq        int       `json:"seq"`
	At         time.Time `json:"at"`
	Provider   string    `json:"provider"`
	Method     string    `json:"method"`
	Route      string    `json:"route"`
	Model      string    `json:"model"`
	Key        string    `json:"key"`
	Body       string    `json:"body"`
	Retry      string    `json:"sdk_retry"`
	Status     int       `json:"status"`
	Fault      string    `json:"fault"`
	In         int       `json:"in_tokens"`
	Cached     int       `json:"cached_tokens"`
	CacheWrite int       `json:"cache_write_tokens"`
	Out        int       `json:"out_tokens"`
	Images     int       `json:"images"`
	USD        float64   `json:"usd"`
	ClientGone bool      `json:"client_gone"`
	Ms         int64     `json:"ms"`
}

// Entry adds up calls.
type Entry struct {
	Calls   int      `json:"calls"`
	Charged int      `json:"charged"`
	USD     float64  `json:"usd"`
	In      int      `json:"in_tokens"`
	Out     int      `json:"out_tokens"`
	Images  int      `json:"images"`
	Routes  []string `json:"routes"`
}

// Ledger is what was bought. Duplicates are the keys that were charged twice or more.
type Ledger struct {
	Total        Entry            `json:"total"`
	ByKey        map[string]Entry `json:"by_key"`
	ByRoute      map[string]Entry `json:"by_route"`
	Duplicates   []string         `json:"duplicates"`
	DuplicateUSD float64          `json:"duplicate_usd"`
}

// Reset forgets calls, faults, latency and caches.
func (l *Lab) Reset() { l.t.Helper(); l.control("POST", "reset", nil, nil) }

// Fault adds a fault.
func (l *Lab) Fault(f Fault) { l.t.Helper(); l.control("POST", "faults", f, nil) }

// Faults lists the faults with the replies that each has changed.
func (l *Lab) Faults() (out []Fault) { l.t.Helper(); l.control("GET", "faults", nil, &out); return out }

// ClearFaults removes all faults.
func (l *Lab) ClearFaults() { l.t.Helper(); l.control("DELETE", "faults", nil, nil) }

// Latency sets how long answers take, in place of what was set before.
func (l *Lab) Latency(list ...Latency) {
	l.t.Helper()
	l.control("PUT", "latency", append([]Latency{}, list...), nil)
}

// Requests lists the calls with their bodies, oldest first; empty route and key mean all.
func (l *Lab) Requests(route, key string) (out []Call) {
	l.t.Helper()
	q := url.Values{"route": {route}, "key": {key}, "body": {"1"}}
	l.control("GET", "requests?"+q.Encode(), nil, &out)
	return out
}

// Credits sets the balance at Stability AI; it begins with 1,000 and a picture costs some.
func (l *Lab) Credits(n float64) {
	l.t.Helper()
	l.control("PUT", "config", map[string]float64{"credits": n}, nil)
}

// Ledger adds up what was bought.
func (l *Lab) Ledger() (out Ledger) { l.t.Helper(); l.control("GET", "ledger", nil, &out); return out }

func (l *Lab) control(method, path string, in, out any) {
	l.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequest(method, l.root+"/_control/"+path, bytes.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		l.t.Fatalf("aiwire %s: %v", path, err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		l.t.Fatalf("aiwire %s: %d %s %v", path, res.StatusCode, text, err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(text, out); err != nil {
		l.t.Fatalf("aiwire %s: %v in %s", path, err, text)
	}
}
