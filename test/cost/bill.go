package cost

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Line is one position of a bill.
type Line struct {
	What  string // whose: "worker-image", "ApiErrs"; may be empty
	Price string // name in prices.yaml
	Units float64
}

// Bill is what something costs.
type Bill struct {
	Prices Prices
	Lines  []Line
}

// Add puts a position on the bill.
func (b *Bill) Add(what, price string, units float64) {
	if units != 0 {
		b.Lines = append(b.Lines, Line{what, price, units})
	}
}

// Total is the sum in dollars.
func (b Bill) Total() (sum float64) {
	for _, l := range b.Lines {
		sum += b.Prices.Of(l.Price, l.Units)
	}
	return sum
}

// Group is the sum of lines that belong together.
type Group struct {
	Name    string
	Dollars float64
}

// By sums the lines by a name that key gives them, the dearest first.
func (b Bill) By(key func(Line) string) []Group {
	sums := map[string]float64{}
	for _, l := range b.Lines {
		sums[key(l)] += b.Prices.Of(l.Price, l.Units)
	}
	var out []Group
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, Group{name, sums[name]})
	}
	slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(b.Dollars, a.Dollars) })
	return out
}

// Service is the part of a price's name that names the service.
func Service(l Line) string { s, _, _ := strings.Cut(l.Price, "."); return s }

// Position names a line in full.
func Position(l Line) string { return strings.TrimSpace(l.Price + " " + l.What) }

// Print writes the lines, the dearest first, each with its units and share. divide is by how
// many things the sum is divided in the last column; 0 leaves that out.
func (b Bill) Print(w io.Writer, divide float64) {
	total := b.Total()
	lines := slices.Clone(b.Lines)
	slices.SortStableFunc(lines, func(x, y Line) int {
		return cmp.Compare(b.Prices.Of(y.Price, y.Units), b.Prices.Of(x.Price, x.Units))
	})
	for _, l := range lines {
		d := b.Prices.Of(l.Price, l.Units)
		_, _ = fmt.Fprintf(w, "  %-24s %-20s %14.4g %11.6f %5.1f%%", l.Price, l.What, l.Units, d, 100*d/total)
		if divide > 0 {
			_, _ = fmt.Fprintf(w, " %11.8f", d/divide)
		}
		_, _ = fmt.Fprintln(w)
	}
	_, _ = fmt.Fprintf(w, "  %-24s %-20s %14s %11.6f", "total", "", "", total)
	if divide > 0 {
		_, _ = fmt.Fprintf(w, " %6s %11.8f", "", total/divide)
	}
	_, _ = fmt.Fprintln(w)
}
