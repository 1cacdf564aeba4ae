// Package kill_test kills `igny8 run` at seeded instants, spread over all phases of a run
// and several in each run, starts it again and holds that nothing was lost, nothing was
// done twice, no credit went astray, and no more was bought again than what was in flight
// at the kills.
//
//	go test -v -run 'TestKill/all/seed03' ./test/kill     does one seed again
//	go test -v -run TestKill ./test/kill -kills 200   is the long form
package kill_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/test/outside"
	"github.com/igny8/igny8/test/program"
)

var kills = flag.Int("kills", 40, "kills to do, ten in each run; from 40 on each phase is met")

// lanes is how many runs go on side by side, each with a WordPress and a provider.
const lanes = 2

// patience is how long a run may take on a machine that has much else to do.
const patience = 10 * time.Minute

// answered is how long before the kill a call may have been answered and still count as in
// flight: its answer was on the wire, or on its way to the disk, behind those of the other
// jobs on a machine that has much else to do.
const answered = 300 * time.Millisecond

// inMemory puts temporary folders into memory where there is such a place: a killed program
// loses nothing that it has written to a file, on a disk or not, and waiting for the disk
// would be most of the time.
func inMemory(t *testing.T) {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "igny8-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		t.Setenv("TMPDIR", dir)
	}
}

func TestKill(t *testing.T) {
	inMemory(t)
	bin := program.Build(t)
	free := make(chan *lane, lanes)
	first := newLane(t, bin)
	usual, whole := first.undisturbed(t)
	free <- first
	for len(free) < lanes {
		free <- newLane(t, bin)
	}
	var mu sync.Mutex
	sum := tally{phases: map[string]int{}}
	each := func(t *testing.T, seed int, targets []target) {
		t.Run(fmt.Sprintf("seed%02d", seed), func(t *testing.T) {
			t.Parallel()
			l := <-free
			defer func() { free <- l }()
			got := l.seed(t, targets, usual, whole)
			mu.Lock()
			defer mu.Unlock()
			sum.add(got)
		})
	}
	drawn := (*kills + killsPerRun - 1) / killsPerRun
	t.Run("all", func(t *testing.T) { // ends when its parallel parts have
		for seed := 1; seed <= drawn; seed++ {
			each(t, seed, choose(seed))
		}
	})
	// When a kill comes depends on the machine: what the drawn ones did not meet has kills of
	// its own. Only a whole test makes them, not one that does a single seed again.
	for seed := drawn + 1; sum.seeds == seed-1 && sum.short(*kills) && seed <= drawn+further; seed++ {
		t.Run("further", func(t *testing.T) { each(t, seed, sum.aim(seed, *kills)) })
	}
	fmt.Printf("kill: articles=%d %v\nkill: phases: %s\n", whole.Articles, sum, sum.met())
	if sum.seeds >= drawn && sum.short(*kills) {
		t.Errorf("%d kills of %d, and none into %q", sum.kills, *kills, sum.missed())
	}
}

// further is how many more runs may be killed for what the drawn ones did not meet.
const further = 4

// seed does a run with its kills and checks what became of it.
func (l *lane) seed(t *testing.T, targets []target, usual counts, whole result) tally {
	l.clean()
	file, data := writeKeywords(t), filepath.Join(t.TempDir(), "data")
	begun := time.Now()
	s := tally{seeds: 1, phases: map[string]int{}}
	var kills []killing
	var story []string
	var dead time.Time
	then := append(slices.Clone(targets[1:]), target{phase: "end"})
	last := l.run(t, file, data, tick(targets[0], s))
	for i, at := range targets {
		phase, came := at.await(t, l, last, usual)
		if !came || !last.Kill() {
			break // the run was over before; that it ended well is asked below
		}
		dead = time.Now()
		kills = append(kills, killing{dead: dead})
		s.kills++
		s.phases[phase]++
		story = append(story, fmt.Sprintf("%s@%.1fs", phase, dead.Sub(begun).Seconds()))
		last = l.run(t, file, data, tick(then[i], s))
		kills[len(kills)-1].next = last.Began
	}
	r := resultOf(t, last, patience)
	s.trashed = l.settle(t, data, dead)
	l.checkBought(t, kills, story, &s)
	l.checkPosts(t, r, checkKept(t, data, r, whole, &s), &s)
	t.Logf("%s: %v seconds=%.1f after_last_kill=%.1f\n    %s", t.Name(), s, time.Since(begun).Seconds(), time.Since(dead).Seconds(), strings.Join(story, " "))
	return s
}

// tick is how often the program repairs by itself. A look for stray drafts that meets the
// publication under way comes again when its lease is over, in a quarter of an hour: once
// articles go out, the looks are left to settle.
func tick(at target, s tally) string {
	if rank[at.phase] >= rank["drafting"] || s.phases["drafting"]+s.phases["uploading"]+s.phases["publishing"] > 0 {
		return "1m"
	}
	return "1s"
}

// settle ticks until the looks for stray drafts are over, and counts what went to the trash.
func (l *lane) settle(t testing.TB, data string, dead time.Time) int {
	t.Helper()
	time.Sleep(time.Until(dead.Add(strayAfter))) // the first look is due from then on; a tick before would find nothing to do
	l.tick(t, data)
	for end := time.Now().Add(2 * time.Minute); outside.Drafts(l.wp) > 0 && time.Now().Before(end); {
		l.tick(t, data)
	}
	return outside.Posts(l.wp, nil).Trashed
}

// checkBought holds that a call was bought again only as often as it was in flight at a kill.
func (l *lane) checkBought(t *testing.T, kills []killing, told []string, s *tally) {
	t.Helper()
	flight, each := l.inFlight(kills)
	for i, n := range each {
		s.flight += n
		told[i] += fmt.Sprintf("(%d)", n)
	}
	again, faults := outside.Bought(l.ai, flight)
	report(t, faults)
	s.again += again
	if s.again > s.flight {
		t.Errorf("%d calls were bought again, %d were in flight", s.again, s.flight)
	}
}

func report(t *testing.T, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

// checkPosts holds that each article has one public post, each picture one medium, and that
// no draft of ours is left.
func (l *lane) checkPosts(t *testing.T, r result, pictures int, s *tally) {
	t.Helper()
	ids := make([]string, len(r.Posts))
	for i, p := range r.Posts {
		ids[i] = p.ContentID
	}
	have := outside.Posts(l.wp, ids)
	report(t, have.Faults)
	s.lost, s.doubledPosts, s.strays = s.lost+have.Missing, s.doubledPosts+have.Doubled, have.Strays
	doubled, faults := outside.Media(l.wp, pictures)
	report(t, faults)
	s.doubledMedia = doubled
	if text := l.wp.Log(); text != "" {
		t.Errorf("WordPress logged:\n%s", text)
	}
}
