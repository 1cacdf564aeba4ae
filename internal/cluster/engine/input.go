package engine

import (
	"cmp"
	"slices"
	"strings"
)

// input is the keywords of a run with texts that mean the same made one: a flood of near
// copies would otherwise be each other's only neighbours.
type input struct {
	texts    []string    // by item, in order of their stems
	equal    []float32   // keywords that item i stands for, old ones included
	keywords [][]Keyword // the new ones among them
	old      [][]int     // items of each existing group
}

func distinct(keywords []Keyword, existing []Existing, set Settings) *input {
	type one struct {
		key, text string
		fresh     []Keyword
		old       []int // existing groups that hold it, one entry a keyword
	}
	byKey := map[string]*one{}
	add := func(text, key string) *one {
		o := byKey[key]
		if o == nil {
			o = &one{key: key, text: text}
			byKey[key] = o
		}
		o.text = min(o.text, text) // not the first that came: the order must not matter
		return o
	}
	texts := make([]string, 0, len(keywords))
	for _, k := range keywords {
		texts = append(texts, k.Text)
	}
	for _, e := range existing {
		texts = append(texts, e.Texts...)
	}
	keys := stemKeys(texts, !set.NoStems)
	for i, k := range keywords {
		o := add(k.Text, keys[i])
		o.fresh = append(o.fresh, k)
	}
	keys = keys[len(keywords):]
	for g, e := range existing {
		for i, t := range e.Texts {
			o := add(t, keys[i])
			o.old = append(o.old, g)
		}
		keys = keys[len(e.Texts):]
	}
	all := make([]*one, 0, len(byKey))
	for _, o := range byKey {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *one) int { return cmp.Compare(a.key, b.key) })
	in := &input{old: make([][]int, len(existing))}
	for i, o := range all {
		slices.SortFunc(o.fresh, func(a, b Keyword) int { return cmp.Compare(a.ID, b.ID) })
		in.texts, in.equal = append(in.texts, o.text), append(in.equal, float32(len(o.fresh)+len(o.old)))
		in.keywords = append(in.keywords, o.fresh)
		for _, g := range o.old {
			in.old[g] = append(in.old[g], i)
		}
	}
	return in
}

// stemKeys are those of texts.
func stemKeys(texts []string, stems bool) []string {
	keys := make([]string, len(texts))
	parallel(len(texts), func(from, to int) {
		for i := from; i < to; i++ {
			keys[i] = stemKey(texts[i], stems)
		}
	})
	return keys
}

// stemKey is equal for texts that consist of the same stems.
func stemKey(text string, stems bool) string {
	var parts []string
	for _, f := range features(text, stems, nil) {
		if f.name[0] != 'g' {
			parts = append(parts, f.name)
		}
	}
	if len(parts) == 0 { // nothing but signs
		return "=" + Fold(text)
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), " ")
}
