package aws

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// Gap is a case of a conformance suite that the emulator is known to get wrong.
type Gap struct {
	Case string // the subtest, as go test names it: "TestConformance/a_case"
	AWS  string // what AWS documents, and where
	Here string // what the emulator does instead
	Says string // part of what the case says when it fails so: another fault of it is no gap
	// Sometimes says that it is a race of the emulator's: the case may pass as well.
	Sometimes bool
}

const childVariable = "IGNY8_CONFORM_CHILD"

// Conform runs a conformance suite whose cases in gaps have to fail. The suite runs in a
// second process of the same test binary, since a failed case fails the test that it is in;
// this one judges: a failure that is no gap is an error, and so is a gap whose case passes,
// but for a race, or is not there any more. So a gap shouts when the emulator begins to get
// it right.
func Conform(t *testing.T, gaps []Gap, suite func(t *testing.T)) {
	t.Helper()
	if os.Getenv(childVariable) == t.Name() {
		suite(t)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.count=1", "-test.timeout=10m",
		"-test.parallel=32") // the cases wait for the emulator far more than they compute
	cmd.Env = append(os.Environ(), childVariable+"="+t.Name())
	out, err := cmd.CombinedOutput()
	for _, fault := range judge(t.Name(), string(out), err != nil, gaps) {
		t.Error(fault)
	}
	for _, g := range gaps {
		t.Logf("known gap of the emulator: %s\n  AWS: %s\n  here: %s", g.Case, g.AWS, g.Here)
	}
	if t.Failed() {
		t.Logf("the suite said:\n%s", out)
	}
}

var verdict = regexp.MustCompile(`(?m)^ *--- (PASS|FAIL): (\S+)`)

// judge reads a verbose run of the test.
func judge(test, out string, failed bool, gaps []Gap) (faults []string) {
	passed, known, said := map[string]bool{}, map[string]bool{}, sayings(out)
	for _, m := range verdict.FindAllStringSubmatch(out, -1) {
		passed[m[2]] = m[1] == "PASS"
	}
	for _, g := range gaps {
		ok, ran := passed[g.Case]
		switch {
		case !ran:
			faults = append(faults, g.Case+" is a known gap and did not run: take it off the list")
		case !ok && (g.Says == "" || !strings.Contains(said[g.Case], g.Says)):
			faults = append(faults, g.Case+" fails otherwise than the known gap does ("+g.Says+")")
		case ok && !g.Sometimes:
			faults = append(faults, g.Case+" is a known gap and PASSES NOW: the emulator has learnt it, take it off the list")
		}
		known[g.Case] = true
	}
	leaves, wrong := 0, 0
	for name, ok := range passed {
		if name == test || parent(name, passed) {
			continue
		}
		leaves++
		if !ok {
			wrong++
			if !known[name] {
				faults = append(faults, name+" failed")
			}
		}
	}
	if leaves == 0 || failed && wrong == 0 || strings.Contains(out, "\npanic: ") {
		faults = append(faults, "the suite did not run to its end")
	}
	return faults
}

var speaker = regexp.MustCompile(`^=== (?:RUN|NAME|CONT|PAUSE)\s+(\S+)`)

// sayings are the lines that each test printed.
func sayings(out string) map[string]string {
	said, name := map[string]string{}, ""
	for line := range strings.Lines(out) {
		if m := speaker.FindStringSubmatch(line); m != nil {
			name = m[1]
			continue
		}
		said[name] += line
	}
	return said
}

// parent tells whether a test has subtests, whose failure fails it too.
func parent(name string, all map[string]bool) bool {
	for other := range all {
		if strings.HasPrefix(other, name+"/") {
			return true
		}
	}
	return false
}
