package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/results"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
)

// pagesOf are the pages of keywords, the best rank first, by folded keyword; nil: no results
// were given.
type pagesOf map[string][]string

// readResults reads a file of search results, and tells on standard error which rows of it
// can't be used. No path, no results.
func readResults(a *app, path string) (pagesOf, *keyword.ResultsReport, error) {
	if path == "" {
		return nil, nil, nil
	}
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return nil, nil, usage("%s can't be read: %v", path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, nil, usage("%s is a folder: name a file of search results", path)
	}
	read, err := keyword.ReadResults(a.ctx, keyword.Source{Name: filepath.Base(path), Reader: f}, results.Top)
	if err != nil && errs.Of(err).Kind == errs.Invalid {
		return nil, nil, usage("%s: %s", path, told(err))
	}
	if err != nil {
		return nil, nil, err
	}
	for i, fault := range read.Report.Faults {
		if i == shownFaults {
			break
		}
		fmt.Fprintf(a.err, "  %s: line %d, column %d: %s; %s\n", path, fault.Line, fault.Column, fault.Reason, fault.Mend)
	}
	if left := len(read.Report.Faults) + read.Report.More - shownFaults; left > 0 {
		fmt.Fprintf(a.err, "  %s: %d more rows can't be used\n", path, left)
	}
	return read.Pages, &read.Report, nil
}

// byResults is what the results say of the keywords.
type byResults struct {
	words []engine.Keyword
	found results.Result
	place map[int64]results.Place
	by    []engine.Keyword // those without results
	used  int              // keywords with results
}

// cluster groups the keywords that have results by them, and the others by meaning.
func (p pagesOf) cluster(words []engine.Keyword, set results.Settings) (*byResults, error) {
	in := make([]results.Keyword, len(words))
	for i, w := range words {
		in[i] = results.Keyword{ID: w.ID, Text: w.Text, Volume: w.Volume, Pages: p[engine.Fold(w.Text)]}
	}
	found, err := results.Make(in, set)
	if err != nil {
		return nil, usage("%s", told(err))
	}
	b := &byResults{words: words, found: found, place: map[int64]results.Place{}, used: len(found.Places)}
	for _, pl := range found.Places {
		b.place[pl.ID] = pl
	}
	for _, id := range found.Without {
		b.by = append(b.by, words[id])
	}
	if b.used == 0 {
		return nil, usage("--results: no keyword of the list is among them: give the results of these keywords")
	}
	return b, nil
}

// existing makes the clusters by results ones that others may join by meaning: the topic of
// each is the one that most of its keywords are in.
func (b *byResults) existing(topicOf []string) []engine.Existing {
	out := make([]engine.Existing, len(b.found.Clusters))
	for i, c := range b.found.Clusters {
		count, best := map[string]int{}, ""
		out[i].ID = "r" + strconv.Itoa(i)
		for _, id := range c.Members {
			out[i].Texts = append(out[i].Texts, b.words[id].Text)
			t := topicOf[id]
			if count[t]++; best == "" || count[t] > count[best] || count[t] == count[best] && t < best {
				best = t
			}
		}
		out[i].Topic = best
	}
	return out
}

// byPages clusters by results what has some; the rest joins these clusters by meaning, or
// forms others.
func (j *clustering) byPages(words []engine.Keyword) error {
	b, err := j.pages.cluster(words, j.linking)
	if err != nil {
		return err
	}
	topicOf := make([]string, len(words))
	for _, g := range j.result.Groups {
		for _, m := range g.Members {
			topicOf[m.ID] = j.result.Topics[g.Topic].Name
		}
	}
	old := b.existing(topicOf)
	place := map[string]int{}
	for i, o := range old {
		place[o.ID] = i
	}
	leaders := make([]string, len(old))
	for i, c := range b.found.Clusters {
		leaders[i] = words[c.Leader].Text
	}
	for id, p := range b.place {
		runner := ""
		if p.RunnerUp >= 0 {
			runner = leaders[p.RunnerUp]
		}
		j.rows[id] = []string{"", leaders[p.Cluster], likePages(p), runner, old[p.Cluster].Topic}
	}
	joined := map[int64]int{} // keyword without results: cluster by results
	rest := engine.Run(b.by, old, j.set)
	j.result = engine.Result{Basis: rest.Basis}
	for _, g := range rest.Groups {
		at, joins := place[g.Into]
		for _, m := range g.Members {
			j.rows[m.ID] = []string{"", g.Name, strconv.FormatFloat(m.Similarity, 'f', 3, 64), m.RunnerUp, topicOf[m.ID]}
			if joins {
				joined[m.ID] = at
				j.rows[m.ID][1], j.rows[m.ID][4] = leaders[at], old[at].Topic
			}
		}
	}
	j.byResults = b.used
	j.number(b, rest, joined)
	return nil
}

// likePages is how alike a keyword is to its leader: the share of the first results that
// they have in common.
func likePages(p results.Place) string {
	return strconv.FormatFloat(float64(len(p.Shared))/results.Top, 'f', 3, 64)
}

// number names the clusters in the order of their leaders and counts them.
func (j *clustering) number(b *byResults, rest engine.Result, joined map[int64]int) {
	members := make([][]int64, len(b.found.Clusters))
	for i, c := range b.found.Clusters {
		members[i] = c.Members
	}
	for id, at := range joined {
		members[at] = append(slices.Clip(members[at]), id)
	}
	for _, g := range rest.Groups {
		if g.Into == "" {
			members = append(members, g.IDs())
		}
	}
	slices.SortFunc(members, func(x, y []int64) int {
		return cmp.Or(strings.Compare(j.rows[x[0]][1], j.rows[y[0]][1]), cmp.Compare(slices.Min(x), slices.Min(y)))
	})
	topics := map[string]bool{}
	for n, ids := range members {
		for _, id := range ids {
			j.rows[id][0] = "c" + strconv.Itoa(j.old.next+n)
			topics[j.rows[id][4]] = true
		}
		if len(ids) == 1 {
			j.result.Alone++
		}
	}
	j.clusters, j.topics = len(members)-j.result.Alone, len(topics)
}
