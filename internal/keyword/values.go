package keyword

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unknown are the ways in which tools write "no figure".
var unknown = []string{"", "-", "--", "–", "—", "n/a", "na", "null", "none", "unknown", "no data", "nan"}

var (
	grouped = regexp.MustCompile(`^\d{1,3}(?:[.,]\d{3})+$`)
)

// figure is a number as read: exact, a range, or unknown.
type figure struct {
	known     bool
	n         int64
	isRange   bool
	low, high int64
}

// readCount reads a number of searches: 1,210, 1.210, 1 210, 1.2K, 10K, 1K – 10K, 2M+.
func readCount(cell string) (figure, bool) {
	s := strings.ToLower(strings.TrimSpace(cell))
	if slices.Contains(unknown, s) {
		return figure{}, true
	}
	for _, sign := range []string{"–", "—", " - ", " to ", "-"} {
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

func readOne(s string) (int64, bool) {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '\u2019' || r == '+' || r == '_' {
			return -1
		}
		return r
	}, s)
	times := 1.0
	switch {
	case strings.HasSuffix(s, "k"):
		times, s = 1e3, strings.TrimSuffix(s, "k")
	case strings.HasSuffix(s, "m"):
		times, s = 1e6, strings.TrimSuffix(s, "m")
	}
	if grouped.MatchString(s) && times == 1 {
		s = strings.NewReplacer(",", "", ".", "").Replace(s)
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
	s := strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(cell), "%")))
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

// readIntent gives the first intent that a cell names. Other labels beside it (branded,
// local) are passed over; a cell that names none is a fault.
func readIntent(cell string) (string, bool) {
	s := strings.ToLower(strings.TrimSpace(cell))
	if slices.Contains(unknown, s) {
		return "", true
	}
	labels := false
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '/' }) {
		part = strings.TrimSpace(part)
		if code := intentCodes[part]; code != "" {
			return code, true
		}
		for _, want := range Intents() {
			if strings.HasPrefix(want, part) && len(part) >= 4 {
				return want, true
			}
		}
		labels = labels || strings.HasSuffix(part, "branded") || strings.HasSuffix(part, "local")
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
	return s, utf8.ValidString(s) && utf8.RuneCountInString(s) <= 60
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
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", "the keyword holds control characters", "type the keyword anew"
	case utf8.RuneCountInString(text) > MaxLength:
		return "", "the keyword has more than " + strconv.Itoa(MaxLength) + " characters", "shorten it: this looks like a sentence or several cells in one"
	case !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) }):
		return "", "the keyword has no letter or digit", "write a keyword there or delete the row"
	}
	return text, "", ""
}
