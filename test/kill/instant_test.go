package kill_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/igny8/igny8/test/program"
)

// phases are where the twenty seeds kill: each phase of a run at least once.
var phases = []string{
	"import", "import", "clustering", "clustering", "ideas", "ideas", "tasks", "tasks", "contents", "contents", "contents",
	"prompts", "prompts", "images", "images", "drafting", "drafting", "uploading", "publishing", "end",
}

// instant is when to kill: after what was seen, and then a moment later.
type instant struct {
	phase string
	text  string // wait for this on the output
	calls string // or for the nth call of this route, begun (or answered)
	posts string // or for the nth request to WordPress that its log shows so: "begin …" or "end …"
	n     int
	ended bool
	delay time.Duration
}

// choose draws the instant of a seed; the same seed gives the same.
func choose(seed int, c counts) instant {
	r := rand.New(rand.NewPCG(uint64(seed), 20))
	within := func(from, to time.Duration) time.Duration { return from + time.Duration(r.Int64N(int64(to-from))) }
	nth := func(first, n int) int { return first + 1 + r.IntN(n) }
	at := instant{phase: phases[seed-1], calls: "/v1/responses", delay: within(0, 80*time.Millisecond)}
	switch at.phase {
	case "import":
		at.calls, at.delay = "", within(50*time.Millisecond, 700*time.Millisecond)
	case "clustering":
		at.calls, at.text, at.delay = "", "articles are", within(0, 250*time.Millisecond)
	case "ideas":
		at.n = nth(0, c.ideas)
	case "tasks":
		at.n, at.ended, at.delay = c.ideas, true, within(0, 60*time.Millisecond)
	case "contents":
		at.n = nth(c.ideas, c.contents)
	case "prompts":
		at.n = nth(c.ideas+c.contents, c.prompts)
	case "images":
		at.calls, at.n = "/v1/images/generations", nth(0, c.images)
	case "publishing":
		at.calls, at.posts, at.n, at.delay = "", "begin", nth(2, c.wordpress-4), within(0, 60*time.Millisecond)
		if r.IntN(2) == 0 {
			at.posts, at.delay = "end", within(0, 5*time.Millisecond)
		}
	case "drafting": // WordPress has the draft, we may not have heard of it
		at.calls, at.posts, at.n, at.delay = "", "end POST /wp-json/wp/v2/posts;", nth(0, c.contents), within(0, 8*time.Millisecond)
	case "uploading":
		at.calls, at.posts, at.n, at.delay = "", "end POST /wp-json/wp/v2/media;", nth(0, c.images), within(0, 8*time.Millisecond)
	case "end":
		at.calls, at.posts, at.n, at.delay = "", "end", c.wordpress, within(0, 60*time.Millisecond)
	}
	return at
}

// look is how often the outside is asked whether the instant has come.
const look = 3 * time.Millisecond

// await waits for the instant; false when the program ended or a minute passed before.
func (at instant) await(t testing.TB, l *lane, p *program.Process) bool {
	t.Helper()
	if at.text != "" {
		p.Await(at.text, time.Minute)
	}
	tick, end := time.NewTicker(look), time.After(time.Minute)
	defer tick.Stop()
	for !at.come(l) {
		select {
		case <-tick.C:
		case <-p.Ended():
			return false
		case <-end:
			return false
		}
	}
	select {
	case <-time.After(at.delay):
		return true
	case <-p.Ended():
		return false
	}
}

func (at instant) come(l *lane) bool {
	switch {
	case at.posts != "":
		return l.requests(at.posts) >= at.n
	case at.calls == "":
		return true
	}
	seen := 0
	for _, c := range l.ai.Requests(at.calls, "") {
		if !at.ended || c.Status != 0 {
			seen++
		}
	}
	return seen >= at.n
}
