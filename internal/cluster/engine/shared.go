package engine

import "slices"

// Shared gives the words of a keyword that another text has too, in any form of theirs:
// "running shoe" shares both with "shoes for a run". Words that carry no topic are left out.
func Shared(keyword, other string) []string {
	has := map[string]bool{}
	for _, f := range features(other, true, nil) {
		has[f.name] = true
	}
	out := []string{}
	for _, w := range words(Fold(keyword)) {
		if stop[w] || slices.Contains(out, w) {
			continue
		}
		for _, f := range features(w, true, nil) {
			if f.name[0] == 'w' && has[f.name] {
				out = append(out, w)
				break
			}
		}
	}
	return out
}
