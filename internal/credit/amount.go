// Package credit holds an account's credits: pools, an append-only ledger, and the two
// movements of a wave, hold and settle (protocols 4).
package credit

import (
	"strconv"
	"strings"
)

// Amount is credits in thousandths. Sums are exact.
type Amount int64

// Whole is n credits.
func Whole(n int64) Amount { return Amount(n * 1000) }

// String writes credits without needless zeros: "12.5".
func (a Amount) String() string {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	s := sign + strconv.FormatInt(int64(a/1000), 10)
	if rest := int64(a % 1000); rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return s
}

// USD is money in micro-dollars (millionths). Sums are exact.
type USD int64
