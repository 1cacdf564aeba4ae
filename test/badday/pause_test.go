package badday_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/lab/ai"
)

// TestWrongKey: the run pauses once, says what to do, and fails no item; with the right key
// it goes on where it stopped. A quota that is used up in the middle does the same.
func TestWrongKey(t *testing.T) {
	d := newDay(t)
	code, r, line := d.run(t, "sk-wrong")
	d.paused(t, code, r, line, "OPENAI_API_KEY")
	if r.Ideas != 0 || r.Articles != 0 {
		t.Errorf("%d ideas and %d articles with a key that was refused", r.Ideas, r.Articles)
	}
	refused := len(d.ai.Requests("", ""))
	// In the middle of the articles, with others in flight, the quota ends.
	d.ai.Fault(ai.Fault{Route: textRoute, Match: writing, Kind: "quota", Skip: 4})
	code, r, line = d.run(t, d.ai.Key)
	d.paused(t, code, r, line, "billing")
	if r.Articles > 4 {
		t.Errorf("%d articles, and 4 calls before the quota ended", r.Articles)
	}
	asked := d.ai.Faults()[0].Hits
	d.ai.ClearFaults()
	code, r, _ = d.run(t, d.ai.Key)
	if code != 0 || r.Status != "completed" || len(r.Posts) != ideas || len(r.Faults) != 0 || r.Pause != "" || r.Error != "" {
		t.Errorf("with the right key: exit %d, %s, %d posts, %+v, %q %q", code, r.Status, len(r.Posts), r.Faults, r.Pause, r.Error)
	}
	if twice := d.ai.Ledger().Duplicates; len(twice) != 0 {
		t.Errorf("bought twice: %q", twice)
	}
	fmt.Printf("badday key: calls_with_wrong_key=%d calls_over_quota=%d failed=%d posts=%d\n", refused, asked, len(r.Faults), len(r.Posts))
}

// paused holds that the command ended with one line that says what is wrong and what to do.
func (d day) paused(t *testing.T, code int, r result, line, says string) {
	t.Helper()
	if code != 1 || r.Status != "paused" || r.Pause != "provider" || !strings.Contains(r.Error, says) || len(r.Faults) != 0 {
		t.Errorf("exit %d, the run is %s (%s: %s) with %d faults, want 1, paused, provider", code, r.Status, r.Pause, r.Error, len(r.Faults))
	}
	if last := line[strings.LastIndex(strings.TrimSpace(line), "\n")+1:]; !strings.Contains(last, says) || !strings.Contains(last, "start again") {
		t.Errorf("it does not say what to do: %q", last)
	}
	if n := strings.Count(line, " paused: "+r.Error); n != 2 { // while it runs, and at the end
		t.Errorf("the pause is told %d times, want twice:\n%s", n, line)
	}
}
