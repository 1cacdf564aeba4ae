package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/program"
)

// steer pauses a run that another program works on, and has it resumed and cancelled with
// and without one: after the answer no more calls are under way or begun than it named,
// and nothing is bought twice.
func (k kit) steer(t *testing.T) {
	t.Parallel()
	p := ai.Start(t)
	p.Latency(ai.Latency{Kind: "fixed", Ms: 300})
	dir := t.TempDir()
	file, data := filepath.Join(dir, "keywords.csv"), filepath.Join(dir, "data")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	env := program.Env("OPENAI_API_KEY="+p.Key, "OPENAI_BASE_URL="+p.URL, "IGNY8_ALLOW_HOSTS="+strings.TrimSuffix(strings.TrimPrefix(p.URL, "http://"), "/v1"))
	run := func() *program.Process {
		return program.Start(t, k.bin, env, "run", file, "--preview", "--auto-publish", "--data", data, "--preview-addr", "127.0.0.1:0")
	}
	tell := func(code int, say string, args ...string) string {
		t.Helper()
		c := program.Start(t, k.bin, env, append(args, "--data", data)...)
		if got := c.Exit(time.Minute); got != code || !strings.Contains(c.Both(), say) {
			t.Errorf("igny8 %s: exit %d, want %d and %q\n%s", args[0], got, code, say, c.Both())
		}
		return c.Out()
	}

	// Pictures are held: no run has ended before it is paused or cancelled.
	hold := ai.Fault{Route: "/v1/images/generations", Kind: "hold"}
	p.Fault(hold)
	first := run()
	first.Await("articles are", time.Minute)
	for len(p.Requests("/v1/responses", "")) < 2 { // a text is being written
		time.Sleep(5 * time.Millisecond)
	}
	said := tell(0, "is paused", "pause")
	begun := len(p.Requests("", ""))
	open := 0
	for _, c := range p.Requests("", "") {
		if c.Status == 0 {
			open++
		}
	}
	named := 0
	if m := regexp.MustCompile(`; (\d+) calls? in flight`).FindStringSubmatch(said); m != nil {
		named, _ = strconv.Atoi(m[1])
	}
	p.ClearFaults()
	if code := first.Exit(time.Minute); code != 1 || !strings.Contains(first.Err(), "paused by a person") {
		t.Errorf("the paused program: exit %d\n%s", code, first.Both())
	}
	if after := len(p.Requests("", "")) - begun; open+after > named {
		t.Errorf("%d calls were under way at the answer and %d were begun after it; it named %d", open, after, named)
	}
	tell(1, "can't pause a run that is paused", "pause")
	tell(0, "no program works", "resume", "preview.localhost")
	tell(2, "no site", "cancel", "elsewhere.example")

	p.Fault(hold)
	second := run()
	second.Await("Content → Image prompts ", time.Minute)
	tell(0, "is cancelled", "cancel")
	p.ClearFaults()
	if code := second.Exit(time.Minute); code != 1 || !strings.Contains(second.Err(), "cancelled") {
		t.Errorf("the cancelled program: exit %d\n%s", code, second.Both())
	}
	tell(1, "no run is under way", "resume")
	p.Latency()
	if third := run(); third.Exit(time.Minute) != 0 {
		t.Errorf("the run after the cancelled one\n%s", third.Both())
	}
	if l := p.Ledger(); len(l.Duplicates) > 0 {
		t.Errorf("bought twice: %v", l.Duplicates)
	}
}
