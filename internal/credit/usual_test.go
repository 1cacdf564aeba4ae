//go:build !race

package credit_test

// usualLedgers is how many interleavings a test run has.
const usualLedgers = 100_000
