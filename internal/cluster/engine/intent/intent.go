// Package intent tells what somebody who searches for a keyword is after, by the words that
// it is made of. The rules are data (rules.csv); a keyword without any word of theirs has no
// intent that words could tell, and none is guessed.
package intent

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The intents that the rules tell apart.
const (
	Informational = "informational" // to know
	Navigational  = "navigational"  // to reach a certain site
	Commercial    = "commercial"    // to choose
	Transactional = "transactional" // to buy, book, download
	Local         = "local"         // to find a place near by
)

// All are the intents, in the order that decides between equals.
func All() []string {
	return []string{Informational, Navigational, Commercial, Transactional, Local}
}

// Answer is an intent and why.
type Answer struct {
	Intent string
	Rule   string // its name in rules.csv
	Words  string // of the keyword that made it fire, as they were compared
}

// Of tells the intent of a keyword; false when no rule fires. Of several the one of the
// highest priority counts, then the one with most words, then the one that stands before in
// the table. It takes time in proportion to the keyword's length.
func Of(keyword string) (Answer, bool) {
	t := table()
	best, found := match{}, false
	t.each(tidy(keyword), func(m match) {
		if !found || m.over(best) {
			best, found = m, true
		}
	})
	if !found {
		return Answer{}, false
	}
	r := t.rules[best.rule]
	return Answer{Intent: r.intent, Rule: r.name, Words: best.words}, true
}

//go:embed rules.csv
var source []byte

type rule struct {
	name, intent string
	priority     int
}

// rules is the table, ready to be looked up.
type rules struct {
	rules    []rule
	byWord   map[string][]pattern // by the first word that has to be there
	unspaced []pattern            // of scripts without spaces, and looked for anywhere
}

// pattern is one way of words in which a rule fires.
type pattern struct {
	rule       int
	words      []string // "*" stands for one word or more
	text       string   // of an unspaced script
	start, end bool     // nothing may be before, or behind
}

// match is a pattern that was found.
type match struct {
	rule, priority, size int
	words                string
}

func (m match) over(o match) bool {
	if m.priority != o.priority {
		return m.priority > o.priority
	}
	if m.size != o.size {
		return m.size > o.size
	}
	return m.rule < o.rule
}

// A variable that is set by a function at the start would keep the rules in every program.
var tableOnce = struct {
	sync.Once
	all *rules
}{}

func table() *rules {
	tableOnce.Do(func() { tableOnce.all = makeTable() })
	return tableOnce.all
}

func makeTable() *rules {
	t, err := parse(source)
	if err != nil { // tested
		panic("intent: " + err.Error())
	}
	return t
}

func parse(raw []byte) (*rules, error) {
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, err
	}
	t := &rules{byWord: map[string][]pattern{}}
	for n, row := range rows[1:] {
		priority, err := strconv.Atoi(row[3])
		if err != nil {
			return nil, err
		}
		t.rules = append(t.rules, rule{name: row[0], intent: row[2], priority: priority})
		for _, alternative := range strings.Split(row[4], "|") {
			t.add(n, alternative)
		}
	}
	return t, nil
}

func (t *rules) add(n int, alternative string) {
	p := pattern{rule: n}
	alternative, p.start = strings.CutPrefix(alternative, "^")
	alternative, p.end = strings.CutSuffix(alternative, "$")
	for i, part := range strings.Split(alternative, "*") {
		if i > 0 {
			p.words = append(p.words, "*")
		}
		p.words = append(p.words, words(tidy(part))...)
	}
	if len(p.words) == 1 && unspaced(p.words[0]) {
		p.text, p.words = p.words[0], nil
		t.unspaced = append(t.unspaced, p)
		return
	}
	t.byWord[p.words[0]] = append(t.byWord[p.words[0]], p)
}

// each gives every match of a tidied keyword.
func (t *rules) each(text string, found func(match)) {
	give := func(p pattern, size int, words string) {
		found(match{rule: p.rule, priority: t.rules[p.rule].priority, size: size, words: words})
	}
	all := words(text)
	for i, w := range all {
		for _, p := range t.byWord[w] {
			if n := p.length(all[i:]); n > 0 && (!p.start || i == 0) && (!p.end || i+n == len(all)) {
				give(p, len(p.words), strings.Join(all[i:i+n], " "))
			}
		}
		if !unspaced(w) {
			continue
		}
		for _, p := range t.unspaced {
			if strings.Contains(w, p.text) {
				give(p, len(p.text)/len("字"), p.text)
			}
		}
	}
}

// length is how many of the words, from the first on, the pattern takes; 0 when it does not
// match.
func (p pattern) length(all []string) int {
	at := 0
	for i, w := range p.words {
		if w == "*" {
			rest := pattern{words: p.words[i+1:]}
			for skip := at + 1; skip < len(all); skip++ {
				if n := rest.length(all[skip:]); n > 0 {
					return skip + n
				}
			}
			return 0
		}
		if at >= len(all) || all[at] != w {
			return 0
		}
		at++
	}
	return at
}

// tidy is the form in which keywords and rules are compared: folded, Latin letters without
// accents, Arabic ones without vowel signs and in their plainest spelling, Devanagari ones
// without the dot below. So people may type with or without them.
func tidy(text string) string {
	if ascii(text) { // most are
		return strings.ToLower(text)
	}
	decomposed := norm.NFD.String(cases.Fold().String(norm.NFKC.String(text)))
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x0300 && r <= 0x036F, r >= 0x064B && r <= 0x0655, r == 0x0640, r == 0x093C:
			return -1
		case r == 'ı':
			return 'i'
		case r == 'ى':
			return 'ي'
		case r == 'ة':
			return 'ه'
		}
		return r
	}, decomposed))
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= unicode.MaxASCII })
}

// words are the parts of a text between all that is neither letter, mark nor digit; an
// apostrophe inside a word is dropped.
func words(text string) []string {
	if strings.ContainsAny(text, "'\u2019") {
		text = strings.NewReplacer("'", "", "\u2019", "").Replace(text)
	}
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
	})
}

// unspaced tells scripts that write words without spaces between them.
func unspaced(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool {
		return r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

// Names lists the rules with their intents, in the order of the table.
func Names() [][2]string {
	var out [][2]string
	for _, r := range table().rules {
		out = append(out, [2]string{r.name, r.intent})
	}
	return slices.Clip(out)
}
