package keyword_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table/tabletest/disk"
)

var scope = account.Mint(account.Grant{Account: "acc", Actor: "usr", Role: account.Editor, Sites: []string{"sit"}})

func service(t *testing.T) *keyword.Service {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	tb := disk.Open(t, c)
	return keyword.New(tb, rowset.New(tb, c, id.NewSource(c, nil)), c)
}

func imported(t *testing.T, s *keyword.Service, text string) (keyword.Report, error) {
	t.Helper()
	return s.Import(t.Context(), scope, "sit", keyword.Source{Name: "list.csv", Reader: strings.NewReader(text)}, keyword.Options{Sector: "sec"})
}

func wide(text string, big, bom bool) string {
	units := utf16.Encode([]rune(text))
	if bom {
		units = append([]uint16{0xFEFF}, units...)
	}
	var b []byte
	for _, u := range units {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func ptr(n int64) *int64 { return &n }

func TestDialects(t *testing.T) {
	t.Parallel()
	planner := "Keyword Stats 2026-01-02 at 10_00_00\n\"January 1, 2025 - December 31, 2025\"\nKeyword\tCurrency\tAvg. monthly searches\tCompetition\tSearches: Jan 2025\n"
	for name, c := range map[string]struct {
		text, tool, encoding string
		want                 keyword.Keyword
	}{
		"plain list":         {"Garden Hose, 20 m\nhose reel\n", "plain list", "utf-8", keyword.Keyword{Keyword: "Garden Hose, 20 m"}},
		"one line":           {"garden hose", "plain list", "utf-8", keyword.Keyword{Keyword: "garden hose"}},
		"semicolons":         {"Keyword;Search Volume;Keyword Difficulty Index;Intent;database\ngarden hose;1.210;30;3,0;us\n", "Semrush", "utf-8", keyword.Keyword{Keyword: "garden hose", Volume: ptr(1210), Difficulty: ptr(30), Intent: "transactional", Country: "US"}},
		"pipes, other order": {"KD|Keyword\n45%|garden hose\n", "spreadsheet", "utf-8", keyword.Keyword{Keyword: "garden hose", Difficulty: ptr(45)}},
		"bom, quotes":        {"\uFEFF\"#\",\"Keyword\",\"Volume\",\"Parent Keyword\",\"Intents\"\r\n\"1\",\"hose \"\"pro\"\"\",\"1,200\",\"x\",\"Commercial,Non-branded\"\r\n", "Ahrefs", "utf-8+bom", keyword.Keyword{Keyword: `hose "pro"`, Volume: ptr(1200), Intent: "commercial"}},
		"planner range":      {wide(planner+"garden hose\tUSD\t1K – 10K\tLow\t\n", false, true), "Google Keyword Planner", "utf-16-le+bom", keyword.Keyword{Keyword: "garden hose", VolumeLow: ptr(1000), VolumeHigh: ptr(10000)}},
		"planner bucket":     {wide(planner+"garden hose\tUSD\t5000\tLow\t\n", false, true), "Google Keyword Planner", "utf-16-le+bom", keyword.Keyword{Keyword: "garden hose", VolumeLow: ptr(1000), VolumeHigh: ptr(10000)}},
		"planner exact":      {wide(planner+"garden hose\tUSD\t5000\tLow\t4400\n", true, true), "Google Keyword Planner", "utf-16-be+bom", keyword.Keyword{Keyword: "garden hose", Volume: ptr(5000)}},
		"utf-16 le, no bom":  {wide("Keyword\tVolume\ngarden hose\t10\n", false, false), "spreadsheet", "utf-16-le", keyword.Keyword{Keyword: "garden hose", Volume: ptr(10)}},
		"utf-16 be, no bom":  {wide("Keyword\tVolume\ngarden hose\t10\n", true, false), "spreadsheet", "utf-16-be", keyword.Keyword{Keyword: "garden hose", Volume: ptr(10)}},
		"windows-1252":       {"Keyword,Volume\ncaf\xe9 \x96 bar,10\n", "spreadsheet", "windows-1252", keyword.Keyword{Keyword: "café – bar", Volume: ptr(10)}},
		"search console":     {"Top queries,Clicks,Impressions,CTR,Position\ngarden hose,3,400,1%,9.4\n", "Google Search Console", "utf-8", keyword.Keyword{Keyword: "garden hose"}},
		"unknown figures":    {"Keyword,Volume,KD %\ngarden hose,n/a,-\n", "spreadsheet", "utf-8", keyword.Keyword{Keyword: "garden hose"}},
		"old mac lines":      {"Keyword,Volume\rgarden hose,2.5K\r", "spreadsheet", "utf-8", keyword.Keyword{Keyword: "garden hose", Volume: ptr(2500)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t)
			r, err := imported(t, s, c.text)
			if err != nil || len(r.Faults) > 0 || r.Tool != c.tool || r.Encoding != c.encoding {
				t.Fatalf("report %+v, %v", r, err)
			}
			rows, _, err := s.List(t.Context(), scope, "sit", keyword.Filter{Ordering: "keyword"})
			if err != nil {
				t.Fatal(err)
			}
			got := keyword.Keyword{}
			for _, k := range rows {
				if k.Keyword == c.want.Keyword {
					got = k
				}
			}
			c.want.ID, c.want.Status, c.want.SiteID, c.want.SectorID, c.want.Source = got.ID, "new", "sit", "sec", c.tool
			c.want.CreatedAt, c.want.UpdatedAt, c.want.Version, c.want.SourceDate, c.want.Figures = got.CreatedAt, got.UpdatedAt, got.Version, got.SourceDate, got.Figures
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFaultsAreNamedAndGoodRowsKept(t *testing.T) {
	t.Parallel()
	text := "Volume,Keyword,KD\n" +
		"10,garden hose,5\n" + // 2
		"many,hose reel,5\n" + // 3: volume
		"10,,5\n" + // 4: empty
		"10\n" + // 5: too few cells
		"10,Garden  HOSE,5\n" + // 6: duplicate
		"10," + strings.Repeat("x", 201) + ",5\n" + // 7: long
		"10,hose\x01bib,5\n" + // 8: control
		"10,\"open hose,5\n" + // 9: quote
		"10,\"two\nlines\",5\n" + // 10 and 11
		"10,hose pump,500\n" + // 12: difficulty
		"\n,,\n" + // blank
		"10,\"hose\" rack,5\n" // 15: text after a quote
	s := service(t)
	r, err := imported(t, s, text)
	if err != nil {
		t.Fatal(err)
	}
	type at struct{ Line, Column int }
	var got []at
	for _, f := range r.Faults {
		got = append(got, at{f.Line, f.Column})
		if f.Reason == "" || f.Mend == "" {
			t.Errorf("a fault without words: %+v", f)
		}
	}
	if d := cmp.Diff([]at{{3, 1}, {4, 2}, {5, 2}, {7, 2}, {8, 2}, {9, 2}, {12, 3}, {15, 2}}, got); d != "" {
		t.Errorf("faults: %s\n%+v", d, r.Faults)
	}
	rows, n, err := s.List(t.Context(), scope, "sit", keyword.Filter{Ordering: "keyword", PageSize: 100})
	if err != nil || n != r.New || n != 6 || r.Duplicates != 1 || r.Rows != 6 {
		t.Fatalf("%d rows, report %+v, %v", n, r, err)
	}
	var texts []string
	for _, k := range rows {
		texts = append(texts, k.Keyword)
	}
	if d := cmp.Diff([]string{"garden hose", "hose pump", "hose reel", `hose" rack`, "open hose", "two lines"}, texts); d != "" {
		t.Error(d)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, code string }{
		"empty":             {"", "file_empty"},
		"spaces":            {" \r\n\n", "file_empty"},
		"header only":       {"Keyword,Volume\r\n", "no_rows"},
		"no keyword column": {"foo,bar\r\n1,2\r\n", "no_keyword_column"},
		"a cut workbook":    {"PK\x03\x04\x14\x00", "file_damaged"},
		"json":              {`[{"keyword": "garden hose"}]`, "file_not_text"},
		"web page":          {"\uFEFF <!DOCTYPE html><p>garden hose", "file_not_text"},
		"old workbook":      {"\xD0\xCF\x11\xE0\xA1\xB1", "file_not_text"},
		"png":               {"\x89PNG\r\n\x1a\n", "file_not_text"},
		"zeros":             {strings.Repeat("a\x00\x00b", 900), "file_not_text"},
		"too large":         {strings.Repeat("x", keyword.MaxBytes+1), "file_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := imported(t, service(t), c.text)
			if e := errs.Of(err); err == nil || e.Kind != errs.Invalid || e.Code != c.code || e.Message == "" {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
	t.Run("too many rows", func(t *testing.T) {
		t.Parallel()
		var b bytes.Buffer
		b.WriteString("Keyword\n")
		for i := range keyword.MaxRows + 1 {
			fmt.Fprintf(&b, "k%d\n", i)
		}
		if _, err := imported(t, service(t), b.String()); errs.Of(err) == nil || errs.Of(err).Code != "too_many_rows" {
			t.Errorf("got %v", err)
		}
	})
}

func TestRepeatsAddNothing(t *testing.T) {
	t.Parallel()
	s := service(t)
	list := "Keyword,Volume\ngarden hose,10\nHOSE reel,20\nhose  Reel,30\n"
	in := func(o keyword.Options, text string) keyword.Report {
		r, err := s.Import(t.Context(), scope, "sit", keyword.Source{Name: "a.csv", Reader: strings.NewReader(text)}, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := in(keyword.Options{Sector: "sec", DryRun: true}, list); r.New != 2 || r.Duplicates != 1 || r.VolumeSum != 30 {
		t.Errorf("dry run: %+v", r)
	}
	if _, n, _ := s.List(t.Context(), scope, "sit", keyword.Filter{}); n != 0 {
		t.Errorf("a dry run wrote %d rows", n)
	}
	if r := in(keyword.Options{Sector: "sec", Once: "imp1"}, list); r.New != 2 || r.Already != 0 {
		t.Errorf("first: %+v", r)
	}
	if r := in(keyword.Options{Sector: "sec"}, strings.ToUpper(list)); r.New != 0 || r.Already != 2 {
		t.Errorf("second: %+v", r)
	}
	if r := in(keyword.Options{Sector: "sec", Once: "imp1"}, "other\n"); r.New != 0 {
		t.Errorf("the same import again: %+v", r)
	}
	if r := in(keyword.Options{Sector: "other"}, list); r.New != 2 {
		t.Errorf("another sector: %+v", r)
	}
	if _, err := s.Import(context.Background(), scope, "foreign", keyword.Source{Reader: strings.NewReader(list)}, keyword.Options{Sector: "sec"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a site out of sight: %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	s := service(t)
	if _, err := imported(t, s, "Keyword,Volume,KD,Intent,Country\na hose,10,5,commercial,us\nb hose,20,50,informational,de\nc reel,,,,\nd reel,5,90,commercial,us\n"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f     keyword.Filter
		want  string
		count int
	}{
		"volume up":    {keyword.Filter{Ordering: "volume"}, "dabc", 4},
		"volume down":  {keyword.Filter{Ordering: "-volume"}, "badc", 4},
		"search":       {keyword.Filter{Search: " HOSE", Ordering: "keyword"}, "ab", 2},
		"bounds":       {keyword.Filter{MinVolume: ptr(6), MaxDifficulty: ptr(50), Ordering: "keyword"}, "ab", 2},
		"intent":       {keyword.Filter{Intent: "commercial", Country: "us", Ordering: "-keyword"}, "da", 2},
		"second page":  {keyword.Filter{Ordering: "keyword", Page: 2, PageSize: 3}, "d", 4},
		"behind":       {keyword.Filter{Page: 1 << 60, PageSize: 3}, "", 4},
		"other status": {keyword.Filter{Status: "mapped"}, "", 0},
	} {
		rows, n, err := s.List(t.Context(), scope, "sit", c.f)
		got := ""
		for _, k := range rows {
			got += k.Keyword[:1]
		}
		if err != nil || got != c.want || n != c.count {
			t.Errorf("%s: %q of %d, %v", name, got, n, err)
		}
	}
	for _, f := range []keyword.Filter{{Ordering: "x"}, {Page: -1}, {PageSize: 101}} {
		if _, _, err := s.List(t.Context(), scope, "sit", f); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
