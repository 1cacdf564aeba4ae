package keyword_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
)

// tagged are keywords with every column, made as an import and people's edits make them.
func tagged(t *testing.T, k *apitest.Kit, s account.Scope, site string) *keyword.Service {
	t.Helper()
	rows := rowset.New(k.Table, k.Clock, id.NewSource(k.Clock, nil))
	day := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	_, err := rows.Apply(t.Context(), s, site, func(d *rowset.Draft) error {
		for i, f := range []rowset.Fields{
			{"source": "Ahrefs", "tags": "spring\nSale", "volume": int64(10), "difficulty": int64(20), "cluster_id": "clu_1", "sector_id": "a"},
			{"source": "Semrush", "tags": "sale", "volume": int64(30), "difficulty": int64(50), "disabled": true, "sector_id": "b"},
			{"source": "Ahrefs", "tags": "sales", "sector_id": "a", "country": "DE"},
			{"volume": int64(5), "difficulty": int64(0), "sector_id": "b", "status": "mapped"},
		} {
			text := fmt.Sprintf("%c keyword", 'a'+i)
			f["keyword"], f["fold"] = text, text
			f["created_at"], f["updated_at"] = rowset.Millis(day.AddDate(0, 0, i)), rowset.Millis(day.AddDate(0, 0, -i))
			d.Add(rowset.Keywords, f)
		}
		return nil
	}, rowset.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return keyword.New(k.Table, rows, k.Clock)
}

func first(rows []keyword.Keyword) (out string) {
	for _, r := range rows {
		out += r.Keyword[:1]
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	s := tagged(t, k, scope, "sit")
	yes, no := true, false
	at := func(day int) time.Time { return time.Date(2026, 2, day, 12, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		f    keyword.Filter
		want string
		sum  int64
		mean float64 // -1: unknown
	}{
		"all":              {keyword.Filter{}, "abcd", 45, 70.0 / 3},
		"source":           {keyword.Filter{Source: "ahrefs"}, "ac", 10, 20},
		"tag":              {keyword.Filter{Tag: "SALE"}, "ab", 40, 35},
		"no such tag":      {keyword.Filter{Tag: "sal"}, "", 0, -1},
		"cluster":          {keyword.Filter{Cluster: "clu_1"}, "a", 10, 20},
		"sector":           {keyword.Filter{Sector: "b"}, "bd", 35, 25},
		"disabled":         {keyword.Filter{Disabled: &yes}, "b", 30, 50},
		"not disabled":     {keyword.Filter{Disabled: &no}, "acd", 15, 10},
		"created from":     {keyword.Filter{CreatedFrom: at(3)}, "cd", 5, 0},
		"created to":       {keyword.Filter{CreatedTo: at(2)}, "ab", 40, 35},
		"updated":          {keyword.Filter{UpdatedFrom: at(-1), UpdatedTo: at(0)}, "bc", 30, 50},
		"country":          {keyword.Filter{Country: "de"}, "c", 0, -1},
		"status, volume":   {keyword.Filter{Status: "mapped", MaxVolume: ptr(5)}, "d", 5, 0},
		"all of them":      {keyword.Filter{Source: "Ahrefs", Tag: "spring", Sector: "a", Search: "KEY", MinVolume: ptr(10), MaxVolume: ptr(10), MinDifficulty: ptr(1), Disabled: &no}, "a", 10, 20},
		"nothing":          {keyword.Filter{Search: "keywords"}, "", 0, -1},
		"zero is a figure": {keyword.Filter{MaxDifficulty: ptr(0)}, "d", 5, 0},
	} {
		c.f.Ordering = "keyword"
		l, err := s.Find(t.Context(), scope, "sit", c.f)
		mean := -1.0
		if l.Totals.DifficultyMean != nil {
			mean = *l.Totals.DifficultyMean
		}
		if err != nil || first(l.Keywords) != c.want || l.Totals.Count != len(c.want) || l.Totals.VolumeSum != c.sum || mean != c.mean {
			t.Errorf("%s: %s %+v, mean %v, %v", name, first(l.Keywords), l.Totals, mean, err)
		}
	}
	for ordering, want := range map[string]string{"": "dcba", "id": "abcd", "-id": "dcba", "source": "acbd", "-source": "bacd", "tags": "bcad", "updated_at": "dcba",
		"disabled": "acdb", "-disabled": "bacd", "sector_id": "acbd", "-sector_id": "bdac", "country": "cabd", "cluster_id": "abcd", "status": "dabc", "-difficulty": "badc"} {
		l, err := s.Find(t.Context(), scope, "sit", keyword.Filter{Ordering: ordering})
		if err != nil || first(l.Keywords) != want {
			t.Errorf("by %q: %s, want %s, %v", ordering, first(l.Keywords), want, err)
		}
	}
	for _, name := range keyword.Orderings() {
		if l, err := s.Find(t.Context(), scope, "sit", keyword.Filter{Ordering: "-" + name}); err != nil || l.Totals.Count != 4 {
			t.Errorf("by %s: %+v, %v", name, l, err)
		}
	}
	if _, err := s.Find(context.Background(), scope, "foreign", keyword.Filter{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site out of sight: %v", err)
	}
}

type anySite struct{}

func (anySite) Check(context.Context, account.Scope, string) error { return nil }

func (anySite) Sector(_ context.Context, _ account.Scope, _, sector string) (string, error) {
	return sector, nil
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	k := apitest.NewKit(t)
	ann := apitest.As("viewer@acc_ann")
	h := k.Handler(t, tagged(t, k, ann.Scope(), "sit_1").Routes(anySite{}))
	const list, totals = "/v1/planner/keywords/?site_id=sit_1", "/v1/planner/keywords/totals/?site_id=sit_1"
	for address, want := range map[string]string{
		list + "&ordering=keyword&page_size=2":             `"count":4,"next":"/v1/planner/keywords/?ordering=keyword&page=2&page_size=2&site_id=sit_1"`,
		list + "&created_from=2026-02-03&tag=sales":        `"count":1`,
		list + "&created_to=2026-02-02":                    `"count":2`, // the whole day
		list + "&updated_from=2026-02-01T12:00:00Z":        `"count":1`,
		list + "&source=ahrefs&sector_id=a&disabled=false": `"count":2`,
		totals:                      `"data":{"count":4,"volume_known":3,"volume_sum":45,"difficulty_known":3,"difficulty_mean":23.333333333333332}`,
		totals + "&search=C":        `"data":{"count":1,"volume_known":0,"volume_sum":0,"difficulty_known":0,"difficulty_mean":null}`,
		totals + "&volume_min=10":   `"volume_sum":40`,
		totals + "&country=nowhere": `"count":0`,
	} {
		apitest.Scenario{Name: address, As: ann, Path: address, Status: http.StatusOK, Method: http.MethodGet, Has: []string{want}}.Run(t, h)
	}
	for _, address := range []string{list + "&created_from=yesterday", totals + "&updated_to=2026-13-01", list + "&ordering=colour"} {
		apitest.Scenario{Name: address, As: ann, Path: address, Status: http.StatusBadRequest, Method: http.MethodGet, Has: []string{`"success":false`}}.Run(t, h)
	}
}

// TestPagesMakeTheWhole: the pages of a list put together are the list, each row once,
// whatever the filter and the order.
func TestPagesMakeTheWhole(t *testing.T) {
	t.Parallel()
	s := service(t)
	r := rand.New(rand.NewPCG(5, 5))
	var b strings.Builder
	b.WriteString("Keyword,Volume\n")
	for i := range 700 {
		fmt.Fprintf(&b, "hose %c %d,%d\n", 'a'+rune(r.IntN(26)), i, r.IntN(20))
	}
	if _, err := imported(t, s, b.String()); err != nil {
		t.Fatal(err)
	}
	for _, name := range keyword.Orderings() {
		f := keyword.Filter{Ordering: []string{"", "-"}[r.IntN(2)] + name, Search: []string{"hose", "hose b"}[r.IntN(2)], PageSize: 1 + r.IntN(100)}
		seen := map[int64]bool{}
		var figures []int64
		for f.Page = 1; ; f.Page++ {
			l, err := s.Find(t.Context(), scope, "sit", f)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range l.Keywords {
				seen[k.ID] = true
				figures = append(figures, *k.Volume)
			}
			if len(l.Keywords) == 0 {
				if len(seen) != l.Totals.Count || len(figures) != l.Totals.Count {
					t.Errorf("%+v: %d rows, %d of them different, of %d", f, len(figures), len(seen), l.Totals.Count)
				}
				break
			}
		}
		if f.Ordering == "volume" && !slices.IsSorted(figures) {
			t.Errorf("by volume: %v", figures)
		}
	}
}
