// Package archtest holds the design to itself: who may import whom, who may mint a Scope,
// which modules each program links, how large files and functions grow, and that docs/
// names only what exists. It has tests only. Every rule is a function over parsed sources
// and data tables, and each has an example that it refuses.
package archtest
