package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/cluster/engine"
)

// crowd is a site large enough to be compared by signatures.
func crowd() []engine.Keyword {
	var in []engine.Keyword
	for _, with := range []string{"", " with wheels", " on a budget"} {
		for _, k := range many() {
			in = append(in, engine.Keyword{ID: int64(len(in) + 1), Text: k.Text + with, Volume: k.Volume})
		}
	}
	return in
}

// many is a site of some size.
func many() []engine.Keyword {
	heads := strings.Fields("hose reel mower grinder frother helmet lock rack light kettle tent stove lamp desk chair sofa mattress blender printer router")
	kinds := strings.Fields("best cheap small large red blue quiet electric manual folding wooden steel smart travel kids used")
	uses := strings.Fields("garden kitchen office camping car balcony school winter xqz-7 küche")
	var in []engine.Keyword
	for _, h := range heads {
		for _, k := range kinds {
			for _, u := range uses {
				in = append(in, engine.Keyword{ID: int64(len(in) + 1), Text: k + " " + h + " for " + u, Volume: int64(len(in) % 97)})
			}
		}
	}
	return in
}

// sum is what a result comes to, to the last bit.
func sum(r engine.Result) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%x", fmt.Sprintf("%+v", r)))
	return hex.EncodeToString(h[:8])
}

// What many() and crowd() came to when it was last meant to change: on every machine the same.
const (
	manyCame  = "fb27453d0ff34b02"
	crowdCame = "39fc786b1466f21c"
)

// Not parallel: it changes the number of cores.
func TestSameOnAnyNumberOfCoresAndMachine(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(cores)
		if got := sum(engine.Run(many(), nil, meaning)); got != manyCame {
			t.Errorf("%d cores: %s, want %s", cores, got, manyCame)
		}
		if got := sum(engine.Run(crowd(), nil, meaning)); got != crowdCame {
			t.Errorf("a crowd, %d cores: %s, want %s", cores, got, crowdCame)
		}
	}
}

// A stricter cut only takes clusters apart, and cutting a tree again is running again.
func TestStrictnessIsMonotone(t *testing.T) {
	t.Parallel()
	in := many()[:1500]
	tree := engine.Grow(in, nil, meaning)
	of := map[int64]int{}
	last := 0
	for _, how := range []engine.Strictness{engine.Broadest, 0.1, engine.Broad, 0.4, engine.Normal, 0.6, engine.Tight, 0.9, 1} {
		r := tree.Cut(how)
		if len(r.Groups) < last {
			t.Errorf("at %v there are %d clusters, %d before", how, len(r.Groups), last)
		}
		last = len(r.Groups)
		next := map[int64]int{}
		for g, group := range r.Groups {
			for _, m := range group.Members {
				next[m.ID] = g
				if at, ok := of[group.Members[0].ID]; ok && of[m.ID] != at {
					t.Fatalf("at %v cluster %q joins what was apart", how, group.Name)
				}
			}
		}
		of = next
	}
	if last < 1000 {
		t.Errorf("the strictest cut still joins: %d clusters", last)
	}
	set := meaning
	set.Strictness = engine.Tight
	if !reflect.DeepEqual(tree.Cut(engine.Tight), engine.Run(in, nil, set)) {
		t.Error("a cut of the tree is not what a run gives")
	}
}

func TestLockedTakesNone(t *testing.T) {
	t.Parallel()
	old := []engine.Existing{{ID: "a", Texts: []string{"garden hose reel", "wall hose reel", "best hose reel"}}}
	fresh := []engine.Keyword{{ID: 1, Text: "hose reel for garden wall"}}
	if got := engine.Run(fresh, old, meaning); got.Groups[0].Into != "a" {
		t.Errorf("it joined %q", got.Groups[0].Into)
	}
	old[0].Locked = true
	if got := engine.Run(fresh, old, meaning); got.Groups[0].Into != "" {
		t.Errorf("a locked cluster took it: %+v", got.Groups)
	}
}

func TestEachKeywordIsExplained(t *testing.T) {
	t.Parallel()
	in := many()[:800]
	r := engine.Run(in, nil, meaning)
	if r.Basis.Meaning+r.Basis.Words != len(in) || r.Basis.Meaning == 0 {
		t.Errorf("basis %+v", r.Basis)
	}
	for _, g := range r.Groups {
		if g.Cohesion < 0 || g.Cohesion > 1 || g.Separation < 0 || g.Separation > 1 || g.Name == "" || r.Topics[g.Topic].Name == "" {
			t.Fatalf("%+v", g)
		}
		for _, m := range g.Members {
			if m.ID == g.Leader && m.Similarity < 0.999 {
				t.Errorf("the leader %q is %.3f alike to itself", g.Name, m.Similarity)
			}
			if m.RunnerUp == g.Name {
				t.Errorf("%q is its own runner-up", g.Name)
			}
		}
	}
}

func FuzzRun(f *testing.F) {
	for _, s := range []string{"", "a", "😀\n😀", "garden hose\nhose\n\n\n", "дом\n家\nhouse 家", strings.Repeat("x", 70000), strings.Repeat("a b ", 3000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var in []engine.Keyword
		for i, l := range strings.Split(text, "\n") {
			in = append(in, engine.Keyword{ID: int64(i + 1), Text: l})
		}
		once(t, in, engine.Make(in, nil, meaning))
	})
}

func TestStabilityTellsWhatChanges(t *testing.T) {
	t.Parallel()
	for name, set := range sets(t) {
		tree := engine.Grow(set.keywords, nil, meaning)
		got := tree.Stability(engine.Normal)
		if got < 0.8 || got > 1 {
			t.Errorf("%s: stability %.3f", name, got)
		}
		mixed := slices.Clone(set.keywords)
		slices.Reverse(mixed)
		if again := engine.Grow(mixed, nil, meaning).Stability(engine.Normal); again != got {
			t.Errorf("%s: stability %.4f in another order, %.4f before", name, again, got)
		}
	}
	// Nothing is left to change.
	for _, texts := range [][]string{{}, {"garden hose"}} {
		var in []engine.Keyword
		for i, text := range texts {
			in = append(in, engine.Keyword{ID: int64(i + 1), Text: text})
		}
		if got := engine.Grow(in, nil, meaning).Stability(engine.Normal); got != 1 {
			t.Errorf("%d keywords: stability %.3f", len(in), got)
		}
	}
}

func TestNewClustersJoinTopics(t *testing.T) {
	t.Parallel()
	old := []engine.Existing{
		{ID: "a", Topic: "mowers", Texts: []string{"lawn mower repair", "repair a lawn mower", "lawn mower service", "lawn mower workshop"}},
		{ID: "b", Topic: "mowers", Texts: []string{"cordless lawn mower", "battery lawn mower", "electric lawn mower"}},
		{ID: "c", Topic: "coffee", Texts: []string{"coffee grinder", "best coffee grinder", "manual coffee grinder", "coffee bean grinder"}},
	}
	fresh := []engine.Keyword{
		{ID: 1, Text: "lawn mower blades sharpening"}, {ID: 2, Text: "sharpen mower blades"},
		{ID: 3, Text: "tax return deadline"}, {ID: 4, Text: "deadline for the tax return"},
	}
	r := engine.Run(fresh, old, meaning)
	topic := map[int64]string{}
	for _, g := range r.Groups {
		for _, id := range g.IDs() {
			topic[id] = r.Topics[g.Topic].Into
			if id <= 2 && g.Into != "" {
				t.Logf("%d joined cluster %s", id, g.Into)
			}
		}
	}
	if topic[1] != "mowers" || topic[2] != "mowers" || topic[3] != "" || topic[4] != "" {
		t.Errorf("topics %v", topic)
	}
}
