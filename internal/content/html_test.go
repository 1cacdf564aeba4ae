package content_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/content"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<p>a</p><script>x()</script>`:             `<p>a</p>`,
		`<h1 class="t">A</h1>`:                     `<h2>A</h2>`,
		`<H1>A</H1>`:                               `<h2>A</h2>`,
		`<p style="color:red" onclick="x()">a</p>`: `<p>a</p>`,
		`<a href="https://x.org/a?b=1" target="_blank" onfocus="y">l</a>`:      `<a href="https://x.org/a?b=1">l</a>`,
		`<a href="javascript:alert(1)">l</a>`:                                  `l`,
		`<a href="JaVaScRiPt:alert(1)">l</a>`:                                  `l`,
		`<a href="data:text/html,x">l</a>`:                                     `l`,
		`<a href="/shop">l</a>`:                                                `<a href="/shop">l</a>`,
		`<iframe src="//evil"></iframe><svg onload=x></svg><p>b</p>`:           `<p>b</p>`,
		`<img src=x onerror=alert(1)><style>p{}</style><p>c</p>`:               `<p>c</p>`,
		`<table><tr><th scope="col">h</th><td colspan="2">d</td></tr></table>`: `<table><tr><th scope="col">h</th><td colspan="2">d</td></tr></table>`,
		`<figure><figcaption>f</figcaption></figure>`:                          `<figure><figcaption>f</figcaption></figure>`,
		`<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote>`:     `<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote>`,
		`<p>a<!-- igny8:content=other --></p>`:                                 `<p>a</p>`,
	} {
		if got := content.Clean(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// However tags are broken and nested, cleaning twice changes nothing and no script is left.
func TestCleanIsStable(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{"<p>", "</p>", "<script>", "</script>", "<h1>", "</h1>", "<h1 ", "x", " ", "<", ">", "&lt;", "&amp;", `"`, "<a href=", "javascript:x", "<img onerror=y", "<svg", "<!--", "-->", "<style>", "ü"})
	rapid.Check(t, func(t *rapid.T) {
		once := content.Clean(strings.Join(rapid.SliceOfN(part, 0, 30).Draw(t, "parts"), ""))
		if twice := content.Clean(once); twice != once {
			t.Fatalf("once %q, twice %q", once, twice)
		}
		low := strings.ToLower(once)
		for _, bad := range []string{"<script", "<img", "<svg", "<style", "<!--", `href="javascript`} {
			if strings.Contains(low, bad) {
				t.Fatalf("%q holds %s", once, bad)
			}
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"": 0, "<p></p>": 0, "<p>one two</p>": 2, "<p>one</p><p>two</p>": 2, "<li>a</li><li>b</li>": 2, "a<br>b": 2,
		"<strong>com</strong>pound": 1, "<p>a &amp; b</p>": 2, "<p>3 cups — done.</p>": 3, "x&nbsp;y": 2, "grün ist 2026": 3,
	} {
		if got := content.Words(in); got != want {
			t.Errorf("%q: %d words, want %d", in, got, want)
		}
	}
}

func TestHeadings(t *testing.T) {
	t.Parallel()
	got := content.Headings("<h2>One &amp; <em>two</em></h2><h3>no</h3><p>x</p><h2> </h2><h2>Three\n four</h2>")
	if strings.Join(got, "|") != "One & two|Three four" {
		t.Errorf("%q", got)
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("abcdefghi ", 12)
	for in, want := range map[string]string{
		"Cold Brew: Ça Marche!": "cold-brew-ca-marche", "  a -- b  ": "a-b", "Don't": "dont", "!!!": "", "Größe 5": "große-5", "日本 茶": "日本-茶",
		long: strings.TrimSuffix(strings.Repeat("abcdefghi-", 8), "-"),
	} {
		got := content.Slug(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := content.Slug(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
	}
}
