// Package results groups keywords by what a search engine answers them with: keywords whose
// first ten results share enough pages can be served by one page. It is plain computation:
// no I/O, no clock, no chance. The same input gives the same clusters, in whatever order it
// comes and on however many cores.
//
// Both kinds begin with one order of the keywords: volume descending, then folded text, then
// id. "Before" means before in that order. Two keywords share a page when both have it among
// their first Top results, as Normal spells it.
//
// Soft: a keyword leads a cluster when it shares Threshold pages with no leader before it.
// Every other keyword joins the leader that it shares most pages with, of several the one
// that is before the others. So each keyword sits where it shares most, members need not
// match each other, and a member may have more searches than the leader that it fits best.
//
// Hard: within a cluster every keyword shares at least Threshold pages with every other. At
// first each keyword is a cluster. All pairs that share Threshold pages or more are gone
// through: those that share most first, of these by the keyword that is before, then by the
// other one. A pair joins the clusters of its two keywords when every keyword of the one
// shares Threshold pages with every keyword of the other. The first in order leads.
//
// The runner-up of a keyword is, of the other clusters whose leader shares at least Threshold
// pages with it, the one that shares most; of several the one whose leader is before.
package results

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/errs"
)

// Top is how many results of a keyword count.
const Top = 10

// DefaultThreshold is how many shared pages make two keywords belong together when nothing
// else is said.
const DefaultThreshold = 3

// Keyword is one keyword to group.
type Keyword struct {
	ID     int64
	Text   string
	Volume int64    // searches a month, 0 when unknown
	Pages  []string // addresses of its results, the best rank first; those behind Top do not count
}

// Kind says how strict a cluster is.
type Kind string

// The kinds of clusters.
const (
	Soft Kind = "soft" // all match the leader
	Hard Kind = "hard" // all match each other
)

// Kinds are the kinds of clusters that Make knows.
func Kinds() []string { return []string{string(Soft), string(Hard)} }

// Settings say what belongs together; the zero value is soft with DefaultThreshold.
type Settings struct {
	Kind      Kind
	Threshold int // shared pages, 1 to Top
}

// Result is what Make found. Every keyword with results is in exactly one cluster.
type Result struct {
	Clusters []Cluster // in the order of their leaders
	Places   []Place   // one for each keyword with results, by id
	Without  []int64   // keywords without results, by id: they are in no cluster
}

// Cluster is a group of keywords that one page can serve.
type Cluster struct {
	Leader  int64
	Members []int64 // the leader first, then in the order of the keywords
}

// Place says where a keyword is, and why.
type Place struct {
	ID             int64
	Cluster        int      // place in Result.Clusters
	Shared         []string // pages shared with the leader, in the order of the keyword's own results; the leader's are its own
	RunnerUp       int      // place in Result.Clusters; -1 when no other cluster could have it
	RunnerUpShared int      // pages shared with the runner-up's leader
}

// Make groups the keywords. Invalid for a kind or a threshold that there is not, and for an
// id that comes twice.
func Make(keywords []Keyword, set Settings) (Result, error) {
	set.Kind, set.Threshold = cmp.Or(set.Kind, Soft), cmp.Or(set.Threshold, DefaultThreshold)
	if set.Kind != Soft && set.Kind != Hard {
		return Result{}, errs.Field("kind", fmt.Sprintf("%q is no kind of clustering by results: write soft or hard", set.Kind))
	}
	if set.Threshold < 1 || set.Threshold > Top {
		return Result{}, errs.Field("threshold", fmt.Sprintf("%d shared pages can't be asked for: write 1 to %d, as the first %d results count", set.Threshold, Top, Top))
	}
	in, err := arrange(keywords)
	if err != nil {
		return Result{}, err
	}
	var leader []int32
	if set.Kind == Hard {
		leader = in.hard(set.Threshold)
	} else {
		leader = in.soft(set.Threshold)
	}
	return in.result(leader, set.Threshold), nil
}

// input is the keywords with results in their order; a keyword is its place there.
type input struct {
	ids     []int64
	pages   [][]int32 // numbers of the pages, ascending by how many keywords have them: the rarest first
	ranked  [][]int32 // the same in the order of the results
	sorted  [][]int32 // the same by number, to be compared
	names   []string  // of the pages
	without []int64
}

// arrange puts keywords into their order and numbers the pages.
func arrange(keywords []Keyword) (*input, error) {
	type one struct {
		Keyword
		fold string
	}
	all := make([]one, len(keywords))
	parallel(len(keywords), func(i int) {
		k := keywords[i]
		k.Pages = normalPages(k.Pages)
		all[i] = one{k, engine.Fold(k.Text)}
	})
	in := &input{}
	all = slices.DeleteFunc(all, func(o one) bool {
		if len(o.Pages) == 0 {
			in.without = append(in.without, o.ID)
		}
		return len(o.Pages) == 0
	})
	slices.Sort(in.without)
	slices.SortFunc(all, func(a, b one) int {
		return cmp.Or(cmp.Compare(b.Volume, a.Volume), cmp.Compare(a.fold, b.fold), cmp.Compare(a.ID, b.ID))
	})
	number := map[string]int32{}
	for _, o := range all {
		in.ids = append(in.ids, o.ID)
		ranked := make([]int32, len(o.Pages))
		for i, p := range o.Pages {
			n, ok := number[p]
			if !ok {
				n = int32(len(in.names)) //nolint:gosec // no more pages than memory holds addresses
				number[p] = n
				in.names = append(in.names, p)
			}
			ranked[i] = n
		}
		in.ranked = append(in.ranked, ranked)
	}
	in.order()
	return in, in.twice()
}

// twice tells of an id that two keywords have.
func (in *input) twice() error {
	ids := slices.Concat(in.ids, in.without)
	slices.Sort(ids)
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			return errs.Field("id", fmt.Sprintf("two keywords have the id %d: give each its own", ids[i]))
		}
	}
	return nil
}

// order sorts each keyword's pages for the search and for comparison.
func (in *input) order() {
	often := make([]int32, len(in.names))
	for _, pages := range in.ranked {
		for _, p := range pages {
			often[p]++
		}
	}
	in.pages, in.sorted = sideBySide(in.ranked), sideBySide(in.ranked)
	parallel(len(in.ranked), func(i int) {
		slices.Sort(in.sorted[i])
		slices.SortFunc(in.pages[i], func(a, b int32) int {
			return cmp.Or(cmp.Compare(often[a], often[b]), cmp.Compare(a, b))
		})
	})
}

// sideBySide copies lists into one piece of memory, where they are found faster.
func sideBySide(lists [][]int32) [][]int32 {
	all, out := slices.Concat(lists...), make([][]int32, len(lists))
	for i, l := range lists {
		out[i], all = all[:len(l):len(l)], all[len(l):]
	}
	return out
}

// rare are the pages of keyword i of which two keywords that share least pages must have one
// in common. Of n pages all but the least-1 most frequent ones: if two keywords share least
// pages, then of these the rarest has least-1 others behind it in both. So pages that very
// many keywords have are hardly ever looked at.
func (in *input) rare(i int32, least int) []int32 {
	return in.pages[i][:max(0, len(in.pages[i])-least+1)]
}

// shared counts the pages that two keywords have in common.
func (in *input) shared(a, b int32) int { return common(in.sorted[a], in.sorted[b]) }

// common counts the numbers that two ascending lists have in common.
func common(x, y []int32) (n int) {
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			n, i, j = n+1, i+1, j+1
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return n
}
