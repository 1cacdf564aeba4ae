// Package benchkeywords measures imports and lists of a site's keywords, prints tables, and
// fails where a limit is broken: `make bench-keywords`.
package benchkeywords

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/rowset"
)

var (
	things    = strings.Fields("hose reel pump drill frother ladder lamp tent stove boots jacket saddle kettle grinder blender mattress pillow desk chair shelf router cable camera tripod guitar violin paint brush canvas frame mirror carpet heater filter")
	qualities = strings.Fields("best cheap small large electric cordless portable used quiet heavy-duty organic waterproof foldable vintage modern professional wooden steel outdoor indoor smart wireless")
	asks      = []string{"", "", "how to clean a", "what is the", "where to buy a", "reviews of", "which", "is it worth buying a"}
	places    = []string{"", "", "", "near me", "for beginners", "in Berlin", "café", "online", "under 100", "with warranty"}
	intents   = []string{"informational", "navigational", "commercial", "transactional"}
	countries = []string{"US", "GB", "DE", "FR", "IN"}
	tools     = []string{"Semrush", "Ahrefs", "Google Keyword Planner"}
	labels    = []string{"spring", "priority", "brand", "later", "blog"}
)

// text makes the i-th keyword; no two are the same.
func text(r *rand.Rand, i int) string {
	words := []string{asks[r.IntN(len(asks))], qualities[r.IntN(len(qualities))], things[r.IntN(len(things))], things[r.IntN(len(things))], places[r.IntN(len(places))], fmt.Sprintf("%x", i)}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// volume is high for few.
func volume(r *rand.Rand) int64 { return int64(10 / (r.Float64() + .0001)) }

// file is an export of n keywords, as a tool writes it.
func file(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("Keyword,Volume,Keyword Difficulty,Intent,Country\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,%d,%d,%s,%s\n", text(r, i), volume(r), r.IntN(101), intents[r.IntN(4)], countries[r.IntN(5)])
	}
	return b.String()
}

// row is a keyword with every column that there is.
func row(r *rand.Rand, i int, sectors []string, now time.Time) rowset.Fields {
	t := text(r, i)
	at := rowset.Millis(now.Add(-time.Duration(r.IntN(100)) * time.Hour))
	f := rowset.Fields{rowset.ColKeyword: t, rowset.ColFold: strings.ToLower(t), rowset.ColSector: sectors[r.IntN(len(sectors))],
		rowset.ColStatus: rowset.StatusNew, "source": tools[r.IntN(len(tools))], rowset.ColCreatedAt: at, rowset.ColUpdatedAt: at + r.Int64N(1e6)}
	often := func(share float64, name string, v any) {
		if r.Float64() < share {
			f[name] = v
		}
	}
	often(.9, rowset.ColVolume, volume(r))
	often(.1, "volume_low", int64(100))
	often(.1, "volume_high", int64(1000))
	often(.9, "difficulty", r.Int64N(101))
	often(.8, rowset.ColIntent, intents[r.IntN(4)])
	often(.9, "country", countries[r.IntN(5)])
	often(.3, "tags", strings.Join([]string{labels[r.IntN(5)], labels[r.IntN(5)]}[:1+r.IntN(2)], "\n"))
	often(.02, rowset.ColDisabled, true)
	often(.5, "cpc", float64(r.IntN(900))/100)
	if r.IntN(2) == 0 {
		f[rowset.ColStatus], f[rowset.ColClusterID] = rowset.StatusMapped, fmt.Sprintf("clu_%026d", r.IntN(20_000))
	}
	return f
}
