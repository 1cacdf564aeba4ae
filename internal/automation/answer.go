package automation

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
)

// RunView is a run as the interface gives it: a result for each stage that has begun.
type RunView struct {
	Run
	Stage1  *StageResult  `json:"stage_1_result"`
	Stage2  *StageResult  `json:"stage_2_result"`
	Stage3  *StageResult  `json:"stage_3_result"`
	Stage4  *StageResult  `json:"stage_4_result"`
	Stage5  *StageResult  `json:"stage_5_result"`
	Stage6  *StageResult  `json:"stage_6_result"`
	Stage7  *StageResult  `json:"stage_7_result"`
	Credits credit.Amount `json:"total_credits_used"`
	Cost    credit.USD    `json:"cost_micro_usd"`
}

func viewOf(v View) RunView {
	out := RunView{Run: v.Run, Credits: v.Credits, Cost: v.Cost}
	at := []**StageResult{&out.Stage1, &out.Stage2, &out.Stage3, &out.Stage4, &out.Stage5, &out.Stage6, &out.Stage7}
	for i := range v.Stages {
		if n := v.Stages[i].Stage; n >= 1 && n <= len(at) {
			*at[n-1] = &v.Stages[i]
		}
	}
	return out
}

// JobView is a job as the interface gives it.
type JobView struct {
	ID         string        `json:"id"`
	Status     string        `json:"status" enum:"waiting,running,done,failed"`
	Site       string        `json:"site_id"`
	Stage      int           `json:"stage"`
	Item       string        `json:"item"`
	Title      string        `json:"title"`
	Result     any           `json:"result"`
	Cause      errs.Cause    `json:"cause,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Credits    credit.Amount `json:"credits_used"`
	CreatedAt  time.Time     `json:"created_at"`
	FinishedAt *time.Time    `json:"finished_at"`
}

// ViewOf is a job as the interface gives it.
func ViewOf(j Job) JobView {
	v := JobView{
		ID: j.ID, Status: string(j.State), Site: j.Site, Stage: j.Stage, Item: j.Item, Title: j.Title,
		Cause: j.Cause, Reason: j.Reason, Credits: j.Draw, CreatedAt: j.Created,
	}
	if j.State == JobLeased {
		v.Status = "running"
	}
	if len(j.Result) > 0 {
		v.Result = ordered(j.Result)
	}
	if !j.Finished.IsZero() {
		v.FinishedAt = &j.Finished
	}
	return v
}

// ordered is a kept result with the fields of each object in the order of their names: the
// table gives them in any order, and the same job should be answered with the same bytes.
func ordered(raw json.RawMessage) any {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return raw
	}
	return v
}
