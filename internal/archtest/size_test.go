package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

const (
	maxFile = 450 // lines of a Go file
	maxFunc = 80  // lines of a function
)

// large are the exceptions, "path" or "path function", with the reason. One that is no
// longer needed fails.
const wire = "one handler tells one endpoint of a provider from its first check to its last byte"

var large = map[string]string{
	"internal/lab/ai/aiwire/anthropic.go anthropicMessages":      wire,
	"internal/lab/ai/aiwire/anthropic.go checkMessages":          wire,
	"internal/lab/ai/aiwire/anthropic.go anthropicBatches":       wire,
	"internal/lab/ai/aiwire/batch.go newBatch":                   wire,
	"internal/lab/ai/aiwire/control.go failure":                  wire,
	"internal/lab/ai/aiwire/openai_chat.go openaiChat":           wire,
	"internal/lab/ai/aiwire/openai_responses.go openaiResponses": wire,
	"internal/lab/ai/aiwire/stability.go stabilityGenerate":      wire,
}

func checkSizes(s *source, except map[string]string) (faults, used []string) {
	fault := func(key string, line, n, limit int) {
		if _, ok := except[key]; ok {
			used = append(used, key)
			return
		}
		faults = append(faults, at(s, line, "%s has %d lines, more than %d: split it by noun", key, n, limit))
	}
	if n := strings.Count(s.text, "\n"); !s.test() && n > maxFile {
		fault(s.path, 1, n, maxFile)
	}
	if s.test() {
		return faults, used
	}
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := s.fset.Position(f.End()).Line - s.line(f) + 1; n > maxFunc {
			fault(s.path+" "+f.Name.Name, s.line(f), n, maxFunc)
		}
	}
	return faults, used
}

func TestSizes(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	for _, s := range tree(t) {
		faults, used := checkSizes(s, large)
		report(t, faults)
		for _, u := range used {
			needed[u] = true
		}
	}
	for key := range large {
		if !needed[key] {
			t.Errorf("%s is small enough now: take it off the list", key)
		}
	}
	long := example(t, "internal/site/a.go", "package site\nfunc f() {\n"+strings.Repeat("\n", maxFile)+"}\n")
	faults, _ := checkSizes(long, nil)
	refuses(t, faults, "internal/site/a.go has 453 lines")
	refuses(t, faults, "internal/site/a.go f has 452 lines")
	if _, used := checkSizes(long, map[string]string{"internal/site/a.go": "example"}); len(used) != 1 {
		t.Error("an exception in use is not seen")
	}
}
