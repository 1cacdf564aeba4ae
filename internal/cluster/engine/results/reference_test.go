package results_test

import (
	"cmp"
	"slices"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/results"
)

// reference is the package's definition word for word: every keyword with every other, every
// pair held, nothing passed over.
func reference(keywords []results.Keyword, set results.Settings) results.Result {
	out := results.Result{Places: []results.Place{}}
	var all []results.Keyword
	sets := map[int64][]string{}
	for _, k := range keywords {
		var pages []string
		for i, p := range k.Pages {
			if p = results.Normal(p); i < results.Top && p != "" && !slices.Contains(pages, p) {
				pages = append(pages, p)
			}
		}
		if sets[k.ID] = pages; len(pages) == 0 {
			out.Without = append(out.Without, k.ID)
			continue
		}
		all = append(all, k)
	}
	slices.Sort(out.Without)
	slices.SortFunc(all, func(a, b results.Keyword) int {
		return cmp.Or(-cmp.Compare(a.Volume, b.Volume), cmp.Compare(engine.Fold(a.Text), engine.Fold(b.Text)), cmp.Compare(a.ID, b.ID))
	})
	shared := func(a, b int) (pages []string) {
		for _, p := range sets[all[a].ID] {
			if slices.Contains(sets[all[b].ID], p) {
				pages = append(pages, p)
			}
		}
		return pages
	}
	overlap := make([][]int, len(all))
	for a := range all {
		for b := range all {
			overlap[a] = append(overlap[a], len(shared(a, b)))
		}
	}
	leader := referenceSoft(overlap, set.Threshold)
	if set.Kind == results.Hard {
		leader = referenceHard(overlap, set.Threshold)
	}
	at := map[int]int{}
	for i, l := range leader {
		if i == l {
			at[l] = len(out.Clusters)
			out.Clusters = append(out.Clusters, results.Cluster{Leader: all[l].ID, Members: []int64{all[l].ID}})
		}
	}
	for i, l := range leader {
		if i != l {
			out.Clusters[at[l]].Members = append(out.Clusters[at[l]].Members, all[i].ID)
		}
		p := results.Place{ID: all[i].ID, Cluster: at[l], Shared: shared(i, l), RunnerUp: -1}
		for o := range all {
			if leader[o] == o && o != l && overlap[i][o] >= set.Threshold && overlap[i][o] > p.RunnerUpShared {
				p.RunnerUp, p.RunnerUpShared = at[o], overlap[i][o]
			}
		}
		out.Places = append(out.Places, p)
	}
	slices.SortFunc(out.Places, func(a, b results.Place) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func referenceSoft(overlap [][]int, least int) []int {
	var leaders []int
	for i := range overlap {
		if !slices.ContainsFunc(leaders, func(l int) bool { return overlap[i][l] >= least }) {
			leaders = append(leaders, i)
		}
	}
	leader := make([]int, len(overlap))
	for i := range overlap {
		if leader[i] = i; slices.Contains(leaders, i) {
			continue
		}
		most := 0
		for _, l := range leaders {
			if overlap[i][l] > most {
				leader[i], most = l, overlap[i][l]
			}
		}
	}
	return leader
}

func referenceHard(overlap [][]int, least int) []int {
	type pair struct{ a, b int }
	var pairs []pair
	leader := make([]int, len(overlap))
	for a := range overlap {
		leader[a] = a
		for b := a + 1; b < len(overlap); b++ {
			if overlap[a][b] >= least {
				pairs = append(pairs, pair{a, b})
			}
		}
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(-cmp.Compare(overlap[x.a][x.b], overlap[y.a][y.b]), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	for _, p := range pairs {
		one, other := leader[p.a], leader[p.b]
		fits := one != other
		for x := range overlap {
			for y := range overlap {
				if leader[x] == one && leader[y] == other && overlap[x][y] < least {
					fits = false
				}
			}
		}
		for x := range overlap {
			if fits && (leader[x] == one || leader[x] == other) {
				leader[x] = min(one, other)
			}
		}
	}
	return leader
}
