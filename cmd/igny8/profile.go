package main

import (
	"errors"
	"os"
	"runtime/pprof"
)

// profile writes a profile of the processor's time to a file until stop; no file, no profile.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file) //nolint:gosec // the person's own file
	if err != nil {
		return nil, usage("%s can't be written: %v", file, err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}
