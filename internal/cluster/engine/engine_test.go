package engine_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/cluster/engine"
	"github.com/igny8/igny8/internal/cluster/engine/vectors"
)

// meaning is how the product compares.
var meaning = engine.Settings{Meaning: vectors.Load()}

type labelled struct {
	keywords []engine.Keyword
	labels   map[int64]string
}

// sets are three niches of our own writing, and all of them as one site.
func sets(t *testing.T) map[string]*labelled {
	t.Helper()
	f, err := os.Open("../testdata/labelled.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*labelled{}
	for i, r := range rows[1:] {
		for _, name := range []string{r[0], "all"} {
			if out[name] == nil {
				out[name] = &labelled{labels: map[int64]string{}}
			}
			out[name].keywords = append(out[name].keywords, engine.Keyword{ID: int64(i + 1), Text: r[2], Volume: int64(10 + i%7)})
			out[name].labels[int64(i+1)] = r[0] + "/" + r[1]
		}
	}
	return out
}

// bcubed is the mean, over keywords, of how pure their cluster is and how whole their label
// stays, as one figure.
func bcubed(groups []engine.Group, labels map[int64]string) float64 {
	size, n, p, r := map[string]int{}, 0.0, 0.0, 0.0
	for _, l := range labels {
		size[l]++
	}
	for _, g := range groups {
		in := map[string]int{}
		for _, m := range g.Members {
			in[labels[m.ID]]++
		}
		for l, c := range in {
			n += float64(c)
			p += float64(c*c) / float64(len(g.Members))
			r += float64(c*c) / float64(size[l])
		}
	}
	p, r = p/n, r/n
	return 2 * p * r / (p + r)
}

func TestQualityOnOwnSets(t *testing.T) {
	t.Parallel()
	for name, s := range sets(t) {
		groups := engine.Make(s.keywords, nil, meaning)
		f1, biggest := bcubed(groups, s.labels), 0
		for _, g := range groups {
			biggest = max(biggest, len(g.Members))
		}
		t.Logf("%s: %d keywords, %d clusters, biggest %d, BCubed F1 %.3f", name, len(s.keywords), len(groups), biggest, f1)
		if f1 < 0.85 {
			t.Errorf("%s: BCubed F1 %.3f is below .85", name, f1)
		}
		if biggest > 12 {
			t.Errorf("%s: a cluster of %d keywords", name, biggest)
		}
	}
}

func once(t interface{ Fatalf(string, ...any) }, in []engine.Keyword, groups []engine.Group) {
	seen := map[int64]int{}
	for _, g := range groups {
		if len(g.Members) == 0 || g.Into == "" && !slices.Contains(g.IDs(), g.Leader) {
			t.Fatalf("group %+v", g)
		}
		for _, m := range g.Members {
			seen[m.ID]++
		}
	}
	for _, k := range in {
		if seen[k.ID] != 1 {
			t.Fatalf("keyword %q is in %d clusters", k.Text, seen[k.ID])
		}
	}
	if len(seen) != len(in) {
		t.Fatalf("%d keywords came out, %d went in", len(seen), len(in))
	}
}

// Whatever the keywords and their order: each in one cluster, and always the same ones.
func TestAnyOrderGivesTheSame(t *testing.T) {
	t.Parallel()
	own := sets(t)["all"].keywords
	rapid.Check(t, func(rt *rapid.T) {
		var in []engine.Keyword
		for _, k := range own {
			if rapid.IntRange(0, 3).Draw(rt, "take") > 0 {
				in = append(in, k)
			}
		}
		for i, text := range rapid.SliceOfN(rapid.String(), 0, 6).Draw(rt, "odd") {
			in = append(in, engine.Keyword{ID: int64(1000 + i), Text: text})
		}
		var old []engine.Existing
		if rapid.Bool().Draw(rt, "old") {
			old = []engine.Existing{{ID: "clu_b", Texts: []string{"bike lock", "chain lock"}}, {ID: "clu_a", Texts: []string{"milk frother", "frothing milk"}}, {ID: "clu_c"}}
		}
		want := engine.Make(in, old, meaning)
		once(rt, in, want)
		mixed := rapid.Permutation(in).Draw(rt, "order")
		slices.Reverse(old)
		if got := engine.Make(mixed, old, meaning); !reflect.DeepEqual(got, want) {
			rt.Fatalf("another order gives others:\n%v\n%v", got, want)
		}
	})
}

func TestNewKeywordsJoinWhatIsThere(t *testing.T) {
	t.Parallel()
	s := sets(t)["all"]
	first := engine.Make(s.keywords, nil, meaning)
	var old []engine.Existing
	for i, g := range first {
		e := engine.Existing{ID: fmt.Sprintf("clu_%03d", i)}
		for _, m := range g.Members {
			e.Texts = append(e.Texts, s.keywords[slices.IndexFunc(s.keywords, func(k engine.Keyword) bool { return k.ID == m.ID })].Text)
		}
		old = append(old, e)
	}
	fresh := []engine.Keyword{{ID: 901, Text: "electric milk frothers"}, {ID: 902, Text: "heated towel rail"}, {ID: 903, Text: "towel rail heated"}}
	got := engine.Make(fresh, old, meaning)
	once(t, fresh, got)
	for _, g := range got {
		switch {
		case g.Members[0].ID == 901:
			at := slices.IndexFunc(old, func(e engine.Existing) bool { return e.ID == g.Into })
			if at < 0 || !slices.Contains(old[at].Texts, "electric milk frother") {
				t.Errorf("the frother went to %+v", g)
			}
		case g.Into != "" || len(g.Members) != 2:
			t.Errorf("the new topic became %+v", g)
		}
	}
}

func TestLanguagesAndOddities(t *testing.T) {
	t.Parallel()
	in := []engine.Keyword{{1, "Küchenmaschine kaufen", 0}, {2, "küchenmaschinen günstig kaufen", 0}, {3, "自転車 ライト", 0}, {4, "自転車ライト おすすめ", 0},
		{5, "", 0}, {6, "!!!", 0}, {7, "the of and", 0}, {8, "😀", 0}, {9, "дом на дереве", 0}}
	groups := engine.Make(in, nil, meaning)
	once(t, in, groups)
	same := func(a, b int64) bool {
		return slices.ContainsFunc(groups, func(g engine.Group) bool { return slices.Contains(g.IDs(), a) && slices.Contains(g.IDs(), b) })
	}
	if !same(1, 2) || !same(3, 4) || same(1, 3) || same(9, 1) {
		t.Errorf("groups %+v", groups)
	}
	if got := engine.Make(nil, nil, meaning); got != nil {
		t.Errorf("no keywords gave %v", got)
	}
	flood := make([]engine.Keyword, 2000)
	for i := range flood {
		flood[i] = engine.Keyword{ID: int64(i + 1), Text: "garden hose"}
	}
	if got := engine.Make(flood, nil, meaning); len(got) != 1 {
		t.Errorf("equal keywords fell into %d clusters", len(got))
	}
}

func BenchmarkTenThousand(b *testing.B) {
	heads := []string{"hose", "reel", "mower", "grinder", "frother", "helmet", "lock", "rack", "light", "kettle", "tent", "stove", "lamp", "desk", "chair"}
	marks := []string{"best", "cheap", "small", "large", "red", "blue", "quiet", "electric", "manual", "folding", "wooden", "steel", "smart", "travel", "kids"}
	uses := []string{"garden", "kitchen", "office", "camping", "car", "balcony", "school", "winter", "summer", "home", "gift", "beginner", "outdoor", "garage", "boat"}
	ends := []string{"", "review", "near me"}
	var in []engine.Keyword
	for _, h := range heads {
		for _, m := range marks {
			for _, u := range uses {
				for _, e := range ends {
					in = append(in, engine.Keyword{ID: int64(len(in) + 1), Text: m + " " + h + " for " + u + " " + e})
				}
			}
		}
	}
	in = in[:10000]
	for b.Loop() {
		t0 := time.Now()
		n := len(engine.Make(in, nil, meaning))
		b.ReportMetric(time.Since(t0).Seconds(), "s/run")
		b.ReportMetric(float64(n), "clusters")
	}
}
