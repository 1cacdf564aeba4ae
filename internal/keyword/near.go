package keyword

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Near is a keyword that is much like another one: told, never dropped.
type Near struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Keyword string `json:"keyword"`
	Like    string `json:"like"` // one that the site has, or that came before
	Kind    string `json:"kind"` // word order, plural, typo
}

// Kinds of near-duplicates.
const (
	nearOrder  = "word order"
	nearPlural = "plural"
	nearTypo   = "typo"
)

// MaxNear is how many near-duplicates a report names; it counts them all.
const MaxNear = 1000

// finder finds near-duplicates among folded keywords: those of the site first, then those
// of the import, by their place.
type finder struct {
	folds []string
	like  map[int32]nearTo
	words map[string]int32 // words in any order, in the singular: the first that has them
}

type nearTo struct {
	at   int32
	kind string
}

// findNear gives, for places from on, the earlier place that each is much like.
func findNear(folds []string, from int) map[int32]nearTo {
	f := finder{folds: folds, like: map[int32]nearTo{}, words: make(map[string]int32, len(folds))}
	for i := range folds {
		f.sameWords(int32(i), i >= from) //nolint:gosec // MaxRows
	}
	f.typos(int32(from)) //nolint:gosec // MaxRows
	return f.like
}

func (f *finder) sameWords(i int32, tell bool) {
	words := strings.Fields(f.folds[i])
	for k, w := range words {
		words[k] = singular(w)
	}
	slices.Sort(words)
	key := strings.Join(words, " ")
	first, ok := f.words[key]
	if !ok {
		f.words[key] = i
		return
	}
	if !tell {
		return
	}
	kind := nearPlural
	if sortedWords(f.folds[first]) == sortedWords(f.folds[i]) {
		kind = nearOrder
	}
	f.like[i] = nearTo{first, kind}
}

// singular takes the plural's ending off an English word, and the bare s of the languages
// around it. A word of less than four letters stays as it is.
func singular(w string) string {
	switch {
	case utf8.RuneCountInString(w) < 4, strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "zes"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// deletion is a hash of a keyword with one letter left out, or of all of it.
type deletion struct {
	hash uint64
	at   int32
}

// typos finds keywords of which one letter is another, is missing, or changed places with
// its neighbour: two such have a deletion in common.
func (f *finder) typos(from int32) {
	seed := maphash.MakeSeed()
	// A part of the hashes at a time: all of them take 400 bytes for each keyword.
	parts := uint64(1 + len(f.folds)/50_000)
	var all []deletion
	for part := range parts {
		all = all[:0]
		for i, s := range f.folds {
			if len(s) >= minTypo && len(s) <= maxTypo {
				all = deletions(all, s, int32(i), func(b []byte) (uint64, bool) { //nolint:gosec // MaxRows
					h := maphash.Bytes(seed, b)
					return h, h%parts == part
				})
			}
		}
		f.groups(all, from)
	}
}

func (f *finder) groups(all []deletion, from int32) {
	slices.SortFunc(all, func(a, b deletion) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at)) })
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].hash == all[0].hash {
			n++
		}
		f.group(all[:min(n, maxGroup)], from)
		all = all[n:]
	}
}

// Bounds of what is looked at for typos: bytes of a keyword, keywords with one deletion in
// common.
const (
	minTypo  = 6
	maxTypo  = 80
	maxGroup = 16
)

func deletions(all []deletion, s string, at int32, hash func([]byte) (uint64, bool)) []deletion {
	var buf [maxTypo]byte
	add := func(b []byte) {
		if h, ok := hash(b); ok {
			all = append(all, deletion{h, at})
		}
	}
	add(append(buf[:0], s...))
	for i, r := range s {
		if r == ' ' || unicode.IsDigit(r) { // another number, or other words, are no typo
			continue
		}
		add(append(append(buf[:0], s[:i]...), s[i+utf8.RuneLen(r):]...))
	}
	return all
}

func (f *finder) group(g []deletion, from int32) {
	for j := 1; j < len(g); j++ {
		if g[j].at < from {
			continue
		}
		if _, told := f.like[g[j].at]; told {
			continue
		}
		for _, d := range g[:j] {
			if d.at != g[j].at && typo(f.folds[d.at], f.folds[g[j].at]) {
				f.like[g[j].at] = nearTo{d.at, nearTypo}
				break
			}
		}
	}
}

// typo tells whether two keywords differ by one letter in one long word and begin that word
// alike: car and cat are two things.
func typo(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) {
		return false
	}
	at := -1
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if at >= 0 {
			return false
		}
		at = i
	}
	if at < 0 {
		return false
	}
	p, q := []rune(x[at]), []rune(y[at])
	return min(len(p), len(q)) >= 5 && p[0] == q[0] && oneEdit(p, q)
}

// oneEdit tells whether a letter was left out, put in, changed, or swapped with the next.
func oneEdit(p, q []rune) bool {
	if len(p) > len(q) {
		p, q = q, p
	}
	i := 0
	for i < len(p) && p[i] == q[i] {
		i++
	}
	letter := func(at int, s []rune) bool { return at >= len(s) || !unicode.IsDigit(s[at]) }
	if !letter(i, p) || !letter(i, q) {
		return false
	}
	if len(p)+1 == len(q) {
		return slices.Equal(p[i:], q[i+1:])
	}
	if len(p) != len(q) || i == len(p) {
		return false
	}
	if slices.Equal(p[i+1:], q[i+1:]) {
		return true
	}
	return i+1 < len(p) && p[i] == q[i+1] && p[i+1] == q[i] && slices.Equal(p[i+2:], q[i+2:])
}
