package automation

import (
	"context"
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
)

// Trouble is a fault that a job met on its way: a call that had to be repeated, an answer
// that had to be mended. What it failed of in the end is its Cause and Reason.
type Trouble struct {
	Cause  errs.Cause `json:"cause"`
	Reason string     `json:"reason"`
}

// maxTroubles are the different ones that are kept.
const maxTroubles = 5

// met notes a fault, each kind of it once: a job may meet the same again when it comes back.
func (j *Job) met(cause error) {
	e := errs.Of(cause)
	t := Trouble{Cause: e.Cause, Reason: reason(e)}
	if t.Cause == "" {
		t.Cause = errs.Ours
	}
	if !slices.Contains(j.Troubles, t) && len(j.Troubles) < maxTroubles {
		j.Troubles = append(slices.Clone(j.Troubles), t)
	}
}

// Mending tells of an answer that can't be used, before a second one is asked for: the job
// keeps it, so that the person learns of it also when all ends well.
func (w *Work) Mending(fault error) { w.troubles = append(w.troubles, fault) }

// Troubled gives the jobs of a run that failed, and those that met a fault and were done all
// the same, each by stage and item.
func (e *Engine) Troubled(ctx context.Context, s account.Scope, site, run string) (failed, mended []Job, err error) {
	jobs, err := e.jobsWhere(ctx, s, site, run, func(j Job) bool {
		return j.State == JobFailed || j.State == JobDone && len(j.Troubles) > 0
	})
	for _, j := range jobs {
		if j.State == JobFailed {
			failed = append(failed, j)
		} else {
			mended = append(mended, j)
		}
	}
	return failed, mended, err
}
