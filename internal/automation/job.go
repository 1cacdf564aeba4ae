package automation

import (
	"encoding/json"
	"time"

	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/queue"
)

// JobState is the state of a job.
type JobState string

// The states of a job.
const (
	JobWaiting JobState = "waiting" // nobody works on it
	JobLeased  JobState = "leased"  // a worker holds it until Until
	JobDone    JobState = "done"
	JobFailed  JobState = "failed"
)

// Job is one provider call or one publication. Its id is the hash of stage, item, attempt
// and input, without the run: two roads to the same work meet at the same job.
type Job struct {
	ID       string          `json:"id"`
	Site     string          `json:"site"`
	Run      string          `json:"run_id,omitempty"`
	Wave     string          `json:"wave"`
	Stage    int             `json:"stage"`
	Item     string          `json:"item"`
	Title    string          `json:"title"`
	Input    string          `json:"input"`
	Attempt  int             `json:"attempt"`
	Queue    queue.Name      `json:"queue"`
	Then     string          `json:"then,omitempty" api:"-"` // the job that comes to the queue when this one ends (see Wave.followers)
	Provider string          `json:"provider,omitempty"`     // whose pauses it keeps to (see Engine.hold)
	Share    credit.Amount   `json:"share"`
	Prices   string          `json:"price_version,omitempty"`  // price list of its share and draw (see credit.Prices)
	Most     credit.USD      `json:"most_micro_usd,omitempty"` // the most that one call of it can cost; 0: its calls are free, or it makes none
	State    JobState        `json:"state"`
	Holder   string          `json:"holder,omitempty"`   // who leased it
	Until    time.Time       `json:"until,omitzero"`     // when the lease runs out
	Calling  string          `json:"calling,omitempty"`  // a call that was announced before it was made (see buyer.announce)
	Tries    int             `json:"tries"`              // calls that were refused or lost so far
	Slowed   int             `json:"slowed,omitempty"`   // besides: calls refused with a time to wait (Retry-After)
	Next     time.Time       `json:"next,omitzero"`      // not before, after a refused call
	Draw     credit.Amount   `json:"draw"`               // credits drawn, once done
	Cost     credit.USD      `json:"cost_micro_usd"`     // money paid to providers: the sum of Calls
	Calls    []Call          `json:"calls,omitempty"`    // what was bought, also when it came to nothing
	Troubles []Trouble       `json:"troubles,omitempty"` // faults that it met on its way, each once
	Result   json.RawMessage `json:"result,omitempty"`
	Cause    errs.Cause      `json:"cause,omitempty"`  // class of the fault, once failed
	Reason   string          `json:"reason,omitempty"` // what went wrong and what to do
	Created  time.Time       `json:"created_at"`
	Finished time.Time       `json:"finished_at,omitzero"`
	Updated  time.Time       `json:"-"`
	version  int64
}

// open tells whether the job is still to be done.
func (j Job) open() bool { return j.State == JobWaiting || j.State == JobLeased }
