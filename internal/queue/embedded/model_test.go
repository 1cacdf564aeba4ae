package embedded_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/queue/embedded"
)

const modelReceives = 3

// message is what the model knows: where it is, when it is visible, how often it came.
type message struct {
	group    string
	dead     bool
	due      time.Time
	flying   bool
	receives int
}

// grip is a delivery that someone may still answer.
type grip struct {
	queue    queue.Name
	receipt  string
	body     string
	receives int
}

// model is the queue as a person would write it down: a map and a clock.
type model struct {
	t        *rapid.T
	path     string
	clock    *clock.Fake
	queue    *embedded.Queue
	messages map[string]*message
	grips    []grip
	sent     int
}

// TestModel drives the queue and the model with the same random calls and compares every
// answer.
func TestModel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		m := &model{t: t, path: filepath.Join(dir, fmt.Sprint(round)), clock: clock.At(start), messages: map[string]*message{}}
		m.open()
		defer func() { _ = m.queue.Close(); _ = os.Remove(m.path) }()
		t.Repeat(map[string]func(*rapid.T){
			"send": m.send, "receive": m.receive, "receiveMore": m.receive, "done": m.done, "later": m.later,
			"advance": m.advance, "reopen": m.reopen, "": m.check,
		})
	})
}

func (m *model) ok(err error) {
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *model) open() {
	q, err := embedded.Open(m.path, m.clock, embedded.Options{MaxReceives: modelReceives})
	m.ok(err)
	m.queue = q
}

func (m *model) seconds(t *rapid.T, label string, most int) time.Duration {
	return time.Duration(rapid.IntRange(0, most).Draw(t, label)) * time.Second
}

func (m *model) send(t *rapid.T) {
	var msgs []queue.Message
	for range rapid.IntRange(1, 12).Draw(t, "n") {
		m.sent++
		g := rapid.SampledFrom([]string{"a", "a", "a", "b", "c"}).Draw(t, "group")
		delay := max(0, m.seconds(t, "delay", 30)-15*time.Second)
		body := fmt.Sprint(m.sent)
		msgs = append(msgs, queue.Message{Group: g, Body: body, Delay: delay})
		m.messages[body] = &message{group: g, due: m.clock.Now().Add(delay)}
	}
	m.ok(m.queue.Send(t.Context(), queue.AI, msgs...))
}

// settle is the model's rule for dead letters.
func (m *model) settle() {
	for _, x := range m.messages {
		if !x.dead && x.receives >= modelReceives && !x.due.After(m.clock.Now()) {
			x.dead, x.flying = true, false
		}
	}
}

func (m *model) visible(x *message, dead bool) bool {
	return x.dead == dead && !x.due.After(m.clock.Now())
}

func (m *model) receive(t *rapid.T) {
	most := rapid.IntRange(1, 10).Draw(t, "max")
	visibility := m.seconds(t, "visibility", 20)
	name := rapid.SampledFrom([]queue.Name{queue.AI, queue.AI, queue.AI, queue.AI.Dead()}).Draw(t, "queue")
	dead := name == queue.AI.Dead()
	m.settle()
	waiting := map[string]int{}
	all := 0
	for _, x := range m.messages {
		if m.visible(x, dead) {
			waiting[x.group]++
			all++
		}
	}
	got, err := m.queue.Receive(t.Context(), name, most, visibility, 0)
	m.ok(err)
	if len(got) != min(all, most) {
		t.Fatalf("%d messages came, %d were visible and %d asked for", len(got), all, most)
	}
	given := map[string]int{}
	for _, d := range got {
		x := m.messages[d.Body]
		switch {
		case x == nil:
			t.Fatalf("message %s was done or never sent", d.Body)
		case !m.visible(x, dead):
			t.Fatalf("message %s came while it was hidden: %+v", d.Body, *x)
		case d.Receives != x.receives+1 || d.Group != x.group:
			t.Fatalf("delivery %+v, model %+v", d, *x)
		}
		x.receives++
		x.flying, x.due = true, m.clock.Now().Add(visibility)
		given[d.Group]++
		m.grips = append(m.grips, grip{name, d.Receipt, d.Body, d.Receives})
	}
	for g := range waiting {
		for h := range given {
			if given[g] < waiting[g] && given[h] > given[g]+1 {
				t.Fatalf("group %s got %d and group %s only %d of %d", h, given[h], g, given[g], waiting[g])
			}
		}
	}
}

// held draws a delivery, old ones too, and gives its message if it is the newest.
func (m *model) held(t *rapid.T) (grip, *message) {
	if len(m.grips) == 0 {
		t.Skip("nothing was received yet")
	}
	g := m.grips[len(m.grips)-1-rapid.IntRange(0, min(len(m.grips)-1, 25)).Draw(t, "grip")]
	x := m.messages[g.body]
	if x == nil || x.receives != g.receives {
		return g, nil
	}
	return g, x
}

func (m *model) done(t *rapid.T) {
	g, x := m.held(t)
	m.ok(m.queue.Done(t.Context(), g.queue, g.receipt))
	// A message due for the dead letters is still the source's until someone looks; once
	// moved, the source's receipt finds nothing. The model asks where it is.
	if x != nil && x.dead == (g.queue == queue.AI.Dead()) {
		delete(m.messages, g.body)
	}
}

func (m *model) later(t *rapid.T) {
	g, x := m.held(t)
	d := m.seconds(t, "later", 20)
	m.ok(m.queue.Later(t.Context(), g.queue, g.receipt, d))
	if x != nil && x.due.After(m.clock.Now()) && x.dead == (g.queue == queue.AI.Dead()) {
		x.due = m.clock.Now().Add(d)
		x.flying = false // a postponed message keeps its time over a restart
	}
}

func (m *model) advance(t *rapid.T) { m.clock.Advance(m.seconds(t, "advance", 25)) }

func (m *model) reopen(*rapid.T) {
	m.ok(m.queue.Close())
	for _, x := range m.messages {
		if x.flying {
			x.flying, x.due = false, m.clock.Now()
		}
	}
	m.open()
}

// check compares the number of messages, wherever they are.
func (m *model) check(t *rapid.T) {
	total := 0
	for _, name := range []queue.Name{queue.AI, queue.AI.Dead()} {
		v, f, d, err := m.queue.Depth(t.Context(), name)
		m.ok(err)
		total += v + f + d
	}
	if total != len(m.messages) {
		t.Fatalf("the queue holds %d messages, the model %d", total, len(m.messages))
	}
}
