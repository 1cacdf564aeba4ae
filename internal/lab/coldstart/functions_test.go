package coldstart

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// TestFunctionsStart: every function has an entry in functions/test-env.json, starts with
// the variables that it says and no others, calls nobody before it is asked to, and is small
// enough to be fetched fast.
func TestFunctionsStart(t *testing.T) {
	t.Parallel()
	names, err := Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, more := range larger {
		if !slices.Contains(names, name) || more.reason == "" {
			t.Errorf("larger: there is no function %s, or no reason", name)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			limit := Gate().size(name)
			target, err := Function(t.Context(), root, name, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if !json.Valid(target.Event) {
				t.Errorf("functions/%s/event.json is no JSON", name)
			}
			size, err := target.Size()
			if err != nil || size > limit {
				t.Errorf("the binary has %s MB, the limit is %s: %v", mb(size), mb(limit), err)
			}
			if larger[name].reason != "" && size <= Gate().Size {
				t.Errorf("%s has %s MB and needs no exception", name, mb(size))
			}
			if _, err := Measure(t.Context(), target, 0); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEnvEntries: there is no entry of a function that is not there.
func TestEnvEntries(t *testing.T) {
	t.Parallel()
	env, err := ReadEnv(root)
	if err != nil {
		t.Fatal(err)
	}
	names, err := Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range env.Names() {
		if !slices.Contains(names, n) {
			t.Errorf("%s has an entry %q, and functions/ has no such folder with a main.go", EnvFile, n)
		}
	}
}

func TestEnvOf(t *testing.T) {
	t.Parallel()
	e := Env{"all": {"B": "2", "C": "3"}, "tick": {"A": "http://{stub}/q"}, "twice": {"B": "9"}}
	got, err := e.Of("tick")
	if err != nil || !slices.Equal(got, []string{"A=http://{stub}/q", "B=2", "C=3"}) {
		t.Errorf("%q %v", got, err)
	}
	for name, want := range map[string]string{"absent": `no entry "absent"`, "all": `no entry "all"`, "twice": "says B for all and again for twice"} {
		if _, err := e.Of(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFunctionsRefuses: a folder without functions, a function without an entry, and one
// that can't be built are named.
func TestFunctionsRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(file, text string) {
		full := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(name, want string) {
		t.Helper()
		if _, err := Function(t.Context(), dir, name, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	write("functions/test-env.json", "{")
	if _, err := Functions(dir); err == nil || !strings.Contains(err.Error(), "no folder in it has a main.go") {
		t.Errorf("%v", err)
	}
	refused("tick", "functions/test-env.json: unexpected end of JSON")
	write("functions/test-env.json", `{"tick":{}}`)
	write("functions/tick/main.go", "package main\n")
	write("go.mod", "module example.com/m\n")
	if names, err := Functions(dir); err != nil || !slices.Equal(names, []string{"tick"}) {
		t.Errorf("%q %v", names, err)
	}
	refused("stage", `no entry "stage"`)
	refused("tick", "go build ./functions/tick")
}
