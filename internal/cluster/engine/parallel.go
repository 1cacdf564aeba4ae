package engine

import (
	"runtime"
	"sync"
)

// parallel does work on parts of 0..n, one a core. What a part writes is its own alone, so
// the number of cores changes nothing.
func parallel(n int, work func(from, to int)) { inParts(n, 256, work) }

// inParts is parallel by parts of a size: small ones for work that is long and uneven.
func inParts(n, part int, work func(from, to int)) {
	parts := (n + part - 1) / part
	workers := min(runtime.GOMAXPROCS(0), parts)
	var next sync.Mutex
	at := 0
	take := func() int {
		next.Lock()
		defer next.Unlock()
		at++
		return at - 1
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for p := take(); p < parts; p = take() {
				work(p*part, min((p+1)*part, n))
			}
		})
	}
	wg.Wait()
}
