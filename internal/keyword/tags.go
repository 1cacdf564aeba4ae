package keyword

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/igny8/igny8/internal/errs"
)

// Bounds of tags.
const (
	MaxTags      = 20 // of a keyword
	MaxTagLength = 50 // characters
)

// tagMarks divide tags in one cell or one field, so no tag holds one.
const tagMarks = ",;|\n"

// splitTags reads tags from a cell: divided by commas, semicolons or bars, spaces tidied,
// each once whatever its case. ok is false when one is too long or not text, or when there
// are too many; the good ones are given all the same.
func splitTags(text string) (tags []string, ok bool) {
	ok = utf8.ValidString(text)
	if !ok {
		return nil, false
	}
	for _, t := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(tagMarks, r) }) {
		t = strings.Join(strings.Fields(t), " ")
		switch {
		case t == "":
		case utf8.RuneCountInString(t) > MaxTagLength, strings.ContainsFunc(t, unprintable), strings.ContainsRune(t, utf8.RuneError):
			ok = false
		default:
			tags = joinTags(tags, []string{t})
		}
	}
	if len(tags) > MaxTags {
		return tags[:MaxTags], false
	}
	return tags, ok
}

// joinTags adds tags to those that are there, each once whatever its case; a keyword keeps
// MaxTags. have is not changed.
func joinTags(have, more []string) []string {
	out := have
	for _, t := range more {
		fold := Fold(t)
		if len(out) <= MaxTags && !slices.ContainsFunc(out, func(h string) bool { return Fold(h) == fold }) {
			out = append(slices.Clip(out), t)
		}
	}
	return out
}

func packTags(tags []string) string { return strings.Join(tags, "\n") }

func unpackTags(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// cleanTags reads the tags of a whole import; Invalid when one can't be used.
func cleanTags(tags []string) ([]string, error) {
	out, ok := splitTags(strings.Join(tags, "\n"))
	if !ok {
		return nil, errs.Field("tags", "have to be at most 20 texts of at most 50 characters")
	}
	return out, nil
}

// CheckTags tells whether an import can have these tags; Invalid by field otherwise.
func CheckTags(tags []string) error {
	_, err := cleanTags(tags)
	return err
}

// spelling gives tags as the site spells them already: "Shoes" typed as "shoes" makes no
// second tag.
type spelling map[string]string

func (s spelling) learn(tags []string) {
	for _, t := range tags {
		if f := Fold(t); s[f] == "" {
			s[f] = t
		}
	}
}

func (s spelling) of(tags []string) []string {
	var out []string
	for _, t := range tags {
		s.learn([]string{t})
		out = append(out, s[Fold(t)])
	}
	return out
}
