package keyword

import (
	"strings"
	"testing"
)

func TestReadCount(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]int64{
		"1,234": 1234, "1.234": 1234, "1 234": 1234, "1\u00a0234": 1234, "1\u202f234": 1234, "1'234": 1234, "1’234": 1234, "1,00,000": 100_000, "1.234.567": 1_234_567,
		"1,234.6": 1235, "1.234,4": 1234, "1.2K": 1200, "1,2k": 1200, "1.234k": 1234, "3 Tsd.": 3000, "2 Mio.": 2_000_000, "2 mil": 2000, "1,5 tys.": 1500, "10 B": 10_000, "10 bin": 10_000,
		"1万": 10_000, "３００": 300, "100+": 100, "0": 0, "12.0": 12,
	} {
		if got, ok := readCount(cell); !ok || !got.known || got.n != want {
			t.Errorf("%q: %+v, %v", cell, got, ok)
		}
	}
	for cell, want := range map[string][2]int64{
		"1K – 10K": {1000, 10_000}, "1K-10K": {1000, 10_000}, "10 - 100": {10, 100}, "1.000–10.000": {1000, 10_000}, "1 mil a 10 mil": {1000, 10_000}, "1 k à 10 k": {1000, 10_000},
		"1万～10万": {10_000, 100_000}, "1 tys. do 10 tys.": {1000, 10_000}, "1 Mio. bis 10 Mio.": {1_000_000, 10_000_000}, "11.5k-30.3k": {11_500, 30_300},
	} {
		if got, ok := readCount(cell); !ok || !got.isRange || got.low != want[0] || got.high != want[1] {
			t.Errorf("%q: %+v, %v", cell, got, ok)
		}
	}
	for _, cell := range []string{"", " - ", "n/a", "–", "null"} {
		if got, ok := readCount(cell); !ok || got != (figure{}) {
			t.Errorf("%q is unknown, not %+v, %v", cell, got, ok)
		}
	}
	for _, cell := range []string{"-5", "many", "1e9", "Inf", "1.2.3", "10 – 1", "9999999999999", "1,23,4"} {
		if got, ok := readCount(cell); ok {
			t.Errorf("%q: %+v", cell, got)
		}
	}
}

func TestReadDay(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"2026-02-03": "2026-02-03", "2026-02-03 07:29:54": "2026-02-03", "2026-02-03T07:29:54Z": "2026-02-03", "03.02.2026": "2026-02-03", "2026/02/03": "2026-02-03",
		"Feb 3, 2026": "2026-02-03", "46056": "2026-02-03", "46056.5": "2026-02-03", "": "", "n/a": "",
	} {
		if got, ok := readDay(cell, fuzzDay); !ok || got != want {
			t.Errorf("%q: %q, %v", cell, got, ok)
		}
	}
	for _, cell := range []string{"03/04/2026", "2031-01-01", "1899-01-01", "soon", "12"} {
		if got, ok := readDay(cell, fuzzDay); ok {
			t.Errorf("%q: %q", cell, got)
		}
	}
}

func TestDisarmed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cell, harmless string }{
		{"=1+1", "'=1+1"}, {"+x", "'+x"}, {"-x", "'-x"}, {"@x", "'@x"}, {"\tx", "'\tx"}, {"\rx", "'\rx"}, {"'=x", "''=x"}, {"''@", "'''@"}, {"＝x", "'＝x"},
		{"socks", "socks"}, {"'socks'", "'socks'"}, {"", ""}, {"a=b", "a=b"},
	} {
		if got := disarmed(c.cell); got != c.harmless || armed(got) != c.cell {
			t.Errorf("%q: %q and back %q", c.cell, got, armed(got))
		}
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	folds := []string{"wool socks", "red shoes", "cheap garden hose", "iphone 14 case", "car parts", "accommodation rome", "strasse nach bern", "socks"}
	from := len(folds)
	for word, want := range map[string]string{
		"socks wool": "word order wool socks", "wool sock": "plural wool socks", "red shoe": "plural red shoes", "cheep garden hose": "typo cheap garden hose", "chaep garden hose": "typo cheap garden hose",
		"cheap garden hoses": "plural cheap garden hose", "acommodation rome": "typo accommodation rome", "accommodations rome": "plural accommodation rome", "accommodatiom rome": "typo accommodation rome",
		"iphone 15 case": "", "cat parts": "", "car parts shop": "", "wool": "", "blue shoes": "", "red shoes 2": "",
	} {
		got := ""
		if n, ok := findNear(append(folds[:from:from], word), from)[int32(from)]; ok {
			got = n.kind + " " + folds[n.at]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	if got := findNear([]string{"wool socks", "socks wool"}, 2); len(got) != 0 {
		t.Errorf("told of what is there already: %v", got)
	}
}

// What looks like a sign of something else is taken for what it is.
func TestSmallPrint(t *testing.T) {
	t.Parallel()
	if r := checked(t, "wool socks\nquery\nsilk socks\n"); r.Tool != toolPlain || r.Rows != 3 {
		t.Errorf("a word of a list was taken for a header: %+v", r)
	}
	if r := checked(t, "Top queries,Clicks,Impressions,Volume\nwool socks,1,2,500\n"); r.VolumeSum != 0 || r.Columns[fieldVolume] != "" {
		t.Errorf("a volume of Search Console: %+v", r)
	}
	if r := checked(t, "Keyword,Volume,Trend: Jan 2026\nwool socks,500,\n"); r.VolumeSum != 500 {
		t.Errorf("a bucket that is none: %+v", r)
	}
	if r := checked(t, "Volume (US),Keyword [exact],Search Volume\n3,wool socks,4\n"); r.VolumeSum != 3 {
		t.Errorf("notes in brackets: %+v", r)
	}
	if r := checked(t, "first file's\n", "one\nONE\n", "ONE\none\n"); r.Elsewhere != 1 || r.Duplicates != 1 {
		t.Errorf("twice in a later file: %+v", r)
	}
}

// checked is the report of the last of some texts.
func checked(t *testing.T, texts ...string) Report {
	t.Helper()
	var files []Source
	for _, text := range texts {
		files = append(files, Source{Name: "x", Reader: strings.NewReader(text)})
	}
	all, err := Check(t.Context(), files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return all[len(all)-1]
}

func TestAddFigure(t *testing.T) {
	t.Parallel()
	n := int64(10)
	have := []Figure{{Source: toolMoz, Date: "2026-01-01", Volume: &n}}
	later := Figure{Source: toolMoz, Date: "2026-01-02", Volume: &n}
	if _, news := addFigure(have, later, false); news {
		t.Error("the same file a day later is news")
	}
	if next, news := addFigure(have, later, true); !news || len(next) != 2 || next[0].Date != "2026-01-02" || len(have) != 1 {
		t.Errorf("a file that says its day: %v, %v", next, news)
	}
	for day := range 30 {
		later.Date = fuzzDay.AddDate(0, 0, day).Format("2006-01-02")
		have, _ = addFigure(have, later, true)
	}
	if len(have) != maxFigures || have[0].Date != later.Date {
		t.Errorf("%d figures, the first of %s", len(have), have[0].Date)
	}
}
