package keyword

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// pieces are what texts are made of: all that CSV, spreadsheets and Unicode make trouble with.
var pieces = []string{"a", "Hose", "=1+1", "+", "-", "@SUM(A1)", "'", "\"", "\"\"", ",", ";", "|", "\\", "ß", "é", "e\u0301", "漢字", "🧦", "ﷺ", "\u200d", "<b>&amp;", "0", "1.234", "007", "true", "#N/A",
	"keyword", "＝", "–", "1e9", "\u202f", "%", "]]>", "_x000D_", "_x005F_x0041_", "a:b", ": "}

func text(r *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 6).Draw(r, name), rapid.SampledFrom([]string{"", " "}).Draw(r, "space"))
}

func maybe(r *rapid.T, name string, most int64) *int64 {
	if !rapid.Bool().Draw(r, name+"?") {
		return nil
	}
	n := rapid.Int64Range(0, most).Draw(r, name)
	return &n
}

func randomFigure(r *rapid.T) Figure {
	source, ok := readSource(text(r, "source"))
	if !ok || source == "" {
		source = rapid.SampledFrom(rank).Draw(r, "tool")
	}
	f := Figure{
		Source: source, Date: fuzzDay.AddDate(0, 0, -rapid.IntRange(0, 900).Draw(r, "days")).Format(time.DateOnly),
		Volume: maybe(r, "volume", 1e12), Difficulty: maybe(r, "difficulty", 100), Intent: rapid.SampledFrom(append(Intents(), "")).Draw(r, "intent"),
	}
	if f.Volume == nil {
		if low := maybe(r, "low", 1e9); low != nil {
			high := *low + rapid.Int64Range(0, 1e9).Draw(r, "span")
			f.VolumeLow, f.VolumeHigh = low, &high
		}
	}
	return f
}

// TestExportAndBack: whatever is in the list comes back from its export as it was.
func TestExportAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var want []Keyword
		seen := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(r, "rows") {
			word, why, _ := readKeyword(text(r, "keyword"))
			if why != "" || seen[Fold(word)] {
				continue
			}
			seen[Fold(word)] = true
			row := parsedRow{text: word, source: toolPlain}
			for range rapid.IntRange(0, 3).Draw(r, "figures") {
				row.figures = append(row.figures, datedFigure{Figure: randomFigure(r), dated: true})
			}
			row.tags, _ = splitTags(text(r, "tags") + "," + text(r, "tags"))
			if c, ok := readCountry(text(r, "country")); ok {
				row.country = c
			}
			want = append(want, kept(row))
		}
		if len(want) == 0 {
			return
		}
		in := testing.TB(t)
		backAgain(in.(*testing.T), want)
		if t.Failed() {
			r.Fatal(fmt.Sprintf("%+v", want))
		}
	})
}
