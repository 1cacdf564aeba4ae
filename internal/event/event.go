// Package event is the story of an account: one line for each thing that happened, written
// in the transaction of what it tells, and read by cursor.
//
// Ids are made before their transaction is committed, so an event may become visible after
// others whose ids sort behind its own. A reader therefore goes back by Back from where it
// was, and whoever shows events passes over those it knows (Known).
package event

import "time"

// Kind says what happened.
type Kind string

// The kinds of events.
const (
	RunStarted         Kind = "run_started"
	RunPaused          Kind = "run_paused"
	RunResumed         Kind = "run_resumed"
	RunCancelled       Kind = "run_cancelled"
	RunCompleted       Kind = "run_completed"
	RunFailed          Kind = "run_failed"
	RunSkipped         Kind = "run_skipped" // a schedule was due, and no run was started
	StageClosed        Kind = "stage_closed"
	WavePlanned        Kind = "wave_planned" // credits are held for its items
	WaveClosed         Kind = "wave_closed"  // credits are charged, the rest is released
	StageItemProcessed Kind = "stage_item_processed"
	StageItemFailed    Kind = "stage_item_failed"
	CreditsChanged     Kind = "credits_changed" // a grant, or a new period; waves tell their own
)

// Kinds are all kinds, in the order of a run.
func Kinds() []Kind {
	return []Kind{RunStarted, RunPaused, RunResumed, RunCancelled, RunCompleted, RunFailed, RunSkipped, StageClosed,
		WavePlanned, WaveClosed, StageItemProcessed, StageItemFailed, CreditsChanged}
}

// Event is one line of an account's story. Ids sort by time; two events of one moment may
// become visible out of order.
type Event struct {
	ID      string           `json:"id"`
	Time    time.Time        `json:"time"`
	Kind    Kind             `json:"kind"`
	Site    string           `json:"site,omitempty" doc:"absent for what concerns the whole account"`
	Run     string           `json:"run,omitempty" doc:"absent for what a person asked for by itself"`
	Stage   int              `json:"stage,omitempty"`
	Job     string           `json:"job,omitempty"`
	Item    string           `json:"item,omitempty"`
	Title   string           `json:"title,omitempty"`
	Total   int64            `json:"total,omitempty" doc:"items of a wave"`
	Counts  map[string]int64 `json:"counts,omitempty" doc:"a closed stage's result"`
	Credits *int64           `json:"credits_left,omitempty" doc:"what can be spent after it, in thousandths of credits: in events that change it"`
	Cause   string           `json:"cause,omitempty" doc:"class of a fault"`
	Reason  string           `json:"reason,omitempty" doc:"what went wrong and what to do"`
}

// life is how long events are kept.
const life = 90 * 24 * time.Hour

// Back is how far a reader goes back from its cursor: no transaction takes as long between
// the making of its event's id and its commit, and no two clocks differ as much.
const Back = 60 * time.Second
