package vectors

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// split cuts a text into words as BERT's uncased tokenizer does: lower case, without accents,
// every sign and every Han character by itself.
func split(text string) []string {
	var out []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			out = append(out, word.String())
			word.Reset()
		}
	}
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case sign(r) || r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF:
			end()
			out = append(out, string(r))
		case unicode.IsSpace(r) || unicode.In(r, unicode.C):
			end()
		default:
			word.WriteRune(r)
		}
	}
	end()
	return out
}

// sign tells what is neither letter nor digit; all of ASCII's signs count, as in BERT.
func sign(r rune) bool {
	return unicode.IsPunct(r) || r > 32 && r < 127 && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
