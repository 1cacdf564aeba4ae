// Package simulate runs the product's pipeline on AWS as a discrete-event simulation: runs,
// stages, waves, windows, queues with their event sources, and the quotas that they meet. It
// takes its numbers from template.yaml, from the code's own constants, and from what the
// bench of cost counted (see Load); the same seed gives the same result.
package simulate

import (
	"container/heap"
	"math"
	"math/rand/v2"
)

// Lane is a queue and the function behind it.
type Lane struct {
	Name    string
	Batch   int     // messages of one invocation
	Slots   int     // invocations side by side
	Seconds float64 // that a job takes: what it waits for, and the rest
	PerMin  float64 // calls a minute that its provider takes; 0: any number
	Write   float64 // write units of a job
	Read    float64
}

// Stage is one of the pipeline's.
type Stage struct {
	Name       string
	Lane       int     // -1: no jobs
	PerRun     float64 // jobs of a run
	PerArticle float64 // and of each of its articles
}

// Model is what is simulated.
type Model struct {
	Lanes        []Lane
	Stages       []Stage
	StageSeconds float64 // an invocation of the stage function
	StageWrite   float64 // its write units for each job
	Wave         int     // jobs of a wave
	Window       int     // jobs of an account in a queue; 0: all
	LeastShare   int     // the part of it that a run has at least
	Pace         float64 // who follows waits so many times as long as who it follows did in the queue
	Jitter       float64 // a job takes its Seconds, more or less by this part
	Ramp         float64 // slots a second by which an event source grows; 0: at once
	RampFrom     float64 // slots that it begins with
	Fair         bool    // queues take accounts in turn; otherwise they are plain FIFO
	Seed         uint64
}

// Work is one run to be done.
type Work struct {
	Account  int
	At       float64 // seconds
	Articles int
}

// Result is what came of it.
type Result struct {
	Ended    []float64 // by run: when it ended; 0 if it did not
	Took     []float64 // by run
	Span     float64   // until the last end
	Jobs     []int     // done, by lane
	Deepest  []int     // messages visible at once, by lane
	Flying   int       // messages in flight at once, in the fullest queue
	Busy     []float64 // seconds of slots, by lane
	Peak     []int     // invocations side by side, by lane
	Starts   float64   // most executions begun in a second
	Moves    float64   // most state transitions in a second
	Writes   float64   // most write units in a second, of the table
	Hottest  float64   // most write units in a second, of one account
	OpenRuns int       // most runs open at once
}

// run is a run under way.
type run struct {
	account, articles int
	at                float64
	stage             int
	left              int // jobs of the stage that no wave has yet
	unsent, open      int // of the wave
}

type kind uint8

const (
	arrive  kind = iota
	staged       // the stage function has returned
	worked       // an invocation of a worker has ended
	wake         // a lane may go on
	follows      // a message that was delayed is visible
)

type event struct {
	at    float64
	seq   int
	kind  kind
	run   int32
	lane  int8
	batch []message
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

// sim is a simulation under way.
type sim struct {
	Model
	rng    *rand.Rand
	now    float64
	seq    int
	events events
	runs   []run
	active []int // by account: runs that are not ended
	queues []line
	busy   []int     // invocations under way, by lane
	flying []int     // messages
	since  []float64 // when a lane's backlog began
	next   []float64 // when a lane's provider takes another call
	waking []bool
	open   int
	second second
	out    Result
}

// Run simulates the work to its end.
func (m Model) Run(work []Work) Result {
	s := &sim{Model: m, rng: rand.New(rand.NewPCG(m.Seed, 1)), runs: make([]run, len(work))}
	accounts := 0
	for i, w := range work {
		s.runs[i] = run{account: w.Account, articles: w.Articles, at: w.At}
		accounts = max(accounts, w.Account+1)
		s.post(event{at: w.At, kind: arrive, run: int32(i)}) //nolint:gosec // far below 2^31 runs
	}
	s.active = make([]int, accounts)
	n := len(m.Lanes)
	s.busy, s.flying, s.since, s.next, s.waking = make([]int, n), make([]int, n), make([]float64, n), make([]float64, n), make([]bool, n)
	for range m.Lanes {
		s.queues = append(s.queues, newLine(m.Fair, accounts))
	}
	s.out = Result{Ended: make([]float64, len(work)), Took: make([]float64, len(work)), Jobs: make([]int, n), Deepest: make([]int, n), Busy: make([]float64, n), Peak: make([]int, n)}
	s.second = newSecond(accounts)
	for len(s.events) > 0 {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		s.handle(e)
	}
	s.second.flush(&s.out)
	return s.out
}

func (s *sim) post(e event) {
	s.seq++
	e.seq = s.seq
	heap.Push(&s.events, e)
}

func (s *sim) handle(e event) {
	switch e.kind {
	case arrive:
		s.active[s.runs[e.run].account]++
		s.open++
		s.out.OpenRuns = max(s.out.OpenRuns, s.open)
		s.count(func(c *second) { c.starts++ })
		s.enter(e.run, 0)
	case staged:
		s.plan(e.run)
	case worked:
		s.ended(int(e.lane), e.batch)
	case follows:
		s.send(int(e.lane), e.run)
		s.serve(int(e.lane))
	case wake:
		s.waking[e.lane] = false
		s.serve(int(e.lane))
	}
}

// enter invokes the stage function for a stage.
func (s *sim) enter(r int32, stage int) {
	x := &s.runs[r]
	x.stage = stage
	if stage == len(s.Stages) {
		s.count(func(c *second) { c.moves += 2 }) // Finish, and the end
		s.active[x.account]--
		s.open--
		s.out.Ended[r], s.out.Took[r], s.out.Span = s.now, s.now-x.at, s.now
		return
	}
	st := s.Stages[stage]
	x.left = 0
	if st.Lane >= 0 {
		x.left = int(st.PerRun + st.PerArticle*float64(x.articles) + .5)
	}
	s.invoke(r)
}

func (s *sim) invoke(r int32) {
	s.count(func(c *second) { c.moves += 2 }) // the Task, and the Choice behind it
	s.post(event{at: s.now + s.StageSeconds, kind: staged, run: r})
}

// plan makes the next wave, or goes on to the next stage.
func (s *sim) plan(r int32) {
	x := &s.runs[r]
	if x.left == 0 {
		s.enter(r, x.stage+1)
		return
	}
	wave := min(x.left, s.Wave)
	x.left -= wave
	x.open, x.unsent = wave, wave
	s.write(x.account, float64(wave)*s.StageWrite)
	send := wave
	if s.Window > 0 {
		send = min(wave, max(1, s.Window/min(s.active[x.account], s.LeastShare)))
	}
	lane := s.Stages[x.stage].Lane
	x.unsent -= send
	for range send {
		s.send(lane, r)
	}
	s.serve(lane)
}

func (s *sim) send(lane int, r int32) {
	q := s.queues[lane]
	if q.len() == 0 {
		s.since[lane] = s.now
	}
	q.push(message{r, float32(s.now)}, s.runs[r].account)
	s.out.Deepest[lane] = max(s.out.Deepest[lane], q.len())
}

// slots is how many invocations a lane may have now: an event source grows with its backlog.
func (s *sim) slots(lane int) int {
	l := s.Lanes[lane]
	if s.Ramp == 0 {
		return l.Slots
	}
	return min(l.Slots, int(s.RampFrom+s.Ramp*(s.now-s.since[lane])))
}

// serve hands out batches while there are messages, slots and calls that the provider takes.
func (s *sim) serve(lane int) {
	l, q := s.Lanes[lane], s.queues[lane]
	for q.len() > 0 {
		allowed := s.slots(lane)
		if s.busy[lane] >= allowed {
			if allowed < l.Slots { // it grows: look again
				s.wakeAt(lane, s.now+1/s.Ramp)
			}
			return
		}
		n := min(l.Batch, q.len())
		if l.PerMin > 0 {
			if s.next[lane] > s.now {
				s.wakeAt(lane, s.next[lane])
				return
			}
			s.next[lane] = max(s.next[lane], s.now) + float64(n)*60/l.PerMin
		}
		batch := make([]message, n)
		longest := 0.0
		for i := range batch {
			batch[i] = q.pop()
			batch[i].at = float32(s.now) - batch[i].at
			longest = max(longest, l.Seconds*(1+s.Jitter*(2*s.rng.Float64()-1)))
		}
		s.busy[lane]++
		s.flying[lane] += n
		s.out.Peak[lane], s.out.Flying = max(s.out.Peak[lane], s.busy[lane]), max(s.out.Flying, s.flying[lane])
		s.out.Busy[lane] += longest
		s.post(event{at: s.now + longest, kind: worked, lane: int8(lane), batch: batch}) //nolint:gosec // five lanes
	}
}

func (s *sim) wakeAt(lane int, at float64) {
	if s.waking[lane] {
		return
	}
	s.waking[lane] = true
	s.post(event{at: at, kind: wake, lane: int8(lane)}) //nolint:gosec // five lanes
}

// longestDelay is how long a queue delays a message at most, in seconds.
const longestDelay = 900

// ended closes the jobs of a batch; who follows them comes to the queue.
func (s *sim) ended(lane int, batch []message) {
	s.busy[lane]--
	s.flying[lane] -= len(batch)
	s.out.Jobs[lane] += len(batch)
	for _, m := range batch {
		r := m.run
		x := &s.runs[r]
		s.write(x.account, s.Lanes[lane].Write)
		x.open--
		if x.unsent > 0 {
			x.unsent--
			if wait := min(s.Pace*math.Floor(float64(m.at)), longestDelay); wait >= 1 {
				s.post(event{at: s.now + wait, kind: follows, run: r, lane: int8(lane)}) //nolint:gosec // five lanes
			} else {
				s.send(lane, r)
			}
		}
		if x.open == 0 {
			s.invoke(r) // its token is answered
		}
	}
	s.serve(lane)
}

func (s *sim) count(f func(*second)) {
	s.second.at(s.now, &s.out)
	f(&s.second)
}

func (s *sim) write(account int, units float64) {
	s.second.at(s.now, &s.out)
	s.second.writes += units
	if s.second.of[account] == 0 {
		s.second.touched = append(s.second.touched, account)
	}
	s.second.of[account] += units
}

// second sums what happens in one second of the clock.
type second struct {
	n                     int
	starts, moves, writes float64
	of                    []float64 // write units by account
	touched               []int
}

func newSecond(accounts int) second { return second{of: make([]float64, accounts)} }

func (c *second) at(now float64, out *Result) {
	if int(now) != c.n {
		c.flush(out)
		c.n = int(now)
	}
}

func (c *second) flush(out *Result) {
	out.Starts, out.Moves, out.Writes = max(out.Starts, c.starts), max(out.Moves, c.moves), max(out.Writes, c.writes)
	for _, a := range c.touched {
		out.Hottest = max(out.Hottest, c.of[a])
		c.of[a] = 0
	}
	c.starts, c.moves, c.writes, c.touched = 0, 0, 0, c.touched[:0]
}
