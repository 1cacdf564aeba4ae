// Package kill_test kills `igny8 run` at twenty seeded instants, spread over all phases of
// a run, starts it again and holds that nothing was lost, nothing was done twice, and no
// more was bought again than what was in flight at the kill.
//
//	go test -v -run 'TestKill/seed07' ./test/kill     does one seed again
package kill_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/lab/ai"
	"github.com/igny8/igny8/test/program"
)

// answered is how long before the kill a call may have been answered and still count as in
// flight: its answer was on the wire, or on its way to the disk.
const answered = 100 * time.Millisecond

// tally is what one seed, or all of them, came to.
type tally struct{ seeds, lost, doubledPosts, doubledMedia, strays, trashed, again, flight int }

func (s *tally) add(x tally) {
	s.seeds += x.seeds
	s.lost += x.lost
	s.doubledPosts += x.doubledPosts
	s.doubledMedia += x.doubledMedia
	s.strays += x.strays
	s.trashed += x.trashed
	s.again += x.again
	s.flight += x.flight
}

func (s tally) String() string {
	return fmt.Sprintf("lost=%d doubled_posts=%d doubled_media=%d strays=%d trashed=%d bought_again=%d in_flight=%d",
		s.lost, s.doubledPosts, s.doubledMedia, s.strays, s.trashed, s.again, s.flight)
}

func TestKill(t *testing.T) {
	bin := program.Build(t)
	lanes := make(chan *lane, 2)
	first := newLane(t, bin)
	usual, whole := first.undisturbed(t)
	lanes <- first
	lanes <- newLane(t, bin)
	var mu sync.Mutex
	var sum tally
	t.Cleanup(func() { fmt.Printf("kill: seeds=%d %v\n", sum.seeds, sum) })
	for i := range phases {
		seed := i + 1
		t.Run(fmt.Sprintf("seed%02d", seed), func(t *testing.T) {
			t.Parallel()
			l := <-lanes
			defer func() { lanes <- l }()
			got := l.seed(t, choose(seed, usual), whole)
			mu.Lock()
			defer mu.Unlock()
			sum.add(got)
		})
	}
}

// seed kills one run and checks what became of it.
func (l *lane) seed(t *testing.T, at instant, whole result) tally {
	l.clean()
	file, data := writeKeywords(t), filepath.Join(t.TempDir(), "data")
	tick := "1s"
	if at.phase == "drafting" {
		// A look that meets the publication under way comes again when its lease is over,
		// in a quarter of an hour: here the looks are left to settle.
		tick = "1m"
	}
	begun := time.Now()
	p := l.run(t, file, data, tick)
	came := at.await(t, l, p)
	killed := p.Kill()
	dead := time.Now()
	if !came || !killed {
		t.Fatalf("%+v: the run was over before it could be killed (exit %d)\n%s", at, p.Exit(time.Second), p.Both())
	}
	flight := l.inFlight(dead)
	r := resultOf(t, l.run(t, file, data, tick), 2*time.Minute)
	trashed := l.settle(t, data, dead)
	s := tally{seeds: 1, flight: len(flight), trashed: trashed}
	l.checkBought(t, flight, &s)
	l.checkPosts(t, r, &s)
	checkKept(t, data, r, whole, &s)
	t.Logf("%s: phase=%s after=%dms %v seconds=%.1f", t.Name(), at.phase, dead.Sub(begun).Milliseconds(), s, time.Since(begun).Seconds())
	return s
}

// inFlight are the calls that were not answered at the kill, or so short before that the
// answer may not have reached the disk, by the provider's own log.
func (l *lane) inFlight(dead time.Time) map[string]bool {
	out := map[string]bool{}
	for _, c := range l.ai.Requests("", "") {
		if c.Status == 0 || c.ClientGone || c.At.Add(time.Duration(c.Ms)*time.Millisecond).After(dead.Add(-answered)) {
			out[c.Key] = true
		}
	}
	return out
}

// settle ticks until the looks for stray drafts are over, and counts what went to the trash.
func (l *lane) settle(t testing.TB, data string, dead time.Time) int {
	t.Helper()
	time.Sleep(time.Until(dead.Add(strayAfter))) // the first look is due from then on; a tick before would find nothing to do
	l.tick(t, data)
	for end := time.Now().Add(20 * strayAfter); l.wp.CountByStatus("igny8:content=")["draft"] > 0 && time.Now().Before(end); {
		l.tick(t, data)
	}
	return l.wp.CountByStatus("igny8:content=")["trash"]
}

// checkBought holds that a call was bought again only if it was in flight at the kill.
func (l *lane) checkBought(t *testing.T, flight map[string]bool, s *tally) {
	t.Helper()
	for key, e := range l.ai.Ledger().ByKey {
		if e.Calls < 2 {
			continue
		}
		s.again += e.Calls - 1
		if e.Calls > 2 || !flight[key] {
			t.Errorf("%s was bought %d times; in flight at the kill: %v\n%s", key, e.Calls, flight[key], story(l.ai, key))
		}
	}
	if s.again > s.flight {
		t.Errorf("%d calls were bought again, %d were in flight", s.again, s.flight)
	}
}

func story(p *ai.Lab, key string) (out string) {
	for _, c := range p.Requests("", key) {
		out += fmt.Sprintf("  %s %s %d in %d ms, client gone: %v\n", c.At.Format("15:04:05.000"), c.Route, c.Status, c.Ms, c.ClientGone)
	}
	return out
}

// checkPosts holds that each article has one public post, each picture one medium, and that
// no draft of ours is left.
func (l *lane) checkPosts(t *testing.T, r result, s *tally) {
	t.Helper()
	for _, p := range r.Posts {
		public := 0
		for _, have := range l.wp.Posts("igny8:content=" + p.ContentID) {
			if have.Status == "publish" {
				public++
			}
		}
		if public == 0 {
			s.lost++
			t.Errorf("content %s has no post", p.ContentID)
		}
		s.doubledPosts += max(0, public-1)
	}
	all := l.wp.CountByStatus("igny8:content=")
	s.strays = all["draft"] + all["pending"] + all["private"] + all["future"]
	if s.doubledPosts > 0 || s.strays > 0 || all["publish"] != len(r.Posts) {
		t.Errorf("posts: %v for %d articles; %d doubled", all, len(r.Posts), s.doubledPosts)
	}
	slugs := map[string]bool{}
	media := l.wp.Media()
	for _, m := range media {
		slugs[fmt.Sprintf("%.70s", m.Slug)] = true // "igny8-" and the hash, without the number that WordPress adds to a second one
	}
	if s.doubledMedia = len(media) - r.Images; s.doubledMedia != 0 || len(slugs) != r.Images {
		t.Errorf("%d media of %d different pictures, want %d", len(media), len(slugs), r.Images)
	}
	if text := l.wp.Log(); text != "" {
		t.Errorf("WordPress logged:\n%s", text)
	}
}
