// Command scale times the engine of clusters by itself, in one process on keywords in memory:
//
//	scale [-exact] [-times N] [-profile FILE] [-out OUT.csv] [-add MORE.csv] [-vectors FILE.npy] IN.csv
//	scale -results RESULTS.csv [-times N] IN.csv
//
// prints as JSON how long the vectors take, from vectors to labels (the best of N), a second
// cut of the same tree at another strictness, and putting more keywords into the tree. With
// search results, how long it takes to read these and to cluster by them, of both kinds. With
// -vectors, keywords are compared by a row of the file each, in place of the product's own.
package main

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
)

type times struct {
	Keywords int     `json:"keywords"`
	Vectors  float64 `json:"vectors"` // seconds, as are all below
	Labels   float64 `json:"labels"`  // from vectors to labels
	Grow     float64 `json:"grow"`    // of that: neighbours and the tree
	Cut      float64 `json:"cut"`     // of that: the groups with their reasons
	Recut    float64 `json:"recut"`   // another strictness
	CPU      float64 `json:"cpu"`     // of the processor, from vectors to labels
	RecutCPU float64 `json:"recut_cpu"`
	Add      float64 `json:"add"` // more keywords into the tree that is kept
}

func main() {
	exact := flag.Bool("exact", false, "compare all pairs")
	count := flag.Int("times", 1, "take the best of so many")
	prof := flag.String("profile", "", "write a profile of the processor's time")
	out := flag.String("out", "", "write keyword,cluster,topic")
	more := flag.String("add", "", "keywords to add")
	theirs := flag.String("vectors", "", "compare by these vectors, a row for each keyword")
	pages := flag.String("results", "", "cluster by these search results")
	flag.Parse()
	if *pages != "" {
		if err := byResults(flag.Arg(0), *pages, *count); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(flag.Arg(0), *more, *out, *prof, *theirs, *exact, *count); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in, add, out, prof, theirs string, exact bool, count int) error {
	words, err := read(in, 0)
	if err != nil {
		return err
	}
	var more []engine.Keyword
	if add != "" {
		if more, err = read(add, len(words)); err != nil {
			return err
		}
	}
	if prof != "" {
		f, err := os.Create(prof)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	set := engine.Settings{Meaning: vectors.Load(), Exact: exact}
	if theirs != "" {
		if set.Meaning, err = readGiven(theirs, words); err != nil {
			return err
		}
	}
	best, rows := measure(words, more, set, count)
	if out != "" {
		if err := write(out, rows); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(best)
}

// measure takes the best of some runs: what others do on the machine only ever adds.
func measure(words, more []engine.Keyword, set engine.Settings, count int) (times, [][]string) {
	best := times{Keywords: len(words)}
	rows := [][]string{{"keyword", "cluster", "topic"}}
	for n := range count {
		runtime.GC()
		t := times{Keywords: len(words)}
		began := time.Now()
		lap := func() float64 {
			s := time.Since(began).Seconds()
			began = time.Now()
			return s
		}
		seen := engine.See(words, nil, set)
		t.Vectors = lap()
		worked := cpu()
		tree := seen.Grow()
		t.Grow = lap()
		kept, result := tree.Keep(engine.Normal, name)
		t.Cut = lap()
		t.Labels, t.CPU = t.Grow+t.Cut, cpu()-worked
		worked = cpu()
		for _, how := range []engine.Strictness{engine.Tight, engine.Broad} { // the dearer of the two
			lap()
			tree.Cut(how)
			t.Recut = max(t.Recut, lap())
		}
		t.RecutCPU = (cpu() - worked) / 2
		var added engine.Result
		if len(more) > 0 {
			lap()
			added = kept.Add(more)
			t.Add = lap()
		}
		if n == 0 {
			best = t
			rows = append(append(rows, labels(words, result)...), labels(more, added)...)
		}
		best.Add = min(best.Add, t.Add)
		best.Vectors, best.Recut, best.RecutCPU = min(best.Vectors, t.Vectors), min(best.Recut, t.Recut), min(best.RecutCPU, t.RecutCPU)
		if t.Labels < best.Labels {
			best.Labels, best.Grow, best.Cut, best.CPU = t.Labels, t.Grow, t.Cut, t.CPU
		}
	}
	return best, rows
}

// name is that of a group: its first keyword's number.
func name(g engine.Group) string { return "c" + strconv.FormatInt(g.Members[0].ID, 10) }

// labels are the keywords with the groups that they are in.
func labels(words []engine.Keyword, r engine.Result) (rows [][]string) {
	for _, g := range r.Groups {
		id := g.Into
		if id == "" {
			id = name(g)
		}
		for _, m := range g.Members {
			rows = append(rows, []string{words[m.ID-words[0].ID].Text, id, strconv.Itoa(g.Topic)})
		}
	}
	return rows
}

// cpu is the seconds that the processors worked for this process.
func cpu() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func read(path string, first int) ([]engine.Keyword, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	words := make([]engine.Keyword, 0, len(rows))
	for i, r := range rows[1:] {
		words = append(words, engine.Keyword{ID: int64(first + i), Text: r[0]})
	}
	return words, nil
}

func write(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}
