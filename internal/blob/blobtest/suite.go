// Package blobtest is the conformance suite of the blob port. It asserts what S3 documents
// and the port promises, and no more: an upload by address has exactly the size agreed.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/errs"
)

// Driver is what a store brings to the suite.
type Driver struct {
	blob.Store
	Pass func(time.Duration) // lets time go by: a fake clock advances, a real store sleeps
}

// Run runs the suite; open gives an empty store whose addresses can be reached.
func Run(t *testing.T, open func(t *testing.T) Driver) {
	for name, test := range map[string]func(*testing.T, Driver){
		"put and read": putAndRead, "put new": putNew, "delete": remove, "names": names, "refused": refused,
		"upload": upload, "altered addresses": altered, "expiry": expiry, "range": ranges,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, open(t)) })
	}
}

func name(parts ...string) blob.Name {
	return blob.Of(account.Mint(account.Grant{Account: "acc_1"}), parts...)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, d Driver, n blob.Name, content string) blob.Info {
	t.Helper()
	got, info, err := blob.Read(t.Context(), d, n, 10<<20)
	must(t, err)
	if string(got) != content || info.Size != int64(len(content)) {
		t.Fatalf("read %d bytes (info says %d), want %d", len(got), info.Size, len(content))
	}
	return info
}

func kind(t *testing.T, what string, err error, k errs.Kind) {
	t.Helper()
	if !errs.Is(err, k) {
		t.Errorf("%s: %v, want %s", what, err, k)
	}
}

func putAndRead(t *testing.T, d Driver) {
	n := name("a/b.html")
	for _, content := range []string{"", "x", strings.Repeat("0123456789", 300_000), "again"} {
		must(t, d.Put(t.Context(), n, "text/html; charset=utf-8", []byte(content)))
		info := want(t, d, n, content)
		sum := sha256.Sum256([]byte(content))
		if info.SHA256 != hex.EncodeToString(sum[:]) || info.ContentType != "text/html; charset=utf-8" || info.Modified.IsZero() {
			t.Errorf("info %+v", info)
		}
	}
	r, _, err := d.Open(t.Context(), n)
	must(t, err)
	defer r.Close()
	must(t, d.Put(t.Context(), n, "text/plain", []byte("newer")))
	if got, err := io.ReadAll(r); err != nil || string(got) != "again" {
		t.Errorf("a reader of the old content got %q, %v", got, err)
	}
	_, _, err = blob.Read(t.Context(), d, n, 4)
	kind(t, "limit", err, errs.Exhausted)
}

func putNew(t *testing.T, d Driver) {
	n := name("once")
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := d.PutNew(t.Context(), n, "text/plain", []byte("first"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d writers won, want 1", won)
	}
	kind(t, "again", d.PutNew(t.Context(), n, "text/plain", []byte("second")), errs.Conflict)
	want(t, d, n, "first")
}

func remove(t *testing.T, d Driver) {
	n := name("gone")
	must(t, d.Delete(t.Context(), n))
	must(t, d.PutNew(t.Context(), n, "text/plain", []byte("x")))
	must(t, d.Delete(t.Context(), n))
	_, _, err := d.Open(t.Context(), n)
	kind(t, "deleted", err, errs.NotFound)
	must(t, d.PutNew(t.Context(), n, "text/plain", []byte("y")))
	want(t, d, n, "y")
}

func names(t *testing.T, d Driver) {
	all := []blob.Name{name("a"), name("a/b"), name("A"), name("a.b"), name("a", "b", "c"), name(strings.Repeat("n", 1000)),
		blob.Of(account.Mint(account.Grant{Account: "acc_2"}), "a"), blob.Passing(account.Mint(account.Grant{Account: "acc_2"}), "a")}
	for i, n := range all {
		must(t, d.PutNew(t.Context(), n, "text/plain", []byte{byte('0' + i)}))
	}
	for i, n := range all {
		want(t, d, n, string(rune('0'+i)))
	}
}

func refused(t *testing.T, d Driver) {
	for what, n := range map[string]blob.Name{"zero": {}, "dots": name(".."), "traversal": name("a/../b"), "long": name(strings.Repeat("n", 1024)),
		"no account": blob.Of(account.Scope{}, "a")} {
		kind(t, what, d.Put(t.Context(), n, "text/plain", nil), errs.NotFound)
		kind(t, what, d.PutNew(t.Context(), n, "text/plain", nil), errs.NotFound)
		kind(t, what, d.Delete(t.Context(), n), errs.NotFound)
		_, _, err := d.Open(t.Context(), n)
		kind(t, what, err, errs.NotFound)
		_, err = d.UploadURL(t.Context(), n, "text/plain", 1, time.Minute)
		kind(t, what, err, errs.NotFound)
		_, err = d.DownloadURL(t.Context(), n, time.Minute)
		kind(t, what, err, errs.NotFound)
	}
	for _, bad := range []string{"", "text", "a/b\r\nX: y"} {
		kind(t, "type "+bad, d.Put(t.Context(), name("a"), bad, nil), errs.Invalid)
	}
	_, err := d.UploadURL(t.Context(), name("a"), "text/plain", 0, time.Minute)
	kind(t, "no size", err, errs.Invalid)
	_, err = d.DownloadURL(t.Context(), name("a"), blob.MaxTTL+time.Second)
	kind(t, "long ttl", err, errs.Invalid)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if d.Put(ctx, name("a"), "text/plain", nil) == nil {
		t.Error("Put under an ended context gave no error")
	}
}

// call gives status, header and body.
func call(t *testing.T, method, url, contentType, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must(t, err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	must(t, err)
	return res, b.String()
}

func refusedCall(t *testing.T, what, method, url, contentType, body string) {
	t.Helper()
	if res, _ := call(t, method, url, contentType, body); res.StatusCode < 400 || res.StatusCode > 499 {
		t.Errorf("%s: status %d, want a refusal", what, res.StatusCode)
	}
}

func upload(t *testing.T, d Driver) {
	n := name("up.csv")
	up, err := d.UploadURL(t.Context(), n, "text/csv", 5, time.Minute)
	must(t, err)
	refusedCall(t, "too many bytes", "PUT", up, "text/csv", "123456")
	refusedCall(t, "other type", "PUT", up, "text/html", "12345")
	refusedCall(t, "GET of an upload", "GET", up, "", "")
	if _, _, err := d.Open(t.Context(), n); !errs.Is(err, errs.NotFound) {
		t.Fatalf("a refused upload was stored: %v", err)
	}
	for _, content := range []string{"12345", "54321"} {
		if res, text := call(t, "PUT", up, "text/csv", content); res.StatusCode != 200 {
			t.Fatalf("upload: %d %s", res.StatusCode, text)
		}
		if info := want(t, d, n, content); info.ContentType != "text/csv" {
			t.Errorf("info %+v", info)
		}
	}
	down, err := d.DownloadURL(t.Context(), n, time.Minute)
	must(t, err)
	if res, body := call(t, "GET", down, "", ""); res.StatusCode != 200 || body != "54321" || res.Header.Get("Content-Type") != "text/csv" {
		t.Errorf("download: %d %q %v", res.StatusCode, body, res.Header)
	}
	passes := blob.Passing(account.Mint(account.Grant{Account: "acc_1"}), "week.csv")
	must(t, d.Put(t.Context(), passes, "text/csv", []byte("passes")))
	passing, err := d.DownloadURL(t.Context(), passes, time.Minute)
	must(t, err)
	if res, body := call(t, "GET", passing, "", ""); res.StatusCode != 200 || body != "passes" {
		t.Errorf("download of what passes: %d %q", res.StatusCode, body)
	}
	refusedCall(t, "PUT to a download", "PUT", down, "text/csv", "12345")
	absent, err := d.DownloadURL(t.Context(), name("absent"), time.Minute)
	must(t, err)
	if res, _ := call(t, "GET", absent, "", ""); res.StatusCode != 404 {
		t.Errorf("absent: %d", res.StatusCode)
	}
}

func altered(t *testing.T, d Driver) {
	must(t, d.Put(t.Context(), name("one"), "text/plain", []byte("1")))
	must(t, d.Put(t.Context(), name("two"), "text/plain", []byte("2")))
	down, err := d.DownloadURL(t.Context(), name("one"), time.Minute)
	must(t, err)
	bare, _, _ := strings.Cut(down, "?")
	for what, url := range map[string]string{
		"other blob": strings.Replace(down, "/one?", "/two?", 1), "no signature": bare + "?expires=99999999999&signature=",
		"cut": down[:len(down)-2], "traversal": strings.Replace(down, "/one?", "/x/../one?", 1) + "x",
	} {
		refusedCall(t, what, "GET", url, "", "")
	}
}

func expiry(t *testing.T, d Driver) {
	must(t, d.Put(t.Context(), name("one"), "text/plain", []byte("1")))
	down, err := d.DownloadURL(t.Context(), name("one"), 20*time.Second)
	must(t, err)
	up, err := d.UploadURL(t.Context(), name("one"), "text/plain", 1, 20*time.Second)
	must(t, err)
	d.Pass(10 * time.Second)
	if res, _ := call(t, "GET", down, "", ""); res.StatusCode != 200 {
		t.Errorf("within its life: %d", res.StatusCode)
	}
	d.Pass(12 * time.Second)
	refusedCall(t, "expired download", "GET", down, "", "")
	refusedCall(t, "expired upload", "PUT", up, "text/plain", "2")
	want(t, d, name("one"), "1")
}

func ranges(t *testing.T, d Driver) {
	must(t, d.Put(t.Context(), name("one"), "text/plain", []byte("0123456789")))
	down, err := d.DownloadURL(t.Context(), name("one"), time.Minute)
	must(t, err)
	if res, body := call(t, "GET", down, "", "", "Range", "bytes=2-4"); res.StatusCode != 206 || body != "234" {
		t.Errorf("range: %d %q", res.StatusCode, body)
	}
}
