package coldstart

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
)

// Baseline is the folder of the empty function.
const Baseline = "internal/lab/coldstart/empty"

// EnvFile holds the variables that functions are started with, by function; those of
// everyone are under "all".
const EnvFile = "functions/test-env.json"

const everyone = "all"

// Functions lists the folders of functions/ that are one, in the module at root.
func Functions(root string) ([]string, error) {
	mains, err := filepath.Glob(filepath.Join(root, "functions", "*", "main.go"))
	if err != nil {
		return nil, err
	}
	if len(mains) == 0 {
		return nil, errors.New("functions/ has no function: no folder in it has a main.go")
	}
	names := make([]string, len(mains))
	for i, m := range mains {
		names[i] = filepath.Base(filepath.Dir(m))
	}
	return names, nil
}

// Env is what EnvFile says.
type Env map[string]map[string]string

// ReadEnv reads EnvFile of the module at root.
func ReadEnv(root string) (Env, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(EnvFile)))
	if err != nil {
		return nil, err
	}
	var e Env
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, fmt.Errorf("%s: %w", EnvFile, err)
	}
	return e, nil
}

// Names are the functions that have an entry, sorted.
func (e Env) Names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(e)), func(n string) bool { return n == everyone })
}

// Of gives the variables of a function, as NAME=value, sorted.
func (e Env) Of(function string) ([]string, error) {
	own, ok := e[function]
	if !ok || function == everyone {
		return nil, fmt.Errorf("%s has no entry %q", EnvFile, function)
	}
	all := maps.Clone(own)
	for name, value := range e[everyone] {
		if _, twice := own[name]; twice {
			return nil, fmt.Errorf("%s says %s for all and again for %s", EnvFile, name, function)
		}
		all[name] = value
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+"="+all[name])
	}
	return out, nil
}

// Build makes the program of a folder of the module at root, as it is made for Lambda, and
// gives its path in dir.
func Build(ctx context.Context, root, folder, dir string) (string, error) {
	out := filepath.Join(dir, path.Base(folder))
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", out, "./"+folder)
	cmd.Dir = root
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./%s: %w\n%s", folder, err, text)
	}
	return out, nil
}

// Function builds a function of the module at root into dir, with its variables and its
// event. Without an event.json the event is the empty object.
func Function(ctx context.Context, root, name, dir string) (Target, error) {
	all, err := ReadEnv(root)
	if err != nil {
		return Target{}, err
	}
	env, err := all.Of(name)
	if err != nil {
		return Target{}, err
	}
	event, err := os.ReadFile(filepath.Join(root, "functions", name, "event.json"))
	if errors.Is(err, fs.ErrNotExist) {
		event, err = []byte("{}"), nil
	}
	if err != nil {
		return Target{}, err
	}
	bin, err := Build(ctx, root, "functions/"+name, dir)
	return Target{Name: name, Path: bin, Env: env, Event: event}, err
}

// Empty builds the empty function into dir.
func Empty(ctx context.Context, root, dir string) (Target, error) {
	bin, err := Build(ctx, root, Baseline, dir)
	return Target{Name: path.Base(Baseline), Path: bin, Event: []byte("{}")}, err
}
