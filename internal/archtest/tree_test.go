package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/igny8/igny8"
)

// source is one parsed Go file.
type source struct {
	path string // from the module's root, with slashes
	text string
	file *ast.File
	fset *token.FileSet
}

func (s *source) dir() string { return path.Dir(s.path) }
func (s *source) test() bool  { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) line(n ast.Node) int {
	return s.fset.Position(n.Pos()).Line
}

// imports are the import paths; those of this module begin at its root.
func (s *source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, strings.TrimPrefix(p, module+"/"))
	}
	return out
}

// name is the identifier by which the file calls an imported package, "" if it does not.
func (s *source) name(imported string) string {
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		if strings.TrimPrefix(p, module+"/") != imported {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return path.Base(p)
	}
	return ""
}

// uses are the lines where the file names pkg.ident.
func (s *source) uses(pkg string, idents ...string) (lines []int) {
	name := s.name(pkg)
	if name == "" {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if ok && x.Name == name && slices.Contains(idents, sel.Sel.Name) {
			lines = append(lines, s.line(n))
		}
		return true
	})
	return lines
}

func parseSource(name, text string) (*source, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return &source{path: name, text: text, file: f, fset: fset}, err
}

// files are all text files of the project, by path.
var files = sync.OnceValues(func() (map[string]string, error) {
	out := map[string]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			switch d.Name() {
			case ".git", "bin", "dist", "node_modules", "testdata", "golden", ".igny8", ".igny8-aws":
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(rel) {
		case ".go", ".md", ".sh", ".yml", ".yaml", ".json", ".toml", ".php":
		default:
			if d.Name() != "Makefile" && d.Name() != "run" {
				return nil
			}
		}
		b, err := os.ReadFile(p)
		out[rel] = string(b)
		return err
	})
	return out, err
})

var sources = sync.OnceValues(func() ([]*source, error) {
	all, err := files()
	if err != nil {
		return nil, err
	}
	var out []*source
	for name, text := range all {
		if path.Ext(name) != ".go" {
			continue
		}
		s, err := parseSource(name, text)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *source) int { return strings.Compare(a.path, b.path) })
	return out, nil
})

func tree(t *testing.T) []*source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d Go files found: the walk is broken", len(all))
	}
	return all
}

func texts(t *testing.T) map[string]string {
	t.Helper()
	all, err := files()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func example(t *testing.T, name, text string) *source {
	t.Helper()
	s, err := parseSource(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// report fails the test with each fault.
func report(t *testing.T, faults []string) {
	t.Helper()
	slices.Sort(faults)
	for _, f := range faults {
		t.Error(f)
	}
}

// refuses fails unless the rule finds a fault that says want.
func refuses(t *testing.T, faults []string, want string) {
	t.Helper()
	if !strings.Contains(strings.Join(faults, "\n"), want) {
		t.Errorf("the rule lets through what it must refuse (%s): %q", want, faults)
	}
}

func accepts(t *testing.T, faults []string) {
	t.Helper()
	if len(faults) != 0 {
		t.Errorf("the rule refuses what is right: %q", faults)
	}
}

func at(s *source, line int, format string, a ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.path, line, fmt.Sprintf(format, a...))
}

// under tells whether dir is the folder or lies in it. "*" stands for one name.
func under(dir, folder string) bool {
	d, f := strings.Split(dir, "/"), strings.Split(folder, "/")
	if len(d) < len(f) {
		return false
	}
	for i := range f {
		if f[i] != "*" && f[i] != d[i] {
			return false
		}
	}
	return true
}
