package engine

import (
	"errors"
	"strconv"
	"strings"
)

// Strictness is how alike the keywords of a cluster must be, from 0 (broad) to 1 (nothing but
// what says the same). Topics follow it. The zero value is Normal; the least is Broadest.
type Strictness float64

// Strictnesses that have a name.
const (
	Broadest Strictness = 0.001
	Broad    Strictness = 0.25
	Normal   Strictness = 0.5
	Tight    Strictness = 0.75
)

// ParseStrictness reads tight, normal, broad or a number from 0 to 1. Any other text is an
// error that says so.
func ParseStrictness(text string) (Strictness, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "tight":
		return Tight, nil
	case "normal", "":
		return Normal, nil
	case "broad":
		return Broad, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(x >= 0 && x <= 1) {
		return 0, errors.New("give tight, normal, broad or a number from 0 to 1")
	}
	return max(Strictness(x), Broadest), nil
}
