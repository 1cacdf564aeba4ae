package results

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const part = 512 // keywords that are worked on in one go

// parts does work for the parts of 0..n on all cores; begin makes what a core needs for its
// own. What a part writes is its own alone, so that the number of cores changes nothing.
func parts[T any](n int, begin func() T, work func(own T, from, to int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+part-1)/part) {
		wg.Go(func() {
			own := begin()
			for {
				from := int(next.Add(part)) - part
				if from >= n {
					return
				}
				work(own, from, min(from+part, n))
			}
		})
	}
	wg.Wait()
}

// parallel does work for each of 0..n.
func parallel(n int, work func(i int)) {
	parts(n, func() struct{} { return struct{}{} }, func(_ struct{}, from, to int) {
		for i := from; i < to; i++ {
			work(i)
		}
	})
}

// inParts does work for each keyword, with a search for each core.
func (in *input) inParts(l *leaders, work func(s *search, i int32)) {
	parts(len(in.ids), l.search, func(s *search, from, to int) {
		for i := from; i < to; i++ {
			work(s, int32(i)) //nolint:gosec // places of keywords
		}
	})
}
