package event

import (
	"slices"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/id"
)

// reader makes a page of what is kept.
type reader struct {
	scope  account.Scope
	site   string
	limit  int
	cursor cursor
}

// sees tells whether the reader is to be given an event: sites that its Scope does not see
// are as if they were not there.
func sees(s account.Scope, site string, ev Event) bool {
	return (site == "" || ev.Site == site) && (ev.Site == "" || s.Sees(ev.Site))
}

func count(events []Event, s account.Scope, site string) (n int) {
	for _, ev := range events {
		if sees(s, site, ev) {
			n++
		}
	}
	return n
}

// newest gives the last events; older ones count as known.
func (r reader) newest(sh shot) Page {
	var out []Event
	for i := len(sh.events) - 1; i >= 0 && len(out) < r.limit; i-- {
		if sees(r.scope, r.site, sh.events[i]) {
			out = append(out, sh.events[i])
		}
	}
	slices.Reverse(out)
	next := cursor{seen: sh.at}
	if n := len(out); n > 0 {
		next.last = out[n-1].ID
	}
	return r.page(sh, out, next, false)
}

// after gives what the cursor does not know: each event behind its last, up to the limit,
// and those before it whose sum is another now.
func (r reader) after(sh shot) Page {
	events := r.visible(sh.events, r.cursor.from())
	now := cursor{sums: map[int64]uint64{}}
	for _, ev := range events {
		if ev.ID <= r.cursor.last {
			now.count(ev.ID)
		}
	}
	next := cursor{last: r.cursor.last}
	var out []Event
	fresh, more := 0, false
	for _, ev := range events {
		if ev.ID <= r.cursor.last {
			if k := slotOf(ev.ID); now.sums[k] != r.cursor.sums[k] {
				out = append(out, ev)
			}
			continue
		}
		if fresh++; fresh > r.limit {
			more = true
			break
		}
		out = append(out, ev)
		next.last = ev.ID
	}
	next.seen = sh.at
	if !more && sh.to != "" { // there is more in the table, if not for this reader
		more, next.last = true, max(next.last, sh.to)
	}
	if t, ok := id.Time(next.last); more && ok && t.Before(next.seen) {
		next.seen = t
	}
	if next.seen.Before(r.cursor.seen) {
		next.seen = r.cursor.seen
	}
	return r.page(sh, out, next, more)
}

// page ends a page: the cursor takes the sums of what lies within Back of it.
func (r reader) page(sh shot, out []Event, next cursor, more bool) Page {
	next.sums = map[int64]uint64{}
	for _, ev := range r.visible(sh.events, next.from()) {
		if ev.ID <= next.last {
			next.count(ev.ID)
		}
	}
	p := Page{Events: out, Next: next.text(), More: more}
	if n := len(sh.events); n > 0 {
		t, _ := id.Time(sh.events[n-1].ID)
		p.Lively = sh.at.Sub(t) < Back
	}
	return p
}

func (r reader) visible(events []Event, from string) []Event {
	i, _ := slices.BinarySearchFunc(events, from, byID)
	var out []Event
	for _, ev := range events[i:] {
		if sees(r.scope, r.site, ev) {
			out = append(out, ev)
		}
	}
	return out
}
