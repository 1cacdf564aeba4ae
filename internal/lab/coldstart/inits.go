package coldstart

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// PackageInit is what one package does before main, over several starts of the functions that
// link it.
type PackageInit struct {
	Package   string
	MS        float64 // median
	Bytes     int64   // that it allocates
	Functions []string
}

// Inits starts every target a few times and asks Go's runtime what each package's
// initialization costs. It gives the packages that cost as much as least milliseconds on the
// median of some function, the dearest first. The first start that fails ends it all.
func Inits(ctx context.Context, targets []Target, times int, least float64) ([]PackageInit, error) {
	type cost struct {
		ms    []float64
		bytes int64
		by    map[string]bool
	}
	all := map[string]*cost{}
	for _, t := range targets {
		t.Env = append(slices.Clone(t.Env), "GODEBUG=inittrace=1")
		for range times {
			lines, err := traced(ctx, t)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				c := all[l.Package]
				if c == nil {
					c = &cost{by: map[string]bool{}}
					all[l.Package] = c
				}
				c.ms, c.bytes, c.by[t.Name] = append(c.ms, l.MS), l.Bytes, true
			}
		}
	}
	var out []PackageInit
	for name, c := range all {
		if m := Median(c.ms); m >= least {
			out = append(out, PackageInit{name, m, c.bytes, slices.Sorted(maps.Keys(c.by))})
		}
	}
	slices.SortFunc(out, func(a, b PackageInit) int { return cmp.Or(cmp.Compare(b.MS, a.MS), cmp.Compare(a.Package, b.Package)) })
	return out, nil
}

// traced starts a target once, until it asks for an event, and reads what the runtime told.
func traced(ctx context.Context, t Target) ([]PackageInit, error) {
	s, err := Begin(ctx, t)
	if err != nil {
		return nil, err
	}
	s.Close()
	return parseInits(s.p.output.String())
}

// parseInits reads lines like "init net/http @1.2 ms, 0.12 ms clock, 23144 bytes, 79 allocs";
// all others are the function's own.
func parseInits(output string) ([]PackageInit, error) {
	var out []PackageInit
	for line := range strings.Lines(output) {
		f := strings.Fields(line)
		if len(f) != 11 || f[0] != "init" || f[6] != "clock," {
			continue
		}
		took, err := strconv.ParseFloat(f[4], 64)
		if err != nil {
			return nil, fmt.Errorf("a line of the runtime's: %q: %w", line, err)
		}
		bytes, err := strconv.ParseInt(f[7], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a line of the runtime's: %q: %w", line, err)
		}
		out = append(out, PackageInit{Package: f[1], MS: took, Bytes: bytes})
	}
	return out, nil
}

// InitTable is the packages in Markdown. A package that every function links says "all".
func InitTable(list []PackageInit, functions int) string {
	rows := [][]string{{"package", "ms", "KB", "functions"}}
	for _, p := range list {
		who := strings.Join(p.Functions, ", ")
		if len(p.Functions) == functions {
			who = "all"
		}
		rows = append(rows, []string{p.Package, fmt.Sprintf("%.2f", p.MS), strconv.FormatInt(p.Bytes>>10, 10), who})
	}
	var b strings.Builder
	write(&b, rows)
	return b.String()
}
