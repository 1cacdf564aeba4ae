package queue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/embedded"
)

// bubble runs a test in exact time on an embedded queue.
func bubble(t *testing.T, messages int, test func(t *testing.T, q *embedded.Queue)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queue.db")
	synctest.Test(t, func(t *testing.T) {
		q, err := embedded.Open(path, clock.Real{}, embedded.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		for i := range messages {
			if err := q.Send(t.Context(), queue.AI, queue.Message{Group: "g", Body: fmt.Sprint(i)}); err != nil {
				t.Fatal(err)
			}
		}
		test(t, q)
	})
}

func depth(t *testing.T, q *embedded.Queue, visible, flying int) {
	t.Helper()
	v, f, _, err := q.Depth(t.Context(), queue.AI)
	if err != nil || v != visible || f != flying {
		t.Errorf("%d visible and %d in flight (%v), want %d and %d", v, f, err, visible, flying)
	}
}

func TestPollRefusesOptions(t *testing.T) {
	t.Parallel()
	good := queue.PollOptions{Workers: 1, Batch: 1, Visibility: 2 * time.Minute}
	for name, change := range map[string]func(o *queue.PollOptions){
		"no workers":          func(o *queue.PollOptions) { o.Workers = 0 },
		"no batch":            func(o *queue.PollOptions) { o.Batch = 0 },
		"batch of 11":         func(o *queue.PollOptions) { o.Batch = 11 },
		"short visibility":    func(o *queue.PollOptions) { o.Visibility = time.Minute },
		"time-out too long":   func(o *queue.PollOptions) { o.HandlerTimeout = o.Visibility + 1 },
		"negative time-out":   func(o *queue.PollOptions) { o.HandlerTimeout = -1 },
		"negative wait":       func(o *queue.PollOptions) { o.Wait = -1 },
		"visibility too long": func(o *queue.PollOptions) { o.Visibility = queue.MaxVisibility + 1 },
	} {
		o := good
		change(&o)
		if err := queue.Poll(t.Context(), nil, queue.AI, nil, o); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPollDeadline(t *testing.T) {
	t.Parallel()
	for want, o := range map[time.Duration]queue.PollOptions{
		14 * time.Minute: {Visibility: 15 * time.Minute},
		30 * time.Second: {Visibility: 15 * time.Minute, HandlerTimeout: 30 * time.Second},
	} {
		bubble(t, 1, func(t *testing.T, q *embedded.Queue) {
			ctx, cancel := context.WithCancel(t.Context())
			began := time.Now()
			h := func(ctx context.Context, batch []queue.Delivery) []string {
				cancel()
				<-ctx.Done() // only the deadline ends it: the poll's own end does not
				return []string{batch[0].ID}
			}
			o.Workers, o.Batch = 2, 10
			if err := queue.Poll(ctx, q, queue.AI, h, o); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took != want {
				t.Errorf("the handler had %s, want %s", took, want)
			}
			depth(t, q, 0, 1)
		})
	}
}

func TestPollGrace(t *testing.T) {
	t.Parallel()
	bubble(t, 1, func(t *testing.T, q *embedded.Queue) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		h := func(ctx context.Context, _ []queue.Delivery) []string { cancel(); <-ctx.Done(); return nil }
		o := queue.PollOptions{Workers: 2, Batch: 10, Visibility: time.Hour, Grace: 5 * time.Second}
		if err := queue.Poll(ctx, q, queue.AI, h, o); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("the handler had %s, want the grace of 5 s", took)
		}
		depth(t, q, 0, 0) // it said that it finished, so the message is deleted
	})
}

// TestPollWorkers: never more handler calls than workers, and as many when there is work.
func TestPollWorkers(t *testing.T) {
	t.Parallel()
	bubble(t, 60, func(t *testing.T, q *embedded.Queue) {
		var running, most, calls, messages atomic.Int32
		h := func(_ context.Context, batch []queue.Delivery) []string {
			now := running.Add(1)
			defer running.Add(-1)
			for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
			}
			time.Sleep(time.Minute) // the bubble's time: it only passes when all wait
			calls.Add(1)
			messages.Add(int32(len(batch)))
			return nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		o := queue.PollOptions{Workers: 4, Batch: 5, Visibility: time.Hour}
		if err := queue.Poll(ctx, q, queue.AI, h, o); err != nil {
			t.Error(err)
		}
		if most.Load() != 4 || messages.Load() != 60 || calls.Load() != 12 {
			t.Errorf("%d calls side by side, %d calls, %d messages; want 4, 12, 60", most.Load(), calls.Load(), messages.Load())
		}
		depth(t, q, 0, 0)
	})
}

func TestPollReports(t *testing.T) {
	t.Parallel()
	for want, h := range map[string]queue.Handler{
		"the handler panicked: boom":                              func(context.Context, []queue.Delivery) []string { panic("boom") },
		"the handler named 1 messages that were not in its batch": func(context.Context, []queue.Delivery) []string { return []string{"stranger"} },
	} {
		bubble(t, 3, func(t *testing.T, q *embedded.Queue) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var told []string
			o := queue.PollOptions{Workers: 1, Batch: 10, Visibility: time.Hour, Report: func(err error) { told = append(told, err.Error()) }}
			if err := queue.Poll(ctx, q, queue.AI, h, o); err != nil {
				t.Error(err)
			}
			if len(told) != 1 || !strings.Contains(told[0], want) {
				t.Errorf("reported %q, want %q", told, want)
			}
			depth(t, q, 0, 3)
		})
	}
}

// TestPollBacksOff: a store that fails is asked again after the pause, not in a spin.
func TestPollBacksOff(t *testing.T) {
	t.Parallel()
	bubble(t, 0, func(t *testing.T, q *embedded.Queue) {
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute-time.Second)
		defer cancel()
		reports := 0
		o := queue.PollOptions{Workers: 1, Batch: 10, Visibility: time.Hour, Backoff: 10 * time.Second, Report: func(error) { reports++ }}
		if err := queue.Poll(ctx, q, queue.AI, nil, o); err != nil {
			t.Error(err)
		}
		if reports != 6 {
			t.Errorf("%d reports in a minute with pauses of 10 s, want 6", reports)
		}
	})
}
