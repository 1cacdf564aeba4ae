package kill_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/igny8/igny8/internal/credit"
)

// tally is what one seed, or all of them, came to.
type tally struct {
	seeds, kills                                      int
	lost, doubledPosts, doubledMedia, strays, trashed int
	again, flight                                     int
	drift                                             credit.Amount // what the ledger and the balance differ by, and holds that were not settled
	phases                                            map[string]int
}

func (s *tally) add(x tally) {
	s.seeds += x.seeds
	s.kills += x.kills
	s.lost += x.lost
	s.doubledPosts += x.doubledPosts
	s.doubledMedia += x.doubledMedia
	s.strays += x.strays
	s.trashed += x.trashed
	s.again += x.again
	s.flight += x.flight
	s.drift += x.drift
	for p, n := range x.phases {
		s.phases[p] += n
	}
}

func (s tally) String() string {
	return fmt.Sprintf("runs=%d kills=%d lost=%d doubled_posts=%d doubled_media=%d strays=%d trashed=%d credit_drift=%s bought_again=%d in_flight=%d",
		s.seeds, s.kills, s.lost, s.doubledPosts, s.doubledMedia, s.strays, s.trashed, s.drift, s.again, s.flight)
}

// missed are the phases that no kill fell into, in the order of a run.
func (s tally) missed() []string {
	var names []string
	for p := range rank {
		if s.phases[p] == 0 {
			names = append(names, p)
		}
	}
	return inOrder(names)
}

// short tells whether fewer kills were done than wanted, or not all phases met by as many as
// should meet them all.
func (s tally) short(want int) bool {
	return s.kills < want || want >= 40 && len(s.missed()) > 0
}

// aim gives the kills of one further run: one for each phase that was missed, at its first
// event, or as many as are wanting.
func (s tally) aim(seed, want int) []target {
	missed := s.missed()
	if len(missed) == 0 {
		drawn := choose(seed)
		return drawn[:min(len(drawn), want-s.kills)]
	}
	r := rand.New(rand.NewPCG(uint64(seed), 20))
	out := make([]target, len(missed))
	for i, p := range missed {
		out[i] = draw(r, p)
		out[i].n = 1
	}
	return out
}

// inOrder sorts phases as a run comes to them.
func inOrder(phases []string) []string {
	slices.SortFunc(phases, func(a, b string) int { return cmp.Or(rank[a]-rank[b], strings.Compare(a, b)) })
	return phases
}

// met are the kills of each phase, in the order of a run.
func (s tally) met() string {
	var names []string
	for p := range s.phases {
		names = append(names, p)
	}
	inOrder(names)
	for i, p := range names {
		names[i] = fmt.Sprintf("%s %d", p, s.phases[p])
	}
	return strings.Join(names, ", ")
}
