package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/results"
	"github.com/igny8/igny8/internal/keyword"
)

// resultTimes are seconds, each the best of some runs.
type resultTimes struct {
	Keywords int     `json:"keywords"` // that have results
	Rows     int     `json:"rows"`
	Clusters int     `json:"clusters"` // soft ones
	Read     float64 `json:"read"`
	Soft     float64 `json:"soft"`
	Hard     float64 `json:"hard"`
}

func byResults(in, pages string, count int) error {
	words, err := read(in, 0)
	if err != nil {
		return err
	}
	var best resultTimes
	for n := range count {
		t, err := once(words, pages)
		if err != nil {
			return err
		}
		if n > 0 {
			t.Read, t.Soft, t.Hard = min(t.Read, best.Read), min(t.Soft, best.Soft), min(t.Hard, best.Hard)
		}
		best = t
	}
	return json.NewEncoder(os.Stdout).Encode(best)
}

func once(words []engine.Keyword, pages string) (resultTimes, error) {
	f, err := os.Open(pages)
	if err != nil {
		return resultTimes{}, err
	}
	defer f.Close()
	began := time.Now()
	found, err := keyword.ReadResults(context.Background(), keyword.Source{Name: pages, Reader: f}, results.Top)
	if err != nil {
		return resultTimes{}, err
	}
	t := resultTimes{Keywords: found.Report.Keywords, Rows: found.Report.Taken, Read: time.Since(began).Seconds()}
	all := make([]results.Keyword, len(words))
	for i, w := range words {
		all[i] = results.Keyword{ID: w.ID, Text: w.Text, Volume: w.Volume, Pages: found.Pages[engine.Fold(w.Text)]}
	}
	for kind, took := range map[results.Kind]*float64{results.Soft: &t.Soft, results.Hard: &t.Hard} {
		began := time.Now()
		out, err := results.Make(all, results.Settings{Kind: kind})
		if err != nil {
			return t, err
		}
		*took = time.Since(began).Seconds()
		if kind == results.Soft {
			t.Clusters = len(out.Clusters)
		}
	}
	return t, nil
}
