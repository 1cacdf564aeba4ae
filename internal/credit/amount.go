// Package credit holds an account's credits: pools, an append-only ledger, and the two
// movements of a wave, hold and settle (protocols 4).
package credit

import (
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
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

// String writes dollars with six decimals: "0.031250".
func (u USD) String() string {
	sign := ""
	if u < 0 {
		sign, u = "-", -u
	}
	return sign + strconv.FormatInt(int64(u/1_000_000), 10) + "." + strconv.FormatInt(int64(1_000_000+u%1_000_000), 10)[1:]
}

// ParseAmount reads credits as String writes them. Invalid for anything else, more than
// three decimals, or more than 1,000,000,000,000 credits.
func ParseAmount(s string) (Amount, error) {
	whole, rest, point := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole, 10, 40)
	bad := err != nil || n > 1_000_000_000_000 || point && (rest == "" || len(rest) > 3)
	thousandths, err := strconv.ParseUint((rest + "000")[:3], 10, 16)
	if bad || err != nil {
		return 0, errs.New(errs.Invalid, "amount", strconv.Quote(s)+" is no amount of credits: write it as 500 or 12.5")
	}
	return Whole(int64(n)) + Amount(thousandths), nil
}
