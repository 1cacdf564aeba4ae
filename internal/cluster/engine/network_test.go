package engine

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/cluster/engine/vectors"
)

// linked makes a network of n nodes from links between them, each of the weight 10.
func linked(n int, links ...[2]int32) *network {
	g := &network{start: make([]int32, 1, n+1), loop: make([]int64, n)}
	add := g.adder(n)
	for i := range int32(n) { //nolint:gosec // few
		for _, l := range links {
			if l[0] == i {
				add(l[1], 10)
			}
			if l[1] == i {
				add(l[0], 10)
			}
		}
		g.next()
	}
	return g
}

// ring are links of all nodes from..to with each other.
func ring(from, to int32) (out [][2]int32) {
	for a := from; a < to; a++ {
		for b := a + 1; b < to; b++ {
			out = append(out, [2]int32{a, b})
		}
	}
	return out
}

// TestCommunities: what is linked all around belongs together, one link between two of these
// joins them at a low resolution alone, and what is linked to nothing stays by itself.
func TestCommunities(t *testing.T) {
	t.Parallel()
	g := linked(11, slices.Concat(ring(0, 5), ring(5, 10), [][2]int32{{4, 5}})...)
	if got := g.communities(1); !slices.Equal(got, []int32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2}) {
		t.Errorf("%v", got)
	}
	if got := g.communities(.01); !slices.Equal(got, []int32{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) {
		t.Errorf("at a low resolution %v", got)
	}
	if got := g.communities(20); got[10] != 10 {
		t.Errorf("at a high resolution %v", got)
	}
	if got := linked(3).communities(1); !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("without links %v", got)
	}
	if got := linked(0).communities(1); len(got) != 0 {
		t.Errorf("of nothing %v", got)
	}
}

// modularity is what communities are to have much of: by its definition, over all pairs.
func (g *network) modularity(of []int32, resolution float64) (q float64) {
	m := newMoves(g)
	for i := range g.loop {
		for j := range g.loop {
			if of[i] == of[j] {
				q -= resolution * float64(m.degree[i]) * float64(m.degree[j]) / float64(m.sum)
			}
		}
		q += float64(g.loop[i])
		for k := g.start[i]; k < g.start[i+1]; k++ {
			if of[i] == of[g.to[k]] {
				q += float64(g.by[k])
			}
		}
	}
	return q
}

// TestNoNodeGains: by the definition over all pairs, no single node gains by going to another
// community, and joined networks are worth what their parts are.
func TestNoNodeGains(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 5 + r.IntN(30)
		var links [][2]int32
		for range 3 * n {
			if a, b := int32(r.IntN(n)), int32(r.IntN(n)); a != b { //nolint:gosec // few
				links = append(links, [2]int32{a, b})
			}
		}
		g := linked(n, links...)
		at, _ := g.move(1.5)
		best := g.modularity(at, 1.5)
		for i := range at {
			for _, to := range at {
				other := slices.Clone(at)
				if other[i] = to; g.modularity(other, 1.5) > best+1e-6 {
					t.Fatalf("node %d gains in %d: %v", i, to, at)
				}
			}
		}
		at = number(at)
		j := g.joined(at)
		each := make([]int32, len(j.loop))
		for i := range each {
			each[i] = int32(i) //nolint:gosec // few
		}
		if diff := j.modularity(each, 1.5) - best; diff > 1e-6 || diff < -1e-6 {
			t.Fatalf("joined it is worth %v more", diff)
		}
	}
}

// TestResolution: topics grow finer with strictness, and a small site has fewer.
func TestResolution(t *testing.T) {
	t.Parallel()
	last := 0.0
	for _, s := range []Strictness{Broadest, Broad, Normal, Tight, 1} {
		x := s.resolution(10_000)
		if x <= last {
			t.Errorf("%v: %v after %v", s, x, last)
		}
		last = x
	}
	if got := []float64{Strictness(0).resolution(10_000), Normal.resolution(10_000), Normal.resolution(49), Strictness(1).resolution(10_000)}; !slices.Equal(got, []float64{5, 5, 2, 20}) {
		t.Errorf("%v", got)
	}
}

// TestFewNewKeywords: a few keywords of one subject that come to a large site are one topic, as
// they would be if all were clustered anew, and join none of what is there; kept or not.
func TestFewNewKeywords(t *testing.T) {
	t.Parallel()
	set := Settings{Meaning: vectors.Load(), Strictness: Tight} // clusters of few keywords
	var old, came []Keyword
	for _, of := range strings.Split("garden hose,camping tent,office desk,winter tyre,running shoe,cat litter,desk lamp,bicycle lock", ",") {
		for _, how := range strings.Fields("best cheap small large used new heavy light") {
			for _, what := range strings.Fields("repair reviews price sale store parts weight material") {
				old = append(old, Keyword{ID: int64(len(old) + 1), Text: how + " " + of + " " + what})
			}
		}
	}
	for _, text := range strings.Split("coffee beans,coffee grinder,iced coffee recipe,travel coffee mug,coffee filter paper,coffee capsule machine,espresso coffee,coffee with milk,"+
		"decaf coffee,coffee roasting at home,cold brew coffee,coffee maker cleaning,coffee shop near me,turkish coffee,coffee cup sizes,instant coffee,coffee and sleep,coffee plant care,"+
		"coffee table books,black coffee calories,coffee subscription,organic coffee,coffee syrup flavours,drip coffee,coffee scoop size,coffee pods,strong coffee,coffee stain removal", ",") {
		came = append(came, Keyword{ID: int64(len(old) + len(came) + 1), Text: text})
	}
	was := Run(old, nil, set)
	var there []Existing
	for g, group := range was.Groups {
		x := Existing{ID: strconv.Itoa(g), Topic: was.Topics[group.Topic].Name}
		for _, m := range group.Members {
			x.Texts = append(x.Texts, old[m.ID-1].Text)
		}
		there = append(there, x)
	}
	kept, _ := Grow(old, nil, set).Keep(Tight, func(g Group) string { return g.Name })
	for how, r := range map[string]Result{"beside clusters": Run(came, there, set), "kept": kept.Add(came)} {
		topics := map[int]int{}
		for _, g := range r.Groups {
			for _, m := range g.Members {
				if m.ID > int64(len(old)) {
					topics[g.Topic]++
				}
			}
		}
		for topic, n := range topics {
			if n != len(came) || r.Topics[topic].Into != "" {
				t.Errorf("%s: %d of %d in %+v", how, n, len(came), r.Topics[topic])
			}
		}
	}
}

// TestNothing: clusters without keywords, and no keywords, are nothing.
func TestNothing(t *testing.T) {
	t.Parallel()
	for _, there := range [][]Existing{nil, {{ID: "a"}, {ID: "b"}}} {
		if r := Run(nil, there, Settings{}); len(r.Groups) != 0 {
			t.Errorf("%+v", r)
		}
	}
}
