package pick

import (
	"iter"
	"slices"

	"github.com/igny8/igny8/internal/automation"
)

// Among is From for a list too long to hold: all may come in any order, compare tells the
// order of the choice, and no more than twice in.Limit entities are held at a time (or those
// that a person asked for).
func Among[T any](in automation.PlanInput, all iter.Seq2[T, error], compare func(a, b T) int, state func(T) State) ([]T, error) {
	asked := make(map[string]bool, len(in.Items))
	for _, id := range in.Items {
		asked[id] = true
	}
	var held []T
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		st := state(x)
		if len(asked) > 0 && asked[st.ID] || len(asked) == 0 && waits(in, st) {
			held = append(held, x)
		}
		if len(asked) == 0 && in.Limit > 0 && len(held) == 2*in.Limit {
			held = first(held, in.Limit, compare)
		}
	}
	slices.SortFunc(held, compare)
	return From(in, held, state)
}

// first are the n first ones by compare; the others' memory can be had again.
func first[T any](list []T, n int, compare func(a, b T) int) []T {
	slices.SortFunc(list, compare)
	clear(list[n:])
	return list[:n]
}
