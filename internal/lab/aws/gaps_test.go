package aws

import (
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const run = "=== RUN   TestX\n=== NAME  TestX/bad\n    a.go:1: as known\n=== NAME  TestX/group/worse\n    a.go:2: as known\n--- FAIL: TestX (0.1s)\n    --- PASS: TestX/good (0.0s)\n    --- FAIL: TestX/bad (0.0s)\n    --- FAIL: TestX/group (0.0s)\n        --- FAIL: TestX/group/worse (0.0s)\n"
	gap := func(names ...string) (out []Gap) {
		for _, n := range names {
			out = append(out, Gap{Case: n, Says: "as known"})
		}
		return out
	}
	for _, c := range []struct {
		name, out string
		gaps      []Gap
		want      string
	}{
		{"all known", run, gap("TestX/bad", "TestX/group/worse"), ""},
		{"one is new", run, gap("TestX/bad"), "TestX/group/worse failed"},
		{"one passes", run, gap("TestX/bad", "TestX/group/worse", "TestX/good"), "TestX/good is a known gap and PASSES NOW"},
		{"one passes, as it may", run, append(gap("TestX/bad", "TestX/group/worse"), Gap{Case: "TestX/good", Sometimes: true}), ""},
		{"one fails otherwise", strings.Replace(run, "as known", "new", 1), gap("TestX/bad", "TestX/group/worse"), "TestX/bad fails otherwise"},
		{"one is gone", run, gap("TestX/bad", "TestX/group/worse", "TestX/old"), "TestX/old is a known gap and did not run"},
		{"nothing ran", "panic", nil, "did not run to its end"},
		{"it broke off", "    --- PASS: TestX/good (0.0s)\npanic: x\n", nil, "did not run to its end"},
	} {
		got := strings.Join(judge("TestX", c.out, true, c.gaps), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
