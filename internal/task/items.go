package task

import (
	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

// kind is how tasks are kept.
var kind = record.Kind[Task]{Type: "task", Prefix: "TASK#", Keep: KeepDeleted, Head: func(t *Task) record.Head {
	return record.Head{ID: &t.ID, Site: &t.Site, Deleted: &t.Deleted, Created: &t.CreatedAt, Updated: &t.UpdatedAt, Version: &t.Version}
}}

// NewOp stores a task that is not there yet.
func NewOp(s account.Scope, t Task) (table.Op, error) { return kind.New(s, t) }

// CompleteOp moves a queued task to completed and names the job that was paid for it and
// the content it gave, on condition that no job did so. A task that was deleted meanwhile is
// completed as well: what was paid for is kept.
func CompleteOp(s account.Scope, site, id, job, content string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{
		Set:    table.Attrs{"status": string(Completed), "job": job, "content": content},
		Remove: []string{"fault", "fault_cause"},
	}, table.Equals("status", string(Queued)), table.Missing("job"))
}

// FailedOp notes on a queued task that its try number attempt failed.
func FailedOp(s account.Scope, site, id string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{
		"attempt": int64(attempt + 1), "failed_run": run, "fault_cause": string(cause), "fault": fault}},
		table.Equals("status", string(Queued)))
}

// Read gives the task that an item of Type "task" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Task, error) { return kind.Read(it) }
