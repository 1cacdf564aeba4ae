package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// rng is splitmix64: small, fast, and the same on every machine.
type rng struct{ x uint64 }

func newRNG(seed uint64) *rng { return &rng{seed} }
func (r *rng) next() uint64 {
	r.x += 0x9e3779b97f4a7c15
	z := r.x
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
func (r *rng) float() float64          { return float64(r.next()>>11) / (1 << 53) }
func (r *rng) n(n int) int             { return int(r.next() % uint64(n)) }
func (r *rng) pick(s ...string) string { return s[r.n(len(s))] }

type keyword struct{ id, text string }

// writer produces the text of one answer from what the prompt asks for.
type writer struct {
	r      *rng
	prompt string
	lower  string
	root   obj // the schema, for $ref
	kws    []keyword
	words  int
	depth  int
}

var (
	reWords  = regexp.MustCompile(`(?i)(\d{1,3}(?:,\d{3})+|\d{2,5})[\s-]*(?:words?|-word)\b`)
	reCount  = regexp.MustCompile(`(?i)\b(\d{1,3})\s+(?:[a-z-]+\s+){0,3}(?:ideas?|titles?|topics?|clusters?|groups?|headlines?|items?|faqs?|questions?|sections?)\b`)
	reBullet = regexp.MustCompile(`^\s*(?:[-*•]|\d+[.)]|\[([\w-]+)\]|(\d+)\s*[:|])\s*(.+)$`)
	reInline = regexp.MustCompile(`(?i)keywords?(?:\s+list)?\s*[:=]\s*(\S.*)`)
	reIntro  = regexp.MustCompile(`(?i)keywords?[^\n]*:\s*$`)
	reTag    = regexp.MustCompile(`[^a-z0-9]+`)
	stop     = map[string]bool{"the": true, "a": true, "an": true, "for": true, "of": true, "in": true, "on": true, "to": true, "and": true, "or": true, "with": true, "best": true, "how": true, "what": true, "is": true, "are": true, "vs": true, "near": true, "me": true, "my": true, "your": true, "top": true, "cheap": true, "do": true, "does": true, "can": true, "you": true, "i": true, "from": true, "at": true, "by": true}
)

func newWriter(seed uint64, prompt string, schema obj) *writer {
	w := &writer{r: newRNG(seed), prompt: prompt, lower: strings.ToLower(prompt), root: schema, words: 600}
	if m := reWords.FindStringSubmatch(prompt); m != nil {
		w.words, _ = strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		w.words = min(max(w.words, 10), 20000)
	}
	w.kws = findKeywords(prompt)
	return w
}

// findKeywords looks for the keywords in a prompt: a JSON array, a bulleted list, or "keywords: a, b".
func findKeywords(p string) (out []keyword) {
	seen := map[string]bool{}
	add := func(id, t string) {
		t = strings.Trim(strings.TrimSpace(t), `"'.,;`)
		for _, cut := range []string{" (", " |", "\t", ";", " - ", ","} {
			t, _, _ = strings.Cut(t, cut)
		}
		if k := strings.ToLower(t); t != "" && len(t) <= 90 && len(strings.Fields(t)) <= 10 && !seen[k] {
			seen[k] = true
			out = append(out, keyword{id, t})
		}
	}
	for i := 0; i < len(p); i++ {
		if p[i] != '[' {
			continue
		}
		var arr []any
		if json.NewDecoder(strings.NewReader(p[i:])).Decode(&arr) != nil {
			continue
		}
		for _, v := range arr {
			switch v := v.(type) {
			case string:
				add("", v)
			case map[string]any:
				for _, k := range []string{"keyword", "text", "name", "term", "query", "phrase"} {
					if t, ok := v[k].(string); ok {
						add(fmt.Sprint(cmpOr(v["id"], any(""))), t)
						break
					}
				}
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	listed := false
	for _, line := range strings.Split(p, "\n") {
		if m := reInline.FindStringSubmatch(line); m != nil && len(out) == 0 {
			for _, t := range strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ';' }) {
				add("", t)
			}
			continue
		}
		if reIntro.MatchString(line) {
			listed = true
			continue
		}
		if m := reBullet.FindStringSubmatch(line); m != nil && (listed || (len(strings.Fields(m[3])) <= 8 && !strings.HasSuffix(strings.TrimSpace(m[3]), "."))) {
			add(cmpOr(m[1], m[2]), m[3])
		}
	}
	if len(out) == 0 {
		for _, f := range strings.FieldsFunc(p, func(r rune) bool { return r == '"' || r == '\n' || r == '.' || r == ':' }) {
			if n := len(strings.Fields(f)); n >= 1 && n <= 5 && len(f) > 4 {
				add("", f)
			}
			if len(out) == 3 {
				break
			}
		}
	}
	if len(out) == 0 {
		out = []keyword{{"", "content marketing"}}
	}
	return out
}

// clusters partitions the keywords by their most shared word. Every keyword is in exactly one cluster.
func (w *writer) clusters(lo, hi int) [][]keyword {
	freq := map[string]int{}
	toks := func(k keyword) (t []string) {
		for _, f := range strings.Fields(strings.ToLower(k.text)) {
			if !stop[f] && len(f) > 2 {
				t = append(t, strings.TrimSuffix(f, "s"))
			}
		}
		return t
	}
	for _, k := range w.kws {
		for _, t := range toks(k) {
			freq[t]++
		}
	}
	groups, order := map[string][]keyword{}, []string{}
	for _, k := range w.kws {
		best := "general"
		for _, t := range toks(k) {
			if f := freq[t]; (f < max(3, len(w.kws)*3/5)) && (best == "general" || f > freq[best]) {
				best = t
			}
		}
		if groups[best] == nil {
			order = append(order, best)
		}
		groups[best] = append(groups[best], k)
	}
	out := [][]keyword{}
	for _, g := range order {
		out = append(out, groups[g])
	}
	sort.SliceStable(out, func(i, j int) bool { return len(out[i]) > len(out[j]) })
	for len(out) > hi { // fold the smallest into its neighbour
		n := len(out)
		out[n-2] = append(out[n-2], out[n-1]...)
		out = out[:n-1]
	}
	for len(out) < lo && len(out[0]) > 1 { // split the largest
		g := out[0]
		out = append(out, g[len(g)/2:])
		out[0] = g[:len(g)/2]
		sort.SliceStable(out, func(i, j int) bool { return len(out[i]) > len(out[j]) })
	}
	return out
}

func (w *writer) kw() string { return w.kws[w.r.n(len(w.kws))].text }
func (w *writer) main() string {
	return w.kws[0].text
}

func title(s string) string {
	f := strings.Fields(s)
	for i, x := range f {
		if i == 0 || !stop[x] {
			f[i] = strings.ToUpper(x[:1]) + x[1:]
		}
	}
	return strings.Join(f, " ")
}

func (w *writer) title() string {
	k := title(w.main())
	return fmt.Sprintf(w.r.pick("%s: A Practical Guide", "How to Choose %s Without Regret", "%s Explained for Beginners", "What Experts Know About %s", "%s: Costs, Benefits and Common Mistakes", "The Complete Checklist for %s", "%s Compared: What Matters in Daily Use", "Why %s Deserves a Second Look"), k)
}

func (w *writer) sentence() string {
	subj := w.r.pick("Most readers", "Experienced buyers", "Small teams", "Careful planners", "Many households", "Specialists", "First-time customers", "Local businesses")
	verb := w.r.pick("compare", "underestimate", "look closely at", "ask about", "spend time on", "learn a lot from", "save money with", "start with")
	thing := w.r.pick("the running costs", "the warranty terms", "independent reviews", "the setup steps", "real usage data", "the maintenance schedule", "the most common mistakes", "the long-term results")
	tail := w.r.pick("before they decide", "because small differences add up over a year", "and write the findings down", "when the budget is tight", "so that the choice holds up later", "even if the first impression is good", "after a short trial", "which keeps surprises rare")
	switch w.r.n(4) {
	case 0:
		return fmt.Sprintf("When it comes to %s, %s %s %s %s.", w.kw(), strings.ToLower(subj[:1])+subj[1:], verb, thing, tail)
	case 1:
		return fmt.Sprintf("%s %s %s %s.", subj, verb, thing, tail)
	case 2:
		return fmt.Sprintf("A good plan for %s covers %s and leaves room for change.", w.kw(), thing)
	}
	return fmt.Sprintf("With %s, it pays to check %s %s.", w.kw(), thing, tail)
}

func (w *writer) heading() string {
	return fmt.Sprintf(w.r.pick("What to know about %s", "How %s works in practice", "Choosing %s step by step", "Mistakes to avoid with %s", "What %s really costs", "Signs that %s is right for you"), w.kw())
}

// article writes w.words words (within about 2 %) as HTML, Markdown or WordPress blocks, whichever the prompt asks for.
func (w *writer) article() string {
	md := strings.Contains(w.lower, "markdown") && !strings.Contains(w.lower, "html")
	blocks := strings.Contains(w.lower, "wp:paragraph") || strings.Contains(w.lower, "gutenberg")
	var b strings.Builder
	left := w.words
	emit := func(kind, html, mark, text string) {
		left -= len(strings.Fields(text))
		switch {
		case md:
			fmt.Fprintf(&b, mark+"\n\n", text)
		case blocks:
			fmt.Fprintf(&b, "<!-- wp:%s -->\n"+html+"\n<!-- /wp:%s -->\n\n", kind, text, kind)
		default:
			fmt.Fprintf(&b, html+"\n", text)
		}
	}
	para := func(lead string) {
		text := lead
		for i := 0; i < 4 && len(strings.Fields(text)) < left; i++ {
			text = strings.TrimSpace(text + " " + w.sentence())
		}
		if f := strings.Fields(text); len(f) > left {
			text = strings.TrimRight(strings.Join(f[:max(left, 1)], " "), ".,") + "."
		}
		emit("paragraph", "<p>%s</p>", "%s", text)
	}
	para(fmt.Sprintf("This guide to %s gathers what matters most.", w.main()))
	for n := 0; left > 0; n++ {
		if left > 40 {
			emit("heading", `<h2 class="wp-block-heading">%s</h2>`, "## %s", w.heading())
		}
		para("")
		if left > 60 && n%3 == 1 {
			items, text := "", []string{}
			for i := 0; i < 3; i++ {
				t := w.r.pick("Check", "Compare", "Note", "Test", "Ask about") + " " + w.r.pick("the price", "the delivery time", "the support", "the materials", "the return policy") + " for " + w.kw()
				text = append(text, t)
				items += map[bool]string{true: "- " + t + "\n", false: "<li>" + t + "</li>"}[md]
			}
			left -= len(strings.Fields(strings.Join(text, " ")))
			switch {
			case md:
				b.WriteString(items + "\n")
			case blocks:
				b.WriteString("<!-- wp:list -->\n<ul>" + items + "</ul>\n<!-- /wp:list -->\n\n")
			default:
				b.WriteString("<ul>" + items + "</ul>\n")
			}
		}
		if left > 0 {
			para("")
		}
	}
	return strings.TrimSpace(b.String())
}

func (w *writer) imagePrompt() string {
	return fmt.Sprintf("%s of %s, %s, %s, no text or logos", w.r.pick("Editorial photograph", "Clean flat illustration", "Soft watercolour", "Wide studio shot"), w.main(), w.r.pick("morning light", "neutral background", "shallow depth of field", "warm colours"), w.r.pick("high detail", "calm mood", "balanced composition"))
}

// free answers a prompt that declares no schema.
func (w *writer) free(jsonMode bool) string {
	has := func(s ...string) bool {
		return slices.ContainsFunc(s, func(x string) bool { return strings.Contains(w.lower, x) })
	}
	if jsonMode || has("return json", "json array", "json object", "valid json", "respond with json", "as json") {
		var v any
		item := func(k []keyword) obj {
			sub := *w
			sub.kws = k
			return obj{"title": sub.title(), "description": sub.sentence(), "keyword": k[0].text, "keywords": texts(k)}
		}
		switch {
		case has("cluster", "group the"):
			cl := []any{}
			for _, g := range w.clusters(1, max(2, len(w.kws)/3)) {
				cl = append(cl, obj{"name": title(g[0].text), "description": w.sentence(), "keywords": texts(g)})
			}
			v = obj{"clusters": cl}
		case has("idea", "topic"):
			ideas := []any{}
			for i := range w.count(0, 1<<30, len(w.kws)) {
				ideas = append(ideas, item(w.kws[i%len(w.kws):i%len(w.kws)+1]))
			}
			v = obj{"ideas": ideas}
		case has("image prompt"):
			v = obj{"image_prompt": w.imagePrompt(), "alt_text": "Picture of " + w.main()}
		default:
			v = obj{"title": w.title(), "meta_description": w.sentence(), "content": w.article()}
		}
		b := enc(v)
		return string(b)
	}
	switch {
	case has("image prompt", "prompt for an image", "image generator"):
		return w.imagePrompt()
	case has("article", "blog post", "html", "write about") || reWords.MatchString(w.prompt):
		return w.article()
	case has("title", "headline"):
		return w.title()
	}
	return w.sentence() + " " + w.sentence()
}

func texts(k []keyword) (out []string) {
	for _, x := range k {
		out = append(out, x.text)
	}
	return out
}
