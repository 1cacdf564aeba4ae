package credit

import (
	"cmp"
	"math/bits"
	"slices"
)

// Divide shares a total among weights by largest remainder: each part is its exact share,
// rounded down, and what is left over goes one by one to those that were rounded down the
// most, the earlier ones first. The parts add up to the total to the last unit. Weights
// below 0 count as 0; when all are 0 the parts are equal. No weights give no parts. total is
// not negative.
func Divide[N ~int64](total N, weights []int64) []N {
	var sum uint64
	for _, w := range weights {
		sum += uint64(max(w, 0))
	}
	if sum == 0 {
		weights = slices.Repeat([]int64{1}, len(weights))
		sum = uint64(len(weights))
	}
	parts, order, rest := make([]N, len(weights)), make([]int, len(weights)), make([]uint64, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(max(total, 0)), uint64(max(w, 0)))
		part, r := bits.Div64(hi, lo, sum) // hi < sum, since no weight is more than the sum
		parts[i], order[i], rest[i] = N(part), i, r
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:min(int(left), len(order))] {
		parts[i]++
	}
	return parts
}
