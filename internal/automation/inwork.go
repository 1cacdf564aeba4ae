package automation

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Open is a job of a site that waits in a wave or is worked on.
type Open struct {
	Job   string
	Stage int
	Item  string
}

// OpenJobs gives a site's open jobs, by one look at their markers. Jobs that wait for a
// paused run are not among them: nothing was begun for those.
func OpenJobs(ctx context.Context, t table.Table, s account.Scope, site string) ([]Open, error) {
	var out []Open
	q := table.Query{Partition: table.OfSite(s, site), Prefix: "OPEN#", Consistency: table.Consistent}
	for it, err := range table.All(ctx, t, q) {
		if err != nil {
			return nil, errs.Wrap("automation.OpenJobs", err)
		}
		o := Open{}
		o.Job, _ = it.Attrs["job"].(string)
		o.Item, _ = it.Attrs["item"].(string)
		stage, _ := it.Attrs["stage"].(int64)
		if o.Stage = int(stage); o.Item == "" { // written before markers named their item
			j, err := table.GetAs(ctx, t, jobKey(s, site, o.Job), decodeJob)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return nil, errs.Wrap("automation.OpenJobs", err)
			}
			o.Stage, o.Item = j.Stage, j.Item
		}
		out = append(out, o)
	}
	return out, nil
}

// InWork gives those of the items that an open job of the site works on.
func (e *Engine) InWork(ctx context.Context, s account.Scope, site string, items ...string) (map[string]bool, error) {
	open, err := OpenJobs(ctx, e.table, s, site)
	if err != nil {
		return nil, err
	}
	asked, out := make(map[string]bool, len(items)), map[string]bool{}
	for _, i := range items {
		asked[i] = true
	}
	for _, o := range open {
		if asked[o.Item] {
			out[o.Item] = true
		}
	}
	return out, nil
}

// Idle refuses (Conflict, site_busy) while a site has an active run or open jobs; otherwise it
// gives the condition that no run begins meanwhile.
func Idle(ctx context.Context, t table.Table, s account.Scope, site string) ([]table.Op, error) {
	it, err := t.Get(ctx, activeKey(s, site), table.Consistent)
	if err == nil {
		run, _ := it.Attrs["run"].(string)
		busy := errs.New(errs.Conflict, "site_busy", "a run of this site is active: wait for its end, or cancel it")
		busy.Fields = map[string][]string{"run_id": {run}}
		return nil, busy
	}
	if !errs.Is(err, errs.NotFound) {
		return nil, errs.Wrap("automation.Idle", err)
	}
	open, err := OpenJobs(ctx, t, s, site)
	if err != nil {
		return nil, err
	}
	if len(open) > 0 {
		return nil, errs.New(errs.Conflict, "site_busy", "a job works on a record of this site: wait for its end")
	}
	return []table.Op{table.Check(activeKey(s, site), table.Absent())}, nil
}
