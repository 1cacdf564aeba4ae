package demo

import (
	"fmt"
	"strings"
)

// content writes the article that the brief plans.
func (p *pen) content() any {
	k := p.PrimaryKeyword
	title := strings.TrimPrefix(p.Title, label)
	if title == "" {
		title = capitals(k) + ": What to Know Before You Start"
	}
	secondary := []string{}
	for _, o := range p.Keywords {
		if string(o) != k {
			secondary = append(secondary, string(o))
		}
	}
	tags := append([]string{k}, secondary[:min(3, len(secondary))]...)
	for _, more := range []string{p.structure(), "demo"} {
		if len(tags) < 3 {
			tags = append(tags, more)
		}
	}
	category := k
	if f := strings.Fields(k); len(f) > 2 {
		category = strings.Join(f[len(f)-2:], " ")
	}
	return map[string]any{
		"title": labelled(title), "meta_title": clip(labelled(title), 60),
		"meta_description": clip(fmt.Sprintf("[Demo] %s in plain words: what matters, what it costs, how to choose and which mistakes to avoid. Written by the built-in demo writer.", upperFirst(k)), 160),
		"excerpt":          fmt.Sprintf("[Demo] What to know about %s, from the first question to the next step.", k),
		"primary_keyword":  k, "secondary_keywords": secondary, "tags": tags, "categories": []string{capitals(category)}, "content_html": p.article(title),
	}
}

func (p *pen) structure() string {
	if p.Structure != "" {
		return p.Structure
	}
	return structureOf(p.PrimaryKeyword)
}

// article writes close to the words asked for: each part gets its share of what is left.
func (p *pen) article(title string) string {
	d := &draft{}
	k := p.PrimaryKeyword
	d.raw("<p class=\"igny8-demo\"><strong>Demo text:</strong> "+esc(fmt.Sprintf("this article about %s was written by the built-in demo writer, to show how the product works; set a provider's key for real texts.", k))+"</p>", 26+len(strings.Fields(k)))
	outline := p.Outline
	if len(outline) == 0 {
		s := p.structure()
		if outlines[s] == nil {
			s = "article"
		}
		outline = p.outline(k, s, nil)
	}
	d.paragraph(fmt.Sprintf("%s: that is what this text is about, and it starts with the short answer.", upperFirst(k)),
		fmt.Sprintf("Whoever looks for %s mostly wants three things: to understand what it is, to see what it takes, and to know what to do next.", k))
	for i, s := range outline {
		share := (p.WordCount - d.words) / (len(outline) - i)
		p.part(d, s, i, d.words+share)
	}
	return d.b.String()
}

// part writes a heading and fills it up to a number of words of the whole text.
func (p *pen) part(d *draft, s section, at, until int) {
	d.raw("<h2>"+esc(s.Heading)+"</h2>", len(strings.Fields(s.Heading)))
	kind := kindOf(s.Heading)
	open := p.fresh(func() string { return fmt.Sprintf(p.pick(openers[kind]), p.subject(at)) })
	first := []string{upperFirst(open)}
	for len(first) < 3 && until-d.words-count(first) > 12 {
		first = append(first, p.sentence())
	}
	d.paragraph(first...)
	if until-d.words > 75 {
		switch {
		case kind == "compare":
			d.table(p.subject(at))
		case kind == "steps":
			d.list("ol", steps)
		case kind == "list" || at%3 == 1:
			d.list("ul", p.points(4))
		}
	}
	for sub := 0; until-d.words > 8; sub++ {
		if sub == 2 && until-d.words > 90 {
			h := "In practice: " + p.subject(at+1)
			d.raw("<h3>"+esc(h)+"</h3>", len(strings.Fields(h)))
		}
		var text []string
		for len(text) < 4 && until-d.words-count(text) > 8 {
			text = append(text, p.sentence())
		}
		d.paragraph(text...)
	}
}

// subject names the primary keyword first, and the others in turn.
func (p *pen) subject(at int) string {
	if at%2 == 0 {
		return p.PrimaryKeyword
	}
	return string(p.Keywords[(at/2+1)%len(p.Keywords)])
}

func kindOf(heading string) string {
	h := strings.ToLower(heading)
	for _, c := range []struct{ kind, words string }{
		{"compare", "compar side differ versus vs. alternativ"}, {"cost", "cost price budget money pay"}, {"list", "mistake criteri strength need avoid wrong"},
		{"steps", "step how choose decide start next"}, {"define", "what mean short answer why verdict"},
	} {
		for w := range strings.FieldsSeq(c.words) {
			if strings.Contains(h, w) {
				return c.kind
			}
		}
	}
	return "other"
}

// draft collects HTML and counts its words.
type draft struct {
	b     strings.Builder
	words int
}

func (d *draft) raw(html string, words int) { d.b.WriteString(html + "\n"); d.words += words }

func (d *draft) paragraph(sentences ...string) {
	if len(sentences) > 0 {
		d.raw("<p>"+esc(strings.Join(sentences, " "))+"</p>", count(sentences))
	}
}

func (d *draft) list(tag string, items []string) {
	var b strings.Builder
	for _, i := range items {
		b.WriteString("<li>" + esc(i) + "</li>")
	}
	d.raw("<"+tag+">"+b.String()+"</"+tag+">", count(items))
}

func (d *draft) table(subject string) {
	var b strings.Builder
	rows := append([][3]string{{"Question about " + subject, "A simple option", "A thorough option"}}, comparison...)
	for i, r := range rows {
		cell := "td"
		if i == 0 {
			cell = "th"
		}
		b.WriteString("<tr>")
		for _, c := range r {
			fmt.Fprintf(&b, "<%s>%s</%s>", cell, esc(c), cell)
			d.words += len(strings.Fields(c))
		}
		b.WriteString("</tr>")
		if i == 0 {
			b.WriteString("</thead><tbody>")
		}
	}
	d.raw("<table><thead>"+b.String()+"</tbody></table>", 0)
}

func count(list []string) (n int) {
	for _, s := range list {
		n += len(strings.Fields(s))
	}
	return n
}
