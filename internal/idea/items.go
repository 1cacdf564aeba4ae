package idea

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/record"
	"github.com/igny8/igny8/internal/table"
)

const setPrefix = "IDEASET#"

// kind is how ideas are kept.
var kind = record.Kind[Idea]{Type: "idea", Prefix: "IDEA#", Keep: KeepDeleted, Head: func(i *Idea) record.Head {
	return record.Head{ID: &i.ID, Site: &i.Site, Deleted: &i.Deleted, Created: &i.CreatedAt, Updated: &i.UpdatedAt, Version: &i.Version}
}}

func setKey(s account.Scope, site, cluster string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: setPrefix + cluster}
}

// NewOp stores an idea that is not there yet.
func NewOp(s account.Scope, i Idea) (table.Op, error) { return kind.New(s, i) }

// QueueOp moves a new, enabled idea to queued and names its task.
func QueueOp(s account.Scope, site, id, task string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{"status": string(Queued), "task": task}},
		table.Equals("status", string(New)), table.Equals("disabled", false), table.Equals("deleted", false))
}

// FreedOp gives a queued idea back, because its task was deleted before it was written.
func FreedOp(s account.Scope, site, id, task string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{"status": string(New)}, Add: map[string]int64{"requeued": 1}, Remove: []string{"task"}},
		table.Equals("status", string(Queued)), table.Equals("task", task))
}

// TakenOp gives a new idea to a task that had it before and was brought back.
func TakenOp(s account.Scope, site, id, task string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{"status": string(Queued), "task": task}},
		table.Equals("status", string(New)), table.Equals("deleted", false))
}

// CompleteOp moves a queued idea to completed.
func CompleteOp(s account.Scope, site, id string) table.Op {
	return table.Change(kind.Key(s, site, id), table.Changes{Set: table.Attrs{"status": string(Completed)}}, table.Equals("status", string(Queued)))
}

// MadeOp notes that job made n ideas of the cluster, on condition that no job did.
func MadeOp(s account.Scope, site, cluster, job string, n int) table.Op {
	return table.Change(setKey(s, site, cluster), table.Changes{Type: "idea_set",
		Set:    table.Attrs{"cluster": cluster, "job": job, "ideas": int64(n)},
		Remove: []string{"fault", "fault_cause"}}, table.Missing("job"))
}

// FailedOp notes that try number attempt for the cluster failed.
func FailedOp(s account.Scope, site, cluster string, attempt int, run string, cause errs.Cause, fault string) table.Op {
	return table.Change(setKey(s, site, cluster), table.Changes{Type: "idea_set", Set: table.Attrs{
		"cluster": cluster, "attempt": int64(attempt + 1), "failed_run": run, "fault_cause": string(cause), "fault": fault}}, table.Missing("job"))
}

// SetOf reads what is known of the idea making of one cluster; an empty Set when nothing is.
func (v *Service) SetOf(ctx context.Context, s account.Scope, site, cluster string) (Set, error) {
	it, err := v.table.Get(ctx, setKey(s, site, cluster), table.Consistent)
	if errs.Is(err, errs.NotFound) {
		return Set{}, nil
	}
	if err != nil {
		return Set{}, err
	}
	var set Set
	return set, table.Decode(it.Attrs, &set)
}

// Sets reads what is known of the idea making of each cluster, by cluster id.
func (v *Service) Sets(ctx context.Context, s account.Scope, site string) (map[string]Set, error) {
	out := map[string]Set{}
	q := table.Query{Partition: table.OfSite(s, site), Prefix: setPrefix, Consistency: table.Consistent}
	for it, err := range table.All(ctx, v.table, q) {
		if err != nil {
			return nil, err
		}
		var set Set
		if err := table.Decode(it.Attrs, &set); err != nil {
			return nil, errs.Wrap("decode idea set", err)
		}
		out[set.Cluster] = set
	}
	return out, nil
}

// Read gives the idea that an item of Type "idea" holds, deleted ones as well: for whoever
// reads a site's records of several kinds in one request.
func Read(it table.Item) (Idea, error) { return kind.Read(it) }
