package engine

import (
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// stop words carry no topic. Words that tell intents apart (best, cheap, near, buy) are not
// among them.
var stop = setOf(`a about after all also am an and any are as at be been being both but by can could did do does
doing done during each for from get getting go got had has have having he her here him his how i if in into is it its
just may me might mine more most must my no nor not of off on one or other our out over own shall she should so some
such than that the their them then there these they this those through to too up us very was we were what when where
which while who whom whose why will with would you your s t re ve ll d m vs`)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// Fold is the form in which two keywords are the same: Unicode's compatibility form, case
// folded, spaces made single.
func Fold(text string) string {
	if ascii(text) { // most are, and then the forms differ in capital letters alone
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(text))), " ")
}

var apostrophes = strings.NewReplacer("'", "", "\u2019", "")

// words splits folded text at all that is neither letter, mark nor digit; an apostrophe
// inside a word is dropped.
func words(folded string) []string {
	folded = apostrophes.Replace(folded)
	return strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
	})
}

// feature is a part of a keyword with its weight before rarity is counted in.
type feature struct {
	name   string
	weight float64
}

const (
	gramSize  = 4
	stemShare = 0.5 // weight of an unknown word's stem beside all its n-grams
)

// features gives the stems of a keyword, and the character n-grams of the words that have no
// meaning in m: names, typing errors, other languages. A keyword of stop words alone keeps
// them.
func features(text string, stems bool, m Meaning) []feature {
	all := words(Fold(text))
	kept := all[:0:0]
	for _, w := range all {
		if !stems || !stop[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = all
	}
	var out []feature
	for _, w := range kept {
		switch {
		case unspaced(w):
			out = append(out, grams(w, 2, "c:", 1)...)
		case stems && ascii(w) && m != nil && m.Word(w):
			out = append(out, feature{"w:" + stem(w), 1})
		case stems && ascii(w):
			out = append(out, feature{"w:" + stem(w), 1 - stemShare/2})
			out = append(out, grams("^"+w+"$", gramSize, "g:", stemShare)...)
		default:
			out = append(out, feature{"w:" + w, stemShare})
			out = append(out, grams("^"+w+"$", gramSize, "g:", 1)...)
		}
	}
	return out
}

// longWord is the length beyond which a word is no word that a stemmer should look at.
const longWord = 60

func stem(w string) string {
	if len(w) > longWord {
		return w
	}
	return english.Stem(w, false)
}

// grams gives the character n-grams of a word with a weight that they share. A word shorter
// than n is its own only gram.
func grams(word string, n int, prefix string, share float64) []feature {
	r := []rune(word)
	if len(r) <= n {
		return []feature{{prefix + word, share}}
	}
	out := make([]feature, 0, len(r)-n+1)
	each := share / float64(len(r)-n+1)
	if prefix == "c:" { // each pair of characters is as good as a word
		each = share
	}
	for i := range len(r) - n + 1 {
		out = append(out, feature{prefix + string(r[i:i+n]), each})
	}
	return out
}

func ascii(w string) bool {
	for i := range len(w) {
		if w[i] >= 0x80 {
			return false
		}
	}
	return true
}

// unspaced tells scripts that write words without spaces between them.
func unspaced(w string) bool {
	for _, r := range w {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return true
		}
	}
	return false
}
