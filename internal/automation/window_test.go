package automation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// windowed is a world whose account has so many jobs in a queue at a time.
func windowed(t *testing.T, window, items int) (*world, string) {
	t.Helper()
	w := newWorld(t, 1)
	w.limits.WaveSize, w.limits.Window = 10, window
	w.engine = w.open("windowed", true)
	w.seedItems(items)
	w.grant(1000)
	return w, w.begin()
}

// queued is how many messages the queue of texts holds, those under way included.
func (w *world) queued() int {
	w.t.Helper()
	visible, flying, delayed, err := w.queue.Depth(context.Background(), queue.AI)
	w.must(err)
	return visible + flying + delayed
}

// alone lets the run go on without any repair and without time passing, n messages at a
// time, and gives the most that the queue held.
func (w *world) alone(n int) (most int) {
	w.t.Helper()
	for quiet := 0; quiet < 2; {
		w.step()
		held := w.queued()
		most = max(most, held)
		if quiet++; held > 0 {
			quiet = 0
		}
		w.deliver(queue.AI, n, false)
		most = max(most, w.queued())
	}
	return most
}

// TestWindow: of a wave no more than the window is in the queue, and all of it is done, with
// no repair.
func TestWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ window, items, batch, most int }{{3, 10, 1, 3}, {3, 10, 2, 3}, {3, 25, 10, 3}, {1, 4, 1, 1}, {100, 25, 3, 10}} {
		w, run := windowed(t, c.window, c.items)
		if most := w.alone(c.batch); most != c.most {
			t.Errorf("%+v: the queue held %d", c, most)
		}
		v, err := w.engine.View(context.Background(), w.scope, simSite, run)
		w.must(err)
		if v.Status != automation.StatusCompleted {
			t.Errorf("%+v: without a repair the run is %s at stage %d", c, v.Status, v.Stage)
		}
		w.verify(c.items, v)
		w.shut()
	}
}

// TestWindowIsShared: the account's runs share its window, and each has a part of it.
func TestWindowIsShared(t *testing.T) {
	t.Parallel()
	for runs, want := range map[int]int64{1: 100, 2: 50, 7: 14, 20: 5, 22: 5} {
		w := newWorld(t, 1)
		w.seedItems(2)
		w.grant(100)
		for n := range runs - 1 {
			_, err := w.engine.Start(context.Background(), w.scope, fmt.Sprintf("sit_%d", n), automation.Manual)
			w.must(err)
		}
		w.begin()
		for tries := 0; len(w.all("WAVE#")) == 0 && tries < 5; tries++ { // runs that begin at once get in each other's way, and try again later
			w.step()
			w.clock.Advance(time.Minute)
		}
		if got := w.wave().Attrs["window"]; got != want {
			t.Errorf("%d runs: a window of %v, want %d", runs, got, want)
		}
		w.shut()
	}
}

// TestLostFollower: who follows comes to the queue even when the program could not send it
// after the job that it follows had ended.
func TestLostFollower(t *testing.T) {
	t.Parallel()
	w, run := windowed(t, 1, 4)
	w.step()
	w.power.failSends = 1
	batch, err := w.queue.Receive(context.Background(), queue.AI, 1, time.Minute, 0)
	w.must(err)
	if failed := w.engine.HandleJobs(context.Background(), batch); len(failed) != 1 || failed[0] != batch[0].ID {
		t.Fatalf("the message has to come again: %v", failed)
	}
	if n := w.queued(); n != 1 {
		t.Fatalf("%d messages, want the one under way", n)
	}
	if failed := w.engine.HandleJobs(context.Background(), batch); len(failed) != 0 { // it comes again
		t.Fatalf("%v", failed)
	}
	w.must(w.queue.Done(context.Background(), queue.AI, batch[0].Receipt))
	if n := w.queued(); n != 1 {
		t.Fatalf("%d messages, want the follower", n)
	}
	w.alone(1)
	w.verify(4, w.settle(run))
}

// TestTickKeepsTheWindow: what waits for its turn is not forgotten work.
func TestTickKeepsTheWindow(t *testing.T) {
	t.Parallel()
	w, run := windowed(t, 3, 10)
	w.step()
	for range 3 {
		w.clock.Advance(11 * time.Minute)
		w.tick()
	}
	seen := map[string]bool{}
	batch, err := w.queue.Receive(context.Background(), queue.AI, 10, 0, 0)
	w.must(err)
	for len(batch) > 0 {
		for _, d := range batch {
			var e automation.Envelope
			w.must(json.Unmarshal([]byte(d.Body), &e))
			seen[e.Job] = true
			w.must(w.queue.Done(context.Background(), queue.AI, d.Receipt))
		}
		batch, err = w.queue.Receive(context.Background(), queue.AI, 10, time.Minute, 0)
		w.must(err)
	}
	if len(seen) != 3 {
		t.Errorf("%d jobs are in the queue, want those of the window", len(seen))
	}
	w.verify(10, w.settle(run)) // and what was lost just now is sent again
}

// TestPauseGoesThroughTheWindow: jobs that never came to the queue give their credits back
// too, with no repair.
func TestPauseGoesThroughTheWindow(t *testing.T) {
	t.Parallel()
	w, run := windowed(t, 2, 9)
	w.step()
	_, err := w.engine.Pause(context.Background(), w.scope, simSite, run)
	w.must(err)
	w.alone(2)
	if s := w.wave().Attrs["state"]; s != string(automation.WaveClosed) {
		t.Errorf("the wave is %v", s)
	}
	w.resume(run)
	w.verify(9, w.settle(run))
}

// TestDeadLetterHasAFollower: a message that was given up does not end the others.
func TestDeadLetterHasAFollower(t *testing.T) {
	t.Parallel()
	w, _ := windowed(t, 1, 3)
	w.step()
	batch, err := w.queue.Receive(context.Background(), queue.AI, 1, time.Minute, 0)
	w.must(err)
	w.must(w.queue.Done(context.Background(), queue.AI, batch[0].Receipt))
	w.must(w.queue.Send(context.Background(), queue.AI.Dead(), queue.Message{Body: batch[0].Body}))
	w.tick()
	if n := w.queued(); n != 1 {
		t.Errorf("%d messages, want the follower", n)
	}
}

// TestWavesWithoutAWindow: a wave from before there were windows is sent whole.
func TestWavesWithoutAWindow(t *testing.T) {
	t.Parallel()
	w, run := windowed(t, 2, 9)
	w.step()
	it := w.wave()
	w.must(w.table.Write(context.Background(), table.Change(it.Key, table.Changes{Set: table.Attrs{"sent": false}, Remove: []string{"window"}})))
	w.clock.Advance(11 * time.Minute)
	w.tick()
	if n := w.queued(); n < 9 {
		t.Errorf("%d messages, want all", n)
	}
	w.verify(9, w.settle(run))
}

// TestFullQueueIsAskedForLess: who follows a job that waited comes twice as much later.
func TestFullQueueIsAskedForLess(t *testing.T) {
	t.Parallel()
	for waited, want := range map[time.Duration]time.Duration{0: 0, 40 * time.Second: 80 * time.Second, 20 * time.Minute: 15 * time.Minute} {
		w, _ := windowed(t, 1, 3)
		w.step()
		w.clock.Advance(waited)
		w.deliver(queue.AI, 1, false)
		if _, _, delayed, err := w.queue.Depth(context.Background(), queue.AI); err != nil || (delayed == 1) != (want > 0) {
			t.Errorf("waited %v: %d delayed (%v)", waited, delayed, err)
		}
		if want > 0 {
			w.clock.Advance(want - time.Second)
			if batch, _ := w.queue.Receive(context.Background(), queue.AI, 1, 0, 0); len(batch) > 0 {
				t.Errorf("waited %v: the follower is there after %v", waited, want-time.Second)
			}
			w.clock.Advance(time.Second)
		}
		if batch, _ := w.queue.Receive(context.Background(), queue.AI, 1, 0, 0); len(batch) != 1 {
			t.Errorf("waited %v: the follower is not there after %v", waited, want)
		}
		w.shut()
	}
}
