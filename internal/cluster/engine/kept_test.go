package engine_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/cluster/engine"
)

// byName names a group by its leader.
func byName(g engine.Group) string { return "of " + g.Name }

func TestKeptTakesWhatIsAlikeAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	set := sets(t)["all"]
	kept, result := engine.Grow(set.keywords, nil, meaning).Keep(engine.Normal, byName)
	if !reflect.DeepEqual(result, engine.Run(set.keywords, nil, meaning)) {
		t.Error("what is kept is not what a run gives")
	}
	of := map[int64]string{}
	for _, g := range result.Groups {
		for _, m := range g.Members {
			of[m.ID] = byName(g)
		}
	}
	// Each keyword once more, with a word that says nothing: it must come to its own.
	var again []engine.Keyword
	for _, k := range set.keywords {
		again = append(again, engine.Keyword{ID: k.ID + 10000, Text: "the " + k.Text, Volume: 3})
	}
	own, volume := 0, int64(0)
	added := kept.Add(again)
	for _, g := range added.Groups {
		volume += g.Volume
		for _, m := range g.Members {
			if g.Into == of[m.ID-10000] {
				own++
			}
		}
	}
	if own < len(again)*8/10 {
		t.Errorf("%d of %d came to their own", own, len(again))
	}
	if volume != 3*int64(len(again)) {
		t.Errorf("volume %d of %d keywords", volume, len(again))
	}
	once(t, again, added.Groups)

	foreign := []engine.Keyword{{ID: 1, Text: "volcanic eruption forecast"}, {ID: 2, Text: "forecast of volcanic eruptions"}}
	got := kept.Add(foreign)
	if len(got.Groups) != 1 || got.Groups[0].Into != "" || len(got.Groups[0].Members) != 2 || got.Basis.Meaning+got.Basis.Words != 2 {
		t.Errorf("what is alike to none: %+v", got)
	}
	for _, g := range got.Groups {
		if topic := got.Topics[g.Topic]; topic.Into != "" && topic.Into != topic.Name {
			t.Errorf("topic %+v", topic)
		}
	}
	if len(kept.Add(nil).Groups) != 0 {
		t.Error("nothing gives something")
	}
}

// Adding changes nothing that is kept, and the order of what is added does not matter.
func TestKeptStaysAsItIs(t *testing.T) {
	t.Parallel()
	in := many()
	old, fresh := in[:1500], slices.Clone(in[1500:])
	kept, _ := engine.Grow(old, nil, meaning).Keep(engine.Normal, byName)
	first := kept.Add(fresh)
	slices.Reverse(fresh)
	if again := kept.Add(fresh); !reflect.DeepEqual(first, again) {
		t.Error("another order gives another answer")
	}
	joined := 0
	for _, g := range first.Groups {
		if strings.HasPrefix(g.Into, "of ") {
			joined += len(g.Members)
		}
	}
	if joined == 0 {
		t.Error("none joined")
	}
}
