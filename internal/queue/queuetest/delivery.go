package queuetest

import (
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

func hiddenUntilVisibility(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	first := one(t, d, queue.AI, 20*time.Second)
	d.Pass(10 * time.Second)
	none(t, d, queue.AI)
	d.Pass(11 * time.Second)
	second := one(t, d, queue.AI, Visibility)
	if second.ID != first.ID || second.Body != "b" || second.Group != "acc_1" {
		t.Errorf("first %+v, then %+v", first, second)
	}
	if second.Receives < 2 {
		t.Errorf("receives is %d on the second delivery", second.Receives)
	}
}

func visibilityZero(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	first, second := one(t, d, queue.AI, 0), one(t, d, queue.AI, Visibility)
	if first.ID != second.ID {
		t.Errorf("ids %s and %s", first.ID, second.ID)
	}
}

func done(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	finish(t, d, queue.AI, one(t, d, queue.AI, 20*time.Second).Receipt)
	none(t, d, queue.AI)
	d.Pass(21 * time.Second)
	none(t, d, queue.AI)
}

func doneTwice(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, Visibility)
	finish(t, d, queue.AI, m.Receipt)
	finish(t, d, queue.AI, m.Receipt)
	later(t, d, queue.AI, m.Receipt, 0)
	none(t, d, queue.AI)
}

// doneAfterVisibility: the newest receipt deletes even when its visibility has passed.
func doneAfterVisibility(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, 5*time.Second)
	d.Pass(6 * time.Second)
	finish(t, d, queue.AI, m.Receipt)
	none(t, d, queue.AI)
}

func doneOfMany(t *testing.T, d Driver) {
	const n = 23
	send(t, d, queue.AI, numbered("acc_1", n)...)
	var receipts []string
	for _, m := range gather(t, d, queue.AI, n, 20*time.Second) {
		receipts = append(receipts, m.Receipt)
	}
	finish(t, d, queue.AI, receipts...)
	d.Pass(21 * time.Second)
	none(t, d, queue.AI)
}

// oldReceipt: what an old receipt does to a newer delivery is the store's choice, but it is
// no error, and the newer receipt still deletes for good.
func oldReceipt(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	old := one(t, d, queue.AI, 5*time.Second)
	d.Pass(6 * time.Second)
	fresh := one(t, d, queue.AI, 20*time.Second)
	finish(t, d, queue.AI, old.Receipt)
	finish(t, d, queue.AI, fresh.Receipt)
	d.Pass(21 * time.Second)
	none(t, d, queue.AI)
}

func foreignReceipt(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, 5*time.Second)
	for _, bad := range []string{"", "nonsense", m.ID} {
		wantKind(t, "Done with "+bad, d.Done(t.Context(), queue.AI, bad), errs.Invalid)
		wantKind(t, "Later with "+bad, d.Later(t.Context(), queue.AI, bad, 0), errs.Invalid)
	}
	d.Pass(6 * time.Second)
	one(t, d, queue.AI, Visibility)
}

func laterAtOnce(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, 10*time.Minute)
	later(t, d, queue.AI, m.Receipt, 0)
	if again := one(t, d, queue.AI, Visibility); again.ID != m.ID {
		t.Errorf("ids %s and %s", m.ID, again.ID)
	}
}

func laterShortens(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, time.Hour)
	later(t, d, queue.AI, m.Receipt, 20*time.Second)
	d.Pass(10 * time.Second)
	none(t, d, queue.AI)
	d.Pass(11 * time.Second)
	one(t, d, queue.AI, Visibility)
}

func laterLengthens(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	m := one(t, d, queue.AI, 10*time.Second)
	later(t, d, queue.AI, m.Receipt, 40*time.Second)
	d.Pass(25 * time.Second)
	none(t, d, queue.AI)
	finish(t, d, queue.AI, m.Receipt)
	d.Pass(20 * time.Second)
	none(t, d, queue.AI)
}

// oldLaterLosesNothing: the holder of an older delivery postpones; the message must come
// again at the latest when both times have passed.
func oldLaterLosesNothing(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	old := one(t, d, queue.AI, 5*time.Second)
	d.Pass(6 * time.Second)
	later(t, d, queue.AI, old.Receipt, 5*time.Second) // visible: no error, whatever it does
	d.Pass(6 * time.Second)
	fresh := one(t, d, queue.AI, 10*time.Second)
	later(t, d, queue.AI, old.Receipt, 20*time.Second)
	d.Pass(31 * time.Second)
	last := one(t, d, queue.AI, Visibility)
	if last.ID != fresh.ID {
		t.Errorf("ids %s and %s", fresh.ID, last.ID)
	}
	finish(t, d, queue.AI, last.Receipt)
}

func delay(t *testing.T, d Driver) {
	send(t, d, queue.AI,
		queue.Message{Group: "acc_1", Body: "later", Delay: 20 * time.Second},
		queue.Message{Group: "acc_1", Body: "now"})
	m := one(t, d, queue.AI, 10*time.Minute)
	if m.Body != "now" {
		t.Fatalf("%q came first", m.Body)
	}
	d.Pass(10 * time.Second)
	none(t, d, queue.AI)
	d.Pass(11 * time.Second)
	if m := one(t, d, queue.AI, Visibility); m.Body != "later" || m.Receives != 1 {
		t.Errorf("received %+v", m)
	}
}

// exhaust receives a message as often as the store delivers it, in two ways of giving up.
func exhaust(t *testing.T, d Driver) (last queue.Delivery) {
	t.Helper()
	for i := range d.MaxReceives {
		last = one(t, d, queue.AI, 5*time.Second)
		if i%2 == 0 {
			later(t, d, queue.AI, last.Receipt, 0)
		} else {
			d.Pass(6 * time.Second)
		}
	}
	none(t, d, queue.AI)
	return last
}

func deadLetter(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: `{"job":"job_1"}`})
	last := exhaust(t, d)
	dead := one(t, d, queue.AI.Dead(), Visibility)
	if dead.Body != `{"job":"job_1"}` || dead.Group != "acc_1" {
		t.Errorf("dead letter %+v, want body and group of %+v", dead, last)
	}
	finish(t, d, queue.AI.Dead(), dead.Receipt)
	d.Pass(Visibility + time.Second)
	none(t, d, queue.AI.Dead())
	none(t, d, queue.AI)
}

// deadLettersStay: a dead letter may be received any number of times.
func deadLettersStay(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	exhaust(t, d)
	for range d.MaxReceives + 3 {
		m := one(t, d, queue.AI.Dead(), 5*time.Second)
		later(t, d, queue.AI.Dead(), m.Receipt, 0)
	}
	none(t, d, queue.AI)
	none(t, d, queue.AI.Dead().Dead())
}

func doneIsNeverDead(t *testing.T, d Driver) {
	send(t, d, queue.AI, queue.Message{Group: "acc_1", Body: "b"})
	for range d.MaxReceives - 1 {
		later(t, d, queue.AI, one(t, d, queue.AI, 5*time.Second).Receipt, 0)
	}
	finish(t, d, queue.AI, one(t, d, queue.AI, 5*time.Second).Receipt)
	d.Pass(6 * time.Second)
	none(t, d, queue.AI)
	none(t, d, queue.AI.Dead())
}

// partialFailure: of one batch some are deleted, the others come again.
func partialFailure(t *testing.T, d Driver) {
	send(t, d, queue.AI, numbered("acc_1", 10)...)
	kept := make(map[string]bool)
	n := 0
	for id, m := range gather(t, d, queue.AI, 10, 20*time.Second) {
		if n++; n%2 == 0 {
			finish(t, d, queue.AI, m.Receipt)
		} else {
			kept[id] = true
		}
	}
	d.Pass(21 * time.Second)
	for id := range gather(t, d, queue.AI, 5, Visibility) {
		if !kept[id] {
			t.Errorf("message %s was deleted and came again", id)
		}
	}
	none(t, d, queue.AI)
}

// quietGroup: an account's 10 messages behind another's 300. Every store delivers all;
// where groups take turns strictly, the quiet one is through within the first 40.
func quietGroup(t *testing.T, d Driver) {
	const busy, quiet = 300, 10
	send(t, d, queue.AI, numbered("acc_busy", busy)...)
	send(t, d, queue.AI, numbered("acc_quiet", quiet)...)
	seen, quietSeen, lastQuiet := map[string]bool{}, 0, 0
	for miss := 0; len(seen) < busy+quiet && miss < tries; {
		batch := receive(t, d, queue.AI, queue.MaxBatch, time.Hour)
		for _, m := range batch {
			if seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			if m.Group == "acc_quiet" {
				quietSeen++
				lastQuiet = len(seen)
			}
			finish(t, d, queue.AI, m.Receipt)
		}
		if len(batch) == 0 {
			miss++
		}
	}
	if len(seen) != busy+quiet || quietSeen != quiet {
		t.Fatalf("%d messages came, %d of the quiet group; want %d and %d", len(seen), quietSeen, busy+quiet, quiet)
	}
	if d.Turns && lastQuiet > 40 {
		t.Errorf("the last message of the quiet group was number %d", lastQuiet)
	}
}

// sideBySide: many receivers at once get each message, and none that was deleted again.
func sideBySide(t *testing.T, d Driver) {
	const n, receivers = 120, 8
	send(t, d, queue.AI, numbered("acc_1", n)...)
	var mu sync.Mutex
	seen := make(map[string]int)
	var wg sync.WaitGroup
	for range receivers {
		wg.Go(func() {
			for miss := 0; miss < tries; {
				got, err := d.Receive(t.Context(), queue.AI, queue.MaxBatch, time.Hour, 0)
				if err != nil {
					t.Errorf("Receive: %v", err)
					return
				}
				if len(got) == 0 {
					miss++
				}
				var receipts []string
				mu.Lock()
				for _, m := range got {
					seen[m.Body]++
					receipts = append(receipts, m.Receipt)
				}
				mu.Unlock()
				if err := d.Done(t.Context(), queue.AI, receipts...); err != nil {
					t.Errorf("Done: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if len(seen) != n {
		t.Errorf("%d messages came, want %d", len(seen), n)
	}
	none(t, d, queue.AI)
}
