package embedded_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/blob/blobtest"
	"github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
)

var key = bytes.Repeat([]byte("k"), 32)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func name(part string) blob.Name { return blob.Of(account.Mint(account.Grant{Account: "acc_1"}), part) }

func open(t *testing.T, dir string, c clock.Clock) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(dir, "", key, c)
	must(t, err)
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	s.SetBaseURL(server.URL + "/blobs/")
	return s
}

func TestConformance(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) blobtest.Driver {
		c := clock.At(time.Now())
		return blobtest.Driver{Store: open(t, t.TempDir(), c), Pass: c.Advance}
	})
}

func TestHeadersAndMethods(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), clock.Real{})
	for kind, want := range map[string]string{"image/png": "inline", "image/svg+xml": "attachment", "text/html": "attachment"} {
		must(t, s.Put(t.Context(), name("f"), kind, []byte("x")))
		url, err := s.DownloadURL(t.Context(), name("f"), time.Minute)
		must(t, err)
		for method, status := range map[string]int{"GET": 200, "PUT": 403, "POST": 405, "DELETE": 405, "HEAD": 405} {
			r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
			must(t, err)
			res, err := http.DefaultClient.Do(r)
			must(t, err)
			must(t, res.Body.Close())
			h := res.Header
			if res.StatusCode != status || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: %d %v", method, res.StatusCode, h)
			}
			if status == 200 && !strings.HasPrefix(h.Get("Content-Disposition"), want) {
				t.Errorf("%s is %s", kind, h.Get("Content-Disposition"))
			}
		}
	}
}

func TestDamageAndSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, clock.Real{})
	must(t, s.Put(t.Context(), name("f"), "text/plain", []byte("content")))
	must(t, filepath.WalkDir(filepath.Join(dir, "objects"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.OpenFile(p, os.O_WRONLY, 0)
		must(t, err)
		_, err = f.WriteAt([]byte("C"), 4096)
		must(t, err)
		return f.Close()
	}))
	if _, _, err := blob.Read(t.Context(), s, name("f"), 100); errs.Of(err) == nil || errs.Of(err).Code != "damaged" {
		t.Errorf("damaged content: %v", err)
	}
	for i, age := range []time.Duration{2 * time.Hour, time.Minute} {
		p := filepath.Join(dir, "tmp", fmt.Sprint(i))
		must(t, os.WriteFile(p, nil, 0o600))
		must(t, os.Chtimes(p, time.Time{}, time.Now().Add(-age)))
	}
	open(t, dir, clock.Real{})
	if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 1 || left[0].Name() != "1" {
		t.Errorf("temporary files left: %v", left)
	}
	scope := account.Mint(account.Grant{Account: "acc_1"})
	must(t, s.Put(t.Context(), blob.Passing(scope, "f"), "text/plain", []byte("passes")))
	for _, days := range []int{blob.PassingDays - 1, blob.PassingDays + 1} {
		later := open(t, dir, clock.At(time.Now().AddDate(0, 0, days)))
		if _, _, err := blob.Read(t.Context(), later, blob.Passing(scope, "f"), 100); errs.Is(err, errs.NotFound) != (days > blob.PassingDays) {
			t.Errorf("what passes, after %d days: %v", days, err)
		}
		if r, _, err := later.Open(t.Context(), name("f")); err != nil {
			t.Errorf("what does not pass, after %d days: %v", days, err)
		} else {
			must(t, r.Close())
		}
	}
	if _, err := embedded.Open(dir, "", key[:31], clock.Real{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("short key: %v", err)
	}
}

const crashDir = "BLOB_CRASH_DIR"

// TestMain runs the tests, or, as the child of TestCrash, the writes that are to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir, os.Getenv("BLOB_CRASH_ROUND"))
	}
	os.Exit(m.Run())
}

func content(tag string) []byte { return bytes.Repeat([]byte(tag+"\n"), 5000) }

func crashChild(dir, round string) {
	s, err := embedded.Open(dir, "", key, clock.Real{})
	for n := 0; err == nil; n++ {
		tag := fmt.Sprintf("%s.%d", round, n)
		if err = s.PutNew(context.Background(), name("new"+tag), "text/plain", content(tag)); err == nil {
			err = s.Put(context.Background(), name("same"), "text/plain", content(tag))
		}
		fmt.Println("put", tag)
	}
	fmt.Println("fault", err)
	os.Exit(1)
}

// TestCrash kills a writing process at 12 seeded instants: each blob told is there, whole,
// and the one that is written again and again is always one of its contents.
func TestCrash(t *testing.T) {
	t.Parallel()
	dir, random, told := t.TempDir(), rand.New(rand.NewPCG(20260102, 1)), 0
	for round := range 12 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashDir+"="+dir, fmt.Sprintf("BLOB_CRASH_ROUND=%d", round))
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		lines, last := 1+random.IntN(60), ""
		var tags []string
		for sc := bufio.NewScanner(out); sc.Scan(); {
			last = strings.TrimPrefix(sc.Text(), "put ")
			if tags = append(tags, last); len(tags) == lines {
				must(t, child.Process.Kill())
			}
		}
		if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v %s", err, last)
		}
		s := open(t, dir, clock.Real{})
		for _, tag := range tags {
			if got, _, err := blob.Read(t.Context(), s, name("new"+tag), 1<<20); err != nil || !bytes.Equal(got, content(tag)) {
				t.Errorf("blob %s: %d bytes, %v", tag, len(got), err)
			}
		}
		got, _, err := blob.Read(t.Context(), s, name("same"), 1<<20)
		tag, _, _ := strings.Cut(string(got), "\n")
		var n, lastN, r int
		_, _ = fmt.Sscanf(tag, "%d.%d", &r, &n)
		_, _ = fmt.Sscanf(last, "%d.%d", &r, &lastN)
		if err != nil || !bytes.Equal(got, content(tag)) || n < lastN {
			t.Errorf("rewritten blob is %s, told was %s, %v", tag, last, err)
		}
		told += len(tags)
	}
	t.Logf("12 kills, %d writes told", 2*told)
}
