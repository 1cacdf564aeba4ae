package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/embedded"
	"github.com/igny8/igny8/internal/queue/queuetest"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func open(t testing.TB, path string, c clock.Clock, o embedded.Options) *embedded.Queue {
	t.Helper()
	q, err := embedded.Open(path, c, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return q
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "queue.db") }

func receive(t testing.TB, q *embedded.Queue, name queue.Name, max int, visibility time.Duration) []queue.Delivery {
	t.Helper()
	got, err := q.Receive(t.Context(), name, max, visibility, 0)
	if err != nil {
		t.Fatalf("Receive: %v", err)
	}
	return got
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	queuetest.Run(t, func(t *testing.T) queuetest.Driver {
		c := clock.At(start)
		q := open(t, file(t), c, embedded.Options{MaxReceives: 3})
		return queuetest.Driver{Port: q, Pass: c.Advance, MaxReceives: 3, Turns: true}
	})
}

func TestOpen(t *testing.T) {
	t.Parallel()
	path := file(t)
	q := open(t, path, clock.At(start), embedded.Options{})
	_, err := embedded.Open(path, clock.At(start), embedded.Options{})
	if e := errs.Of(err); e == nil || e.Kind != errs.Conflict || e.Code != "in_use" {
		t.Errorf("second Open: %v, want Conflict in_use", err)
	}
	must(t, q.Close())
	must(t, q.Close())
	open(t, path, clock.At(start), embedded.Options{})
	if _, err := embedded.Open(filepath.Join(t.TempDir(), "absent", "q"), clock.At(start), embedded.Options{}); errs.Of(err).Code != "queue_open" {
		t.Errorf("Open in an absent folder: %v", err)
	}
	if _, err := embedded.Open(file(t), clock.At(start), embedded.Options{MaxReceives: -1}); !errs.Is(err, errs.Invalid) {
		t.Errorf("negative MaxReceives: %v", err)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	q := open(t, file(t), clock.At(start), embedded.Options{})
	must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "b"}))
	m := receive(t, q, queue.AI, 1, time.Minute)[0]
	must(t, q.Close())
	for name, call := range map[string]func() error{
		"Send":    func() error { return q.Send(t.Context(), queue.AI, queue.Message{Body: "b"}) },
		"Receive": func() error { _, err := q.Receive(t.Context(), queue.AI, 1, time.Minute, time.Hour); return err },
		"Done":    func() error { return q.Done(t.Context(), queue.AI, m.Receipt) },
		"Later":   func() error { return q.Later(t.Context(), queue.AI, m.Receipt, time.Minute) },
		"Depth":   func() error { _, _, _, err := q.Depth(t.Context(), queue.AI); return err },
	} {
		if err := call(); errs.Of(err) == nil || errs.Of(err).Code != "closed" {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

// TestReopen: what was in flight is visible at once, delays and postponed messages keep
// their time, counts go on, deleted messages stay deleted.
func TestReopen(t *testing.T) {
	t.Parallel()
	path, c := file(t), clock.At(start)
	q := open(t, path, c, embedded.Options{})
	must(t, q.Send(t.Context(), queue.AI,
		queue.Message{Group: "g", Body: "flying"}, queue.Message{Group: "g", Body: "postponed"}, queue.Message{Group: "g", Body: "done"},
		queue.Message{Group: "g", Body: "delayed", Delay: 10 * time.Minute}, queue.Message{Group: "g", Body: "waiting"}))
	for _, m := range receive(t, q, queue.AI, 3, time.Hour) {
		switch m.Body {
		case "postponed":
			must(t, q.Later(t.Context(), queue.AI, m.Receipt, 5*time.Minute))
		case "done":
			must(t, q.Done(t.Context(), queue.AI, m.Receipt))
		}
	}
	must(t, q.Close())
	q = open(t, path, c, embedded.Options{})
	want := func(when string, want ...string) {
		t.Helper()
		var got []string
		for _, m := range receive(t, q, queue.AI, 10, time.Hour) {
			got = append(got, fmt.Sprintf("%s %d", m.Body, m.Receives))
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %q, want %q", when, got, want)
		}
		for _, w := range want {
			found := false
			for _, g := range got {
				found = found || g == w
			}
			if !found {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
	}
	want("at once", "flying 2", "waiting 1")
	c.Advance(5 * time.Minute)
	want("after the postponement", "postponed 2")
	c.Advance(5 * time.Minute)
	want("after the delay", "delayed 1")
}

// TestReceiptAcrossReopen: a holder that outlived the queue's restart may still finish.
func TestReceiptAcrossReopen(t *testing.T) {
	t.Parallel()
	path, c := file(t), clock.At(start)
	q := open(t, path, c, embedded.Options{})
	must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "b"}))
	m := receive(t, q, queue.AI, 1, time.Hour)[0]
	must(t, q.Close())
	q = open(t, path, c, embedded.Options{})
	must(t, q.Done(t.Context(), queue.AI, m.Receipt))
	if got := receive(t, q, queue.AI, 1, time.Hour); len(got) > 0 {
		t.Errorf("deleted message came again: %+v", got)
	}
}

func TestDeadLetterAcrossReopen(t *testing.T) {
	t.Parallel()
	path, c := file(t), clock.At(start)
	for i := range 2 {
		q := open(t, path, c, embedded.Options{MaxReceives: 2})
		if i == 0 {
			must(t, q.Send(t.Context(), queue.AI, queue.Message{Group: "g", Body: "b"}))
		}
		if got := receive(t, q, queue.AI, 1, time.Hour); len(got) != 1 {
			t.Fatalf("opening %d: %d messages", i, len(got))
		}
		must(t, q.Close())
	}
	q := open(t, path, c, embedded.Options{MaxReceives: 2})
	dead := receive(t, q, queue.AI.Dead(), 10, 0)
	if len(dead) != 1 || dead[0].Body != "b" || dead[0].Group != "g" || dead[0].Receives != 3 {
		t.Fatalf("dead letters %+v", dead)
	}
	must(t, q.Close())
	q = open(t, path, c, embedded.Options{MaxReceives: 100}) // moved for good
	if got := receive(t, q, queue.AI, 1, 0); len(got) > 0 {
		t.Errorf("the dead letter came back to life: %+v", got)
	}
	if got := receive(t, q, queue.AI.Dead(), 1, 0); len(got) != 1 {
		t.Errorf("%d dead letters, want 1", len(got))
	}
}

// TestTurns: 1,000 messages of one account wait when 10 of another come.
func TestTurns(t *testing.T) {
	t.Parallel()
	q := open(t, file(t), clock.At(start), embedded.Options{})
	msgs := make([]queue.Message, 1010)
	for i := range msgs {
		msgs[i] = queue.Message{Group: "acc_busy", Body: "b"}
		if i >= 1000 {
			msgs[i].Group = "acc_quiet"
		}
	}
	must(t, q.Send(t.Context(), queue.AI, msgs...))
	quiet := 0
	for range 2 {
		for _, m := range receive(t, q, queue.AI, 10, time.Hour) {
			if m.Group == "acc_quiet" {
				quiet++
			}
		}
	}
	if quiet != 10 {
		t.Errorf("%d of the quiet account's 10 messages came with the first 20", quiet)
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	path, c := file(t), clock.At(start)
	q := open(t, path, c, embedded.Options{})
	must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "old"}, queue.Message{Body: "old"}))
	held := receive(t, q, queue.AI, 1, time.Hour)[0]
	c.Advance(queue.Retention - time.Minute)
	must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "new"}))
	if v, f, d, _ := q.Depth(t.Context(), queue.AI); v != 3 || f != 0 || d != 0 {
		t.Errorf("depth %d %d %d before the end of the retention, want 3 0 0", v, f, d)
	}
	c.Advance(time.Minute)
	got := receive(t, q, queue.AI, 10, time.Hour)
	if len(got) != 1 || got[0].Body != "new" {
		t.Errorf("received %+v, want the new one alone", got)
	}
	must(t, q.Done(t.Context(), queue.AI, held.Receipt))
	must(t, q.Close())
	q = open(t, path, clock.At(start), embedded.Options{})
	if got := receive(t, q, queue.AI, 10, time.Hour); len(got) != 1 {
		t.Errorf("%d messages in the file, want the new one alone", len(got))
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	c := clock.At(start)
	q := open(t, file(t), c, embedded.Options{MaxReceives: 1})
	must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "a"}, queue.Message{Body: "b"}, queue.Message{Body: "c"},
		queue.Message{Body: "d", Delay: 2 * time.Minute}))
	receive(t, q, queue.AI, 1, time.Minute)
	want := func(name queue.Name, visible, flying, delayed int) {
		t.Helper()
		v, f, d, err := q.Depth(t.Context(), name)
		if err != nil || v != visible || f != flying || d != delayed {
			t.Errorf("depth of %s is %d %d %d (%v), want %d %d %d", name, v, f, d, err, visible, flying, delayed)
		}
	}
	want(queue.AI, 2, 1, 1)
	want(queue.AI.Dead(), 0, 0, 0)
	c.Advance(time.Minute)
	want(queue.AI, 2, 0, 1)
	want(queue.AI.Dead(), 1, 0, 0)
	c.Advance(time.Minute)
	want(queue.AI, 3, 0, 0)
}

// TestLongPoll: a waiting Receive wakes on a send, when a delay ends, when another holder
// gives back, at its context's end and when the queue closes, and gives up after its wait.
// The bubble's time is exact, so each case tells when it woke.
func TestLongPoll(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(t *testing.T, q *embedded.Queue)
		during  func(q *embedded.Queue, cancel func()) error // after 7 s
		got     int
		after   time.Duration
		fails   error
	}{
		"nothing comes": {after: time.Minute},
		"a send": {got: 1, after: 7 * time.Second, during: func(q *embedded.Queue, _ func()) error {
			return q.Send(context.Background(), queue.AI, queue.Message{Body: "b"})
		}},
		"a delay ends": {got: 1, after: 30 * time.Second, prepare: func(t *testing.T, q *embedded.Queue) {
			must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "b", Delay: 30 * time.Second}))
		}},
		"a delayed send": {got: 1, after: 17 * time.Second, during: func(q *embedded.Queue, _ func()) error {
			return q.Send(context.Background(), queue.AI, queue.Message{Body: "b", Delay: 10 * time.Second})
		}},
		"given back": {got: 1, after: 7 * time.Second, prepare: func(t *testing.T, q *embedded.Queue) {
			must(t, q.Send(t.Context(), queue.AI, queue.Message{Body: "b"}))
			receive(t, q, queue.AI, 1, time.Hour)
		}, during: func(q *embedded.Queue, _ func()) error {
			return q.Later(context.Background(), queue.AI, "ai/0000000000000001/1", 0)
		}},
		"cancelled": {after: 7 * time.Second, fails: context.Canceled, during: func(_ *embedded.Queue, cancel func()) error { cancel(); return nil }},
		"closed":    {after: 7 * time.Second, fails: errClosed, during: func(q *embedded.Queue, _ func()) error { return q.Close() }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t)
			synctest.Test(t, func(t *testing.T) {
				q := open(t, path, clock.Real{}, embedded.Options{})
				if c.prepare != nil {
					c.prepare(t, q)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.during != nil {
					time.AfterFunc(7*time.Second, func() {
						if err := c.during(q, cancel); err != nil {
							t.Error(err)
						}
					})
				}
				began := time.Now()
				got, err := q.Receive(ctx, queue.AI, 10, time.Minute, time.Minute)
				if took := time.Since(began).Round(time.Millisecond); took != c.after || len(got) != c.got {
					t.Errorf("%d messages after %s, want %d after %s", len(got), took, c.got, c.after)
				}
				if !matches(err, c.fails) {
					t.Errorf("error %v, want %v", err, c.fails)
				}
			})
		})
	}
}

var errClosed = errors.New("closed")

func matches(err, want error) bool {
	if errors.Is(want, errClosed) {
		return err != nil && errs.Of(err).Code == "closed"
	}
	return errors.Is(err, want)
}
