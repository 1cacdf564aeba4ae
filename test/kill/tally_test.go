package kill_test

import (
	"fmt"
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

// met are the kills of each phase, in the order of a run.
func (s tally) met() string {
	var names []string
	for p := range s.phases {
		names = append(names, p)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank[a] - rank[b]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for i, p := range names {
		names[i] = fmt.Sprintf("%s %d", p, s.phases[p])
	}
	return strings.Join(names, ", ")
}
