// bench runs `igny8 run` against a provider that answers at once, with the preview as the
// destination, and prints what a run costs the machine: time, the processor's time for an
// article outside the decoding of pictures, memory. It ends with 1 when a limit is broken.
//
//	go run ./test/bench                      100 articles, five runs: make bench-run
//	go run ./test/bench -articles 10000      one run, with memory over time
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/igny8/igny8/test/keywords"
)

// Limits of a run of 100 articles; of a long one, that its own memory is the same all along.
const (
	maxCPU  = 15 * time.Millisecond // an article, outside the decoding of pictures
	maxWall = 5 * time.Second       // of 100 articles
	maxMB   = 200
	flat    = 1.25 // what the last quarter of a long run may take of memory, in the second one's
)

func main() {
	articles := flag.Int("articles", 100, "articles to make; two for eight keywords")
	runs := flag.Int("runs", 5, "runs; the least of their times counts, since other programs only add to it")
	flag.Parse()
	if err := bench(*articles, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(articles, runs int) error {
	dir, err := os.MkdirTemp(memory(), "igny8-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l, err := newLab(dir)
	if err != nil {
		return err
	}
	defer l.end()
	file := filepath.Join(dir, "keywords.csv")
	if err := os.WriteFile(file, []byte(keywords.For(articles)), 0o600); err != nil {
		return err
	}
	if articles > 1000 {
		return long(l, file)
	}
	var all []measured
	for range runs {
		m, err := l.run(file)
		if err != nil {
			return err
		}
		fmt.Println(m)
		all = append(all, m)
	}
	return judge(all)
}

// memory is where temporary folders are in memory, if there is such a place: the disk's own
// time is not what is measured.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

func judge(all []measured) error {
	least := func(of func(measured) float64) float64 {
		return of(slices.MinFunc(all, func(a, b measured) int { return cmp.Compare(of(a), of(b)) }))
	}
	cpu := least(func(m measured) float64 { return float64(m.article()) })
	wall := least(func(m measured) float64 { return float64(m.wall) / float64(m.articles) * 100 })
	peak := least(func(m measured) float64 { return float64(m.peakMB) })
	fmt.Printf("bench: runs=%d cpu_per_article=%s (at most %s) wall_of_100=%s (at most %s) peak_mb=%.0f (at most %d)\n",
		len(all), time.Duration(cpu).Round(10*time.Microsecond), maxCPU, time.Duration(wall).Round(10*time.Millisecond), maxWall, peak, maxMB)
	if time.Duration(cpu) > maxCPU || time.Duration(wall) > maxWall || peak > maxMB {
		return fmt.Errorf("a limit is broken")
	}
	return nil
}

// long does one long run and holds that its memory is the same all along.
func long(l *lab, file string) error {
	m, err := l.run(file)
	if err != nil {
		return err
	}
	fmt.Println(m)
	for i, s := range m.series {
		if i%max(1, len(m.series)/20) == 0 {
			fmt.Printf("  after %4.0f s: %d MB\n", s.at.Seconds(), s.mb)
		}
	}
	n := len(m.series)
	second, last := most(m.series[n/4:n/2]), most(m.series[3*n/4:])
	fmt.Printf("bench: articles=%d peak_mb=%d second_quarter_mb=%d last_quarter_mb=%d ratio=%.2f (at most %.2f)\n",
		m.articles, m.peakMB, second, last, float64(last)/float64(second), flat)
	if float64(last) > flat*float64(second) { // peakMB has the pages of the data file too, which are the system's to take back
		return fmt.Errorf("a limit is broken")
	}
	return nil
}

func most(s []sample) (mb int) {
	for _, x := range s {
		mb = max(mb, x.mb)
	}
	return mb
}
