package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/results"
)

// ranked is a page among a keyword's results.
type ranked struct {
	rank int
	page string
}

// pagesOf are the results of keywords, by folded keyword.
type pagesOf map[string][]ranked

// readResults reads a file of search results: a row for each keyword, rank and URL, in any
// order. No path, no results. A row that can't be used is an error that names its line.
func readResults(path string) (pagesOf, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return nil, usage("%s can't be read: %v", path, err)
	}
	defer f.Close()
	in, err := resultsReader(f)
	if err != nil {
		return nil, usage("%s can't be read: %v", path, err)
	}
	head, err := in.Read()
	if err != nil {
		return nil, usage("%s is empty: give a file with the columns keyword, rank and url", path)
	}
	columns := []int{headed(head, "keyword"), headed(head, "rank", "position"), headed(head, "url", "page")}
	for i, name := range []string{"keyword", "rank", "url"} {
		if columns[i] < 0 {
			return nil, usage("%s: it has no column named %s: a row of it is a keyword, a rank and a url", path, name)
		}
	}
	of := pagesOf{}
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := in.FieldPos(0)
		if err != nil {
			return nil, usage("%s: %v", path, err)
		}
		key, r, wrong := resultOf(rec, columns)
		if wrong != "" {
			return nil, usage("%s: line %d: %s", path, line, wrong)
		}
		of[key] = append(of[key], r)
	}
	if len(of) == 0 {
		return nil, usage("%s: there is no result below the header: put a keyword, a rank and a url into each row", path)
	}
	for _, pages := range of {
		slices.SortFunc(pages, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.page, b.page)) })
	}
	return of, nil
}

// resultsReader reads what is separated by the sign that the header has most of.
func resultsReader(r io.Reader) (*csv.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(len(mark))
	}
	start, err := b.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head, _, _ := bytes.Cut(start, []byte("\n"))
	in := csv.NewReader(b)
	in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = -1, true, true
	for _, sign := range ";\t" {
		if bytes.Count(head, []byte(string(sign))) > bytes.Count(head, []byte(string(in.Comma))) {
			in.Comma = sign
		}
	}
	return in, nil
}

func headed(head []string, names ...string) int {
	return slices.IndexFunc(head, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
}

// resultOf reads a row, or says what is wrong with it.
func resultOf(rec []string, columns []int) (key string, r ranked, wrong string) {
	var cells [3]string
	for i, at := range columns {
		if at < len(rec) {
			cells[i] = strings.TrimSpace(rec[at])
		}
	}
	rank, err := strconv.Atoi(cells[1])
	switch {
	case cells[0] == "":
		return "", r, "the keyword is empty: fill it, or delete the line"
	case err != nil || rank < 1:
		return "", r, fmt.Sprintf("the rank is %q: write a whole number from 1 on", cells[1])
	case results.Normal(cells[2]) == "":
		return "", r, fmt.Sprintf("the url is %q: write the page's address", cells[2])
	}
	return engine.Fold(cells[0]), ranked{rank, strings.Clone(cells[2])}, ""
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
		in[i] = results.Keyword{ID: w.ID, Text: w.Text, Volume: w.Volume}
		for _, r := range p[engine.Fold(w.Text)] {
			in[i].Pages = append(in[i].Pages, r.page)
		}
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
