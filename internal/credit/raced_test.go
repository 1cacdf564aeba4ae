//go:build race

package credit_test

// usualLedgers is small here: the race detector makes each eight times as slow, and make
// ledger runs them all without it.
const usualLedgers = 2_000
