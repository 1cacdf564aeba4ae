package kill_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/igny8/igny8/test/program"
)

// killsPerRun is how many kills one seed spreads over one run.
const killsPerRun = 10

// rank tells which phase comes before which: a run that is past a target's rank is killed
// there and then. The three of a publication overlap, since articles go side by side.
var rank = map[string]int{
	"import": 0, "clustering": 1, "ideas": 2, "tasks": 3, "contents": 4, "between contents": 5, "prompts": 6, "between prompts": 7,
	"images": 8, "between images": 9, "drafting": 10, "uploading": 10, "publishing": 10, "end": 11, "restart": 12,
}

// target is when to kill: at the nth event of a phase since the program's start, and then
// a moment later.
type target struct {
	phase string
	n     int
	begun bool // of a change of a post: when WordPress has begun it, not when it has ended
	delay time.Duration
}

// choose draws the kills of a seed, in the order of a run; the same seed gives the same.
// Each second seed begins with the import, the others end with the end, so that a few of
// them meet every phase.
func choose(seed int) []target {
	r := rand.New(rand.NewPCG(uint64(seed), 20))
	before := []string{"clustering", "ideas", "tasks", "contents", "contents", "between contents", "prompts", "between prompts", "images", "images", "between images"}
	after := []string{"drafting", "uploading", "publishing", "drafting", "uploading"}
	r.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
	early, late := 4+r.IntN(3), 0
	late = killsPerRun - 2 - early
	var out []target
	if seed%2 == 1 {
		out = append(out, draw(r, "import"))
	}
	keep := r.Perm(len(before))[:early]
	for i, p := range before {
		for _, k := range keep {
			if i == k {
				out = append(out, draw(r, p))
			}
		}
	}
	for _, p := range after[:late] {
		out = append(out, draw(r, p))
	}
	if seed%2 == 0 {
		out = append(out, draw(r, "end"))
	}
	at := 1 + r.IntN(len(out)) // a program that was just killed is killed again while it starts
	return append(out[:at], append([]target{draw(r, "restart")}, out[at:]...)...)
}

func draw(r *rand.Rand, phase string) target {
	within := func(from, to time.Duration) time.Duration { return from + time.Duration(r.Int64N(int64(to-from))) }
	at := target{phase: phase, n: 1, delay: within(0, 80*time.Millisecond)}
	switch phase {
	case "import":
		at.delay = within(50*time.Millisecond, 700*time.Millisecond)
	case "restart":
		at.delay = within(5*time.Millisecond, 900*time.Millisecond)
	case "clustering":
		at.delay = within(0, 250*time.Millisecond)
	case "ideas", "prompts", "contents":
		at.n = 1 + r.IntN(4)
	case "images":
		at.n = 1 + r.IntN(12)
	case "drafting": // WordPress has the draft, we may not have heard of it
		at.n, at.delay = 1+r.IntN(2), within(0, 8*time.Millisecond)
	case "uploading":
		at.n, at.delay = 1+r.IntN(4), within(0, 8*time.Millisecond)
	case "publishing":
		at.n, at.begun = 1+r.IntN(2), r.IntN(2) == 0
		if !at.begun {
			at.delay = within(0, 5*time.Millisecond)
		}
	}
	return at
}

// look is how often the outside is asked whether the instant has come.
const look = 8 * time.Millisecond

// await waits for the instant and gives the phase that it fell into; false when the program
// ended or patience did before.
func (at target) await(t testing.TB, l *lane, p *program.Process, usual counts) (phase string, ok bool) {
	t.Helper()
	tick, end := time.NewTicker(look), time.After(patience)
	defer tick.Stop()
	for phase == "" {
		if phase = at.come(l, p, usual); phase != "" {
			break
		}
		select {
		case <-tick.C:
		case <-p.Ended():
			return "", false
		case <-end:
			return "", false
		}
	}
	select {
	case <-time.After(at.delay):
		return phase, true
	case <-p.Ended():
		return phase, false
	}
}

// come gives the phase when the instant is there: the target's own, or a later one that the
// run is in already.
func (at target) come(l *lane, p *program.Process, usual counts) string {
	switch at.phase {
	case "import", "restart":
		return at.phase
	}
	if _, greeted := p.Seen("articles are", 0); !greeted {
		return ""
	}
	s := l.sight(usual)
	if at.reached(s, usual) {
		return at.phase
	}
	if s.phase != "" && rank[s.phase] > rank[at.phase] {
		return s.phase
	}
	return ""
}

func (at target) reached(s sight, usual counts) bool {
	switch at.phase {
	case "clustering":
		return true
	case "tasks":
		return s.ideas.answered >= usual.ideas
	case "between contents":
		return s.contents.answered >= usual.contents
	case "between prompts":
		return s.prompts.answered >= usual.contents
	case "between images":
		return s.images.answered >= usual.images
	case "ideas":
		return s.ideas.fresh >= at.n
	case "contents":
		return s.contents.fresh >= at.n
	case "prompts":
		return s.prompts.fresh >= at.n
	case "images":
		return s.images.fresh >= at.n
	case "drafting":
		return s.drafted >= at.n
	case "uploading":
		return s.uploaded >= at.n
	case "publishing":
		return at.begun && s.finishing >= at.n || !at.begun && s.finished >= at.n
	default:
		return s.public >= usual.contents
	}
}
