package embedded

import (
	"container/heap"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/queue"
)

type state uint8

const (
	waiting  state = iota // delayed
	ready                 // visible
	inflight              // delivered, hidden until due
	gone
)

// entry is what is known in memory of one message.
type entry struct {
	id       uint64
	queue    queue.Name
	group    string
	sent     int64
	due      int64 // when waiting or in flight
	receives int
	state    state
}

// book knows each message's place. Lists hold entries that have moved on meanwhile; who
// takes an entry off a list checks that it still belongs there.
type book struct {
	max   int
	byID  map[uint64]*entry
	lines map[queue.Name]*line
	age   []*entry // in order of sending, for retention
}

// line is one queue: its hidden messages by the time they are due, and its visible ones by
// group, the groups in turn.
type line struct {
	hidden dues
	groups map[string][]*entry
	turn   []string // groups that have visible messages; the first is next
	wake   chan struct{}
}

// plan is what one take changes.
type plan struct {
	taken   []entry // as they are after the take
	moved   []entry // to the dead letters
	expired []uint64
}

func (p plan) empty() bool { return len(p.taken)+len(p.moved)+len(p.expired) == 0 }

func newBook(max int) *book {
	return &book{max: max, byID: map[uint64]*entry{}, lines: map[queue.Name]*line{}}
}

func (b *book) line(name queue.Name) *line {
	l := b.lines[name]
	if l == nil {
		l = &line{groups: map[string][]*entry{}, wake: make(chan struct{})}
		b.lines[name] = l
	}
	return l
}

// load takes in a stored message. One received too often already is shown to promote as
// due now, which is what sends messages to the dead letters.
func (b *book) load(id uint64, r record, now time.Time) {
	e := &entry{id: id, queue: r.Queue, group: r.Group, sent: r.Sent, due: r.Due, receives: r.Receives}
	b.byID[id] = e
	b.age = append(b.age, e)
	l := b.line(r.Queue)
	if e.due > now.UnixNano() || e.receives > 0 {
		l.hide(e, waiting, e.due)
	} else {
		l.show(e)
	}
}

func (l *line) hide(e *entry, s state, due int64) {
	e.state, e.due = s, due
	heap.Push(&l.hidden, hidden{due, e})
}

func (l *line) show(e *entry) {
	e.state = ready
	if len(l.groups[e.group]) == 0 {
		l.turn = append(l.turn, e.group)
	}
	l.groups[e.group] = append(l.groups[e.group], e)
}

// next takes the oldest visible message of the group whose turn it is; nil without any.
func (l *line) next(name queue.Name) *entry {
	for len(l.turn) > 0 {
		g := l.turn[0]
		l.turn = l.turn[1:]
		e := l.groups[g][0]
		if rest := l.groups[g][1:]; len(rest) > 0 {
			l.groups[g] = rest
		} else {
			delete(l.groups, g)
		}
		mine := e.state == ready && e.queue == name
		if len(l.groups[g]) > 0 {
			if mine {
				l.turn = append(l.turn, g)
			} else {
				l.turn = append([]string{g}, l.turn...) // a left-over does not use up the turn
			}
		}
		if mine {
			return e
		}
	}
	return nil
}

func (l *line) wakeUp() {
	close(l.wake)
	l.wake = make(chan struct{})
}

func (b *book) wakeAll() {
	for _, l := range b.lines {
		l.wakeUp()
	}
}

// take chooses up to max visible messages and marks them in flight until due.
func (b *book) take(name queue.Name, max int, now, due time.Time) plan {
	p := plan{expired: b.expire(now)}
	for _, source := range sources(name) {
		p.moved = append(p.moved, b.promote(source, now)...)
	}
	l := b.line(name)
	for len(p.taken) < max {
		e := l.next(name)
		if e == nil {
			break
		}
		e.receives++
		l.hide(e, inflight, due.UnixNano())
		p.taken = append(p.taken, *e)
	}
	return p
}

// undo puts back what a take that could not be stored had taken.
func (b *book) undo(p plan) {
	for _, t := range p.taken {
		if e := b.byID[t.id]; e != nil && e.receives == t.receives {
			e.receives--
			b.line(e.queue).show(e)
			b.line(e.queue).wakeUp()
		}
	}
}

// promote makes visible what is due, and moves what was received too often.
func (b *book) promote(name queue.Name, now time.Time) (moved []entry) {
	l := b.line(name)
	for len(l.hidden) > 0 && l.hidden[0].due <= now.UnixNano() {
		h := heap.Pop(&l.hidden).(hidden)
		e := h.entry
		if e.due != h.due || e.queue != name || e.state != waiting && e.state != inflight {
			continue
		}
		if e.receives >= b.max && !isDead(name) {
			e.queue = name.Dead()
			b.line(e.queue).show(e)
			b.line(e.queue).wakeUp()
			moved = append(moved, *e)
			continue
		}
		l.show(e)
	}
	return moved
}

// untilNext is the time until a hidden message of the queue, or of the one whose dead
// letters it holds, is due; an hour when there is none.
func (b *book) untilNext(name queue.Name, now time.Time) time.Duration {
	next := time.Hour
	for _, source := range sources(name) {
		if l := b.line(source); len(l.hidden) > 0 {
			next = min(next, time.Duration(l.hidden[0].due-now.UnixNano()))
		}
	}
	return next
}

// expire drops what is older than the retention, wherever it is.
func (b *book) expire(now time.Time) (ids []uint64) {
	if len(b.age) > 2*len(b.byID)+1024 {
		kept := make([]*entry, 0, len(b.byID))
		for _, e := range b.age {
			if e.state != gone {
				kept = append(kept, e)
			}
		}
		b.age = kept
	}
	oldest := now.Add(-queue.Retention).UnixNano()
	for len(b.age) > 0 && (b.age[0].state == gone || b.age[0].sent <= oldest) {
		if e := b.age[0]; e.state != gone {
			e.state = gone
			delete(b.byID, e.id)
			ids = append(ids, e.id)
		}
		b.age = b.age[1:]
	}
	return ids
}

// current is the message of a receipt, if that is its newest delivery.
func (b *book) current(r receipt) *entry {
	e := b.byID[r.id]
	if e == nil || e.queue != r.queue || e.receives != r.receives {
		return nil
	}
	return e
}

func (b *book) remove(receipts []receipt) (removed []*entry) {
	for _, r := range receipts {
		if e := b.current(r); e != nil {
			e.state = gone
			delete(b.byID, e.id)
			removed = append(removed, e)
		}
	}
	return removed
}

// restore brings back what could not be deleted, as in flight.
func (b *book) restore(entries []*entry) {
	for _, e := range entries {
		b.byID[e.id] = e
		b.age = append(b.age, e)
		b.line(e.queue).hide(e, inflight, e.due)
	}
}

// postpone changes when a hidden message is due; a visible one is left alone.
func (b *book) postpone(r receipt, now, due time.Time) bool {
	e := b.current(r)
	if e == nil || e.state == ready || e.due <= now.UnixNano() {
		return false
	}
	l := b.line(e.queue)
	l.hide(e, inflight, due.UnixNano())
	l.wakeUp()
	return true
}

func (b *book) depth(name queue.Name, now time.Time) (visible, flying, delayed int) {
	for _, e := range b.byID {
		due := e.due <= now.UnixNano()
		at := e.queue
		if due && e.state != ready && e.receives >= b.max && !isDead(at) {
			at = at.Dead()
		}
		switch {
		case at != name || e.sent <= now.Add(-queue.Retention).UnixNano():
		case e.state == ready || due:
			visible++
		case e.state == inflight:
			flying++
		default:
			delayed++
		}
	}
	return visible, flying, delayed
}

const deadSuffix = "-dead"

func isDead(name queue.Name) bool { return strings.HasSuffix(string(name), deadSuffix) }

// sources are the queues whose hidden messages may become visible in name.
func sources(name queue.Name) []queue.Name {
	if base, dead := strings.CutSuffix(string(name), deadSuffix); dead {
		return []queue.Name{queue.Name(base), name}
	}
	return []queue.Name{name}
}

// hidden is a message's place in the order of due times.
type hidden struct {
	due   int64
	entry *entry
}

type dues []hidden

func (d dues) Len() int           { return len(d) }
func (d dues) Less(i, j int) bool { return d[i].due < d[j].due }
func (d dues) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *dues) Push(x any)        { *d = append(*d, x.(hidden)) }
func (d *dues) Pop() any {
	old := *d
	x := old[len(old)-1]
	old[len(old)-1] = hidden{}
	*d = old[:len(old)-1]
	return x
}
