package content

import (
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"
)

// policy is what a text may hold. A model's HTML is as little trusted as a stranger's.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "b", "em", "i", "u", "s", "sub", "sup", "mark",
		"blockquote", "code", "pre", "dl", "dt", "dd", "figure", "figcaption")
	p.AllowLists()
	p.AllowElements("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(bluemonday.Paragraph).OnElements("th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(false)
	return p
}

// Clean gives the HTML without everything that a text may not hold: scripts, styles,
// frames, handlers, pictures, odd addresses. An h1 becomes an h2, since the site shows the
// title itself. Cleaning twice gives the same.
func Clean(body string) string {
	body = strings.NewReplacer("<h1>", "<h2>", "<h1 ", "<h2 ", "</h1>", "</h2>", "<H1>", "<h2>", "<H1 ", "<h2 ", "</H1>", "</h2>").Replace(body)
	return strings.TrimSpace(policy().Sanitize(body))
}

// Words counts the words of the text without tags: runs of characters between spaces that
// hold a letter or a digit. Texts of neighbouring blocks do not run into each other.
func Words(body string) int {
	n := 0
	for _, f := range strings.Fields(Text(body)) {
		if strings.ContainsFunc(f, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// inline elements stand inside a word; every other tag divides words.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.I: true, atom.U: true, atom.S: true, atom.Em: true, atom.Strong: true, atom.Span: true,
	atom.Sub: true, atom.Sup: true, atom.Mark: true, atom.Code: true,
}

// Text is the HTML's text without tags, entities resolved.
func Text(body string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline[atom.Lookup(name)] {
				b.WriteByte(' ')
			}
		}
	}
}

// Headings are the texts of the h2 headings, in order.
func Headings(body string) []string {
	var out []string
	var cur *strings.Builder
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.H2 {
				cur = &strings.Builder{}
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.H2 && cur != nil {
				if text := strings.Join(strings.Fields(cur.String()), " "); text != "" {
					out = append(out, text)
				}
				cur = nil
			}
		case html.TextToken:
			if cur != nil {
				cur.WriteString(html.UnescapeString(string(z.Raw())))
			}
		}
	}
}

// Slug is the address part for a title: lower case, marks dropped, words joined by single
// hyphens, at most 80 characters. Letters of other scripts stay.
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(title)) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return shorten(norm.NFC.String(b.String()))
}

// shorten cuts a slug to 80 characters, at a hyphen where one is near.
func shorten(slug string) string {
	r := []rune(slug)
	if len(r) <= 80 {
		return slug
	}
	cut := string(r[:80])
	if i := strings.LastIndexByte(cut, '-'); i > 40 {
		cut = cut[:i]
	}
	return strings.Trim(cut, "-")
}
