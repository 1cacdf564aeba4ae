//go:build !race

package rowset_test

// How many histories, and sets to be asked, a test run has.
const (
	usualHistories = 50_000
	usualSets      = 60
)
