package pick_test

import (
	"testing"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/pick"
)

// TestARunTriesAgain: what failed in earlier runs, however often, is tried by the next one;
// a key that was refused for a week must not leave items that nothing leads back to.
func TestARunTriesAgain(t *testing.T) {
	t.Parallel()
	all := []pick.State{
		{ID: "a", Attempt: 9, FailedRun: "run_1"},
		{ID: "b", Attempt: 1, FailedRun: "run_2"},
		{ID: "c", Blocked: pick.Blocked("x", "y")},
		{ID: "d"},
	}
	got, err := pick.From(automation.PlanInput{Run: "run_2"}, all, func(s pick.State) pick.State { return s })
	if err != nil || len(got) != 2 || got[0].ID != "a" || got[1].ID != "d" {
		t.Fatalf("%+v %v", got, err)
	}
}
