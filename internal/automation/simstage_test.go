package automation_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// simStage is a stage of the simulated pipeline: an item of stage n is done by one paid
// call and becomes an item of stage n+1. Stage 3 is local, as in the real pipeline.
type simStage struct {
	n     int
	w     *world
	table table.Table
}

// simMost is the most that a call of the simulated pipeline can cost; it costs 7.
const simMost = 9

func (w *world) stages(t table.Table) []automation.Stage {
	out := make([]automation.Stage, automation.Last)
	for i := range out {
		out[i] = &simStage{n: i + 1, w: w, table: t}
	}
	return out
}

func simKey(s account.Scope, n int, item string) table.Key {
	return table.Key{Partition: table.OfSite(s, simSite), Sort: fmt.Sprintf("ITEM#%d#%s", n, item)}
}

func simItem(s account.Scope, n int, item string) table.Op {
	return table.Put(table.Item{Key: simKey(s, n, item), Type: "sim", Attrs: table.Attrs{"status": "new", "item": item}}, table.Absent())
}

// seedItems puts n items at the first stage.
func (w *world) seedItems(n int) {
	for i := range n {
		w.must(w.table.Write(context.Background(), simItem(w.scope, 1, fmt.Sprintf("item%02d", i))))
	}
}

func (st *simStage) Number() int { return st.n }

func (st *simStage) items(ctx context.Context, s account.Scope, status string) ([]string, error) {
	var out []string
	for it, err := range table.All(ctx, st.table, table.Query{Partition: table.OfSite(s, simSite), Prefix: fmt.Sprintf("ITEM#%d#", st.n), Consistency: table.Consistent}) {
		if err != nil {
			return nil, err
		}
		if it.Attrs["status"] == status {
			out = append(out, it.Attrs["item"].(string))
		}
	}
	return out, nil
}

func (st *simStage) done(s account.Scope, item string) []table.Op {
	ops := []table.Op{table.Change(simKey(s, st.n, item), table.Changes{Set: table.Attrs{"status": "done"}}, table.Equals("status", "new"))}
	if st.n < automation.Last {
		ops = append(ops, simItem(s, st.n+1, item))
	}
	return ops
}

func (st *simStage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	if do := st.w.planning; do != nil {
		st.w.planning = nil
		do()
	}
	waiting, err := st.items(ctx, s, "new")
	if err != nil {
		return automation.Selection{}, err
	}
	if len(in.Items) > 0 {
		waiting = in.Items
	}
	var sel automation.Selection
	for _, item := range waiting {
		if st.n == 3 {
			if err := st.table.Transact(ctx, st.done(s, item)...); err != nil {
				return sel, err
			}
			continue
		}
		if in.Limit > 0 && len(sel.Jobs) == in.Limit {
			break
		}
		q := queue.AI
		if st.n == automation.Last && st.w.posts {
			q = queue.Publish
		}
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: item, Title: item, Input: "input", Queue: q, Share: credit.Whole(2), Most: simMost})
	}
	return sel, nil
}

func (st *simStage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	_, err := w.Once(ctx, "answer", simMost, func(context.Context) (ai.Answer, error) {
		if err := st.w.provider.sell(w.Job.ID); err != nil {
			return ai.Answer{}, err
		}
		return ai.Answer{Usage: ai.Usage{CostUSD: 7}, Raw: []byte("answer")}, nil
	})
	if err != nil {
		return automation.Outcome{}, err
	}
	return automation.Outcome{Ops: st.done(s, w.Job.Item), Draw: st.w.draw, Result: json.RawMessage(`{}`)}, nil
}

func (st *simStage) Fold(_ context.Context, _ account.Scope, in automation.FoldInput) (automation.Counts, error) {
	n := int64(0)
	for _, j := range in.Jobs {
		if j.State == automation.JobDone {
			n++
		}
	}
	return automation.Counts{"folded": n}, nil
}
