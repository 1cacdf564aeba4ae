package automation

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// Call is one call of a job that was answered, and so was paid.
type Call struct {
	Name  string   `json:"name"` // answer, repair, or as CallName says
	Usage ai.Usage `json:"usage"`
}

// note keeps a call, once for each name, and sums what they cost.
func (j *Job) note(c Call) {
	j.Calls = slices.Clone(j.Calls) // the same list may stand in another copy of the job
	if i := slices.IndexFunc(j.Calls, func(x Call) bool { return x.Name == c.Name }); i >= 0 {
		j.Calls[i] = c
	} else {
		j.Calls = append(j.Calls, c)
	}
	slices.SortStableFunc(j.Calls, func(a, b Call) int {
		return cmp.Compare(callPlace(a.Name), callPlace(b.Name))
	})
	j.Cost = 0
	for _, x := range j.Calls {
		j.Cost += x.Usage.CostUSD
	}
}

// recall adds the calls that earlier leases of a job stored and that this one did not come
// to: they were paid, whatever becomes of the job.
func (e *Engine) recall(ctx context.Context, s account.Scope, j *Job) error {
	if j.Most == 0 {
		return nil
	}
	names := slices.Clone(answerNames)
	for i := 0; i < len(names); i++ {
		name := names[i]
		have := slices.ContainsFunc(j.Calls, func(c Call) bool { return c.Name == name })
		if !have {
			a, err := e.stored(ctx, answerName(s, j.ID, name))
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			j.note(Call{Name: name, Usage: a.Usage})
		}
		if i != 1 { // of many purchases each is looked for when the one before is there
			names = append(names, CallName(max(i, 1)))
		}
	}
	return nil
}

// paidOps make a job that bought something known by its item.
func paidOps(s account.Scope, j Job) []table.Op {
	if len(j.Calls) == 0 {
		return nil
	}
	return []table.Op{table.Put(table.Item{Key: paidKey(s, j.Site, j.Item, j.ID), Type: "paid_job", Attrs: table.Attrs{"job": j.ID}})}
}

// Paid reads the jobs that bought something for an item, done and failed, oldest first.
func (e *Engine) Paid(ctx context.Context, s account.Scope, site, item string) ([]Job, error) {
	prefix := "PAID#" + item + "#"
	var list Wave
	for it, err := range table.All(ctx, e.table, table.Query{Partition: table.OfSite(s, site), Prefix: prefix, Consistency: table.Consistent}) {
		if err != nil {
			return nil, errs.Wrap("automation.Paid", err)
		}
		list.Jobs = append(list.Jobs, WaveJob{Job: strings.TrimPrefix(it.Key.Sort, prefix)})
	}
	list.Site = site
	jobs, err := e.jobsOf(ctx, s, list)
	if err != nil {
		return nil, errs.Wrap("automation.Paid", err)
	}
	out := make([]Job, 0, len(jobs))
	for _, j := range jobs {
		out = append(out, j)
	}
	slices.SortFunc(out, func(a, b Job) int { return cmp.Or(a.Finished.Compare(b.Finished), strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// EachPaid reads all jobs of a site that bought something, in no particular order, and
// hands them to see one by one.
func (e *Engine) EachPaid(ctx context.Context, s account.Scope, site string, see func(Job)) error {
	for it, err := range table.All(ctx, e.table, table.Query{Partition: table.OfSite(s, site), Prefix: "JOB#", Consistency: table.Consistent}) {
		if err != nil {
			return errs.Wrap("automation.EachPaid", err)
		}
		j, err := decodeJob(it)
		if err != nil {
			return err
		}
		if len(j.Calls) > 0 && !j.open() {
			see(j)
		}
	}
	return nil
}

// Losses reads the calls in doubt of a site.
func (e *Engine) Losses(ctx context.Context, s account.Scope, site string) ([]Loss, error) {
	var out []Loss
	for it, err := range table.All(ctx, e.table, table.Query{Partition: table.OfSite(s, site), Prefix: "LOSS#", Consistency: table.Consistent}) {
		if err != nil {
			return nil, errs.Wrap("automation.Losses", err)
		}
		var l Loss
		if err := table.Decode(it.Attrs, &l); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}
