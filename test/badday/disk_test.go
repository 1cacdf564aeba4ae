package badday_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/igny8/igny8/test/program"
)

// room is how large a file may grow, in KB, so that the disk is full in the middle of a run.
const room = 200

// TestFullDisk: a data folder that takes no more ends the program with one clear line, since
// each further answer would be bought and lost; with room again the run goes on to its end.
func TestFullDisk(t *testing.T) {
	d := newDay(t)
	env := program.Env("OPENAI_API_KEY="+d.ai.Key, "OPENAI_BASE_URL="+d.ai.URL)
	small := fmt.Sprintf(`trap '' XFSZ; ulimit -f %d; exec "$0" "$@"`, room)
	p := program.Start(t, "/bin/bash", env, "-c", small, d.bin, "run", d.file, "--preview", "--auto-publish", "--json", "--data", d.data)
	code := p.Exit(limit)
	last := p.Err()[strings.LastIndex(strings.TrimSpace(p.Err()), "\n")+1:]
	if code != 1 || !strings.Contains(last, "disk is full") || !strings.Contains(last, "start again") || json.Valid([]byte(p.Out())) {
		t.Errorf("exit %d, want 1 and what to do\n%s", code, p.Both())
	}
	code, r, _ := d.run(t, d.ai.Key)
	if code != 0 || r.Status != "completed" || len(r.Posts) != ideas || len(r.Faults) != 0 {
		t.Errorf("with room: exit %d, %s, %d posts, %+v", code, r.Status, len(r.Posts), r.Faults)
	}
	again := 0
	for _, e := range d.ai.Ledger().ByKey {
		again += max(0, e.Calls-1)
	}
	if again > 16 {
		t.Errorf("%d calls were bought again, and at most 16 were under way", again)
	}
	fmt.Printf("badday disk: room=%dKB bought_again=%d posts=%d\n", room, again, len(r.Posts))
}
