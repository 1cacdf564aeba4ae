package engine

import (
	"cmp"
	"slices"
)

// partOf is the part of the keywords that Stability takes away.
const partOf = 100

// Stability tells how much of the groups of a strictness stays as it is when one keyword in a
// hundred goes or comes: 1 when every keyword keeps its company. It is the BCubed F1 of the
// groups without those keywords against the groups with them. It costs a run more.
func (t *Tree) Stability(strictness Strictness) float64 {
	all := slices.Concat(t.in.keywords...)
	// Which ones go depends on the texts alone, so that the order of the rows does not matter.
	slices.SortFunc(all, func(a, b Keyword) int {
		return cmp.Or(cmp.Compare(scatter(a.Text), scatter(b.Text)), cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID))
	})
	all = all[min(len(all), (len(all)+partOf-1)/partOf):]
	if len(all) == 0 {
		return 1
	}
	was, is := groupOf(t.Cut(strictness)), groupOf(Grow(all, t.held.groups, t.set).Cut(strictness))
	type pair struct{ was, is int }
	both, left, now := map[pair]int{}, map[int]int{}, map[int]int{}
	for _, k := range all {
		p := pair{was[k.ID], is[k.ID]}
		both[p]++
		left[p.was]++
		now[p.is]++
	}
	precision, recall := 0.0, 0.0
	for _, k := range all {
		p := pair{was[k.ID], is[k.ID]}
		precision += float64(both[p]) / float64(now[p.is])
		recall += float64(both[p]) / float64(left[p.was])
	}
	return share(float32(2 * precision * recall / (precision + recall) / float64(len(all))))
}

// groupOf gives the place of each keyword's group.
func groupOf(r Result) map[int64]int {
	out := map[int64]int{}
	for g, group := range r.Groups {
		for _, m := range group.Members {
			out[m.ID] = g
		}
	}
	return out
}

// scatter is a number that any change of a text changes (FNV-1a, mixed).
func scatter(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return mix(h)
}
