package task

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

const prefix = "TASK#"

func key(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: prefix + id}
}

// NewOp stores a task that is not there yet.
func NewOp(s account.Scope, t Task) (table.Op, error) {
	attrs, err := table.Encode(t)
	if err != nil {
		return table.Op{}, errs.Wrap("encode task", err)
	}
	delete(attrs, "created_at")
	delete(attrs, "updated_at")
	delete(attrs, "version")
	return table.Put(table.Item{Key: key(s, t.Site, t.ID), Type: "task", Attrs: attrs}, table.Absent()), nil
}

// CompleteOp moves a queued task to completed and names the job that was paid for it and
// the content it gave, on condition that no job did so. A task that was deleted meanwhile is
// completed as well: what was paid for is kept.
func CompleteOp(s account.Scope, site, id, job, content string) table.Op {
	return table.Change(key(s, site, id), table.Changes{
		Set:    table.Attrs{"status": string(Completed), "job": job, "content": content},
		Remove: []string{"fault", "fault_cause"},
	}, table.Equals("status", string(Queued)), table.Missing("job"))
}

// FailedOp notes on a queued task that its try number attempt failed.
func FailedOp(s account.Scope, site, id string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return table.Change(key(s, site, id), table.Changes{Set: table.Attrs{
		"attempt": int64(attempt + 1), "failed_run": run, "fault_cause": string(cause), "fault": fault}},
		table.Equals("status", string(Queued)))
}

func (v *Service) load(ctx context.Context, s account.Scope, site, id string) (Task, error) {
	return table.GetAs(ctx, v.table, key(s, site, id), decode)
}

func (v *Service) all(ctx context.Context, s account.Scope, site string) ([]Task, error) {
	return table.CollectAs(ctx, v.table, every(s, site), decode)
}

func every(s account.Scope, site string) table.Query {
	return table.Query{Partition: table.OfSite(s, site), Prefix: prefix, Consistency: table.Consistent}
}

// Read gives the task that an item of Type "task" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Task, error) { return decode(it) }

func decode(it table.Item) (Task, error) {
	var t Task
	if err := table.Decode(it.Attrs, &t); err != nil {
		return Task{}, errs.Wrap("decode task", err)
	}
	t.CreatedAt, t.UpdatedAt, t.Version = it.Created, it.Updated, it.Version
	return t, nil
}
