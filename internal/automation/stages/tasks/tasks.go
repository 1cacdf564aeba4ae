// Package tasks is stage 3 of a run: ideas become writing tasks (facts 11.5). It asks no
// provider and has no jobs: all is done in Plan, in transactions that are safe to repeat.
package tasks

import (
	"context"
	"slices"
	"strconv"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/pick"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
)

// BatchSize is how many ideas one transaction takes: two writes each.
const BatchSize = 45

// Stage is stage 3. It is safe for concurrent use.
type Stage struct {
	table table.Table
	ideas *idea.Service
	tasks *task.Service
}

var (
	_ automation.Stage     = (*Stage)(nil)
	_ automation.Estimator = (*Stage)(nil)
)

// New makes the stage.
func New(t table.Table, ideas *idea.Service, tasks *task.Service) *Stage {
	return &Stage{table: t, ideas: ideas, tasks: tasks}
}

// Number is the stage's place in a run.
func (*Stage) Number() int { return 3 }

// Plan makes a task of each new, enabled idea, with its outline and keywords, and queues
// the idea. It gives no jobs, so in.Limit, which bounds jobs, does not bound it. The counts
// of a run are those of all tasks that bear its id: a repeat after a crash tells the same.
// Items of the input are idea ids; Conflict when one is queued, completed or disabled.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	all, err := st.ideas.List(ctx, s, in.Site, idea.Filter{})
	if err != nil {
		return automation.Selection{}, errs.Wrap("tasks.Plan", err)
	}
	in.Limit = 0
	todo, err := pick.From(in, all, state)
	if err != nil {
		return automation.Selection{}, err
	}
	made := 0
	for batch := range slices.Chunk(todo, BatchSize) {
		n, err := st.batch(ctx, s, in.Run, batch)
		if err != nil {
			return automation.Selection{}, errs.Wrap("tasks.Plan", err)
		}
		made += n
	}
	if in.Run != "" {
		if made, err = st.made(ctx, s, in.Site, in.Run); err != nil {
			return automation.Selection{}, errs.Wrap("tasks.Plan", err)
		}
	}
	return automation.Selection{Counts: automation.Counts{"ideas_processed": int64(made), "tasks_created": int64(made),
		"batches_run": int64((made + BatchSize - 1) / BatchSize)}}, nil
}

// made counts the tasks that bear a run's id.
func (st *Stage) made(ctx context.Context, s account.Scope, site, run string) (n int, err error) {
	for t, err := range st.tasks.Each(ctx, s, site) {
		if err != nil {
			return 0, err
		}
		if t.Run == run {
			n++
		}
	}
	return n, nil
}

// Estimate counts the ideas that wait; the stage itself costs nothing.
func (st *Stage) Estimate(ctx context.Context, s account.Scope, in automation.PlanInput, coming automation.Flow) (automation.Forecast, error) {
	all, err := st.ideas.List(ctx, s, in.Site, idea.Filter{})
	if err != nil {
		return automation.Forecast{}, errs.Wrap("tasks.Estimate", err)
	}
	var f automation.Forecast
	for _, x := range all {
		if state(x).Blocked == nil {
			f.Waiting++
		}
	}
	f.Next.Items = f.Waiting + coming.Items
	return f, nil
}

func state(x idea.Idea) pick.State {
	st := pick.State{ID: x.ID}
	switch {
	case x.Status != idea.New:
		st.Blocked = pick.Blocked("idea_queued", "a task was made of the idea already")
	case x.Disabled:
		st.Blocked = pick.Blocked("idea_disabled", "the idea is disabled: enable it first")
	}
	return st
}

// batch writes one transaction. When a person changed an idea meanwhile, the ideas of the
// batch are done one by one and those changed are left as they are.
func (st *Stage) batch(ctx context.Context, s account.Scope, run string, batch []idea.Idea) (made int, err error) {
	var ops []table.Op
	for _, x := range batch {
		t := FromIdea(x, run)
		op, err := task.NewOp(s, t)
		if err != nil {
			return 0, err
		}
		ops = append(ops, op, idea.QueueOp(s, x.Site, x.ID, t.ID))
	}
	err = st.table.Transact(ctx, ops...)
	if table.FailedCondition(err) == nil {
		return len(batch), err
	}
	if len(batch) == 1 {
		return 0, nil
	}
	for _, x := range batch {
		n, err := st.batch(ctx, s, run, []idea.Idea{x})
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// taskID follows from the idea's id, so there is one; after its task was deleted unwritten,
// the idea has another.
func taskID(x idea.Idea) string {
	if x.Requeued == 0 {
		return id.Hash("tsk", x.ID)
	}
	return id.Hash("tsk", x.ID, strconv.Itoa(x.Requeued))
}

// FromIdea is the task of an idea.
func FromIdea(x idea.Idea, run string) task.Task {
	t := task.Task{ID: taskID(x), Site: x.Site, Sector: x.Sector, Title: x.IdeaTitle, Description: x.Description,
		Cluster: x.KeywordCluster, ClusterName: x.ClusterName, Idea: x.ID, PrimaryKeyword: x.PrimaryKeyword,
		ContentType: x.ContentType, ContentStructure: x.ContentStructure, WordCount: x.EstimatedWordCount, Status: task.Queued, Run: run}
	for _, sec := range x.Outline {
		t.Outline = append(t.Outline, task.Section(sec))
	}
	for _, k := range x.Keywords {
		t.Keywords = append(t.Keywords, task.Keyword(k))
	}
	return t
}

// Do is never called: the stage has no jobs.
func (*Stage) Do(context.Context, account.Scope, *automation.Work) (automation.Outcome, error) {
	return automation.Outcome{}, errs.New(errs.Internal, "no_jobs", "stage 3 has no jobs").Because(errs.Ours)
}

// Fold has nothing to bring in: the stage has no waves.
func (*Stage) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}
