package ideas

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/igny8/igny8/internal/idea"
)

// Whatever a model claims, each keyword belongs to exactly one idea and each idea leads
// with one of its own.
func TestDistributeCoversEachKeywordOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "keywords")
		var kws []KeywordView
		var claims []string
		for i := range n {
			v := rapid.Int64Range(0, 50).Draw(t, "volume")
			text := fmt.Sprintf("%s word %d", rapid.SampledFrom([]string{"red", "blue", "green"}).Draw(t, "colour"), i)
			kws = append(kws, KeywordView{ID: int64(i), Keyword: text, Volume: &v})
			claims = append(claims, text)
		}
		claims = append(claims, "invented", "", "RED  Word 0")
		claim := rapid.SampledFrom(claims)
		var props []proposal
		for range rapid.IntRange(1, 12).Draw(t, "ideas") {
			props = append(props, proposal{Title: claim.Draw(t, "title"), Primary: claim.Draw(t, "primary"), Covered: rapid.SliceOfN(claim, 0, 8).Draw(t, "covered")})
		}
		most := idea.Count(n)
		got := distribute(slices.Clone(props), slices.Clone(kws), most)
		if len(got) == 0 || len(got) > most || len(got) > len(props) {
			t.Fatalf("%d ideas of %d proposals, at most %d", len(got), len(props), most)
		}
		if len(props) >= most && len(got) != most {
			t.Fatalf("%d ideas where %d were asked for", len(got), most)
		}
		seen := map[int64]int{}
		for _, p := range got {
			if len(p.keywords) == 0 {
				t.Fatal("an idea without a keyword")
			}
			for i, k := range p.keywords {
				seen[k.ID]++
				if i > 0 && plain(k.Keyword) == plain(p.Primary) {
					t.Fatalf("the named primary %q is not first in %v", p.Primary, p.keywords)
				}
			}
		}
		for _, k := range kws {
			if seen[k.ID] != 1 {
				t.Fatalf("keyword %d belongs to %d ideas", k.ID, seen[k.ID])
			}
		}
		if again := distribute(slices.Clone(props), slices.Clone(kws), most); !reflect.DeepEqual(got, again) {
			t.Fatal("the same input gave another result")
		}
	})
}

func TestDistributeKeepsClaims(t *testing.T) {
	t.Parallel()
	v := int64(9)
	kws := []KeywordView{{ID: 1, Keyword: "cold brew"}, {ID: 2, Keyword: "cold brew ratio"}, {ID: 3, Keyword: "espresso"}, {ID: 4, Keyword: "espresso grind", Volume: &v}}
	got := distribute([]proposal{
		{Title: "A", Primary: "Cold Brew", Covered: []string{"espresso"}},
		{Title: "Espresso", Primary: "espresso", Covered: []string{"cold brew"}},
	}, kws, 2)
	ids := [][]int64{}
	for _, p := range got {
		var l []int64
		for _, k := range p.keywords {
			l = append(l, k.ID)
		}
		ids = append(ids, l)
	}
	if want := [][]int64{{1, 2}, {3, 4}}; !reflect.DeepEqual(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}
