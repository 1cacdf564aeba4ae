package results_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/cluster/engine/results"
)

// realistic are keywords as sites have them: topics of about eight keywords whose results
// come from the topic's own twenty-five pages, the best ranked ones most often, on domains that
// are used by Zipf's law, with the home pages of a few giants among them.
func realistic(n int, seed uint64) []results.Keyword {
	r := rand.New(rand.NewPCG(seed, 10))
	domain := rand.NewZipf(r, 1.2, 8, 50_000)
	rank := rand.NewZipf(r, 1.3, 4, 24)
	giant := rand.NewZipf(r, 1.5, 1, 30)
	pages := make([][]string, n/8+1)
	for t := range pages {
		for p := range 25 {
			pages[t] = append(pages[t], fmt.Sprintf("https://www.site-%d.com/topic-%d/page-%d/", domain.Uint64(), t, p))
		}
	}
	all := make([]results.Keyword, n)
	for i := range all {
		topic := r.IntN(len(pages))
		k := results.Keyword{ID: int64(i), Text: fmt.Sprintf("keyword %d of topic %d", i, topic), Volume: int64(10 * (1 + r.IntN(2_000)))}
		for range results.Top {
			switch x := r.IntN(20); {
			case x == 0:
				k.Pages = append(k.Pages, fmt.Sprintf("https://www.giant-%d.com/", giant.Uint64()))
			case x < 4: // a neighbouring topic's page
				k.Pages = append(k.Pages, pages[(topic+1+r.IntN(3))%len(pages)][rank.Uint64()])
			default:
				k.Pages = append(k.Pages, pages[topic][rank.Uint64()])
			}
		}
		all[i] = k
	}
	return all
}

// giants are keywords that all share home pages: three of twelve, as many as make two
// keywords belong together, or two of them and pages of their own.
func giants(n, each, of int) []results.Keyword {
	r := rand.New(rand.NewPCG(3, 3))
	all := make([]results.Keyword, n)
	for i := range all {
		k := results.Keyword{ID: int64(i), Text: fmt.Sprint(i), Volume: int64(r.IntN(1_000))}
		for _, g := range r.Perm(of)[:each] {
			k.Pages = append(k.Pages, fmt.Sprintf("https://giant-%d.com/", g))
		}
		for p := range results.Top - each {
			k.Pages = append(k.Pages, fmt.Sprintf("https://own-%d.com/%d", i, p))
		}
		all[i] = k
	}
	return all
}

// Pages that all share make the work grow with the keywords, not with their pairs: 20,000
// keywords are 200 million pairs.
func TestGiantsAreNoBurden(t *testing.T) {
	t.Parallel()
	for name, in := range map[string][]results.Keyword{
		"all share three": giants(20_000, 3, 3), "all share two": giants(20_000, 2, 2),
		"three of twelve": giants(20_000, 3, 12), "all results the same": giants(20_000, 10, 10),
	} {
		for _, kind := range []results.Kind{results.Soft, results.Hard} {
			start := time.Now()
			out := mustMake(t, in, results.Settings{Kind: kind})
			took := time.Since(start)
			t.Logf("%s, %s: %d clusters in %v", name, kind, len(out.Clusters), took.Round(time.Millisecond))
			if took > 20*time.Second {
				t.Errorf("%s, %s: took %v", name, kind, took)
			}
		}
	}
}

func BenchmarkResults(b *testing.B) {
	for _, n := range []int{25_000, 100_000, 200_000} {
		in := realistic(n, 1)
		for _, kind := range []results.Kind{results.Soft, results.Hard} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					out, err := results.Make(in, results.Settings{Kind: kind})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(len(out.Clusters)), "clusters")
				}
			})
		}
	}
}
