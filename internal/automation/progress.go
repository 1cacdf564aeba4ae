package automation

import (
	"context"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/table"
)

// RunItem is an item of a run as the interface gives it.
type RunItem struct {
	Job        string        `json:"job_id"`
	Stage      int           `json:"stage"`
	Item       string        `json:"item"`
	Title      string        `json:"title"`
	Status     string        `json:"status" enum:"waiting,running,done,failed"`
	Attempt    int           `json:"attempt" doc:"tries before this one"`
	Cause      errs.Cause    `json:"cause,omitempty" doc:"class of a fault"`
	Reason     string        `json:"reason,omitempty" doc:"what went wrong and what to do"`
	Credits    credit.Amount `json:"credits_used"`
	FinishedAt *time.Time    `json:"finished_at"`
	input      string        // part of the job's id, and of those of further tries
}

func itemOf(wj WaveJob, j Job, stage int) RunItem {
	if j.ID == "" { // its wave is being written
		return RunItem{Job: wj.Job, Stage: stage, Item: wj.Item, Title: wj.Title, Status: string(JobWaiting), Attempt: wj.Attempt, input: wj.Input}
	}
	v := ViewOf(j)
	return RunItem{Job: v.ID, Stage: stage, Item: v.Item, Title: v.Title, Status: v.Status, Attempt: j.Attempt,
		Cause: v.Cause, Reason: v.Reason, Credits: v.Credits, FinishedAt: v.FinishedAt, input: wj.Input}
}

// Items gives the items of a run by stage, in the order of its work; stage 0 gives all. Each
// stands as its newest try left it, also when a person asked for that after the run.
func (e *Engine) Items(ctx context.Context, s account.Scope, site, run string, stage int) ([]RunItem, error) {
	v, err := e.View(ctx, s, site, run)
	if err != nil {
		return nil, err
	}
	out := []RunItem{}
	for _, st := range v.Stages {
		if stage != 0 && st.Stage != stage {
			continue
		}
		waves, err := e.wavesOf(ctx, s, site, st)
		if err != nil {
			return nil, errs.Wrap("automation.Items", err)
		}
		for _, w := range waves {
			jobs, err := e.readJobs(ctx, s, w, table.Eventual)
			if err != nil {
				return nil, errs.Wrap("automation.Items", err)
			}
			for _, wj := range w.Jobs {
				if j, there := jobs[wj.Job]; !there || j.Wave == w.ID {
					out = append(out, itemOf(wj, j, st.Stage))
				}
			}
		}
	}
	out, err = e.newest(ctx, s, site, out)
	return out, errs.Wrap("automation.Items", err)
}

// newest puts in place of each item that failed what its last try came to. A try that the
// list has itself is not there twice.
func (e *Engine) newest(ctx context.Context, s account.Scope, site string, items []RunItem) ([]RunItem, error) {
	listed := map[string]bool{}
	for _, i := range items {
		listed[i.Job] = true
	}
	older := map[string]bool{}
	for {
		again := Wave{Site: site}
		for _, i := range items {
			if i.Status == string(JobFailed) && !older[i.Job] {
				again.Jobs = append(again.Jobs, WaveJob{Job: JobID(i.Stage, i.Item, i.Attempt+1, i.input)})
			}
		}
		if len(again.Jobs) == 0 {
			break
		}
		jobs, err := e.jobsOf(ctx, s, again)
		if err != nil {
			return nil, err
		}
		if len(jobs) == 0 {
			break
		}
		for at, i := range items {
			next, there := jobs[JobID(i.Stage, i.Item, i.Attempt+1, i.input)]
			switch {
			case i.Status != string(JobFailed) || older[i.Job] || !there:
			case listed[next.ID]:
				older[i.Job] = true
			default:
				items[at] = itemOf(WaveJob{Input: i.input}, next, i.Stage)
				listed[next.ID] = true
			}
		}
	}
	return slices.DeleteFunc(items, func(i RunItem) bool { return older[i.Job] }), nil
}

// wavesOf reads the waves of a stage, the present one included.
func (e *Engine) wavesOf(ctx context.Context, s account.Scope, site string, st StageResult) ([]Wave, error) {
	keys := make([]table.Key, st.Waves+1)
	for n := range keys {
		keys[n] = waveKey(s, site, waveID(st.Run, st.Stage, n))
	}
	items, err := table.LoadAll(ctx, e.table, keys, table.Consistent)
	if err != nil {
		return nil, err
	}
	byKey := map[string]Wave{}
	for _, it := range items {
		w, err := decodeWave(it)
		if err != nil {
			return nil, err
		}
		byKey[it.Key.Sort] = w
	}
	var out []Wave
	for _, k := range keys {
		if w, ok := byKey[k.Sort]; ok {
			out = append(out, w)
		}
	}
	return out, nil
}

// Processing is what a run does at this moment.
type Processing struct {
	Run       string        `json:"run_id"`
	Status    Status        `json:"status"`
	Stage     int           `json:"stage"`
	Name      string        `json:"name"`
	Now       []RunItem     `json:"now" doc:"up to 5 items that are worked on"`
	Next      []RunItem     `json:"next" doc:"up to 5 items that wait"`
	Processed int64         `json:"processed" doc:"items of the stage that are done or failed"`
	Total     int64         `json:"total" doc:"items of the stage that were planned so far"`
	Credits   credit.Amount `json:"credits_used" doc:"of the stage's waves that are settled"`
	Held      credit.Amount `json:"credits_held" doc:"for the wave under way; what it does not use comes back"`
	StartedAt time.Time     `json:"started_at" doc:"of the run"`
}

// shownItems is how many items are told now and next.
const shownItems = 5

// Processing tells what the site's active run does; NotFound when there is none.
func (e *Engine) Processing(ctx context.Context, s account.Scope, site string) (Processing, error) {
	r, err := e.active(ctx, s, site)
	if err != nil {
		return Processing{}, err
	}
	n := min(r.Stage, Last)
	st, err := e.stage(ctx, s, site, r.ID, n)
	if err != nil {
		return Processing{}, err
	}
	out := Processing{Run: r.ID, Status: r.Status, Stage: n, Name: StageName(n), Now: []RunItem{}, Next: []RunItem{},
		Processed: st.Processed + st.Failed, Credits: st.Credits, StartedAt: r.StartedAt}
	out.Total = out.Processed
	w, err := e.wave(ctx, s, site, waveID(r.ID, n, st.Waves))
	if errs.Is(err, errs.NotFound) {
		return out, nil // nothing is planned at this moment
	}
	if err != nil {
		return Processing{}, err
	}
	open := w.Jobs
	if w.State != WavePlanning {
		if open, err = e.openOf(ctx, s, w); err != nil {
			return Processing{}, err
		}
	}
	if w.State == WavePlanning || w.State == WavePlanned {
		out.Held = w.Held.Sum()
	}
	out.Total += int64(len(w.Jobs))
	out.Processed += int64(len(w.Jobs) - len(open))
	return out, e.tellOpen(ctx, s, w, open, &out)
}

// openOf gives the jobs of a wave that are not finished, in its order.
func (e *Engine) openOf(ctx context.Context, s account.Scope, w Wave) ([]WaveJob, error) {
	marked, err := e.markers(ctx, s, w.Site, w.ID, 0)
	if err != nil {
		return nil, err
	}
	is := make(map[string]bool, len(marked))
	for _, id := range marked {
		is[id] = true
	}
	var out []WaveJob
	for _, wj := range w.Jobs {
		if is[wj.Job] {
			out = append(out, wj)
		}
	}
	return out, nil
}

// tellOpen sorts the first unfinished jobs into those that are worked on and those that wait.
func (e *Engine) tellOpen(ctx context.Context, s account.Scope, w Wave, open []WaveJob, out *Processing) error {
	w.Jobs = open[:min(len(open), table.MaxLoad)] // work goes in their order: those under way are among them
	jobs, err := e.readJobs(ctx, s, w, table.Eventual)
	if err != nil {
		return err
	}
	for _, wj := range w.Jobs {
		i := itemOf(wj, jobs[wj.Job], w.Stage)
		switch {
		case i.Status == "running" && len(out.Now) < shownItems:
			out.Now = append(out.Now, i)
		case i.Status == string(JobWaiting) && len(out.Next) < shownItems:
			out.Next = append(out.Next, i)
		}
	}
	return nil
}
