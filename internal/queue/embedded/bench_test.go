package embedded_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/embedded"
)

func batch(n int) []queue.Message {
	msgs := make([]queue.Message, n)
	for i := range msgs {
		msgs[i] = queue.Message{Group: fmt.Sprint(i % 7), Body: `{"account":"acc_01J0000000000000000000000","job":"job_01J0000000000000000000000"}`}
	}
	return msgs
}

// BenchmarkSend is one transaction of n messages.
func BenchmarkSend(b *testing.B) {
	for _, n := range []int{1, 10, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := open(b, file(b), clock.Real{}, embedded.Options{})
			msgs := batch(n)
			for b.Loop() {
				must(b, q.Send(b.Context(), queue.AI, msgs...))
			}
		})
	}
}

// BenchmarkReceiveDone takes 10 messages from a queue of 10,000 and deletes them.
func BenchmarkReceiveDone(b *testing.B) {
	q := open(b, file(b), clock.Real{}, embedded.Options{})
	must(b, q.Send(b.Context(), queue.AI, batch(10000)...))
	for b.Loop() {
		var receipts []string
		for _, m := range receive(b, q, queue.AI, 10, time.Hour) {
			receipts = append(receipts, m.Receipt)
		}
		must(b, q.Done(b.Context(), queue.AI, receipts...))
		b.StopTimer()
		must(b, q.Send(b.Context(), queue.AI, batch(10)...))
		b.StartTimer()
	}
}

// BenchmarkDoneSideBySide deletes one message a call from many goroutines at once: their
// calls share transactions.
func BenchmarkDoneSideBySide(b *testing.B) {
	q := open(b, file(b), clock.Real{}, embedded.Options{})
	must(b, q.Send(b.Context(), queue.AI, batch(b.N)...))
	receipts := make(chan string, b.N)
	for len(receipts) < b.N {
		for _, m := range receive(b, q, queue.AI, 10, 10*time.Hour) {
			receipts <- m.Receipt
		}
	}
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := q.Done(b.Context(), queue.AI, <-receipts); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkOpen reads a queue of 100,000 messages.
func BenchmarkOpen(b *testing.B) {
	path := file(b)
	q := open(b, path, clock.Real{}, embedded.Options{})
	for range 20 {
		must(b, q.Send(b.Context(), queue.AI, batch(5000)...))
	}
	must(b, q.Close())
	for b.Loop() {
		q, err := embedded.Open(path, clock.Real{}, embedded.Options{})
		must(b, err)
		must(b, q.Close())
	}
}
