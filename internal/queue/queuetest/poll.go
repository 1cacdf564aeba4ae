package queuetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/queue"
)

// pollUntil polls with h until it has been given want deliveries, then stops the poll and
// waits for it.
func pollUntil(t *testing.T, d Driver, want int, h queue.Handler) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	var mu sync.Mutex
	given := 0
	counted := func(ctx context.Context, batch []queue.Delivery) []string {
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			if given += len(batch); given >= want {
				stop()
			}
		}()
		return h(ctx, batch)
	}
	err := queue.Poll(ctx, d, queue.AI, counted, queue.PollOptions{
		Workers: 3, Batch: 10, Visibility: Visibility, Wait: time.Second, HandlerTimeout: 20 * time.Second,
	})
	if err != nil {
		t.Fatalf("Poll: %v", err)
	}
	if given < want {
		t.Fatalf("the handler was given %d messages, want %d", given, want)
	}
}

func pollDeletes(t *testing.T, d Driver) {
	const n = 40
	send(t, d, queue.AI, numbered("acc_1", n)...)
	pollUntil(t, d, n, func(context.Context, []queue.Delivery) []string { return nil })
	d.Pass(Visibility + time.Second)
	none(t, d, queue.AI)
}

func pollFailures(t *testing.T, d Driver) {
	const n, bad = 40, 8
	send(t, d, queue.AI, numbered("acc_1", n)...)
	wrong := make(map[string]bool)
	for i := range bad {
		wrong[fmt.Sprintf(`{"job":"acc_1-%d"}`, i*5)] = true
	}
	pollUntil(t, d, n, func(_ context.Context, batch []queue.Delivery) (failed []string) {
		for _, m := range batch {
			if wrong[m.Body] {
				failed = append(failed, m.ID)
			}
		}
		return failed
	})
	none(t, d, queue.AI) // hidden by their visibility still
	d.Pass(Visibility + time.Second)
	for _, m := range gather(t, d, queue.AI, bad, Visibility) {
		if !wrong[m.Body] {
			t.Errorf("%s succeeded and came again", m.Body)
		}
	}
	none(t, d, queue.AI)
}

func pollPanic(t *testing.T, d Driver) {
	const n = 10
	send(t, d, queue.AI, numbered("acc_1", n)...)
	pollUntil(t, d, n, func(context.Context, []queue.Delivery) []string { panic("handler") })
	d.Pass(Visibility + time.Second)
	gather(t, d, queue.AI, n, Visibility)
}
