package keyword

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Cells that begin like a formula are written with an apostrophe before them, so that no
// program runs what somebody put into a keyword; the import takes it off again. Cells that
// would look so with their own apostrophes get one more.
var (
	formula = regexp.MustCompile("^'*[=+\\-@\t\r\n＝＋－＠]")
	harmed  = regexp.MustCompile("^'+[=+\\-@\t\r\n＝＋－＠]")
)

// disarmed makes a cell harmless in spreadsheets.
func disarmed(cell string) string {
	if formula.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// armed is the cell as it was before disarmed.
func armed(cell string) string {
	if harmed.MatchString(cell) {
		return cell[1:]
	}
	return cell
}

// writeFigures puts several figures into one cell, each on its line:
//
//	2026-05-01 Ahrefs: volume 40, difficulty 99, intent commercial
//	2026-05-09 Google Keyword Planner: volume 10 – 100
func writeFigures(all []Figure) string {
	if len(all) < 2 {
		return ""
	}
	var lines []string
	for _, f := range all {
		var parts []string
		switch {
		case f.Volume != nil:
			parts = append(parts, "volume "+strconv.FormatInt(*f.Volume, 10))
		case f.VolumeLow != nil && f.VolumeHigh != nil:
			parts = append(parts, "volume "+span(f))
		}
		if f.Difficulty != nil {
			parts = append(parts, "difficulty "+strconv.FormatInt(*f.Difficulty, 10))
		}
		if f.Intent != "" {
			parts = append(parts, "intent "+f.Intent)
		}
		lines = append(lines, f.Date+" "+f.Source+": "+strings.Join(parts, ", "))
	}
	return strings.Join(lines, "\n")
}

func span(f Figure) string { return fmt.Sprintf("%d – %d", *f.VolumeLow, *f.VolumeHigh) }

var figureLine = regexp.MustCompile(`^(\d{4}-\d\d-\d\d) (.*): ([^:]+)$`)

// readFigures reads what writeFigures wrote; false when a line is none of its.
func readFigures(cell string, now time.Time) ([]datedFigure, bool) {
	var out []datedFigure
	for _, line := range strings.FieldsFunc(cell, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := figureLine.FindStringSubmatch(line)
		if m == nil {
			return nil, false
		}
		day, ok := readDay(m[1], now)
		source, good := readSource(m[2])
		f := datedFigure{Figure: Figure{Source: source, Date: day}, dated: true}
		if !ok || !good || day == "" || !f.read(m[3]) || len(out) >= maxFigures {
			return nil, false
		}
		out = append(out, f)
	}
	return out, true
}

// read reads the metrics of one line.
func (f *datedFigure) read(parts string) bool {
	var volume, difficulty figure
	for _, part := range strings.Split(parts, ", ") {
		name, value, _ := strings.Cut(part, " ")
		ok := false
		switch name {
		case fieldVolume:
			volume, ok = readCount(value)
		case fieldDifficulty:
			difficulty, ok = readDifficulty(value)
		case fieldIntent:
			f.Intent, ok = readIntent(value)
		}
		if !ok {
			return false
		}
	}
	f.set(volume, difficulty)
	return true
}
