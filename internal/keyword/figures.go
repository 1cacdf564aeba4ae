package keyword

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Figure is what one source said about a keyword on one day. Nil and empty: it said nothing.
type Figure struct {
	Source     string `json:"source"`         // the tool, as Report.Tool names it
	Date       string `json:"date,omitempty"` // YYYY-MM-DD: the file's own date, else the day of the import
	Volume     *int64 `json:"volume,omitempty"`
	VolumeLow  *int64 `json:"volume_low,omitempty"`
	VolumeHigh *int64 `json:"volume_high,omitempty"`
	Difficulty *int64 `json:"difficulty,omitempty"`
	Intent     string `json:"intent,omitempty"`
}

// maxFigures is how many figures a keyword keeps; the last by worth go first.
const maxFigures = 12

// Sources that are named by what a file looks like. The order decides which figure is shown
// when two are of the same day.
const (
	toolPlanner     = "Google Keyword Planner"
	toolConsole     = "Google Search Console"
	toolAhrefs      = "Ahrefs"
	toolSemrush     = "Semrush"
	toolMoz         = "Moz"
	toolSpreadsheet = "spreadsheet"
	toolPlain       = "plain list"
	toolOwn         = "IGNY8"
)

var rank = []string{toolPlanner, toolAhrefs, toolSemrush, toolMoz, toolConsole, toolSpreadsheet, toolPlain}

func ranked(source string) int {
	if i := slices.Index(rank, source); i >= 0 {
		return i
	}
	return len(rank)
}

func (f Figure) empty() bool {
	return f.Volume == nil && f.VolumeLow == nil && f.VolumeHigh == nil && f.Difficulty == nil && f.Intent == ""
}

// sameValues tells whether two figures say the same, whoever says it and when.
func (f Figure) sameValues(g Figure) bool {
	f.Source, f.Date, g.Source, g.Date = "", "", "", ""
	return f.equal(g)
}

func (f Figure) equal(g Figure) bool {
	same := func(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }
	return f.Source == g.Source && f.Date == g.Date && f.Intent == g.Intent && same(f.Volume, g.Volume) &&
		same(f.VolumeLow, g.VolumeLow) && same(f.VolumeHigh, g.VolumeHigh) && same(f.Difficulty, g.Difficulty)
}

// byWorth orders figures: a person's own first, then those of tools before those of spreadsheets and lists, whose day
// is often only that of their import; then the newest first, then by rank and by name.
func byWorth(a, b Figure) int {
	tier := func(f Figure) int {
		switch {
		case f.Source == byHand:
			return 0
		case ranked(f.Source) < slices.Index(rank, toolSpreadsheet):
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(tier(a), tier(b)), cmp.Compare(b.Date, a.Date), cmp.Compare(ranked(a.Source), ranked(b.Source)), cmp.Compare(a.Source, b.Source))
}

// addFigure puts a figure beside those that are there, in the order of byWorth; false when it says
// nothing new. One of the same source and day takes the place of the former. A figure
// without a date of its own (dated is false) is news only when it differs from the newest of
// its source: the same file again, a day later, changes nothing. have is not changed.
func addFigure(have []Figure, f Figure, dated bool) ([]Figure, bool) {
	if f.empty() {
		return have, false
	}
	if i := slices.IndexFunc(have, func(g Figure) bool { return g.Source == f.Source }); !dated && i >= 0 && have[i].sameValues(f) {
		return have, false
	}
	next := slices.Clone(have)
	if i := slices.IndexFunc(next, func(g Figure) bool { return g.Source == f.Source && g.Date == f.Date }); i >= 0 {
		if next[i].equal(f) {
			return have, false
		}
		next[i] = f
		return next, true
	}
	next = append(next, f)
	slices.SortFunc(next, byWorth)
	if len(next) > maxFigures {
		next = next[:maxFigures]
	}
	return next, !slices.EqualFunc(next, have, Figure.equal)
}

// shown puts together what a list shows of a keyword's figures, which are ordered by
// byWorth. Each metric is taken from one source alone, never averaged: the first exact
// volume, else the first range; the first difficulty; the first intent. Source and Date
// are those of the volume, or of the first of the others that there is.
func shown(figures []Figure) Figure {
	var out Figure
	take := func(f Figure) {
		if out.Source == "" {
			out.Source, out.Date = f.Source, f.Date
		}
	}
	pick := func(has func(Figure) bool, set func(Figure)) {
		if i := slices.IndexFunc(figures, has); i >= 0 {
			take(figures[i])
			set(figures[i])
		}
	}
	pick(func(f Figure) bool { return f.Volume != nil }, func(f Figure) { out.Volume = f.Volume })
	if out.Volume == nil {
		pick(func(f Figure) bool { return f.VolumeLow != nil }, func(f Figure) { out.VolumeLow, out.VolumeHigh = f.VolumeLow, f.VolumeHigh })
	}
	pick(func(f Figure) bool { return f.Difficulty != nil }, func(f Figure) { out.Difficulty = f.Difficulty })
	pick(func(f Figure) bool { return f.Intent != "" }, func(f Figure) { out.Intent = f.Intent })
	return out
}

// packFigures is several figures as a column holds them; one alone is in the columns of the
// shown values.
func packFigures(f []Figure) string {
	if len(f) < 2 {
		return ""
	}
	raw, err := json.Marshal(f)
	if err != nil { // numbers and texts
		panic("keyword: figures that are no JSON: " + err.Error())
	}
	return string(raw)
}

func unpackFigures(text string) []Figure {
	var f []Figure
	if text == "" || json.Unmarshal([]byte(text), &f) != nil {
		return nil
	}
	return f
}
