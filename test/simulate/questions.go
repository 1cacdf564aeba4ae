package simulate

import (
	"cmp"
	"slices"

	"github.com/igny8/igny8/test/stackfile"
)

// Limit is how much one limit lets through.
type Limit struct {
	What string
	Runs float64 // an hour
	Then string  // what is done about it
}

// Narrow gives the limits that runs of so many articles meet, the narrowest first.
func (w World) Narrow(m Model, articles int) []Limit {
	var out []Limit
	add := func(what string, runs float64, then string) { out = append(out, Limit{what, runs, then}) }
	slots, writes := 0.0, 0.0
	stages := 2.0 // Finish and the end
	for i, l := range m.Lanes {
		jobs := m.jobs(i, articles)
		if jobs == 0 {
			continue
		}
		add("slots of worker-"+l.Name, float64(l.Slots*l.Batch)*3600/(jobs*l.Seconds), "the parameter of its concurrency; in all at most Lambda's")
		if l.PerMin > 0 {
			add("what the maker of "+l.Name+" takes", l.PerMin*60/jobs, "Retry-After is kept to; a higher tier, or keys of the accounts' own")
		}
		slots += jobs / float64(l.Batch) * l.Seconds
		writes += jobs * (l.Write + m.StageWrite)
	}
	for _, st := range m.Stages {
		stages += 2
		if st.Lane >= 0 {
			stages += 2
		}
	}
	add("Lambda, functions side by side", w.Quotas.Of("lambda.concurrency")*3600/slots, "raised on asking")
	add("Step Functions, starts", w.Quotas.Of("states.starts")*3600, "raised on asking")
	add("Step Functions, transitions", w.Quotas.Of("states.transitions")*3600/stages, "raised on asking; waves of 500 keep them few")
	add("the table, when it is new", w.Quotas.Of("table.first_write")*3600/writes, "doubles by itself within half an hour; can be warmed")
	add("the table", w.Quotas.Of("table.write")*3600/writes, "raised on asking")
	add("one account's partition, its runs alone", w.Quotas.Of("table.partition_write")*3600/writes, "each site is a partition of its own; splits by itself")
	rate, _ := stackfile.Number(w.Stack.Params["ThrottleRate"])
	took := w.Alone(m, articles)
	add("the gateway's throttle, each run watched", rate/w.Counted.Watching*3600/took, "ThrottleRate, up to the gateway's 10,000 a second")
	add("the gateway, each run watched", w.Quotas.Of("gateway.rate")/w.Counted.Watching*3600/took, "raised on asking")
	tick := w.Functions["tick"]
	// A run that goes well is seen by each tick as long as it is open: its execution, the run,
	// its stage, its wave and its markers are read.
	seen := tick.TimeoutS * 1000 / (5*w.Prices.Assume("table_ms") + w.Prices.Assume("states_ms"))
	add("tick, that looks at each open run each time", seen*3600/took, "those beyond wait for a later tick, which begins elsewhere; a tick for each shard")
	slices.SortStableFunc(out, func(a, b Limit) int { return cmp.Compare(a.Runs, b.Runs) })
	return out
}

// Alone is what a run takes when there is no other, in seconds.
func (w World) Alone(m Model, articles int) float64 {
	return m.Run([]Work{{Articles: articles}}).Took[0]
}

// Wide is the model with what can be asked for: Lambda's concurrency shared among the queues
// as their work is, and makers who take all of it.
func (w World) Wide(m Model) Model {
	total := 0.0
	need := make([]float64, len(m.Lanes))
	for i, l := range m.Lanes {
		need[i] = m.jobs(i, 10) / float64(l.Batch) * l.Seconds
		total += need[i]
	}
	room := .8 * w.Quotas.Of("lambda.concurrency") // the rest is for the API, stages and tick
	for i, l := range m.Lanes {
		m = m.With(l.Name, max(l.Slots, int(room*need[i]/total)), 0)
	}
	return m
}

// Crowd is work of many accounts whose fairness is looked at.
type Crowd struct {
	Name   string
	Model  Model
	Work   []Work
	Within float64 // seconds in which it comes
	Skip   func(account int) bool
	Beyond bool // more than what is promised for
}

// Crowds are 1,000 accounts with 20 runs each, at several loads, and one noisy account among
// quiet ones; where the makers' limits are the narrowest, and where our own functions are.
func (w World) Crowds(m Model) []Crowd {
	const accounts, runs, each, times = 1000, 20, 2, 100
	own := m
	for _, l := range m.Lanes {
		own = own.With(l.Name, l.Slots, 0)
	}
	one := func(a int) bool { return a == 0 }
	full := func(m Model, part float64) float64 { // seconds in which the work of all is so much of what there is
		load, _ := m.Load([]Work{{Articles: each}}, 1)
		return load * accounts * runs / part
	}
	many := func(m Model, part float64) []Work { return Spread(m.Seed, accounts, runs, each, full(m, part)) }
	few := func(m Model, part float64) []Work { return Spread(m.Seed, accounts, 1, each, full(m, part)/runs) }
	start := full(m, 1) / 50
	return []Crowd{
		{"1,000 accounts x 20 runs, all at once", m, Spread(m.Seed, accounts, runs, each, 0), full(m, 1), nil, false},
		{"1,000 accounts x 20 runs, spread", m, many(m, .7), full(m, .7), nil, false},
		{"1,000 accounts x 20 runs, spread", m, many(m, .9), full(m, .9), nil, false},
		{"999 x 20 runs, all at once, one with 100 x the work", m, Noisy(Spread(m.Seed, accounts, runs, each, 0), 0, times, 0), full(m, 1), one, false},
		{"999 x 20 runs, spread, one with 100 x the work", m, Noisy(many(m, .7), 0, times, start), full(m, .7), one, false},
		{"the same, and makers who take any number", own, Noisy(many(own, .7), 0, times, start), full(own, .7), one, false},
		{"999 x 1 run, spread, one with 20 runs of 100 x", m, append(Noisy(few(m, .3), 0, times, start), crowd(runs-1, each*times, start)...), full(m, .3) / runs, one, false},
		{"the same, and makers who take any number", own, append(Noisy(few(own, .3), 0, times, start), crowd(runs-1, each*times, start)...), full(own, .3) / runs, one, false},
		{"999 x 1 run, spread, one with 1 run of 2,000 x", m, Noisy(few(m, .3), 0, times*runs, start), full(m, .3) / runs, one, false},
		{"999 x 20 runs, spread more densely, one with 100 x the work", own, Noisy(many(own, .75), 0, times, start), full(own, .75), one, false},
		{"beyond the promise: the same, more densely still", own, Noisy(many(own, .8), 0, times, start), full(own, .8), one, true},
	}
}

// crowd is more runs of account 0.
func crowd(runs, articles int, at float64) (out []Work) {
	for range runs {
		out = append(out, Work{Articles: articles, At: at})
	}
	return out
}

// Starter is the tick that begins what is due, with so many shards side by side: a start is
// an estimate, three writes and an execution.
func (w World) Starter(shards int) Starter {
	tick := w.Functions["tick"]
	return Starter{Every: tick.EverySecond, Timeout: tick.TimeoutS - w.Limits.Sweep.Seconds(), Shards: shards,
		Start: (4*w.Prices.Assume("table_ms") + w.Prices.Assume("states_ms")) / 1000, Rate: w.Quotas.Of("states.starts"), Bucket: w.Quotas.Of("states.starts_bucket")}
}
