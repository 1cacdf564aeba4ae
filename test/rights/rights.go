// Package rights tells which rights the functions use: from the calls that they were seen to
// make on a deployed stack, by the table operations.tsv. testdata/used.txt holds what the
// end-to-end tests saw; test/infra holds the policies of template.yaml to it.
package rights

import (
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Grant is a right: who may do what, and on what. Things have the names that Named gives them.
type Grant struct {
	Who    string // the function's name in template.yaml
	Action string // as IAM calls it
	On     string
}

func (g Grant) String() string { return g.Who + " " + g.Action + " " + g.On }

// Set is a set of grants.
type Set map[Grant]bool

// Sorted are the grants in order.
func (s Set) Sorted() (out []Grant) {
	for g := range s {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Grant) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// Compare tells what one set has and the other has not.
func Compare(used, allowed Set) (faults []string) {
	for _, g := range used.Sorted() {
		if !allowed[g] {
			faults = append(faults, g.Who+" uses "+g.Action+" on "+g.On+" and may not")
		}
	}
	for _, g := range allowed.Sorted() {
		if !used[g] {
			faults = append(faults, g.Who+" may "+g.Action+" on "+g.On+" and was not seen to use it")
		}
	}
	return faults
}

// The file of what was seen, as a test in a neighbouring folder finds it.
var file = filepath.Join("..", "rights", "testdata", "used.txt")

const head = "# What each function was seen to do by test/e2e, which writes this file with -update: action, and on what.\n"

// Used are the grants of testdata/used.txt.
func Used(t *testing.T) Set {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := Set{}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] != "#" {
			out[Grant{f[0], f[1], f[2]}] = true
		} else if f[0] != "#" {
			t.Fatalf("%s: what is %q?", file, line)
		}
	}
	return out
}

// Keep writes testdata/used.txt.
func Keep(t *testing.T, s Set) {
	t.Helper()
	var b strings.Builder
	b.WriteString(head)
	for _, g := range s.Sorted() {
		fmt.Fprintln(&b, g)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
