package keyword

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/igny8/igny8/internal/cluster/engine/intent"
)

// unknown are the ways in which tools write "no figure".
var unknown = []string{"", "-", "--", "–", "—", "n/a", "na", "null", "none", "unknown", "no data", "nan"}

// grouped are thousands with one kind of sign between them: 1,234 and 1.234.567, and
// 1,00,000 as in India.
var grouped = regexp.MustCompile(`^\d{1,3}(?:(?:,\d{2,3})*,\d{3}|(?:\.\d{2,3})*\.\d{3})$`)

// both are thousands and decimals: 1,234.5 and 1.234,5.
var both = regexp.MustCompile(`^\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+)$`)

// figure is a number as read: exact, a range, or unknown.
type figure struct {
	known     bool
	n         int64
	isRange   bool
	low, high int64
}

// rangeSigns stand between the ends of a range, in the languages of the planner.
var rangeSigns = []string{"–", "—", "~", "～", "〜", "−", " - ", " to ", " bis ", " à ", " a ", " tot ", " do ", "から", "-"}

// readCount reads a number of searches: 1,210, 1.210, 1 210, 1.2K, 10K, 1K – 10K, 2M+.
func readCount(cell string) (figure, bool) {
	s := strings.ToLower(strings.TrimSpace(norm.NFKC.String(cell)))
	s = strings.TrimPrefix(s, "~")
	if slices.Contains(unknown, s) {
		return figure{}, true
	}
	for _, sign := range rangeSigns {
		a, b, found := strings.Cut(s, sign)
		if !found || strings.TrimSpace(a) == "" {
			continue
		}
		low, ok1 := readOne(a)
		high, ok2 := readOne(b)
		if !ok1 || !ok2 || low > high {
			return figure{}, false
		}
		return figure{isRange: true, low: low, high: high}, true
	}
	n, ok := readOne(s)
	return figure{known: ok, n: n}, ok
}

// powers are the words for a thousand, ten thousand and a million behind a number.
var powers = []struct {
	word  string
	times float64
}{
	{"tsd.", 1e3}, {"tsd", 1e3}, {"tys.", 1e3}, {"tys", 1e3}, {"mille", 1e3}, {"mila", 1e3}, {"mil", 1e3}, {"bin", 1e3}, {"tis.", 1e3}, {"тыс.", 1e3}, {"千", 1e3},
	{"万", 1e4}, {"mio.", 1e6}, {"mio", 1e6}, {"mln", 1e6}, {"mn", 1e6}, {"mi", 1e6}, {"млн", 1e6}, {"k", 1e3}, {"b", 1e3}, {"m", 1e6},
}

// readOne reads one number. "b" is Turkish for a thousand; no keyword has a billion searches.
func readOne(s string) (int64, bool) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '\u2019' || r == '+' || r == '_' {
			return -1
		}
		return r
	}, s)
	times := 1.0
	for _, p := range powers {
		if digits, ok := strings.CutSuffix(s, p.word); ok {
			times, s = p.times, digits
			break
		}
	}
	switch {
	case grouped.MatchString(s) && (times == 1 || strings.Count(s, ",")+strings.Count(s, ".") > 1):
		s = strings.NewReplacer(",", "", ".", "").Replace(s)
	case both.MatchString(s):
		at := strings.LastIndexAny(s, ",.")
		s = strings.NewReplacer(",", "", ".", "").Replace(s[:at]) + "." + s[at+1:]
	}
	f, ok := decimal(s)
	if !ok || f < 0 || f*times > 1e12 {
		return 0, false
	}
	return int64(math.Round(f * times)), true
}

// decimal reads plain digits with a point or a comma; no exponents, signs or names.
func decimal(s string) (float64, bool) {
	s = strings.Replace(s, ",", ".", 1)
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// readDifficulty reads 0 to 100, with or without a percent sign.
func readDifficulty(cell string) (figure, bool) {
	s := strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(norm.NFKC.String(cell)), "%")))
	s = strings.TrimSpace(strings.TrimPrefix(s, "%")) // Turkish writes it before
	if slices.Contains(unknown, s) {
		return figure{}, true
	}
	f, ok := decimal(s)
	if !ok || f > 100 {
		return figure{}, false
	}
	return figure{known: true, n: int64(math.Round(f))}, true
}

// intentCodes are Semrush's numbers and the letters that several tools use.
var intentCodes = map[string]string{"0": "commercial", "1": "informational", "2": "navigational", "3": "transactional",
	"c": "commercial", "i": "informational", "n": "navigational", "t": "transactional"}

// intentStems are how the words for the intents begin in the languages of the tools.
var intentStems = []struct{ stem, intent string }{
	{"info", "informational"}, {"bilgi", "informational"}, {"情報", "informational"}, {"инфо", "informational"},
	{"navi", "navigational"}, {"nave", "navigational"}, {"nawi", "navigational"}, {"案内", "navigational"}, {"ナビ", "navigational"}, {"нави", "navigational"},
	{"comm", "commercial"}, {"comer", "commercial"}, {"komm", "commercial"}, {"komer", "commercial"}, {"ticari", "commercial"}, {"商業", "commercial"}, {"比較", "commercial"}, {"комм", "commercial"},
	{"trans", "transactional"}, {"işlem", "transactional"}, {"取引", "transactional"}, {"транз", "transactional"},
}

// byRule stands behind an intent that we told by the keyword's words, in an export: no source
// said it, so an import reads it as unknown and tells it anew.
const byRule = " (rule)"

// readIntent gives the first intent that a cell names; local, which tools write beside the
// others, only when it names no other. Labels such as branded are passed over; a cell that
// names none is a fault.
func readIntent(cell string) (string, bool) {
	s := strings.ToLower(strings.TrimSpace(cell))
	if slices.Contains(unknown, s) || strings.HasSuffix(s, byRule) {
		return "", true
	}
	labels, local := false, false
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '/' }) {
		part = strings.TrimSpace(part)
		if code := intentCodes[part]; code != "" {
			return code, true
		}
		for _, want := range intentStems {
			if strings.HasPrefix(part, want.stem) {
				return want.intent, true
			}
		}
		local = local || part == intent.Local
		labels = labels || strings.HasSuffix(part, "branded") || strings.HasSuffix(part, "local")
	}
	if local {
		return intent.Local, true
	}
	return "", labels
}

// readCountry gives a two-letter code in capitals, or the place as it stands.
func readCountry(cell string) (string, bool) {
	s := strings.Join(strings.Fields(cell), " ")
	if slices.Contains(unknown, strings.ToLower(s)) {
		return "", true
	}
	if len(s) == 2 {
		s = strings.ToUpper(s)
	}
	return s, utf8.ValidString(s) && utf8.RuneCountInString(s) <= 60 && !strings.ContainsFunc(s, unprintable)
}

// unprintable are characters that no text has: controls, and those that Unicode keeps free.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// readKeyword tidies a keyword: spaces made single, marks of direction and joins of zero
// width dropped. why says what is wrong with it, and mend what to do.
func readKeyword(cell string) (text, why, mend string) {
	if !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError) {
		return "", "the text is not in the file's encoding", "save the file as UTF-8 and import it again"
	}
	text = strings.Map(func(r rune) rune {
		if r == '\uFEFF' || r == '\u200B' || r >= '\u200E' && r <= '\u200F' || r == '\u00AD' || r >= '\u202A' && r <= '\u202E' {
			return -1
		}
		return r
	}, cell)
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return "", "the keyword is empty", "write a keyword there or delete the row"
	case strings.ContainsFunc(text, unprintable):
		return "", "the keyword holds control characters", "type the keyword anew"
	case utf8.RuneCountInString(text) > MaxLength:
		return "", "the keyword has more than " + strconv.Itoa(MaxLength) + " characters", "shorten it: this looks like a sentence or several cells in one"
	case !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) }):
		return "", "the keyword has no letter or digit", "write a keyword there or delete the row"
	}
	return text, "", ""
}

// dayForms are how files write days. 03/04/2026 is left out: it is two days.
var dayForms = []string{time.DateOnly, "2006/01/02", "2006.01.02", "02.01.2006", "2.1.2006", "20060102", "Jan 2, 2006", "January 2, 2006", "2 Jan 2006", "2 January 2006", "2006年1月2日"}

// readDay reads a day, with or without a time behind it, or the number of one in a workbook.
// A day before 1990 or after the next one (zones differ) is none.
func readDay(cell string, now time.Time) (string, bool) {
	s := strings.TrimSpace(norm.NFKC.String(cell))
	if slices.Contains(unknown, strings.ToLower(s)) {
		return "", true
	}
	day, ok := parseDay(s)
	if !ok || day.Year() < 1990 || day.After(now.AddDate(0, 0, 2)) {
		return "", false
	}
	return day.Format(time.DateOnly), true
}

func parseDay(s string) (time.Time, bool) {
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 30_000 && n < 80_000 {
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)), true
	}
	for _, form := range dayForms {
		for _, head := range []string{s, firstPart(s)} {
			if d, err := time.Parse(form, head); err == nil {
				return d, true
			}
		}
	}
	return time.Time{}, false
}

// firstPart is what stands before a time: 2026-05-01T08:00:00Z, 2026-05-01 08:00.
func firstPart(s string) string {
	if i := strings.IndexAny(s, "T "); i >= 8 {
		return s[:i]
	}
	return s
}

// readSource tidies the name of a source.
func readSource(cell string) (string, bool) {
	s := strings.Join(strings.Fields(cell), " ")
	return s, utf8.ValidString(s) && utf8.RuneCountInString(s) <= 60 && !strings.ContainsAny(s, ";|\n") && !strings.ContainsFunc(s, unprintable)
}
