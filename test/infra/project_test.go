// Package infra_test holds template.yaml and what belongs to it (infra/, samconfig.toml, the
// state machine) to the functions and to the promises of docs/aws.md. Every rule is a
// function over the parsed files, and each has an example that it refuses.
package infra_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/test/stackfile"
)

const (
	root    = "../.." // of the project
	rootDoc = "template.yaml"
	machine = "statemachines/pipeline.asl.json"
	config  = "samconfig.toml"
	engine  = "internal/automation" // whose lines of the log are counted; as text alone
)

type call = stackfile.Call

// project is the files, as text and parsed: maps, lists, calls and texts. Numbers and truth
// values are texts as well.
type project struct {
	texts map[string]string
	docs  map[string]any
}

func load(t *testing.T) project {
	t.Helper()
	names := []string{rootDoc, machine, config}
	nested, err := filepath.Glob(filepath.Join(root, "infra", "*.yaml"))
	if err != nil || len(nested) < 4 {
		t.Fatalf("infra/: %v %v", nested, err)
	}
	for _, n := range nested {
		names = append(names, "infra/"+filepath.Base(n))
	}
	p := project{texts: map[string]string{}, docs: map[string]any{}}
	for _, n := range names {
		text, err := os.ReadFile(filepath.Join(root, n))
		if err != nil {
			t.Fatal(err)
		}
		p.texts[n] = string(text)
		p.parse(t, n)
	}
	code, err := filepath.Glob(filepath.Join(root, engine, "*.go"))
	if err != nil || len(code) == 0 {
		t.Fatalf("%s: %v %v", engine, code, err)
	}
	for _, file := range code {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p.texts[engine] += string(text)
	}
	return p
}

func (p project) parse(t *testing.T, name string) {
	t.Helper()
	if name == config {
		return
	}
	doc, err := stackfile.Parse([]byte(p.texts[name]))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p.docs[name] = doc
}

// with is the project with one text in place of another, which has to be there.
func (p project) with(t *testing.T, file, old, other string) project {
	t.Helper()
	if !strings.Contains(p.texts[file], old) {
		t.Fatalf("%s does not say %q, so the example shows nothing", file, old)
	}
	q := project{maps.Clone(p.texts), maps.Clone(p.docs)}
	q.texts[file] = strings.Replace(p.texts[file], old, other, 1)
	q.parse(t, file)
	return q
}

func at(v any, keys ...string) any { return stackfile.At(v, keys...) }

func text(v any) string { return stackfile.Text(v) }

// list is a list, or one thing as a list of it.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// is tells whether v is the call.
func is(v any, fn, arg string) bool { return v == call{Function: fn, Argument: arg} }

// argument is what a call of that function has; empty for anything else.
func argument(v any, fn string) string {
	if c, ok := v.(call); ok && c.Function == fn {
		return text(c.Argument)
	}
	return ""
}

// resource is one of a template.
type resource struct {
	file, id, typ string
	all, props    any
}

// resources are those of a type in all templates, or of all types, in order.
func (p project) resources(typ string) (out []resource) {
	for file, doc := range p.docs {
		m, _ := at(doc, "Resources").(map[string]any)
		for id, r := range m {
			if name := text(at(r, "Type")); typ == "" || name == typ {
				out = append(out, resource{file, id, name, r, at(r, "Properties")})
			}
		}
	}
	slices.SortFunc(out, func(a, b resource) int { return strings.Compare(a.file+a.id, b.file+b.id) })
	return out
}

func (p project) root(id string) any { return at(p.docs[rootDoc], "Resources", id, "Properties") }

// nested is the file of a nested stack.
func (p project) nested(id string) string { return text(at(p.root(id), "Location")) }

var environments = []string{"", "local", "small", "staging", "production"}

// values are the parameters that an environment has by samconfig.toml; of "" the defaults.
func (p project) values(env string) map[string]string {
	out := map[string]string{}
	params, _ := at(p.docs[rootDoc], "Parameters").(map[string]any)
	for name, d := range params {
		if v, ok := at(d, "Default").(string); ok {
			out[name] = v
		}
	}
	maps.Copy(out, p.overrides(env))
	return out
}

var override = regexp.MustCompile(`(?m)^  "(\w+)=(.*)",$`)

// overrides are an environment's own lines.
func (p project) overrides(env string) map[string]string {
	out := map[string]string{}
	_, section, ok := strings.Cut(p.texts[config], "["+env+".deploy.parameters]")
	if !ok {
		return out
	}
	section, _, _ = strings.Cut(section, "\n[")
	for _, m := range override.FindAllStringSubmatch(section, -1) {
		out[m[1]] = strings.Trim(m[2], "'")
	}
	return out
}

// value is what a property comes to with these parameters.
func value(v any, params map[string]string) string {
	if name := argument(v, "Ref"); name != "" {
		return params[name]
	}
	return text(v)
}

func report(t *testing.T, faults []string) {
	t.Helper()
	slices.Sort(faults)
	for _, f := range faults {
		t.Error(f)
	}
}

func refuses(t *testing.T, faults []string, want string) {
	t.Helper()
	if !strings.Contains(strings.Join(faults, "\n"), want) {
		t.Errorf("the rule lets through what it must refuse (%s): %q", want, faults)
	}
}
