package demo

import (
	"fmt"
	"strings"
)

type idea struct {
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Type        string    `json:"content_type"`
	Structure   string    `json:"content_structure"`
	Words       int       `json:"estimated_word_count"`
	Primary     string    `json:"primary_keyword"`
	Covered     []string  `json:"covered_keywords"`
	Outline     []section `json:"outline"`
}

// ideas shares the keywords out among the ideas: each keyword once, each idea its own.
func (p *pen) ideas() any {
	count := p.Count
	if count <= 0 {
		count = min(3, len(p.Keywords))
	}
	list := []idea{}
	for i := range count {
		from, to := i*len(p.Keywords)/count, (i+1)*len(p.Keywords)/count
		if count > len(p.Keywords) { // more ideas than keywords: the angle differs
			from = i % len(p.Keywords)
			to = from + 1
		}
		covered := []string{}
		for _, k := range p.Keywords[from:to] {
			covered = append(covered, string(k))
		}
		list = append(list, p.idea(covered, i/len(p.Keywords)))
	}
	return map[string]any{"ideas": list}
}

// structureOf reads from a keyword what its searcher wants.
func structureOf(k string) string {
	words := " " + strings.ToLower(k) + " "
	has := func(list ...string) bool {
		for _, w := range list {
			if strings.Contains(words, " "+w+" ") {
				return true
			}
		}
		return false
	}
	switch {
	case has("vs", "versus", "or", "compare", "comparison", "difference", "alternatives"):
		return "comparison"
	case has("how", "guide", "tutorial", "steps", "setup", "clean", "install", "make", "fix"):
		return "guide"
	case has("review", "reviews", "worth"):
		return "review"
	case has("best", "top", "ideas", "tips", "examples"):
		return "listicle"
	}
	return "article"
}

var titles = map[string][]string{
	"comparison": {"%s: The Differences That Matter", "%s Compared, Point by Point"},
	"guide":      {"%s: A Step-by-Step Guide", "%s Without the Usual Mistakes"},
	"review":     {"%s: What to Look at Before You Decide", "%s: An Honest Check List"},
	"listicle":   {"%s: What Belongs on Your Short List", "%s: A List with Reasons"},
	"article":    {"%s: What to Know Before You Start", "%s Explained in Plain Words"},
}

func (p *pen) idea(covered []string, angle int) idea {
	k := covered[0]
	s := structureOf(k)
	title := fmt.Sprintf(titles[s][(p.n(2)+angle)%2], capitals(k))
	if angle > 1 {
		title += fmt.Sprintf(" (Part %d)", angle)
	}
	words := p.WordCount
	if words == 0 {
		words = 1000
	}
	return idea{
		Title: labelled(title), Type: "post", Structure: s, Words: words, Primary: k, Covered: covered, Outline: p.outline(k, s, covered[1:]),
		Description: fmt.Sprintf("Answers what someone who searches for %q wants to know, with %d parts and a clear next step. Planned by the built-in demo writer.", k, 6+min(2, len(covered)-1)),
	}
}

var outlines = map[string][]string{
	"comparison": {"%s: the short answer", "The criteria that decide", "%s side by side", "Costs over the years", "Who should choose which", "Common mistakes when comparing"},
	"guide":      {"%s: the short answer", "What you need before you start", "%s step by step", "What can go wrong", "How to tell that it worked", "Keeping it that way"},
	"review":     {"%s: the verdict first", "For whom it is, and for whom not", "Strengths and weaknesses", "What it costs in use", "Alternatives to compare", "How to decide"},
	"listicle":   {"%s: how to read this list", "The criteria behind the choice", "The options compared", "What each one costs", "Mistakes to avoid", "How to decide"},
	"article":    {"What %s means", "Why %s matters", "How to choose %s", "What %s costs", "Mistakes to avoid", "Next steps"},
}

func (p *pen) outline(k, structure string, others []string) []section {
	var out []section
	for _, h := range outlines[structure] {
		if strings.Contains(h, "%s") {
			h = fmt.Sprintf(h, k)
		}
		out = append(out, section{upperFirst(h), fmt.Sprintf("Say in plain words what a reader who searches for %s has to know here.", k)})
	}
	for _, o := range others[:min(2, len(others))] {
		last := len(out) - 1
		out = append(out[:last], section{"Where " + o + " fits in", "Explain how " + o + " is related to " + k + "."}, out[last])
	}
	return out
}

type imagePrompt struct {
	Prompt  string `json:"prompt"`
	Alt     string `json:"alt_text"`
	Caption string `json:"caption"`
}

// imagePrompts plans one featured picture and one for each of the first headings.
func (p *pen) imagePrompts() any {
	k := p.PrimaryKeyword
	list := []imagePrompt{}
	for i := range p.InArticle {
		about := fmt.Sprintf("%s, view %d", k, i+1)
		if i < len(p.Headings) {
			about = p.Headings[i]
		}
		list = append(list, imagePrompt{
			Prompt:  fmt.Sprintf("%s about %s, showing: %s, %s, no text or logos", p.pick(styles), k, about, p.pick(lights)),
			Alt:     clip("Demo picture: "+about, 125),
			Caption: "Demo picture for the part “" + about + "”.",
		})
	}
	return map[string]any{
		"featured_prompt":   fmt.Sprintf("%s of %s, wide framing, %s, no text or logos", p.pick(styles), k, p.pick(lights)),
		"featured_alt_text": clip("Demo picture: "+k, 125), "featured_caption": "Demo picture about " + k + ".", "in_article_prompts": list,
	}
}

var (
	styles = []string{"Editorial photograph", "Flat illustration", "Studio photograph", "Soft watercolour"}
	lights = []string{"morning light", "warm evening light", "even daylight", "a calm, bright background"}
)
