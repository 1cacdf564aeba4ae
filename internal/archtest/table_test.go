package archtest

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/table"
)

var (
	keyHead  = regexp.MustCompile(`^([A-Z][A-Z-]*)#`)
	partName = regexp.MustCompile(`^[A-Z][A-Z-]*$`)
)

// keysOf are the literals that spell keys in the non-test files of a folder: heads of sort
// keys, and the parts of partitions beside account and site.
func keysOf(all []*source, folder string) (sorts map[string]string, parts map[string]string, texts []string) {
	sorts, parts = map[string]string{}, map[string]string{}
	for _, s := range all {
		if s.dir() != "internal/"+folder || s.test() || s.name("internal/table") == "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Of", "OfSite", "OfSystem"}, sel.Sel.Name) {
					for _, a := range n.Args {
						if p := literal(a); partName.MatchString(p) {
							parts[p] = at(s, s.line(n), "partition part %s", p)
						}
					}
				}
			case *ast.BasicLit:
				v := literal(n)
				texts = append(texts, v)
				if m := keyHead.FindStringSubmatch(v); m != nil {
					sorts[m[1]] = at(s, s.line(n), "key %s#…", m[1])
				}
			}
			return true
		})
	}
	return sorts, parts, texts
}

func literal(e ast.Expr) string {
	b, ok := e.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return ""
	}
	v, _ := strconv.Unquote(b.Value)
	return v
}

func checkPatterns(all []*source, patterns []table.Pattern) (faults []string) {
	folders := map[string]bool{}
	for _, s := range all {
		if l := layerOf(s.dir()); l != nil && slices.Contains([]string{"base", "feature", "automation", "stages", "app"}, l.name) {
			folders[strings.TrimPrefix(s.dir(), "internal/")] = true
		}
	}
	for folder := range folders {
		sorts, parts, _ := keysOf(all, folder)
		for head, where := range sorts {
			if !slices.ContainsFunc(patterns, func(p table.Pattern) bool { return p.Writer == folder && strings.HasPrefix(p.Sort, head+"#") }) {
				faults = append(faults, where+" is not in table.Patterns")
			}
		}
		for part, where := range parts {
			if !slices.ContainsFunc(patterns, func(p table.Pattern) bool {
				return p.Writer == folder && slices.Contains(strings.Split(p.Partition, "#"), part)
			}) {
				faults = append(faults, where+" is not in table.Patterns")
			}
		}
	}
	for _, p := range patterns {
		_, parts, texts := keysOf(all, p.Writer)
		head, _, _ := strings.Cut(p.Sort, "<")
		if head != "" && !slices.ContainsFunc(texts, func(s string) bool { return strings.HasPrefix(s, strings.TrimSuffix(head, "#")) }) {
			faults = append(faults, "internal/"+p.Writer+" writes no key "+p.Sort)
		}
		tail := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(p.Partition, "A#<account>"), "#S#<site>"), "X#")
		for _, name := range strings.Split(tail, "#") {
			if partName.MatchString(name) && parts[name] == "" {
				faults = append(faults, "internal/"+p.Writer+" writes no partition "+p.Partition)
			}
		}
	}
	return faults
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	report(t, checkPatterns(tree(t), table.Patterns()))

	code := example(t, "internal/site/items.go", `package site
import "`+module+`/internal/table"
var key = table.Key{Partition: table.Of(s, "SHELF"), Sort: "BOOK#" + id}`)
	faults := checkPatterns([]*source{code}, nil)
	refuses(t, faults, "key BOOK#… is not in table.Patterns")
	refuses(t, faults, "partition part SHELF is not in table.Patterns")
	refuses(t, checkPatterns([]*source{code}, []table.Pattern{{Partition: "A#<account>", Sort: "PAGE#<n>", Writer: "site"}}), "writes no key PAGE#<n>")
	refuses(t, checkPatterns([]*source{code}, []table.Pattern{{Partition: "A#<account>#LEDGER", Sort: "BOOK#<n>", Writer: "site"}}), "writes no partition")
	accepts(t, checkPatterns([]*source{code}, []table.Pattern{{Partition: "A#<account>#SHELF", Sort: "BOOK#<book>", Writer: "site"}}))
}
