package automation

import (
	"time"

	"github.com/igny8/igny8/internal/credit"
)

// Status of a run (facts 11.3).
type Status string

// The statuses of a run.
const (
	StatusRunning   Status = "running"
	StatusPaused    Status = "paused"
	StatusCancelled Status = "cancelled"
	StatusCompleted Status = "completed"
	StatusFailed    Status = "failed"
)

// Ended tells whether nothing more will happen in a run.
func (s Status) Ended() bool {
	return s == StatusCancelled || s == StatusCompleted || s == StatusFailed
}

// Trigger is who began a run.
type Trigger string

// The triggers of a run.
const (
	Manual    Trigger = "manual"
	Scheduled Trigger = "scheduled"
)

// Run is one pass of a site through the seven stages.
type Run struct {
	ID          string    `json:"id"`
	RunID       string    `json:"run_id"` // a label for people: run_20261124_140500_manual
	Account     string    `json:"account" api:"-"`
	Site        string    `json:"site"`
	Trigger     Trigger   `json:"trigger_type"`
	Status      Status    `json:"status"`
	PauseReason string    `json:"pause_reason,omitempty"` // person, credits, provider or wordpress
	Stage       int       `json:"current_stage"`
	Executions  int       `json:"executions" api:"-"` // 1 at the start, one more for each resume
	StartedAt   time.Time `json:"started_at"`
	PausedAt    time.Time `json:"paused_at,omitzero"`
	ResumedAt   time.Time `json:"resumed_at,omitzero"`
	CancelledAt time.Time `json:"cancelled_at,omitzero"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
	Error       string    `json:"error_message,omitempty"` // why it failed, or what the provider or WordPress said when it was paused
	version     int64
}

// StageResult is how a stage of a run stands (stage_1_result … stage_7_result).
type StageResult struct {
	Run       string        `json:"run" api:"-"`
	Stage     int           `json:"stage"`
	Name      string        `json:"name"`
	Closed    bool          `json:"closed"`
	Waves     int           `json:"waves" api:"-"` // folded so far; the next wave has this number
	Counts    Counts        `json:"counts"`
	Processed int64         `json:"processed"` // jobs done
	Failed    int64         `json:"failed"`    // jobs failed
	Credits   credit.Amount `json:"credits_used"`
	Cost      credit.USD    `json:"cost_micro_usd"`
	Token     string        `json:"token,omitempty" api:"-"`
	TokenAt   time.Time     `json:"token_at,omitzero" api:"-"`
	Execution int           `json:"execution,omitempty" api:"-"` // which execution of the run the token belongs to
	Errors    int           `json:"errors" api:"-"`              // failed invocations since the last that went well
	ClosedAt  time.Time     `json:"closed_at,omitzero"`
	version   int64
}

// keep takes a token in.
func (st *StageResult) keep(token string, execution int, now time.Time) {
	st.Token, st.TokenAt, st.Execution = token, now, execution
}

// WaveState is the state of a wave.
type WaveState string

// The states of a wave. Planning: the list is frozen and paid for, jobs and markers are
// being written. Planned: it can close. Closed: settled. Folded: its results are in place.
const (
	WavePlanning WaveState = "planning"
	WavePlanned  WaveState = "planned"
	WaveClosed   WaveState = "closed"
	WaveFolded   WaveState = "folded"
)

// Wave is up to 500 jobs and the credits held for them. Site and Run say whose; a wave
// that a person asked for has no run.
type Wave struct {
	ID      string        `json:"id"`
	Site    string        `json:"site"`
	Run     string        `json:"run,omitempty"`
	Stage   int           `json:"stage"`
	State   WaveState     `json:"state"`
	Jobs    []WaveJob     `json:"jobs"`
	Held    credit.Held   `json:"held"`
	Prices  string        `json:"price_version,omitempty"` // price list of the shares
	Charged credit.Amount `json:"charged"`
	Sent    bool          `json:"sent"`
	Window  int           `json:"window,omitempty"` // jobs in a queue at a time; 0: all
	Created time.Time     `json:"created_at"`
	Updated time.Time     `json:"-"`
	version int64
}

// purpose is what a wave's credits are held for.
func (w Wave) purpose() credit.Purpose {
	return credit.Purpose{Reference: w.ID, Site: w.Site, Run: w.Run, Stage: w.Stage}
}

// WaveJob is one line of a wave's frozen list: all that is needed to write the job again.
type WaveJob struct {
	Job      string        `json:"j"`
	Item     string        `json:"i"`
	Title    string        `json:"t"`
	Input    string        `json:"n"`
	Attempt  int           `json:"a"`
	Queue    string        `json:"q"`
	Share    credit.Amount `json:"s"`
	Most     credit.USD    `json:"m,omitempty"`
	Provider string        `json:"p,omitempty"`
}

// InFlight is what a pause answers: how many calls were in flight.
type InFlight struct {
	Calls int `json:"calls_in_flight"`
}
