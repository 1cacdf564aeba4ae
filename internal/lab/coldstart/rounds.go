package coldstart

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Limits are the project's: Init is how much longer than the empty function one may take to
// start, Size and RSS are bytes. Init and RSS bind the functions that people wait for; what
// the others start with is told, and they take work from queues.
type Limits struct {
	Init time.Duration
	Size int64
	RSS  int64
}

// awaited tells whether people wait for a function to start.
func awaited(name string) bool { return strings.HasPrefix(name, "api-") }

// Gate is what no function may exceed.
func Gate() Limits { return Limits{Init: 4 * time.Millisecond, Size: 14 << 20, RSS: 14 << 20} }

// larger are the functions that may be larger than the limit says, by how many bytes.
var larger = map[string]struct {
	bytes  int64
	reason string
}{
	"worker-cluster": {7 << 20, "the vectors of what words mean, which no other function has; it takes work from a queue, and nobody waits for its start"},
	"api-planner":    {1 << 20, "42 operations, more than any other has: each is 15 KB of the router's generic code and its tables"},
}

// size is the limit of a function's binary.
func (l Limits) size(name string) int64 { return l.Size + larger[name].bytes }

// Plan is what Run does.
type Plan struct {
	Targets []Target // the first is what the others are compared to
	Rounds  int      // starts of each
	Warm    int      // events of each start after the first
	Seed    uint64   // of the order within the rounds
}

// Run starts every target once a round, in an order that each round shuffles, so that what
// disturbs the machine disturbs all alike. One round before them is not counted: binaries
// come from the disk in it. The first start that fails ends it all.
func Run(ctx context.Context, p Plan) (Report, error) {
	starts := make([][]Start, len(p.Targets))
	random := rand.New(rand.NewPCG(p.Seed, 0))
	for round := range p.Rounds + 1 {
		for _, i := range random.Perm(len(p.Targets)) {
			s, err := Measure(ctx, p.Targets[i], 1+p.Warm)
			if err != nil {
				return Report{}, err
			}
			if round > 0 {
				starts[i] = append(starts[i], s)
			}
		}
	}
	return p.report(starts)
}

// Report is what a run found, the compared-to function first.
type Report struct {
	Rounds int   `json:"rounds"`
	Warm   int   `json:"warm_events_per_start"`
	Rows   []Row `json:"functions"`
}

// Row is one function: medians over the rounds, differences paired by round.
type Row struct {
	Name     string    `json:"name"`
	InitMS   float64   `json:"init_ms"`
	InitMore *Interval `json:"init_more_ms,omitempty"` // than the first row
	FirstMS  float64   `json:"first_ms"`
	ColdMore *Interval `json:"init_and_first_more_ms,omitempty"`
	WarmMS   float64   `json:"warm_ms"`
	RSS      int64     `json:"rss_bytes"` // at the end of init
	Size     int64     `json:"binary_bytes"`
	Answers  string    `json:"answers"` // every kind that came back
	Error    string    `json:"error,omitempty"`
}

func (p Plan) report(starts [][]Start) (Report, error) {
	r := Report{Rounds: p.Rounds, Warm: p.Warm}
	for i, t := range p.Targets {
		row, err := newRow(t, starts[i])
		if err != nil {
			return r, err
		}
		if i > 0 {
			init := Paired(values(starts[i], initMS), values(starts[0], initMS), p.Seed)
			cold := Paired(values(starts[i], coldMS), values(starts[0], coldMS), p.Seed)
			row.InitMore, row.ColdMore = &init, &cold
		}
		r.Rows = append(r.Rows, row)
	}
	return r, nil
}

func newRow(t Target, starts []Start) (Row, error) {
	size, err := t.Size()
	row := Row{
		Name: t.Name, Size: size,
		InitMS:  Median(values(starts, initMS)),
		FirstMS: Median(values(starts, func(s Start) float64 { return ms(s.First) })),
		RSS:     int64(Median(values(starts, func(s Start) float64 { return float64(s.RSS) }))),
	}
	var warm []float64
	kinds := map[string]bool{}
	for _, s := range starts {
		for _, w := range s.Warm {
			warm = append(warm, ms(w))
		}
		for _, k := range s.Answers {
			kinds[k] = true
		}
		if row.Error == "" {
			row.Error = s.Error
		}
	}
	row.WarmMS, row.Answers = Median(warm), strings.Join(slices.Sorted(maps.Keys(kinds)), ", ")
	return row, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func initMS(s Start) float64 { return ms(s.Init) }
func coldMS(s Start) float64 { return ms(s.Init + s.First) }

func values(starts []Start, of func(Start) float64) []float64 {
	out := make([]float64, len(starts))
	for i, s := range starts {
		out[i] = of(s)
	}
	return out
}
