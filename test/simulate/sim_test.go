package simulate

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// plain is one stage and one lane, by hand.
func plain(slots, batch int, seconds float64) Model {
	return Model{Lanes: []Lane{{Name: "x", Batch: batch, Slots: slots, Seconds: seconds, Write: 2}}, Stages: []Stage{{Name: "s", Lane: 0, PerArticle: 1}}, StageSeconds: 1, StageWrite: 1, Wave: 500, LeastShare: 20}
}

// TestByHand: small cases that can be worked out.
func TestByHand(t *testing.T) {
	t.Parallel()
	one := func(articles int) []Work { return []Work{{Articles: articles}} }
	window := func(m Model, n int) Model { m.Window = n; return m }
	wave := func(m Model, n int) Model { m.Wave = n; return m }
	rated := func(m Model, perMin float64) Model { m.Lanes[0].PerMin = perMin; return m }
	ramped := func(m Model) Model { m.Ramp, m.RampFrom = .1, 1; return m }
	for name, c := range map[string]struct {
		m    Model
		work []Work
		took []float64
	}{
		"three jobs one after the other":     {plain(1, 1, 10), one(3), []float64{1 + 30 + 1}},
		"three jobs side by side":            {plain(3, 1, 10), one(3), []float64{1 + 10 + 1}},
		"three jobs in one batch":            {plain(1, 10, 10), one(3), []float64{1 + 10 + 1}},
		"no work":                            {plain(1, 1, 10), one(0), []float64{1}},
		"a window changes nothing for one":   {window(plain(1, 1, 10), 1), one(3), []float64{32}},
		"a window leaves slots free":         {window(plain(3, 1, 10), 1), one(3), []float64{32}},
		"two waves":                          {wave(plain(9, 1, 10), 2), one(3), []float64{1 + 10 + 1 + 10 + 1}},
		"a maker takes one in 6 s":           {rated(plain(9, 1, 10), 10), one(3), []float64{1 + 6 + 6 + 10 + 1}},
		"a source grows by one slot in 10 s": {ramped(plain(9, 1, 100)), one(3), []float64{1 + 20 + 100 + 1}},
		"plain FIFO: whoever is first":       {plain(1, 1, 10), []Work{{Account: 0, Articles: 3}, {Account: 1, Articles: 1, At: .5}}, []float64{32, 41.5}},
		"in turn: one each":                  {func() Model { m := plain(1, 1, 10); m.Fair = true; return m }(), []Work{{Account: 0, Articles: 3}, {Account: 1, Articles: 1, At: .5}}, []float64{42, 31.5}},
		"FIFO with a window of one: as turn": {window(plain(1, 1, 10), 1), []Work{{Account: 0, Articles: 3}, {Account: 1, Articles: 1, At: .5}}, []float64{42, 21.5}},
	} {
		if got := c.m.Run(c.work); !near(got.Took, c.took) {
			t.Errorf("%s: took %v, want %v", name, got.Took, c.took)
		}
	}
}

func near(a, b []float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-6 {
			return false
		}
	}
	return len(a) == len(b)
}

// TestQueueing: a queue with one server and a constant time of service waits as long as the
// theory says (M/D/1: the load by twice what it leaves).
func TestQueueing(t *testing.T) {
	t.Parallel()
	for _, load := range []float64{.3, .6, .8} {
		m := plain(1, 1, 10)
		m.StageSeconds = 0
		rng := rand.New(rand.NewPCG(1, 7))
		var work []Work
		now := 0.0
		for n := range 40_000 {
			now += rng.ExpFloat64() * 10 / load
			work = append(work, Work{Account: n % 50, At: now, Articles: 1})
		}
		sum := 0.0
		for _, took := range m.Run(work).Took {
			sum += took - 10
		}
		got, want := sum/float64(len(work)), 10*load/(2*(1-load))
		if math.Abs(got-want) > .08*want {
			t.Errorf("load %.1f: waits %.2f s, want %.2f", load, got, want)
		}
	}
}

// TestConservation: whatever the policy, each run ends, each job is done once, and the
// counters add up.
func TestConservation(t *testing.T) {
	t.Parallel()
	for _, fair := range []bool{false, true} {
		for _, window := range []int{0, 1, 7} {
			m := plain(3, 4, 10)
			m.Fair, m.Window, m.Jitter, m.Wave, m.Seed, m.Ramp, m.RampFrom = fair, window, .25, 9, 3, 1, 1
			m.Lanes[0].PerMin = 100
			work := Spread(5, 20, 5, 13, 300)
			got := m.Run(work)
			if want := 20 * 5 * 13; got.Jobs[0] != want {
				t.Errorf("fair %v, window %d: %d jobs done, want %d", fair, window, got.Jobs[0], want)
			}
			for i, end := range got.Ended {
				if end <= work[i].At || math.Abs(end-work[i].At-got.Took[i]) > 1e-9 {
					t.Fatalf("fair %v, window %d: run %d ended at %g", fair, window, i, end)
				}
			}
			if got.Peak[0] > 3 || got.Flying > 12 || got.Busy[0] > 3*got.Span {
				t.Errorf("fair %v, window %d: more than there is: %+v", fair, window, got)
			}
			if window > 0 && got.Deepest[0] > 100*window {
				t.Errorf("window %d: %d messages", window, got.Deepest[0])
			}
			if again := m.Run(work); !reflect.DeepEqual(got, again) {
				t.Errorf("fair %v, window %d: the same seed gives another result", fair, window)
			}
		}
	}
}

func TestRatio(t *testing.T) {
	t.Parallel()
	work := []Work{{Account: 0}, {Account: 0}, {Account: 1}, {Account: 2}}
	f := ratio(work, []float64{10, 30, 90, 500}, []float64{10, 10, 30, 5}, func(a int) bool { return a == 2 })
	if f.Worst != 3 || f.WorstAccount != 1 || f.Median != 2 {
		t.Errorf("%+v", f)
	}
}

// TestStarter: all that is due is begun, within what the service takes, and by hand.
func TestStarter(t *testing.T) {
	t.Parallel()
	s := Starter{Every: 300, Timeout: 240, Shards: 2, Start: 1, Rate: 100, Bucket: 100}
	if got := s.Run([]float64{0, 0, 0, 299}); got.Begun != 4 || got.Last != 301 || got.Longest != 301 {
		t.Errorf("%+v", got) // two at 300, two at 301
	}
	many := make([]float64, 1000) // 480 in a tick
	if got := s.Run(many); got.Begun != 1000 || got.Last != 900+19 || got.Busiest != 2 {
		t.Errorf("%+v", got)
	}
	s.Rate, s.Bucket = 1, 1
	if got := s.Run(many); got.Begun != 1000 || got.Busiest > 1 || got.Throttle == 0 {
		t.Errorf("%+v", got)
	}
}

// TestBatchTakesItsLongest: of ten jobs of 7.5 to 12.5 s the longest takes 12 s on average.
func TestBatchTakesItsLongest(t *testing.T) {
	t.Parallel()
	m := plain(1, 10, 10)
	m.Jitter, m.Wave, m.StageSeconds = .25, 10_000, 0
	got := m.Run([]Work{{Articles: 5000}}).Took[0] / 500
	if want := 7.5 + 5*10./11; math.Abs(got-want) > .1 {
		t.Errorf("a batch takes %.2f s, want %.2f", got, want)
	}
}
