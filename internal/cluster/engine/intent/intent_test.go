package intent

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type labelled struct{ locale, intent, keyword string }

// set are keywords of our own writing, with what their searchers are after; those at its end
// have no intent that their words tell.
func set(t *testing.T) (out []labelled) {
	t.Helper()
	f, err := os.Open("testdata/labelled.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		out = append(out, labelled{r[0], r[1], r[2]})
	}
	return out
}

// least is the part of the labelled keywords whose intent has to be told right.
const least = 0.85

func TestAccuracy(t *testing.T) {
	t.Parallel()
	type count struct{ all, right int }
	by := map[string]*count{}
	plain, silent := 0, 0
	for _, l := range set(t) {
		got, ok := Of(l.keyword)
		if l.intent == "" {
			if plain++; !ok {
				silent++
			} else {
				t.Logf("%s: %q has no intent, not %s by %s (%s)", l.locale, l.keyword, got.Intent, got.Rule, got.Words)
			}
			continue
		}
		for _, of := range []string{"all", "in " + l.locale, l.intent} {
			c := by[of]
			if c == nil {
				c = &count{}
				by[of] = c
			}
			if c.all++; got.Intent == l.intent {
				c.right++
			}
		}
		if got.Intent != l.intent {
			t.Logf("%s: %q is %s, not %s by %s (%s)", l.locale, l.keyword, l.intent, cmp.Or(got.Intent, "unknown"), got.Rule, got.Words)
		}
	}
	for of, c := range by {
		part := float64(c.right) / float64(c.all)
		t.Logf("%-15s %3d of %3d right, %.3f", of, c.right, c.all, part)
		if part < least && (of == "all" || c.all > 12) {
			t.Errorf("%s: %.3f right, less than %.2f", of, part, least)
		}
	}
	t.Logf("without an intent %d of %d left without", silent, plain)
	if by["all"].all < 150 || silent*10 < plain*9 {
		t.Errorf("%d labelled, %d of %d plain ones left without an intent", by["all"].all, silent, plain)
	}
}

// The rule that fired is told with the words that made it fire.
func TestWhy(t *testing.T) {
	t.Parallel()
	for keyword, want := range map[string]Answer{
		"Best  Pizza Near Me":             {Local, "en-near", "near me"},
		"HOW TO buy a house":              {Informational, "en-how", "how to"},
		"what's the best tent":            {Commercial, "en-which-best", "whats the best"},
		"Is a heat pump worth it?":        {Commercial, "en-which-best", "is a heat pump worth it"},
		"mejores zapatillas":              {Commercial, "es-best", "mejores"},
		"UCUZ UÇAK":                       {Transactional, "tr-price", "ucuz"},
		"QUÉ ES":                          {Informational, "es-how", "que es"},
		"掃除機おすすめ":                         {Commercial, "ja-best", "おすすめ"},
		"أَفْضَل هاتف":                    {Commercial, "ar-best", "افضل"},
		"नज़दीक अस्पताल":                  {Local, "hi-near", "नजदीक"}, // with the dot below
		"youtube":                         {Navigational, "en-known-site", "youtube"},
		"Wo kann man Gummistiefel kaufen": {Transactional, "de-where-buy", "wo kann man gummistiefel kaufen"},
	} {
		if got, ok := Of(keyword); !ok || got != want {
			t.Errorf("%q: %+v, not %+v", keyword, got, want)
		}
	}
	for _, keyword := range []string{"", " ", "😀", "youtube premium family", "show", "bestow", "stop", "ja", "shopfront", "coffee shop", "crop top", "law and order"} {
		if got, ok := Of(keyword); ok {
			t.Errorf("%q is %+v", keyword, got)
		}
	}
}

// Each rule has a name of its own, a known intent, words, and can fire.
func TestRules(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(string(source))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names, locales := map[string]bool{}, map[string]map[string]bool{}
	for n, r := range rows[1:] {
		if !slices.Contains(All(), r[2]) || names[r[0]] || !strings.HasPrefix(r[0], r[1]+"-") {
			t.Errorf("line %d: %v", n+2, r)
		}
		names[r[0]] = true
		if locales[r[1]] == nil {
			locales[r[1]] = map[string]bool{}
		}
		locales[r[1]][r[2]] = true
		for _, words := range strings.Split(r[4], "|") {
			example := strings.Trim(strings.ReplaceAll(words, "*", "something"), "^$")
			fired := false
			table().each(tidy(example), func(m match) { fired = fired || table().rules[m.rule].name == r[0] })
			if !fired {
				t.Errorf("%s can't fire by %q", r[0], words)
			}
		}
	}
	for _, l := range []string{"en", "de", "es", "tr", "hi", "ja", "ar"} {
		if len(locales[l]) != len(All()) {
			t.Errorf("%s has rules for %v alone", l, locales[l])
		}
	}
	if len(Names()) != len(rows)-1 {
		t.Errorf("%d names of %d rules", len(Names()), len(rows)-1)
	}
}

func TestMix(t *testing.T) {
	t.Parallel()
	in := []Searched{{Informational, 10}, {Commercial, 500}, {"", 9_000}, {Informational, 20}, {Commercial, 1}, {Local, 531}, {Transactional, 0}, {Informational, 0}}
	want := Mix{Parts: []Part{{Informational, 3, 30}, {Commercial, 2, 501}, {Local, 1, 531}, {Transactional, 1, 0}}, Unknown: 1, Dominant: Informational, Mixed: true}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(in), func(i, j int) { in[i], in[j] = in[j], in[i] })
		if got := MixOf(in); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, not %+v", got, want)
		}
	}
	if got := MixOf([]Searched{{Local, 1}, {Commercial, 2}}); got.Dominant != Commercial || !got.Mixed {
		t.Errorf("of equals the one with more searches: %+v", got)
	}
	if got := MixOf([]Searched{{Local, 1}, {Commercial, 1}}); got.Dominant != Commercial {
		t.Errorf("of equals the first of All: %+v", got)
	}
	if got := MixOf([]Searched{{Local, 1}, {Local, 1}, {Commercial, 2}}); got.Mixed {
		t.Errorf("two of three are no mix: %+v", got)
	}
	if got := MixOf([]Searched{{}, {}}); got.Dominant != "" || got.Mixed || got.Unknown != 2 {
		t.Errorf("of unknown ones: %+v", got)
	}
}

// Whatever the text: no crash, a known intent, and the same one however it is written.
func FuzzIntent(f *testing.F) {
	f.Add("How TO Buy")
	f.Add("作り方 ÉÀ \u0301\u064B")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := Of(text)
		if ok != (got.Intent != "") || ok && (!slices.Contains(All(), got.Intent) || got.Words == "" || got.Rule == "") {
			t.Fatalf("%q: %+v", text, got)
		}
		if again, _ := Of("  " + tidy(text) + " "); again != got {
			t.Fatalf("%q: %+v, tidied %+v", text, got, again)
		}
	})
}

func BenchmarkIntent(b *testing.B) {
	for n := range b.N {
		Of(fmt.Sprintf("best running shoes for wide feet %d", n))
	}
}
