//go:build !race

package rowset_test

// usualHistories is how many a test run has.
const usualHistories = 50_000
