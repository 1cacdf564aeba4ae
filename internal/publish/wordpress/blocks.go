package wordpress

import (
	"fmt"
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/igny8/igny8/internal/publish"
)

// content writes the article as block markup, so that people can go on working on it in
// WordPress's editor; the site shows the same as for classic HTML. The marker stands in a
// block of custom HTML at the end: outside of a block the editor would wrap it in a
// "Classic" block, and at the beginning it would show up in made-up excerpts.
func content(f publish.Final) (string, error) {
	parts, err := f.Article.Body()
	if err != nil {
		return "", err
	}
	var blocks []string
	for _, p := range parts {
		if p.Node == nil {
			blocks = append(blocks, image(f.InArticle[p.Picture], f.Article.InArticle[p.Picture]))
			continue
		}
		blocks = append(blocks, block(p.Node))
	}
	blocks = append(blocks, wrap("html", "", publish.Marker(f.Article.ContentID, f.Nonce)))
	return strings.Join(blocks, "\n\n"), nil
}

func wrap(name, attrs, inner string) string {
	if attrs != "" {
		attrs = " " + attrs
	}
	return "<!-- wp:" + name + attrs + " -->\n" + inner + "\n<!-- /wp:" + name + " -->"
}

func block(n *nethtml.Node) string {
	inner := publish.Inner(n)
	switch n.DataAtom {
	case atom.P:
		return wrap("paragraph", "", "<p>"+inner+"</p>")
	case atom.H2:
		return wrap("heading", "", `<h2 class="wp-block-heading">`+inner+"</h2>")
	case atom.H3, atom.H4, atom.H5, atom.H6:
		return wrap("heading", `{"level":`+n.Data[1:]+`}`, "<"+n.Data+` class="wp-block-heading">`+inner+"</"+n.Data+">")
	case atom.Ul, atom.Ol:
		return list(n)
	case atom.Blockquote:
		return wrap("quote", "", `<blockquote class="wp-block-quote">`+quoted(n)+"</blockquote>")
	case atom.Pre:
		return wrap("preformatted", "", `<pre class="wp-block-preformatted">`+inner+"</pre>")
	case atom.Hr:
		return wrap("separator", "", `<hr class="wp-block-separator has-alpha-channel-opacity"/>`)
	}
	// Tables with captions, definition lists and what else has no simple block of its own.
	return wrap("html", "", publish.Outer(n))
}

func list(n *nethtml.Node) string {
	var items []string
	for li := n.FirstChild; li != nil; li = li.NextSibling {
		if li.DataAtom != atom.Li {
			continue
		}
		var b strings.Builder
		for c := li.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.DataAtom == atom.Ul || c.DataAtom == atom.Ol:
				b.WriteString(list(c))
			case c.DataAtom == atom.P: // a list item holds text, not paragraphs
				b.WriteString(publish.Inner(c))
			default:
				b.WriteString(publish.Outer(c))
			}
		}
		items = append(items, wrap("list-item", "", "<li>"+strings.TrimSpace(b.String())+"</li>"))
	}
	inner := strings.Join(items, "\n\n")
	if n.DataAtom == atom.Ul {
		return wrap("list", "", `<ul class="wp-block-list">`+inner+"</ul>")
	}
	attrs, start := `{"ordered":true}`, ""
	for _, a := range n.Attr {
		if a.Key == "start" {
			attrs, start = `{"ordered":true,"start":`+a.Val+`}`, ` start="`+a.Val+`"`
		}
	}
	return wrap("list", attrs, "<ol"+start+` class="wp-block-list">`+inner+"</ol>")
}

// quoted gives a quotation's paragraphs as blocks of their own.
func quoted(n *nethtml.Node) string {
	var out []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == nethtml.TextNode && strings.TrimSpace(c.Data) == "":
		case c.DataAtom == atom.P:
			out = append(out, wrap("paragraph", "", "<p>"+publish.Inner(c)+"</p>"))
		case c.Type == nethtml.ElementNode && c.FirstChild != nil && (c.DataAtom == atom.Ul || c.DataAtom == atom.Ol):
			out = append(out, list(c))
		default:
			out = append(out, wrap("paragraph", "", "<p>"+strings.TrimSpace(publish.Outer(c))+"</p>"))
		}
	}
	return strings.Join(out, "\n\n")
}

func image(m publish.Media, p publish.Picture) string {
	caption := ""
	if p.Caption != "" {
		caption = `<figcaption class="wp-element-caption">` + html.EscapeString(p.Caption) + "</figcaption>"
	}
	return wrap("image", fmt.Sprintf(`{"id":%s,"sizeSlug":"full","linkDestination":"none"}`, m.ID),
		fmt.Sprintf(`<figure class="wp-block-image size-full"><img src="%s" alt="%s" class="wp-image-%s"/>%s</figure>`,
			html.EscapeString(m.URL), html.EscapeString(p.Alt), m.ID, caption))
}
