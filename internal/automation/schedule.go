package automation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation/zone"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/table"
)

// Frequency is how often a schedule starts a run.
type Frequency string

// The frequencies.
const (
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
)

// Schedule says when runs of a site start by themselves (facts 11.2, AutomationConfig).
type Schedule struct {
	Site      string    `json:"site"`
	Enabled   bool      `json:"is_enabled"`
	Frequency Frequency `json:"frequency" enum:"daily,weekly,monthly"`
	Time      string    `json:"scheduled_time" doc:"on the site's clock, such as 02:00"`
	Zone      string    `json:"timezone" doc:"whose clock: an IANA name such as Europe/Berlin"`
	Weekday   int       `json:"day_of_week" doc:"of a weekly schedule: 1 is Monday, 7 Sunday"`
	Monthday  int       `json:"day_of_month" doc:"of a monthly schedule, 1 to 28"`
	Next      time.Time `json:"next_run_at,omitzero" doc:"when the next run starts; absent while it is switched off"`
	LastDue   time.Time `json:"last_due_at,omitzero" doc:"when it was due last"`
	LastRun   string    `json:"last_run,omitempty" doc:"the run that was started then; absent when none was"`
	Skipped   string    `json:"last_skipped,omitempty" doc:"why no run was started the last time it was due"`
	Version   int64     `json:"version" doc:"0 until it is first changed"`
}

// ETag names the version of the schedule.
func (c Schedule) ETag() string { return httpapi.VersionTag(c.Version) }

// SchedulePatch is a change of a schedule; nil fields stay.
type SchedulePatch struct {
	Enabled   *bool      `json:"is_enabled,omitempty"`
	Frequency *Frequency `json:"frequency,omitempty" enum:"daily,weekly,monthly"`
	Time      *string    `json:"scheduled_time,omitempty" doc:"hours and minutes, such as 02:00"`
	Zone      *string    `json:"timezone,omitempty" doc:"an IANA name such as Europe/Berlin"`
	Weekday   *int       `json:"day_of_week,omitempty" doc:"1 is Monday, 7 Sunday"`
	Monthday  *int       `json:"day_of_month,omitempty" doc:"1 to 28: each month has it"`
}

// unscheduled is the schedule of a site that has none yet: off, at 02:00 each day.
func unscheduled(site string) Schedule {
	return Schedule{Site: site, Frequency: Daily, Time: "02:00", Zone: "UTC", Weekday: 1, Monthday: 1}
}

// apply gives the changed schedule, or tells by field what is wrong.
func (c Schedule) apply(p SchedulePatch) (Schedule, error) {
	httpapi.Assign(&c.Enabled, p.Enabled)
	httpapi.Assign(&c.Frequency, p.Frequency)
	httpapi.Assign(&c.Time, p.Time)
	httpapi.Assign(&c.Zone, p.Zone)
	httpapi.Assign(&c.Weekday, p.Weekday)
	httpapi.Assign(&c.Monthday, p.Monthday)
	wrong := map[string][]string{}
	if c.Frequency != Daily && c.Frequency != Weekly && c.Frequency != Monthly {
		wrong["frequency"] = []string{fmt.Sprintf("%q is none: take daily, weekly or monthly", c.Frequency)}
	}
	if _, err := time.Parse("15:04", c.Time); err != nil || len(c.Time) != len("15:04") {
		wrong["scheduled_time"] = []string{fmt.Sprintf("%q is no time of day: write hours and minutes, such as 02:00 or 17:30", c.Time)}
	}
	// "Local" would be the clock of whichever machine asks.
	if _, err := zone.Load(c.Zone); err != nil {
		wrong["timezone"] = []string{fmt.Sprintf("%q is not known: take an IANA name, such as Europe/Berlin, America/New_York or UTC", c.Zone)}
	}
	if c.Weekday < 1 || c.Weekday > 7 {
		wrong["day_of_week"] = []string{"take 1 (Monday) to 7 (Sunday)"}
	}
	if c.Monthday < 1 || c.Monthday > 28 {
		wrong["day_of_month"] = []string{"take 1 to 28: each month has these days"}
	}
	return c, errs.Fields(wrong)
}

// same tells whether both are due at the same times.
func (c Schedule) same(o Schedule) bool {
	return c.Frequency == o.Frequency && c.Time == o.Time && c.Zone == o.Zone && c.Weekday == o.Weekday && c.Monthday == o.Monthday
}

// After is the first moment later than now at which the schedule is due. It goes by the
// clock of its zone: once on each of its days, also where that clock is put forward over the
// time (then it is due an hour beside it) or back over it (then it is due the one time of the two).
func (c Schedule) After(now time.Time) time.Time {
	where, err := zone.Load(c.Zone)
	if err != nil {
		where = time.UTC
	}
	at, err := time.Parse("15:04", c.Time)
	if err != nil {
		at = time.Time{}
	}
	year, month, day := now.In(where).Date()
	for n := 0; ; n++ {
		due := time.Date(year, month, day+n, at.Hour(), at.Minute(), 0, 0, where)
		// The date, not the due time, says which day it is: midnight may be skipped.
		if date := time.Date(year, month, day+n, 12, 0, 0, 0, time.UTC); due.After(now) && c.on(date) {
			return due.UTC()
		}
	}
}

// on tells whether the schedule is due on a day.
func (c Schedule) on(day time.Time) bool {
	switch c.Frequency {
	case Weekly:
		return int(day.Weekday()) == c.Weekday%7
	case Monthly:
		return day.Day() == c.Monthday
	default:
		return true
	}
}

// Schedule reads a site's schedule; one that is switched off when it has none.
func (e *Engine) Schedule(ctx context.Context, s account.Scope, site string) (Schedule, error) {
	it, err := e.table.Get(ctx, scheduleKey(s, site), table.Consistent)
	if errs.Is(err, errs.NotFound) && s.Sees(site) {
		return unscheduled(site), nil
	}
	if err != nil {
		return Schedule{}, errs.Wrap("automation.Schedule", err)
	}
	return decodeSchedule(it)
}

func decodeSchedule(it table.Item) (c Schedule, err error) {
	if err = table.Decode(it.Attrs, &c); err != nil {
		return c, errs.Wrap("decode schedule", err)
	}
	c.Version = it.Version
	return c, nil
}

// SetSchedule changes when a site's runs start by themselves; what was missed is not made up
// for. Invalid by field; Conflict when it was changed since the version that the request
// names. Safe to repeat.
func (e *Engine) SetSchedule(ctx context.Context, s account.Scope, site string, p SchedulePatch) (Schedule, error) {
	var out Schedule
	err := table.Again(func() error {
		was, err := e.Schedule(ctx, s, site)
		if err != nil {
			return err
		}
		if err := httpapi.Unchanged(ctx, was.Version); err != nil {
			return err
		}
		now, err := was.apply(p)
		if err != nil {
			return err
		}
		now.Next = time.Time{}
		switch {
		case now.Enabled && was.Enabled && now.same(was):
			now.Next = was.Next // what is due at this moment is not passed over
		case now.Enabled:
			now.Next = now.After(e.clock.Now())
		}
		ops, err := e.scheduleOps(s, was, now)
		if err != nil {
			return err
		}
		out = now
		out.Version++
		return e.table.Transact(ctx, ops...)
	})
	return out, errs.Wrap("automation.SetSchedule", err)
}

// scheduleOps writes a schedule in place of the one that was read, and moves its entry among
// those that tick looks through.
func (e *Engine) scheduleOps(s account.Scope, was, now Schedule) ([]table.Op, error) {
	op, err := put(scheduleKey(s, now.Site), "schedule", now, was.Version, table.VersionIs(was.Version))
	if err != nil {
		return nil, err
	}
	delete(op.Item.Attrs, "version")
	ops := []table.Op{op}
	if !was.Next.IsZero() && !was.Next.Equal(now.Next) {
		ops = append(ops, table.Delete(dueKey(e.system, was.Next, s.Account(), now.Site)))
	}
	if !now.Next.IsZero() {
		ops = append(ops, table.Put(table.Item{Key: dueKey(e.system, now.Next, s.Account(), now.Site), Type: "due_schedule"}))
	}
	return ops, nil
}

// splitDue takes the sort key of a due entry apart.
func splitDue(sort string) (at, acct, site string, ok bool) {
	parts := strings.Split(sort, "#")
	if len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}
