//go:build race

package rowset_test

// These are small here: the race detector makes each many times as slow, and make rowsets
// runs them all without it.
const (
	usualHistories = 300
	usualSets      = 6
)
