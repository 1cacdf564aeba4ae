package results_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/igny8/igny8/internal/cluster/engine/results"
	"github.com/igny8/igny8/internal/errs"
)

// random makes keywords whose results are thinly or densely shared, with and without pages
// that nearly all have, with equal volumes, equal texts, short, empty and repeated results.
func random(seed uint64) []results.Keyword {
	r := rand.New(rand.NewPCG(seed, 8))
	n, topics, pages := 1+r.IntN(28), 1+r.IntN(6), 4+r.IntN(24)
	giants := r.IntN(6)
	all := make([]results.Keyword, n)
	for i := range all {
		topic := r.IntN(topics)
		k := results.Keyword{ID: int64(r.IntN(1_000))*100 + int64(i), Text: fmt.Sprintf("Word %d", r.IntN(n)), Volume: int64(r.IntN(4)) * 100}
		for range r.IntN(results.Top + 3) {
			switch {
			case giants > 0 && r.IntN(3) == 0:
				k.Pages = append(k.Pages, fmt.Sprintf("https://www.giant%d.com/", r.IntN(giants)))
			case r.IntN(9) == 0:
				k.Pages = append(k.Pages, fmt.Sprintf("http://own%d.example/%d", i, r.IntN(9)))
			default:
				k.Pages = append(k.Pages, fmt.Sprintf("https://t%d.example/%d", topic, r.IntN(pages)))
			}
		}
		all[i] = k
	}
	return all
}

func mustMake(t *testing.T, in []results.Keyword, set results.Settings) results.Result {
	t.Helper()
	out, err := results.Make(in, set)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// 2,400 random sets, each by both kinds and a threshold from 1 to 10, against the
// definition.
func TestEqualToTheReference(t *testing.T) {
	t.Parallel()
	several, apart := 0, 0
	for seed := range uint64(2_400) {
		in := random(seed)
		for _, kind := range []results.Kind{results.Soft, results.Hard} {
			for _, least := range []int{1 + int(seed%results.Top)} {
				set := results.Settings{Kind: kind, Threshold: least}
				got, want := mustMake(t, in, set), reference(in, set)
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d, %s, threshold %d:\n got %+v\nwant %+v", seed, kind, least, got, want)
				}
				for _, p := range got.Places {
					if len(got.Clusters[p.Cluster].Members) > 2 {
						several++
					}
					if p.RunnerUp >= 0 {
						apart++
					}
				}
			}
		}
	}
	if several < 8_000 || apart < 4_000 {
		t.Errorf("the sets are too plain to tell: %d keywords in clusters of three and more, %d with a runner-up", several, apart)
	}
}

// Whatever the order of the rows and the number of cores: the same.
func TestSameInAnyOrder(t *testing.T) {
	in := realistic(3_000, 5)
	r := rand.New(rand.NewPCG(1, 1))
	for _, kind := range []results.Kind{results.Soft, results.Hard} {
		want := mustMake(t, in, results.Settings{Kind: kind})
		for _, cores := range []int{1, 2, 7} {
			mixed := slices.Clone(in)
			r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			before := runtime.GOMAXPROCS(cores)
			got := mustMake(t, mixed, results.Settings{Kind: kind})
			runtime.GOMAXPROCS(before)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: another result with %d cores and the rows in another order", kind, cores)
			}
		}
	}
}

func pages(letters string) (out []string) {
	for _, l := range letters {
		out = append(out, fmt.Sprintf("https://www.example.com/%c/", l))
	}
	return out
}

// The difference of the kinds in one picture: b and c match the leader a and not each other.
func TestSoftAndHard(t *testing.T) {
	t.Parallel()
	in := []results.Keyword{
		{ID: 1, Text: "a", Volume: 900, Pages: pages("abcdefghij")},
		{ID: 2, Text: "b", Volume: 500, Pages: pages("abcklmnopq")},
		{ID: 3, Text: "c", Volume: 100, Pages: pages("ghijxyz")},
		{ID: 4, Text: "d", Volume: 50, Pages: pages("01")},
		{ID: 5, Text: "e", Volume: 70},
	}
	soft := mustMake(t, in, results.Settings{})
	if want := []results.Cluster{{1, []int64{1, 2, 3}}, {4, []int64{4}}}; !reflect.DeepEqual(soft.Clusters, want) {
		t.Errorf("soft: %v", soft.Clusters)
	}
	if want := []string{"example.com/a", "example.com/b", "example.com/c"}; !reflect.DeepEqual(soft.Places[1].Shared, want) {
		t.Errorf("b shares %v with its leader", soft.Places[1].Shared)
	}
	hard := mustMake(t, in, results.Settings{Kind: results.Hard})
	if want := []results.Cluster{{1, []int64{1, 3}}, {2, []int64{2}}, {4, []int64{4}}}; !reflect.DeepEqual(hard.Clusters, want) {
		t.Errorf("hard: %v", hard.Clusters)
	}
	if b := hard.Places[1]; b.RunnerUp != 0 || b.RunnerUpShared != 3 {
		t.Errorf("b's runner-up is the cluster of a by three pages, not %+v", b)
	}
	if !slices.Equal(soft.Without, []int64{5}) {
		t.Errorf("without results: %v", soft.Without)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	two := []results.Keyword{{ID: 1, Text: "a"}, {ID: 1, Text: "b", Pages: pages("a")}}
	for words, call := range map[string]func() error{
		"write soft or hard": func() error { _, err := results.Make(nil, results.Settings{Kind: "firm"}); return err },
		"write 1 to 10":      func() error { _, err := results.Make(nil, results.Settings{Threshold: 11}); return err },
		"-1 shared pages":    func() error { _, err := results.Make(nil, results.Settings{Threshold: -1}); return err },
		"the id 1":           func() error { _, err := results.Make(two, results.Settings{}); return err },
	} {
		var e *errs.Error
		if err := call(); !errors.As(err, &e) || e.Kind != errs.Invalid || !strings.Contains(fmt.Sprintf("%+v", *e), words) {
			t.Errorf("%q is not told: %+v", words, err)
		}
	}
	if out := mustMake(t, nil, results.Settings{}); len(out.Clusters)+len(out.Places)+len(out.Without) != 0 {
		t.Errorf("of nothing came %+v", out)
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://www.Example.com/Shoes/?utm_source=x&size=9&gclid=1#top": "example.com/Shoes?size=9",
		"http://example.com":                      "example.com",
		"HTTPS://EXAMPLE.COM:443/":                "example.com",
		"//example.com/a//":                       "example.com/a",
		"example.com/a?":                          "example.com/a",
		"https://m.example.com/a":                 "m.example.com/a",
		"https://user:word@example.com:8080/a":    "example.com:8080/a",
		"https://example.com/?q=a://b":            "example.com?q=a://b",
		"https://www.example.com/go?to=http://x/": "example.com/go?to=http://x/",
		" https://example.com/a#:~:text=shoes ":   "example.com/a",
		"":                                        "",
		"http":                                    "http", "https://": "", "/a/b": "",
	} {
		if got := results.Normal(address); got != want {
			t.Errorf("%q is %q, not %q", address, got, want)
		}
	}
}

// Whatever the addresses: as the definition says.
func FuzzResults(f *testing.F) {
	f.Add("https://a.com/x\nhttps://b.com\n\nhttps://a.com/x\nhttps://b.com", uint8(2))
	f.Add("\n\n\n", uint8(1))
	f.Add("www.www.a.com//?utm_=&&a#b#c\n😀://@:80?/\nمثال.com/ا", uint8(20))
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		var in []results.Keyword
		for i, block := range strings.Split(text, "\n\n") {
			if len(in) == 60 {
				break
			}
			in = append(in, results.Keyword{ID: int64(i), Text: block, Volume: int64(len(block) % 5), Pages: strings.Split(block, "\n")})
		}
		set := results.Settings{Kind: results.Kind(results.Kinds()[mode%2]), Threshold: 1 + int(mode/2)%results.Top}
		got := mustMake(t, in, set)
		if want := reference(in, set); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\n got %+v\nwant %+v", set, got, want)
		}
	})
}
