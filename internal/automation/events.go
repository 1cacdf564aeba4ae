package automation

import (
	"context"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/table"
)

// EventKind says what happened.
type EventKind string

// The events of a run, each written in the transaction of what it tells.
const (
	RunStarted         EventKind = "run_started"
	RunPaused          EventKind = "run_paused"
	RunResumed         EventKind = "run_resumed"
	RunCancelled       EventKind = "run_cancelled"
	RunCompleted       EventKind = "run_completed"
	RunFailed          EventKind = "run_failed"
	StageClosed        EventKind = "stage_closed"
	WavePlannedEvent   EventKind = "wave_planned"
	WaveClosedEvent    EventKind = "wave_closed"
	StageItemProcessed EventKind = "stage_item_processed"
	StageItemFailed    EventKind = "stage_item_failed"
)

// Event is one line of a site's story. Ids sort by time; two events of one moment may
// become visible out of order.
type Event struct {
	ID     string    `json:"id"`
	Time   time.Time `json:"time"`
	Kind   EventKind `json:"kind"`
	Site   string    `json:"site"`
	Run    string    `json:"run,omitempty"`
	Stage  int       `json:"stage,omitempty"`
	Job    string    `json:"job,omitempty"`
	Item   string    `json:"item,omitempty"`
	Title  string    `json:"title,omitempty"`
	Total  int64     `json:"total,omitempty"`  // items of a planned wave
	Counts Counts    `json:"counts,omitempty"` // a closed stage's result
	Cause  string    `json:"cause,omitempty"`  // class of a fault
	Reason string    `json:"reason,omitempty"` // what went wrong and what to do
}

// eventLife is how long events are kept.
const eventLife = 90 * 24 * time.Hour

func (e *Engine) event(s account.Scope, ev Event) (table.Op, error) {
	ev.ID, ev.Time = e.ids.New("evt"), e.clock.Now()
	attrs, err := table.Encode(ev)
	if err != nil {
		return table.Op{}, err
	}
	return table.Put(table.Item{Key: siteKey(s, ev.Site, "EVENT#"+ev.ID), Type: "event", Expires: ev.Time.Add(eventLife), Attrs: attrs}), nil
}

// Events reads what happened on a site after an id ("" for all), oldest first, at most
// limit events. Go back some seconds from a cursor: ids commit out of order.
func (e *Engine) Events(ctx context.Context, s account.Scope, site, after string, limit int) ([]Event, error) {
	from := "EVENT#"
	if after != "" {
		from = "EVENT#" + after + "\x01"
	}
	q := table.Query{Partition: table.OfSite(s, site), From: from, To: "EVENT#~", Consistency: table.Consistent}
	var out []Event
	for it, err := range table.All(ctx, e.table, q) {
		if err != nil {
			return nil, err
		}
		var ev Event
		if err := table.Decode(it.Attrs, &ev); err != nil {
			return nil, err
		}
		if out = append(out, ev); len(out) == limit {
			break
		}
	}
	return out, nil
}
