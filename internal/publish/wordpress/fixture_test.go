package wordpress_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/id"
	lab "github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/publish/wordpress"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
	client "github.com/igny8/igny8/internal/wordpress"
)

const siteID = "sit_1"

var scope = account.Mint(account.Grant{Account: "acc_1", Actor: "usr_1", Role: account.Owner})

// world is one WordPress with one table, and the means to crash.
type world struct {
	t     *testing.T
	wp    *lab.Site
	table table.Table
	clock *clock.Fake
	ids   *id.Source
}

func newWorld(t *testing.T, wp *lab.Site) *world {
	t.Helper()
	now := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tab := disk.Open(t, now)
	return &world{t: t, wp: wp, table: tab, clock: now, ids: id.NewSource(now, nil)}
}

type to struct{ dest publish.Destination }

func (d to) Destination(context.Context, account.Scope, string, string) (publish.Destination, error) {
	return d.dest, nil
}

// dest is the destination by way of an address, the site's own or a proxy's.
func (w *world) dest(address, user, password string) publish.Destination {
	w.t.Helper()
	c, err := client.New(client.Config{URL: address, User: user, Password: password, HTTP: &http.Client{Timeout: 30 * time.Second}})
	if err != nil {
		w.t.Fatal(err)
	}
	return wordpress.New(c)
}

func (w *world) admin() publish.Destination { return w.dest(w.wp.URL, w.wp.User, w.wp.Password) }

// process is a Service as a fresh process has it: after a crash a new one takes over.
func (w *world) process(d publish.Destination, step func(string) error) *publish.Service {
	return publish.New(w.table, to{d}, w.clock, w.ids, publish.Options{SoleOwner: true, Step: step})
}

func (w *world) publish(s *publish.Service, a publish.Article) (publish.Published, error) {
	return w.publishIn(context.Background(), s, a)
}

func (w *world) publishIn(ctx context.Context, s *publish.Service, a publish.Article) (publish.Published, error) {
	return s.Publish(ctx, scope, siteID, publish.Request{Destination: "wordpress", Article: a, Status: "publish"})
}

// sweepAll runs the sweeps of the next hour and tells what they trashed.
func (w *world) sweepAll(s *publish.Service) []string {
	w.t.Helper()
	var out []string
	for range 13 {
		w.clock.Advance(5 * time.Minute)
		due, err := s.Due(context.Background(), scope, siteID, w.clock.Now())
		if err != nil {
			w.t.Fatal(err)
		}
		if !due {
			continue
		}
		swept, err := s.Sweep(context.Background(), scope, siteID, w.clock.Now())
		if err != nil {
			w.t.Fatal(err)
		}
		if swept.Failed > 0 {
			w.t.Fatalf("sweep failed for %d attempts", swept.Failed)
		}
		out = append(out, swept.Trashed...)
	}
	if open, err := s.Open(context.Background(), scope, siteID); err != nil || open {
		w.t.Fatalf("attempts are still open after an hour: %v %v", open, err)
	}
	return out
}

// once checks that the site holds exactly one published post of the content, no stray
// draft, and each of its pictures once.
func (w *world) once(a publish.Article) {
	w.t.Helper()
	counts := w.wp.CountByStatus("igny8:content=" + a.ContentID + " ")
	if counts["publish"] != 1 || counts["draft"] != 0 || counts["pending"] != 0 {
		w.t.Errorf("posts of %s by status = %v, want 1 published and no draft", a.ContentID, counts)
	}
	for _, p := range append([]publish.Picture{*a.Featured}, a.InArticle...) {
		n := 0
		for _, m := range w.wp.Media() {
			if len(m.Slug) >= 70 && m.Slug[:70] == "igny8-"+p.SHA256 {
				n++
				if m.Alt != p.Alt {
					w.t.Errorf("alt text of %s = %q, want %q", p.ImageID, m.Alt, p.Alt)
				}
			}
		}
		if n != 1 {
			w.t.Errorf("media of picture %s: %d, want 1", p.ImageID, n)
		}
	}
}

var seed atomic.Uint32

// picture is a PNG that no other test has.
func picture(name string, position int) publish.Picture {
	n := seed.Add(1)
	img := image.NewRGBA(image.Rect(0, 0, 16, 9))
	img.Set(0, 0, color.RGBA{R: byte(n), G: byte(n >> 8), B: 77, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return publish.Picture{ImageID: name, SHA256: hex.EncodeToString(sum[:]), ContentType: "image/png", Alt: "Alt of " + name,
		Caption: "Caption & more of " + name, Position: position,
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
}

func (w *world) article() publish.Article {
	cid := w.ids.New("cnt")
	featured := picture(cid+"-featured", 0)
	return publish.Article{
		ContentID: cid, Title: "How to brew \"better\" coffee & tea – " + cid, Slug: "brew-" + string(bytes.ToLower([]byte(cid[4:]))),
		HTML: `<p>Intro with <strong>bold</strong> &amp; a <a href="https://example.com/?a=1&amp;b=2">link</a>.</p><h2>Grind</h2><p>Fine.</p>
<ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul><h2>Water</h2><p>Hot.</p><blockquote><p>Said.</p></blockquote>
<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1 &lt; 2</td></tr></tbody></table><h3>Small</h3><pre>x = 1</pre>
<script>alert(1)</script><p onclick="x()">End.</p>`,
		Excerpt: "Short & sweet.", MetaTitle: "Meta", MetaDescription: "Description", PrimaryKeyword: "coffee",
		Categories: []string{"Coffee & Tea"}, Tags: []string{"Brewing", "Grinders"}, Featured: &featured,
		InArticle: []publish.Picture{picture(cid+"-b", 1), picture(cid+"-a", 0)},
	}
}

var errCrash = errors.New("crash")

// crashAt stops at the nth time that a step is reached.
func crashAt(name string, nth int) func(string) error {
	return func(step string) error {
		if step == name {
			if nth--; nth == 0 {
				return errCrash
			}
		}
		return nil
	}
}

func contains(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return bytes.Contains([]byte(s), []byte(part)) })
}
