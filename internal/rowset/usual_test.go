//go:build !race

package rowset_test

// How many histories, and sets to be asked, a test run has; make rowsets has 50,000.
const (
	usualHistories = 2_000
	usualSets      = 60
)
