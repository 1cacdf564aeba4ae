package e2e_test

import (
	"flag"
	"testing"

	"github.com/igny8/igny8/test/rights"
)

var update = flag.Bool("update", false, "write what the functions were seen to ask of AWS")

// checkRights holds what the functions asked of AWS to test/rights/testdata/used.txt, to which
// test/infra holds their policies.
func checkRights(t *testing.T, r runtime) {
	t.Helper()
	seen, faults := r.grants()
	for _, f := range faults {
		t.Error(f)
	}
	if *update {
		rights.Keep(t, seen.Always())
		return
	}
	for _, f := range rights.Compare(seen.Always(), rights.Used(t)) {
		t.Error(f)
	}
}
