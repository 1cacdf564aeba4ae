package publish

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/igny8/igny8/internal/errs"
)

// DemoLabel stands above every article of the demo writer.
const DemoLabel = "Demo article: made by the built-in demo writer, not by an AI model."

// Part is a piece of an article's body: an element of its top level, or a picture.
type Part struct {
	Node    *html.Node // nil for a picture
	Picture int        // place in Article.InArticle when Node is nil
}

// policy lets through what an article needs and nothing that runs, frames or tracks.
// Pictures are not in it: they come from Article.InArticle alone.
var scopes = regexp.MustCompile(`^(col|row|colgroup|rowgroup)$`)

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "b", "em", "i", "u", "s", "sub", "sup", "mark", "small",
		"code", "pre", "kbd", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "cite", "q", "abbr",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("th", "td")
	p.AllowAttrs("scope").Matching(scopes).OnElements("th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	return p
})

// Body cleans the article's HTML and gives its top level in order, the in-article pictures
// after the second-level headings, one each; those left over at the end. A demo article
// begins with its label. Invalid when nothing is left to publish.
func (a Article) Body() ([]Part, error) {
	nodes, err := html.ParseFragment(strings.NewReader(policy().Sanitize(a.HTML)), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return nil, errs.Field("content_html", "it can't be read as HTML").With(err)
	}
	var parts []Part
	if a.Demo {
		parts = append(parts, Part{Node: paragraph(em(DemoLabel))})
	}
	top := topLevel(nodes)
	if len(top) == 0 {
		return nil, errs.Field("content_html", "the article has no text")
	}
	next := 0
	for _, n := range top {
		parts = append(parts, Part{Node: n})
		if n.DataAtom == atom.H2 && next < len(a.InArticle) {
			parts = append(parts, Part{Picture: next})
			next++
		}
	}
	for ; next < len(a.InArticle); next++ {
		parts = append(parts, Part{Picture: next})
	}
	return parts, nil
}

// topLevel gives block elements; loose text and inline elements become paragraphs, and a
// first-level heading, which the title already is, becomes one of the second level.
func topLevel(nodes []*html.Node) []*html.Node {
	var out []*html.Node
	var loose *html.Node
	for _, n := range nodes {
		if n.Type == html.CommentNode || n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" && loose == nil {
			continue
		}
		if n.Type == html.ElementNode && !inline(n) {
			loose = nil
			if n.DataAtom == atom.H1 {
				n.DataAtom, n.Data = atom.H2, "h2"
			}
			if n.FirstChild != nil || n.DataAtom == atom.Hr {
				out = append(out, n)
			}
			continue
		}
		if loose == nil {
			loose = paragraph()
			out = append(out, loose)
		}
		loose.AppendChild(n)
	}
	return out
}

func inline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Strong, atom.B, atom.Em, atom.I, atom.U, atom.S, atom.Sub, atom.Sup, atom.Mark, atom.Small, atom.Code, atom.Kbd, atom.Br,
		atom.Cite, atom.Q, atom.Abbr:
		return true
	}
	return false
}

func paragraph(children ...*html.Node) *html.Node {
	p := &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	for _, c := range children {
		p.AppendChild(c)
	}
	return p
}

func em(text string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: "em", DataAtom: atom.Em}
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return n
}

// Outer is a node as HTML.
func Outer(n *html.Node) string {
	var b strings.Builder
	_ = html.Render(&b, n) // a strings.Builder takes everything
	return b.String()
}

// Inner is what a node holds, as HTML.
func Inner(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		_ = html.Render(&b, c)
	}
	return strings.TrimSpace(b.String())
}
