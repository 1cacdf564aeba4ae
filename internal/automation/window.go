package automation

import (
	"context"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// An account has a window of jobs in a queue: the others of its waves stay out of it, and
// come one by one as those before them end. Without it a wave of 500 jobs stands before all
// that others send after it, and nobody else is served for as long as it takes. The window
// is a wave's own, written into it when it is planned: of a wave's jobs of one queue, the
// first so many are sent at once, and each of them names the one that follows it when it
// ends, so that nothing has to be counted. Who follows is visible after twice as long as
// who it follows waited: the fuller a queue is, the less of it a large account asks for.

// LeastShare tells the part of an account's window that a run has at least, however many run: one in so many.
const LeastShare = 20

// Pace is how many times as long a job stays away from its queue as the one waited there
// that it follows. More is fairer while queues are full, and slower for who is alone.
const Pace = 2

// window is how many jobs of a new wave of a run may be in their queue at a time: the
// account's window, shared among its runs that are not ended.
func (e *Engine) window(ctx context.Context, s account.Scope) (int, error) {
	runs, prefix := 0, strings.Join([]string{"R", s.Account(), ""}, "#")
	for shard := range openShards {
		k := openKey(e.system, shard, prefix)
		p, err := e.table.Query(ctx, table.Query{Partition: k.Partition, Prefix: k.Sort, Limit: LeastShare})
		if err != nil {
			return 0, err
		}
		runs += len(p.Items)
	}
	return max(1, e.Limits.Window/min(max(1, runs), LeastShare)), nil
}

// lanes are the wave's jobs by their queue, in the order in which they come to it.
func (w Wave) lanes() map[string][]string {
	out := map[string][]string{}
	for _, j := range w.Jobs {
		out[j.Queue] = append(out[j.Queue], j.Job)
	}
	return out
}

// followers are, by job, the one that comes to the queue when it ends.
func (w Wave) followers() map[string]string {
	out := map[string]string{}
	if w.Window == 0 { // a wave from before there were windows
		return out
	}
	for _, lane := range w.lanes() {
		for i := w.Window; i < len(lane); i++ {
			out[lane[i-w.Window]] = lane[i]
		}
	}
	return out
}

// behind are those of the open jobs whose turn to come to the queue is not yet there: the
// one that they follow is open too.
func (w Wave) behind(open []string) map[string]bool {
	there := map[string]bool{}
	for _, j := range open {
		there[j] = true
	}
	out := map[string]bool{}
	for before, job := range w.followers() {
		if there[before] {
			out[job] = true
		}
	}
	return out
}

// follower is the message that comes to the queue when a job has ended.
type follower struct {
	queue queue.Name
	queue.Message
	after string // id of the message whose job ended
}

// follow sends what comes after the jobs of a batch, together: what is sent together is
// received together, and worked on side by side. It gives the messages whose followers could
// not be sent; they have to come again, and then find their jobs ended.
func (e *Engine) follow(ctx context.Context, list []follower) (failed []string) {
	byQueue := map[queue.Name][]queue.Message{}
	for _, f := range list {
		byQueue[f.queue] = append(byQueue[f.queue], f.Message)
	}
	for q, msgs := range byQueue {
		if err := e.Queue.Send(context.WithoutCancel(ctx), q, msgs...); err != nil {
			e.Log.Error("follow", "queue", q, "err", err)
			for _, f := range list {
				if f.queue == q {
					failed = append(failed, f.after)
				}
			}
		}
	}
	return failed
}
