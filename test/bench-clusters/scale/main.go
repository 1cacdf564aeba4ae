// Command scale times the engine of clusters by itself, in one process on keywords in memory:
//
//	scale IN.csv [-exact] [-times N] [-profile FILE] [-out OUT.csv]
//
// prints as JSON how long the vectors take, from vectors to labels (the best of N), and a
// second cut of the same tree at another strictness.
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
}

func main() {
	exact := flag.Bool("exact", false, "compare all pairs")
	count := flag.Int("times", 1, "take the best of so many")
	prof := flag.String("profile", "", "write a profile of the processor's time")
	out := flag.String("out", "", "write keyword,cluster")
	flag.Parse()
	if err := run(flag.Arg(0), *out, *prof, *exact, *count); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in, out, prof string, exact bool, count int) error {
	words, err := read(in)
	if err != nil {
		return err
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
	best, result := measure(words, exact, count)
	if out != "" {
		if err := write(out, words, result); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(best)
}

// measure takes the best of some runs: what others do on the machine only ever adds.
func measure(words []engine.Keyword, exact bool, count int) (times, engine.Result) {
	set := engine.Settings{Meaning: vectors.Load(), Exact: exact}
	best := times{Keywords: len(words)}
	var result engine.Result
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
		result = tree.Cut(engine.Normal)
		t.Cut = lap()
		t.Labels, t.CPU = t.Grow+t.Cut, cpu()-worked
		worked = cpu()
		for _, how := range []engine.Strictness{engine.Tight, engine.Broad} { // the dearer of the two
			lap()
			tree.Cut(how)
			t.Recut = max(t.Recut, lap())
		}
		t.RecutCPU = (cpu() - worked) / 2
		if n == 0 {
			best = t
		}
		best.Vectors, best.Recut, best.RecutCPU = min(best.Vectors, t.Vectors), min(best.Recut, t.Recut), min(best.RecutCPU, t.RecutCPU)
		if t.Labels < best.Labels {
			best.Labels, best.Grow, best.Cut, best.CPU = t.Labels, t.Grow, t.Cut, t.CPU
		}
	}
	return best, result
}

// cpu is the seconds that the processors worked for this process.
func cpu() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func read(path string) ([]engine.Keyword, error) {
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
		words = append(words, engine.Keyword{ID: int64(i), Text: r[0]})
	}
	return words, nil
}

func write(path string, words []engine.Keyword, r engine.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	rows := [][]string{{"keyword", "cluster"}}
	for g, group := range r.Groups {
		for _, m := range group.Members {
			rows = append(rows, []string{words[m.ID].Text, "c" + strconv.Itoa(g)})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}
