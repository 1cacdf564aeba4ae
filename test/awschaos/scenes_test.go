package awschaos_test

import (
	"context"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/lab/aws/proxy"
)

const (
	texts    = "/v1/responses"
	pictures = "/v1/images/generations"
)

// scene is a run with faults of one kind. spoil does them until the run is over, and counts
// those that it does itself; those of the proxies are counted there.
type scene struct {
	name  string
	rows  []proxy.Rule // before the table
	aws   []proxy.Rule // before the other services
	spoil func(ctx context.Context, w *world) tally
}

func scenes() []scene {
	return []scene{
		{name: "messages twice, tokens twice and never", aws: []proxy.Rule{
			{Action: "SendMessageBatch", Kind: proxy.Repeat, Copies: 2}, {Action: "SendMessage", Kind: proxy.Repeat, Copies: 2},
			{Action: "StartExecution", Kind: proxy.Lose, Times: 1},
			{Action: "SendTaskSuccess", Kind: proxy.Drop, Skip: 1, Times: 1}, {Action: "SendTaskSuccess", Kind: proxy.Repeat, Copies: 2, Times: 3},
			{Action: "SendTaskSuccess", Kind: proxy.Lose, Times: 1}, {Action: "SendTaskSuccess", Kind: proxy.Drop, Times: 1},
		}},
		{name: "throttled table, lost answers", rows: []proxy.Rule{
			{Kind: proxy.Throttle, Skip: 40, P: .06, Times: 20}, {Action: "TransactWriteItems", Kind: proxy.Lose, Skip: 12, P: .2, Times: 5},
			{Action: "TransactWriteItems", Kind: proxy.Drop, Skip: 12, P: .2, Times: 3},
		}},
		{name: "workers killed", spoil: kills},
		{name: "a function's time is up", spoil: timesUp},
		{name: "dead letters", spoil: deadLetters},
	}
}

// kills ends the processes of busy functions: those that ask the provider, or WordPress, or
// that write a plan.
func kills(ctx context.Context, w *world) tally {
	got := tally{}
	planned := make(chan struct{}, 1)
	w.rows.Watch(func(action string, body []byte) {
		if text := string(body); action == "TransactWriteItems" && strings.Contains(text, "WAVE#") && strings.Contains(text, `"planning"`) {
			select {
			case planned <- struct{}{}:
			default:
			}
		}
	})
	defer w.rows.Watch(nil)
	w.ai.Latency(latency(400)...)
	defer w.ai.Latency(latency(20)...)
	want := map[string]int{"WorkerAi": 3, "WorkerImage": 2, "WorkerPublish": 2, "Stage": 1}
	busy := map[string]func() bool{
		"WorkerAi": func() bool { return w.asking(texts) > 0 }, "WorkerImage": func() bool { return w.asking(pictures) > 0 },
		"WorkerPublish": func() bool { return w.writing() > 0 },
		"Stage": func() bool {
			select {
			case <-planned:
				return true
			default:
				return false
			}
		},
	}
	for ctx.Err() == nil {
		for f, is := range busy {
			if want[f] > 0 && is() {
				if n := w.kill(f); n > 0 {
					got["killed "+f]++
					w.killed = append(w.killed, time.Now())
					want[f]--
				}
			}
		}
		pause(ctx, 150*time.Millisecond)
	}
	return got
}

// timesUp has the table answer later than functions may live, while texts and pictures are
// written down.
func timesUp(ctx context.Context, w *world) tally {
	for _, route := range []string{texts, pictures} {
		for ctx.Err() == nil && w.done(route) < 2 {
			pause(ctx, 50*time.Millisecond)
		}
		w.rows.Plan(proxy.Rule{Action: "TransactWriteItems", Kind: proxy.Delay, Wait: timeout + 10*time.Second, Times: 3})
		pause(ctx, timeout/2)
	}
	<-ctx.Done()
	return tally{}
}

// deadLetters has the table refuse everything until messages were delivered too often.
func deadLetters(ctx context.Context, w *world) tally {
	got := tally{}
	w.visible("ai", "2")
	defer w.visible("ai", "72")
	for ctx.Err() == nil && w.done(texts) < 2 {
		pause(ctx, 20*time.Millisecond)
	}
	w.rows.Plan(proxy.Rule{Kind: proxy.Throttle})
	w.quiet.Store(true) // the API can't answer either
	for end := time.Now().Add(time.Minute); ctx.Err() == nil && time.Now().Before(end); {
		if n := w.dead("ai"); n > 0 {
			got["dead letter"] = n
			break
		}
		pause(ctx, 200*time.Millisecond)
	}
	w.rows.Plan()
	w.quiet.Store(false)
	<-ctx.Done()
	return got
}

// done is how many calls of a route the provider has answered since the scene began.
func (w *world) done(route string) (n int) {
	for _, c := range w.ai.Requests(route, "") {
		if c.Status == 200 {
			n++
		}
	}
	return n
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
