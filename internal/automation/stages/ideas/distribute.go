package ideas

import (
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/site"
)

// answer is the model's document.
type answer struct {
	Ideas []proposal `json:"ideas"`
}

// proposal is one idea as the model gave it.
type proposal struct {
	Title            string         `json:"title"`
	Description      string         `json:"description"`
	ContentType      string         `json:"content_type"`
	ContentStructure string         `json:"content_structure"`
	Words            int            `json:"estimated_word_count"`
	Primary          string         `json:"primary_keyword"`
	Covered          []string       `json:"covered_keywords"`
	Outline          []idea.Section `json:"outline"`
}

// planned is a proposal with the keywords that are its own, the primary one first.
type planned struct {
	proposal
	keywords []KeywordView
}

// distribute gives each keyword to exactly one idea, whatever the model claimed: a keyword
// goes to the first idea that claims it as its primary one, else to the first that covers
// it, else to the idea whose words fit best. An idea without a keyword takes one from the
// largest. At most n ideas are kept; the same input gives the same result. There must be
// at least one proposal and one keyword.
func distribute(props []proposal, keywords []KeywordView, n int) []planned {
	out := make([]planned, min(len(props), max(n, 1), len(keywords)))
	for i := range out {
		out[i].proposal = props[i]
	}
	owner := claims(out, keywords)
	for k, own := range owner {
		if own < 0 {
			own = best(out, keywords[k])
		}
		out[own].keywords = append(out[own].keywords, keywords[k])
	}
	for i := range out {
		if len(out[i].keywords) == 0 {
			takeOne(out, i)
		}
	}
	for i := range out {
		leadFirst(&out[i])
	}
	return out
}

// claims gives the owner of each keyword by what the ideas claim; -1 where none does.
func claims(ideas []planned, keywords []KeywordView) []int {
	owner := slices.Repeat([]int{-1}, len(keywords))
	claim := func(i int, text string) {
		for k, kw := range keywords {
			if owner[k] < 0 && plain(kw.Keyword) == plain(text) {
				owner[k] = i
				return
			}
		}
	}
	for i, p := range ideas {
		claim(i, p.Primary)
	}
	for i, p := range ideas {
		for _, text := range p.Covered {
			claim(i, text)
		}
	}
	return owner
}

// best is the idea that shares most words with the keyword; among equals the one with the
// fewest keywords, then the first.
func best(ideas []planned, kw KeywordView) int {
	at, most := 0, -1
	for i, p := range ideas {
		n := overlap(kw.Keyword, p)
		if n > most || n == most && len(p.keywords) < len(ideas[at].keywords) {
			at, most = i, n
		}
	}
	return at
}

func overlap(keyword string, p planned) int {
	have := map[string]bool{}
	texts := []string{p.Title, p.Primary}
	for _, k := range p.keywords {
		texts = append(texts, k.Keyword)
	}
	for _, w := range strings.Fields(plain(strings.Join(texts, " "))) {
		have[w] = true
	}
	n := 0
	for _, w := range strings.Fields(plain(keyword)) {
		if have[w] {
			n++
		}
	}
	return n
}

// takeOne moves a keyword from the idea with the most to idea i: the one whose words fit i
// best, never the other's primary one. The largest has two at least, since there are no
// more ideas than keywords.
func takeOne(ideas []planned, i int) {
	from := 0
	for j := range ideas {
		if len(ideas[j].keywords) > len(ideas[from].keywords) {
			from = j
		}
	}
	at, most := -1, -1
	for k, kw := range ideas[from].keywords {
		if plain(kw.Keyword) == plain(ideas[from].Primary) {
			continue
		}
		if n := overlap(kw.Keyword, ideas[i]); n > most {
			at, most = k, n
		}
	}
	at = max(at, 0)
	ideas[i].keywords = append(ideas[i].keywords, ideas[from].keywords[at])
	ideas[from].keywords = slices.Delete(ideas[from].keywords, at, at+1)
}

// leadFirst puts the primary keyword first: the one that the model named when the idea has
// it, else the one with the most searches, then the first.
func leadFirst(p *planned) {
	lead := 0
	for k, kw := range p.keywords {
		if plain(kw.Keyword) == plain(p.Primary) {
			lead = k
			break
		}
		if volume(kw) > volume(p.keywords[lead]) {
			lead = k
		}
	}
	kw := p.keywords[lead]
	p.keywords = slices.Insert(slices.Delete(p.keywords, lead, lead+1), 0, kw)
}

func volume(k KeywordView) int64 {
	if k.Volume == nil {
		return -1
	}
	return *k.Volume
}

// plain is a text as it is compared: lower case, single spaces, no marks around words.
func plain(s string) string {
	f := strings.Fields(strings.ToLower(s))
	for i := range f {
		f[i] = strings.Trim(f[i], `"'.,;:!?()`)
	}
	return strings.Join(f, " ")
}

// entity is the idea of a plan, its numbers and names brought inside their bounds.
func entity(p planned, where site.Site) idea.Idea {
	x := idea.Idea{IdeaTitle: clip(p.Title, idea.MaxTitle), Description: strings.TrimSpace(p.Description), Status: idea.New,
		ContentStructure: p.ContentStructure, EstimatedWordCount: p.Words, PrimaryKeyword: p.keywords[0].Keyword, CoveredKeywords: []string{}}
	if x.ContentType = idea.TypeOf(x.ContentStructure); x.ContentType == "" {
		x.ContentType, x.ContentStructure = "post", "article"
	}
	if x.EstimatedWordCount <= 0 {
		x.EstimatedWordCount = where.Settings.WordCount
	}
	x.EstimatedWordCount = min(max(x.EstimatedWordCount, idea.MinWords), idea.MaxWords)
	for i, k := range p.keywords {
		x.Keywords = append(x.Keywords, idea.Keyword{ID: k.ID, Keyword: k.Keyword})
		if i > 0 {
			x.CoveredKeywords = append(x.CoveredKeywords, k.Keyword)
		}
	}
	for _, sec := range p.Outline {
		if h := strings.TrimSpace(sec.Heading); h != "" && len(x.Outline) < idea.MaxOutline {
			x.Outline = append(x.Outline, idea.Section{Heading: h, Notes: strings.TrimSpace(sec.Notes)})
		}
	}
	return x
}

// clip cuts a text to n bytes between characters.
func clip(s string, n int) string {
	s = strings.TrimSpace(s)
	for len(s) > n {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}
