package keyword_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
)

// files are name and text in turn.
func files(x ...string) []keyword.Source {
	var out []keyword.Source
	for i := 0; i < len(x); i += 2 {
		out = append(out, keyword.Source{Name: x[i], Reader: strings.NewReader(x[i+1])})
	}
	return out
}

func importAll(t *testing.T, s *keyword.Service, o keyword.Options, x ...string) []keyword.Report {
	t.Helper()
	o.Sector = "sec"
	all, err := s.ImportAll(t.Context(), scope, "sit", files(x...), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Rows != r.New+r.Already+r.Elsewhere {
			t.Errorf("%s: the numbers do not add up: %+v", r.Name, r)
		}
	}
	return all
}

func one(t *testing.T, s *keyword.Service, word string) keyword.Keyword {
	t.Helper()
	rows, _, err := s.List(t.Context(), scope, "sit", keyword.Filter{Search: word, Ordering: "keyword"})
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d, %v", word, len(rows), err)
	}
	return rows[0]
}

const (
	ahrefs  = "Keyword,Volume,Difficulty,Parent Keyword,Last Update\nwool socks,900,30,x,2026-01-10\nsilk socks,50,,x,2026-01-10\n"
	semrush = "Keyword,Volume,Keyword Difficulty,Competitive Density,Intent\nwool socks,1400,48,0.2,Commercial\n"
)

// A second vendor's figures are kept beside the first one's and none is averaged; the newest
// is shown. The same file again changes nothing, nor does an older one change what is shown.
func TestFiguresOfSeveralVendors(t *testing.T) {
	t.Parallel()
	s := service(t)
	importAll(t, s, keyword.Options{}, "a.csv", ahrefs)
	if r := importAll(t, s, keyword.Options{}, "s_2026-02-01.csv", semrush)[0]; r.New != 0 || r.Already != 1 || r.Updated != 1 {
		t.Errorf("second vendor: %+v", r)
	}
	want := []keyword.Figure{
		{Source: "Semrush", Date: "2026-02-01", Volume: ptr(1400), Difficulty: ptr(48), Intent: "commercial"},
		{Source: "Ahrefs", Date: "2026-01-10", Volume: ptr(900), Difficulty: ptr(30)},
	}
	got := one(t, s, "wool socks")
	if d := cmp.Diff(want, got.Figures); d != "" || *got.Volume != 1400 || *got.Difficulty != 48 || got.Source != "Semrush" || got.SourceDate != "2026-02-01" {
		t.Errorf("%s %+v", d, got)
	}
	for _, again := range []string{ahrefs, strings.ToUpper(ahrefs)} {
		if r := importAll(t, s, keyword.Options{}, "again.csv", again)[0]; r.Updated != 0 || r.Already != 2 {
			t.Errorf("the same again: %+v", r)
		}
	}
	planner := "Keyword,Avg. monthly searches,Searches: Jan 2026\nwool socks,1K – 10K,\nsilk socks,10 – 100,\n"
	if r := importAll(t, s, keyword.Options{}, "p_2026-02-20.csv", planner)[0]; r.Updated != 2 {
		t.Errorf("planner: %+v", r)
	}
	if got := one(t, s, "wool socks"); *got.Volume != 1400 || got.VolumeLow != nil || len(got.Figures) != 3 {
		t.Errorf("a range, though newer, took the place of a number: %+v", got)
	}
	if r := importAll(t, s, keyword.Options{}, "list.csv", "Keyword,Volume,KD\nwool socks,7,1\nnew socks,,\n")[0]; r.Updated != 1 || r.New != 1 {
		t.Errorf("a list: %+v", r)
	}
	if got := one(t, s, "wool socks"); *got.Volume != 1400 || len(got.Figures) != 4 {
		t.Errorf("a list took the place of a tool: %+v", got)
	}
	if got := one(t, s, "new socks"); got.Volume != nil || got.Difficulty != nil || got.Figures != nil {
		t.Errorf("unknown did not stay unknown: %+v", got)
	}
	if got := one(t, s, "silk socks"); got.Difficulty != nil || *got.Volume != 50 || got.Source != "Ahrefs" {
		t.Errorf("%+v", got)
	}
}

// A tool's newer figure without a date of its own is of the day of the import; the same
// values a day later are no news.
func TestUndatedFigures(t *testing.T) {
	t.Parallel()
	s := service(t)
	importAll(t, s, keyword.Options{}, "s.csv", semrush)
	if got := one(t, s, "wool"); got.SourceDate != "2026-03-01" {
		t.Errorf("%+v", got)
	}
	if r := importAll(t, s, keyword.Options{}, "s.csv", semrush)[0]; r.Updated != 0 {
		t.Errorf("%+v", r)
	}
	if r := importAll(t, s, keyword.Options{}, "s.csv", strings.Replace(semrush, "1400", "1500", 1))[0]; r.Updated != 1 {
		t.Errorf("%+v", r)
	}
	if got := one(t, s, "wool"); len(got.Figures) != 1 || *got.Volume != 1500 {
		t.Errorf("%+v", got)
	}
}

func TestSeveralFiles(t *testing.T) {
	t.Parallel()
	s := service(t)
	all := importAll(t, s, keyword.Options{}, "a.csv", ahrefs, "bad.csv", "foo,bar\n1,2\n", "b_2026-02-01.csv", semrush, "c.txt", "WOOL  socks\nsock box\nSock Box\n")
	type numbers struct{ Rows, New, Elsewhere, Duplicates int }
	var got []numbers
	for _, r := range all {
		got = append(got, numbers{r.Rows, r.New, r.Elsewhere, r.Duplicates})
	}
	if d := cmp.Diff([]numbers{{2, 2, 0, 0}, {}, {1, 0, 1, 0}, {2, 1, 1, 1}}, got); d != "" {
		t.Error(d)
	}
	sample := []keyword.Sample{{Line: 2, Keyword: "wool socks", Figures: []keyword.Figure{{Source: "Semrush", Date: "2026-02-01", Volume: ptr(1400), Difficulty: ptr(48), Intent: "commercial"}}}}
	if d := cmp.Diff(sample, all[2].Sample); d != "" || all[2].Delimiter != "," || all[2].HeaderLine != 1 || all[3].Delimiter != "" || all[3].HeaderLine != 0 {
		t.Errorf("%s %+v", d, all[2:])
	}
	if all[1].Error == nil || all[1].Error.Code != "no_keyword_column" || len(all[1].Faults) != 1 || all[0].Error != nil {
		t.Errorf("%+v", all[1])
	}
	if got := one(t, s, "wool"); len(got.Figures) != 2 || got.Source != "Semrush" {
		t.Errorf("merged: %+v", got)
	}
	for _, n := range []int{0, keyword.MaxFiles + 1} {
		if _, err := s.ImportAll(t.Context(), scope, "sit", make([]keyword.Source, n), keyword.Options{Sector: "sec"}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%d files: %v", n, err)
		}
	}
}

func TestMapping(t *testing.T) {
	t.Parallel()
	read := func(text string, m keyword.Mapping) (keyword.Report, error) {
		all, err := keyword.Check(t.Context(), files("x.csv", text), keyword.Options{Mapping: m})
		if err != nil {
			return keyword.Report{}, err
		}
		return all[0], nil
	}
	const list = "Label,What,How often,Volume\nx,wool socks,100,7\ny,silk socks,20,7\n"
	for name, c := range map[string]struct {
		text string
		m    keyword.Mapping
		sum  int64
		cols map[string]string
	}{
		"names":        {list, keyword.Mapping{"keyword": "what", "volume": " HOW often"}, 120, map[string]string{"keyword": "What", "volume": "How often", "tags": "Label"}},
		"none":         {list, keyword.Mapping{"keyword": "What", "volume": ""}, 0, map[string]string{"keyword": "What", "tags": "Label"}},
		"numbers":      {list, keyword.Mapping{"keyword": "#2", "volume": "#3"}, 120, map[string]string{"keyword": "What", "volume": "How often", "tags": "Label"}},
		"no header":    {"wool socks;100\nsilk socks;20\n", keyword.Mapping{"keyword": "#1", "volume": "#2"}, 120, map[string]string{"keyword": "#1", "volume": "#2"}},
		"impressions":  {"Top queries,Clicks,Impressions\nwool socks,1,50\n", keyword.Mapping{"volume": "Impressions"}, 50, map[string]string{"keyword": "Top queries", "volume": "Impressions"}},
		"over a known": {"Keyword,Phrase,Volume\n1,wool socks,3\n", keyword.Mapping{"keyword": "Phrase"}, 3, map[string]string{"keyword": "Phrase", "volume": "Volume"}},
	} {
		r, err := read(c.text, c.m)
		if err != nil || r.Error != nil || r.VolumeSum != c.sum || len(r.Faults) > 0 {
			t.Errorf("%s: %+v %+v, %v", name, r, r.Error, err)
		}
		if d := cmp.Diff(c.cols, r.Columns); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if r, err := read(list, keyword.Mapping{"keyword": "What", "volume": "Searches"}); err != nil || r.Error == nil || !strings.Contains(r.Error.Message, "How often") {
		t.Errorf("a header that is not there: %+v, %v", r.Error, err)
	}
	for _, m := range []keyword.Mapping{{"price": "x"}, {"keyword": " "}} {
		if _, err := read(list, m); !errs.Is(err, errs.Invalid) {
			t.Errorf("%v: %v", m, err)
		}
	}
	if all, err := keyword.Check(t.Context(), files("a.csv", list, "b.csv", ahrefs), keyword.Options{Mapping: keyword.Mapping{"keyword": "What", "volume": "How often"}}); err != nil || all[0].VolumeSum != 120 || all[1].VolumeSum != 950 {
		t.Errorf("files of two kinds: %+v, %v", all, err)
	}
	if r, _ := read(list, nil); r.Error == nil || r.Error.Code != "no_keyword_column" {
		t.Errorf("no mapping: %+v", r)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := service(t)
	importAll(t, s, keyword.Options{Tags: []string{"Spring batch"}}, "a.csv", "Keyword,Tags\nwool socks,\"Winter, warm; Winter\"\nsilk socks,\n")
	if r := importAll(t, s, keyword.Options{Tags: []string{"spring  BATCH", "second"}}, "b.csv", "Keyword,Tags\nwool socks,winter\nrain coat,WARM\n")[0]; r.Updated != 1 || r.New != 1 {
		t.Errorf("%+v", r)
	}
	for word, want := range map[string][]string{"wool": {"Winter", "warm", "Spring batch", "second"}, "silk": {"Spring batch"}, "rain": {"warm", "Spring batch", "second"}} {
		if d := cmp.Diff(want, one(t, s, word).Tags); d != "" {
			t.Errorf("%s: %s", word, d)
		}
	}
	all, err := s.Tags(t.Context(), scope, "sit", "")
	if d := cmp.Diff([]keyword.TagCount{{Tag: "Spring batch", Keywords: 3}, {Tag: "second", Keywords: 2}, {Tag: "warm", Keywords: 2}, {Tag: "Winter", Keywords: 1}}, all); d != "" || err != nil {
		t.Error(d, err)
	}
	if some, _ := s.Tags(t.Context(), scope, "sit", "W"); len(some) != 2 {
		t.Errorf("%v", some)
	}
	if _, err := s.Import(t.Context(), scope, "sit", files("x", "a\n")[0], keyword.Options{Sector: "sec", Tags: []string{strings.Repeat("x", 51)}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a long tag: %v", err)
	}
}

func TestDryRunTellsAll(t *testing.T) {
	t.Parallel()
	s := service(t)
	importAll(t, s, keyword.Options{}, "a.csv", ahrefs)
	r := importAll(t, s, keyword.Options{DryRun: true}, "b.txt", "Wool Socks\nsocks wool\nwool sock\nsilk sokcs\nWOOL SOCKS\nrain coat\n")[0]
	if r.New != 4 || r.Already != 1 || r.Duplicates != 1 || r.NearCount != 3 {
		t.Errorf("%+v", r)
	}
	want := []keyword.Near{
		{File: "b.txt", Line: 2, Keyword: "socks wool", Like: "wool socks", Kind: "word order"},
		{File: "b.txt", Line: 3, Keyword: "wool sock", Like: "wool socks", Kind: "plural"},
		{File: "b.txt", Line: 4, Keyword: "silk sokcs", Like: "silk socks", Kind: "typo"},
	}
	if d := cmp.Diff(want, r.Near); d != "" {
		t.Error(d)
	}
	if r := importAll(t, s, keyword.Options{DryRun: true, AnyOrder: true}, "b.txt", "socks wool\nrain coat\ncoat rain\n")[0]; r.New != 1 || r.Already != 1 || r.Duplicates != 1 {
		t.Errorf("any order: %+v", r)
	}
	if _, n, _ := s.List(t.Context(), scope, "sit", keyword.Filter{}); n != 2 {
		t.Errorf("a dry run wrote: %d", n)
	}
}

// A person who stops an import leaves the list as it was.
func TestStopped(t *testing.T) {
	t.Parallel()
	s := service(t)
	ctx, stop := context.WithCancel(t.Context())
	var list strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&list, "word %d\n", i)
	}
	seen := 0
	_, err := s.ImportAll(ctx, scope, "sit", files("x", list.String()), keyword.Options{Sector: "sec", Progress: func(n int) { seen = n; stop() }})
	if !errs.Is(err, errs.Unavailable) || seen != 10_000 {
		t.Errorf("%v after %d rows", err, seen)
	}
	if _, n, _ := s.List(t.Context(), scope, "sit", keyword.Filter{}); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

// What is exported from one site and imported into another is the same list.
func TestExportImport(t *testing.T) {
	t.Parallel()
	s := service(t)
	importAll(t, s, keyword.Options{Tags: []string{"all"}}, "a.csv", ahrefs, "b_2026-02-01.csv", semrush, "c.txt", "=cmd|' /C calc'!A0\nplain, with comma\n")
	strip := func(s *keyword.Service) (out []keyword.Keyword) {
		rows, _, err := s.List(t.Context(), scope, "sit", keyword.Filter{Ordering: "keyword", PageSize: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range rows {
			k.ID, k.CreatedAt, k.UpdatedAt, k.Version = 0, time.Time{}, time.Time{}, 0
			out = append(out, k)
		}
		return out
	}
	for _, format := range []keyword.Format{keyword.CSV, keyword.XLSX} {
		var file bytes.Buffer
		n, err := s.Export(t.Context(), scope, "sit", keyword.Filter{Ordering: "created_at"}, format, &file)
		if err != nil || n != 4 {
			t.Fatalf("%d, %v", n, err)
		}
		if format == keyword.CSV && !strings.Contains(file.String(), "\n'=cmd") {
			t.Errorf("a formula went out:\n%s", file.String())
		}
		other := service(t)
		if r := importAll(t, other, keyword.Options{}, "x", file.String())[0]; r.New != 4 || len(r.Faults) > 0 {
			t.Errorf("%s: %+v", format, r)
		}
		if d := cmp.Diff(strip(s), strip(other)); d != "" {
			t.Errorf("%s: %s", format, d)
		}
	}
	var few bytes.Buffer
	if n, err := s.Export(t.Context(), scope, "sit", keyword.Filter{Search: "silk"}, keyword.CSV, &few); n != 1 || err != nil || strings.Contains(few.String(), "wool") {
		t.Errorf("%d, %v:\n%s", n, err, few.String())
	}
	if _, err := s.Export(t.Context(), scope, "sit", keyword.Filter{}, "pdf", &few); !errs.Is(err, errs.Invalid) {
		t.Errorf("%v", err)
	}
	if _, err := s.Export(t.Context(), scope, "foreign", keyword.Filter{}, keyword.CSV, &few); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site out of sight: %v", err)
	}
}
