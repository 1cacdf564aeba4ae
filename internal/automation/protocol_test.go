package automation_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Run one again with -run 'TestRandomHistories/seed7$' -seeds 8.
var seeds = flag.Uint64("seeds", 8, "random histories of each kind")

// TestRandomHistories runs the pipeline through random histories of deliveries, repeated
// messages, crashes between any two writes, pauses, resumes, refused calls and ticks, and
// checks from outside that nothing was lost, done twice, bought twice or mis-billed.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	for seed := range *seeds {
		t.Run(fmt.Sprintf("seed%d", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			if seed%2 == 1 { // an account's jobs come to the queue one or two at a time
				w.limits.Window = 1 + int(seed/2)%2
				w.engine = w.open("windowed", true)
			}
			items := 3 + w.rng.IntN(7)
			w.seedItems(items)
			w.grant(1000)
			run := w.begin()
			w.history(run, 120)
			w.provider.mood = nil
			v := w.settle(run)
			w.verify(items, v)
		})
	}
}

func (w *world) grant(n int64) {
	w.must(credit.New(w.table, w.clock).Grant(context.Background(), w.scope, credit.Whole(n), true, "test"))
}

func (w *world) begin() string {
	r, err := w.engine.Start(context.Background(), w.scope, simSite, automation.Manual)
	w.must(err)
	return r.ID
}

// history does random steps; a crash may fall into any of them.
func (w *world) history(run string, steps int) {
	ctx := context.Background()
	w.provider.mood = func(string) error {
		switch w.rng.IntN(20) {
		case 0:
			return errs.New(errs.Exhausted, "rate", "slow down").After(time.Duration(1+w.rng.IntN(4)) * time.Second)
		case 1:
			return errs.New(errs.Unavailable, "down", "try later")
		}
		return nil
	}
	for range steps {
		if w.rng.IntN(12) == 0 {
			w.power.set(1 + w.rng.IntN(30))
		}
		cut := false
		switch n := w.rng.IntN(100); {
		case n < 45:
			cut = w.deliver(queue.AI, 1+w.rng.IntN(4), w.rng.IntN(8) == 0)
		case n < 70:
			cut = w.step()
		case n < 78:
			cut = w.tick()
		case n < 90:
			w.clock.Advance(time.Duration(w.rng.IntN(120)) * time.Second)
		case n < 93:
			w.clock.Advance(11 * time.Minute)
		case n < 96:
			cut = w.live(func() { _, err := w.engine.Pause(ctx, w.scope, simSite, run); w.mustOrConflict(err) })
		default:
			cut = w.live(func() { _, err := w.engine.Resume(ctx, w.scope, simSite, run); w.mustOrConflict(err) })
		}
		if cut {
			w.crash()
		}
	}
}

func (w *world) mustOrConflict(err error) {
	if !errs.Is(err, errs.Conflict) {
		w.must(err)
	}
}

// verify checks the invariants from the store and from the provider's book. The last of
// the runs went through; together they did all items.
func (w *world) verify(items int, runs ...automation.View) {
	w.t.Helper()
	last := runs[len(runs)-1]
	if last.Status != automation.StatusCompleted {
		w.t.Errorf("run is %s: %s", last.Status, last.Error)
	}
	w.verifyItems(items)
	var told credit.Amount
	for n := 1; n <= automation.Last; n++ {
		var processed, folded int64
		for _, v := range runs {
			for _, st := range v.Stages {
				if st.Stage == n {
					processed, folded, told = processed+st.Processed, folded+st.Counts["folded"], told+st.Credits
				}
			}
		}
		want := int64(items)
		if n == 3 {
			want = 0
		}
		if processed != want || folded != want {
			w.t.Errorf("stage %d tells %d processed, %d folded; want %d: each wave is folded once", n, processed, folded, want)
		}
	}
	w.verifyPurchases()
	if spent := w.verifyLedger(); spent != told {
		w.t.Errorf("spent %s, and the runs tell %s", spent, told)
	}
	w.verifyNothingOpen()
	if n := w.drifts.Load(); n > 0 {
		w.t.Errorf("%d times credits were said to have drifted, and they have not", n)
	}
}

func (w *world) all(prefix string) []table.Item {
	out, err := table.Collect(context.Background(), w.table, table.Query{Partition: table.OfSite(w.scope, simSite), Prefix: prefix, Consistency: table.Consistent})
	w.must(err)
	return out
}

func (w *world) verifyItems(items int) {
	for n := 1; n <= automation.Last; n++ {
		done := 0
		for _, it := range w.all(fmt.Sprintf("ITEM#%d#", n)) {
			if it.Attrs["status"] == "done" {
				done++
			}
		}
		if done != items {
			w.t.Errorf("stage %d: %d of %d items done", n, done, items)
		}
	}
}

// verifyPurchases: an answer is bought again only when a crash took it before it was
// stored, and each such repeat has its loss entry.
func (w *world) verifyPurchases() {
	again := 0
	for job, n := range w.provider.bought {
		if n > 1+w.provider.lost[job] {
			w.t.Errorf("job %s was bought %d times, %d lost in crashes", job, n, w.provider.lost[job])
		}
		again += n - 1
	}
	if losses := len(w.all("LOSS#")); losses < again {
		w.t.Errorf("%d answers were bought again and %d losses noted", again, losses)
	}
}

// verifyLedger: sum of the ledger = balance, hold = charge + release for each wave, nothing
// held, spent = one credit a job done.
func (w *world) verifyLedger() (spent credit.Amount) {
	ctx := context.Background()
	svc := credit.New(w.table, w.clock)
	bal, err := svc.Balance(ctx, w.scope)
	w.must(err)
	entries, err := svc.Ledger(ctx, w.scope)
	w.must(err)
	var sum, held credit.Amount
	perWave := map[string]credit.Amount{}
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			w.t.Errorf("ledger entry %d has number %d", i+1, e.Seq)
		}
		sum += e.Amount
		held += e.Held
		spent += e.Spent
		perWave[e.Reference] += e.Held
		if e.BalanceAfter != sum || sum < 0 {
			w.t.Errorf("entry %d: balance %s, sum %s", e.Seq, e.BalanceAfter, sum)
		}
	}
	for ref, h := range perWave {
		if h != 0 {
			w.t.Errorf("wave %s still holds %s", ref, h)
		}
	}
	jobs := 0
	for _, it := range w.all("JOB#") {
		if it.Attrs["state"] == "done" {
			jobs++
		}
	}
	if bal.Total() != sum || bal.Held != held || held != 0 || bal.Seq != int64(len(entries)) {
		w.t.Errorf("balance %s, ledger %s, held %s and %s", bal.Total(), sum, bal.Held, held)
	}
	if spent != credit.Whole(int64(jobs)) {
		w.t.Errorf("spent %s for %d jobs", spent, jobs)
	}
	return spent
}

func (w *world) verifyNothingOpen() {
	for _, prefix := range []string{"OPEN#", "ACTIVE"} {
		for _, it := range w.all(prefix) {
			w.t.Errorf("left behind: %s", it.Key.Sort)
		}
	}
	for _, it := range w.all("WAVE#") {
		if it.Attrs["state"] != string(automation.WaveFolded) {
			w.t.Errorf("wave %s is %s", it.Key.Sort, it.Attrs["state"])
		}
	}
	for _, it := range w.all("JOB#") {
		if s := it.Attrs["state"]; s != "done" && s != "failed" {
			w.t.Errorf("job %s is %s", strings.TrimPrefix(it.Key.Sort, "JOB#"), s)
		}
	}
}
