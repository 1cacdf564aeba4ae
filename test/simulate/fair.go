package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Fairness is how long accounts wait in the share that is theirs: what the runs of an
// account take, as a part of what they take when the queues are as fair as queues can be
// (accounts that wait take turns, job by job) with the same work at the same times.
type Fairness struct {
	Worst, P99, Median float64 // over accounts
	WorstAccount       int
}

// Compare holds a model as it is, and with whole waves in its queues, against the same with
// fair queues. Accounts for which skip is true are left out.
func Compare(m Model, work []Work, skip func(account int) bool) (asIs, whole Fairness) {
	waves := m
	waves.Window, waves.Pace = 0, 0
	ideal := waves
	ideal.Fair = true
	want := ideal.Run(work).Took
	return ratio(work, m.Run(work).Took, want, skip), ratio(work, waves.Run(work).Took, want, skip)
}

func ratio(work []Work, took, fair []float64, skip func(int) bool) Fairness {
	type sums struct{ took, fair float64 }
	all := map[int]*sums{}
	for i, w := range work {
		if skip != nil && skip(w.Account) {
			continue
		}
		if all[w.Account] == nil {
			all[w.Account] = &sums{}
		}
		all[w.Account].took += took[i]
		all[w.Account].fair += fair[i]
	}
	var f Fairness
	var list []float64
	for account, s := range all {
		r := s.took / s.fair
		list = append(list, r)
		if r > f.Worst || r == f.Worst && account < f.WorstAccount {
			f.Worst, f.WorstAccount = r, account
		}
	}
	slices.Sort(list)
	f.Median, f.P99 = at(list, .5), at(list, .99)
	return f
}

// at is the value at a share of a sorted list.
func at(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(math.Ceil(share*float64(len(sorted))))-1)]
}

// Spread is the work of so many accounts with so many runs each, which begin at random
// within some seconds; 0: all at once.
func Spread(seed uint64, accounts, runs, articles int, within float64) (out []Work) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for a := range accounts {
		for range runs {
			out = append(out, Work{Account: a, At: rng.Float64() * within, Articles: articles})
		}
	}
	return out
}

// Noisy makes the runs of an account times larger, and has them begin all at a time.
func Noisy(work []Work, account, times int, at float64) []Work {
	out := slices.Clone(work)
	for i, w := range out {
		if w.Account == account {
			out[i].Articles *= times
			out[i].At = at
		}
	}
	return out
}

// Load is the part of the narrowest lane's capacity that the work asks for while it comes.
func (m Model) Load(work []Work, within float64) (load float64, name string) {
	for i, l := range m.Lanes {
		seconds := 0.0
		for _, w := range work {
			seconds += m.jobs(i, w.Articles) * l.Seconds
		}
		capacity := float64(l.Slots*l.Batch) * within
		if l.PerMin > 0 {
			capacity = min(capacity, l.PerMin/60*l.Seconds*within)
		}
		if r := seconds / capacity; r > load {
			load, name = r, l.Name
		}
	}
	return load, name
}

// jobs are those of a run in a lane.
func (m Model) jobs(lane, articles int) (n float64) {
	for _, st := range m.Stages {
		if st.Lane == lane {
			n += float64(int(st.PerRun + st.PerArticle*float64(articles) + .5))
		}
	}
	return n
}
