package automation_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/table"
)

// TestScheduleAfter: due times go by the zone's clock, once on each day, over summer time.
func TestScheduleAfter(t *testing.T) {
	t.Parallel()
	daily := func(zone, at string) automation.Schedule {
		return automation.Schedule{Frequency: automation.Daily, Time: at, Zone: zone}
	}
	weekly, monthly := daily("Europe/Berlin", "06:30"), daily("America/New_York", "23:30")
	weekly.Frequency, weekly.Weekday = automation.Weekly, 7
	monthly.Frequency, monthly.Monthday = automation.Monthly, 28
	for _, c := range []struct {
		name, now, want string
		schedule        automation.Schedule
	}{
		{"later today", "2026-05-04T00:00:00Z", "2026-05-04T02:00:00Z", daily("UTC", "02:00")},
		{"at the moment itself: the next one", "2026-05-04T02:00:00Z", "2026-05-05T02:00:00Z", daily("UTC", "02:00")},
		{"summer in Berlin", "2026-07-01T12:00:00Z", "2026-07-02T00:00:00Z", daily("Europe/Berlin", "02:00")},
		{"winter in Berlin", "2026-12-01T12:00:00Z", "2026-12-02T01:00:00Z", daily("Europe/Berlin", "02:00")},
		{"tomorrow is today in Auckland", "2026-07-01T13:00:00Z", "2026-07-01T20:00:00Z", daily("Pacific/Auckland", "08:00")},
		{"after the clock went forward", "2026-03-29T02:00:00Z", "2026-03-30T00:30:00Z", daily("Europe/Berlin", "02:30")},
		{"in the hour that comes twice: the second time", "2026-10-25T00:15:00Z", "2026-10-25T01:30:00Z", daily("Europe/Berlin", "02:30")},
		{"and not both times", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z", daily("Europe/Berlin", "02:30")},
		{"weekly: on Sunday", "2026-05-04T00:00:00Z", "2026-05-10T04:30:00Z", weekly},
		{"monthly, by the zone's own date", "2026-02-28T12:00:00Z", "2026-03-01T04:30:00Z", monthly},
		{"monthly, over the year's end", "2026-12-29T12:00:00Z", "2027-01-29T04:30:00Z", monthly},
	} {
		now, _ := time.Parse(time.RFC3339, c.now)
		if got := c.schedule.After(now).Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// Through a whole year each day has one due time, wherever the clock is put.
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe"} {
		for _, at := range []string{"00:00", "02:00", "02:30", "23:59"} {
			end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
			n, now := 0, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			for now = daily(zone, at).After(now); now.Before(end); now = daily(zone, at).After(now) {
				n++
			}
			if n != 365 {
				t.Errorf("%s at %s: due %d times in a year", zone, at, n)
			}
		}
	}
}

// siteList knows all sites but one.
type siteList struct{ gone string }

func (l siteList) Check(_ context.Context, _ account.Scope, site string) error {
	if site == l.gone {
		return errs.New(errs.NotFound, "not_found", "gone")
	}
	return nil
}

// ticker is another process on the world's stores that starts what is due.
func (w *world) ticker(on table.Table) *automation.Engine {
	return automation.New(automation.Config{Table: on, Blob: w.blobs, Queue: w.queue, Dead: w.queue, Workflow: w.flow, Clock: w.clock, IDs: w.ids,
		Log: w.engine.Log, Credits: w.engine.Credits, Sites: siteList{gone: "sit_gone"}})
}

func (w *world) scheduled(site string) automation.Schedule {
	at, on := "09:00", true
	c, err := w.engine.SetSchedule(w.t.Context(), w.scope, site, automation.SchedulePatch{Enabled: &on, Time: &at})
	w.must(err)
	return c
}

func (w *world) runs(site string) int {
	all, err := w.engine.History(w.t.Context(), w.scope, site, 20)
	w.must(err)
	return len(all)
}

// TestDue: a schedule starts one run for each due time, however many ticks look at it.
func TestDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	c := w.scheduled("sit_due")
	w.scheduled("sit_gone")
	one, two := w.ticker(w.table), w.ticker(w.table)
	w.must(one.Tick(t.Context()))
	if n := w.runs("sit_due"); n != 0 {
		t.Fatalf("%d runs before it is due", n)
	}
	w.clock.Advance(time.Hour + 3*time.Minute)
	var wg sync.WaitGroup
	for _, e := range []*automation.Engine{one, two, one, two} {
		wg.Go(func() {
			if err := e.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, b := w.runs("sit_due"), w.runs("sit_gone"); a != 1 || b != 0 {
		t.Fatalf("%d runs, and %d of a site that is gone", a, b)
	}
	got, err := one.Schedule(t.Context(), w.scope, "sit_due")
	w.must(err)
	run, err := w.engine.History(t.Context(), w.scope, "sit_due", 1)
	w.must(err)
	if got.LastRun != run[0].ID || run[0].Trigger != automation.Scheduled || !got.LastDue.Equal(c.Next) || !got.Next.Equal(c.Next.Add(24*time.Hour)) || got.Skipped != "" {
		t.Errorf("%+v of %+v", got, run[0])
	}

	// The run still goes on the next day: that time is skipped, and told.
	w.clock.Advance(24 * time.Hour)
	w.must(errors.Join(one.Tick(t.Context()), two.Tick(t.Context())))
	got, err = one.Schedule(t.Context(), w.scope, "sit_due")
	w.must(err)
	if w.runs("sit_due") != 1 || got.Skipped == "" || got.LastRun != "" || !got.Next.Equal(c.Next.Add(48*time.Hour)) {
		t.Errorf("%d runs, %+v", w.runs("sit_due"), got)
	}
	told := 0
	for it, err := range table.All(t.Context(), w.table, table.Query{Partition: table.Of(w.scope, "EVENTS")}) {
		w.must(err)
		if it.Attrs["kind"] == string(event.RunSkipped) {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}

	// Switched off, it is not due any more.
	off := false
	_, err = w.engine.SetSchedule(t.Context(), w.scope, "sit_due", automation.SchedulePatch{Enabled: &off})
	w.must(err)
	_, err = w.engine.Cancel(t.Context(), w.scope, "sit_due", run[0].ID)
	w.must(err)
	w.clock.Advance(48 * time.Hour)
	w.must(one.Tick(t.Context()))
	if n := w.runs("sit_due"); n != 1 {
		t.Errorf("%d runs of a schedule that is off", n)
	}
}

// failing is a table that takes no transaction.
type failing struct{ table.Table }

func (failing) Transact(context.Context, ...table.Op) error {
	return errs.New(errs.Unavailable, "down", "down")
}

// TestDueLate: a tick that ends before the run is written leaves the schedule due; the next
// one starts it late, once. Saving the schedule unchanged meanwhile passes nothing over.
func TestDueLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	c := w.scheduled("sit_late")
	w.clock.Advance(time.Hour + time.Minute)
	if err := w.ticker(failing{w.table}).Tick(t.Context()); err == nil {
		t.Error("a failed start was not told")
	}
	if same := w.scheduled("sit_late"); !same.Next.Equal(c.Next) {
		t.Errorf("next is %v, due %v", same.Next, c.Next)
	}
	w.clock.Advance(3 * time.Hour)
	w.must(errors.Join(w.ticker(w.table).Tick(t.Context()), w.ticker(w.table).Tick(t.Context())))
	if n := w.runs("sit_late"); n != 1 {
		t.Errorf("%d runs", n)
	}
}
