package event

import (
	"context"
	"slices"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/table"
)

// All events of an account are in one partition, so that its whole story is one query.
const keyPrefix = "EVENT#"

func partition(s account.Scope) table.Partition { return table.Of(s, "EVENTS") }

// Write gives the operation that writes ev at this moment, to be joined to the transaction
// of what it tells. Its id and time are set here.
func Write(s account.Scope, ids *id.Source, now time.Time, ev Event) (table.Op, error) {
	ev.ID, ev.Time = ids.New("evt"), now
	attrs, err := table.Encode(ev)
	if err != nil {
		return table.Op{}, err
	}
	key := table.Key{Partition: partition(s), Sort: keyPrefix + ev.ID}
	return table.Put(table.Item{Key: key, Type: "event", Expires: now.Add(life), Attrs: attrs}), nil
}

// since asks for the events from an id on, oldest first.
func since(s account.Scope, from string, limit int) table.Query {
	return table.Query{Partition: partition(s), From: keyPrefix + from, To: keyPrefix + "~", Limit: limit}
}

// before asks for the events up to an id ("" for the newest), newest first.
func before(s account.Scope, to string, limit int) table.Query {
	if to == "" {
		to = "~"
	}
	return table.Query{Partition: partition(s), From: keyPrefix, To: keyPrefix + to, Reverse: true, Limit: limit}
}

func decode(items []table.Item) ([]Event, error) {
	out := make([]Event, len(items))
	for i, it := range items {
		if err := table.Decode(it.Attrs, &out[i]); err != nil {
			return nil, errs.Wrap("event: decode", err)
		}
	}
	return out, nil
}

// OfRun gives the last lines of a run's story, oldest first. It happened between from and
// to; to zero: it goes on.
func OfRun(ctx context.Context, t table.Table, s account.Scope, run string, from, to time.Time, lines int) ([]Event, error) {
	q := table.Query{Partition: partition(s), From: keyPrefix + id.Least("evt", from.Add(-Back)), To: keyPrefix + "~", Reverse: true, Consistency: table.Consistent}
	if !to.IsZero() {
		q.To = keyPrefix + id.Least("evt", to.Add(Back))
	}
	var out []Event
	for it, err := range table.All(ctx, t, q) {
		if err != nil {
			return nil, errs.Wrap("event.OfRun", err)
		}
		if it.Attrs["run"] != run {
			continue
		}
		var ev Event
		if err := table.Decode(it.Attrs, &ev); err != nil {
			return nil, errs.Wrap("event.OfRun", err)
		}
		if out = append(out, ev); len(out) == lines {
			break
		}
	}
	slices.Reverse(out)
	return out, nil
}
