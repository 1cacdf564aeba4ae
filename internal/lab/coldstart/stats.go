package coldstart

import (
	"math/rand/v2"
	"slices"
)

// Interval is a median and where it lies in 95 of 100 repetitions.
type Interval struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Median is the middle of the values, 0 without any.
func Median(values []float64) float64 {
	return quantile(slices.Sorted(slices.Values(values)), 0.5)
}

// quantile interpolates between neighbours of a sorted list.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

const resamples = 2000

// Paired compares two lists that were measured side by side, a[i] beside b[i]: the median of
// a[i]-b[i] and its bootstrap interval (percentiles 2.5 and 97.5 of the medians of resampled
// differences). The same seed gives the same interval. The lists have the same length.
func Paired(a, b []float64, seed uint64) Interval {
	differences := make([]float64, len(a))
	for i := range a {
		differences[i] = a[i] - b[i]
	}
	if len(differences) == 0 {
		return Interval{}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	medians, drawn := make([]float64, resamples), make([]float64, len(differences))
	for k := range medians {
		for i := range drawn {
			drawn[i] = differences[random.IntN(len(differences))]
		}
		medians[k] = Median(drawn)
	}
	slices.Sort(medians)
	return Interval{Median: Median(differences), Low: quantile(medians, 0.025), High: quantile(medians, 0.975)}
}
