package keyword

import (
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Fields that a column of a file may stand for.
const (
	fieldKeyword    = "keyword"
	fieldVolume     = "volume"
	fieldDifficulty = "difficulty"
	fieldIntent     = "intent"
	fieldCountry    = "country"
)

// names of columns in the exports of the usual tools, as tidied by headerName. Impressions
// and competition are left out on purpose: they are neither volume nor difficulty.
var names = map[string]string{
	"keyword": fieldKeyword, "keywords": fieldKeyword, "query": fieldKeyword, "queries": fieldKeyword, "top queries": fieldKeyword,
	"search term": fieldKeyword, "search terms": fieldKeyword, "search query": fieldKeyword, "phrase": fieldKeyword, "key phrase": fieldKeyword,
	"keyphrase": fieldKeyword, "keyword text": fieldKeyword, "term": fieldKeyword, "suchbegriff": fieldKeyword, "suchanfrage": fieldKeyword,
	"häufigste suchanfragen": fieldKeyword, "mot clé": fieldKeyword, "mot-clé": fieldKeyword, "requête": fieldKeyword, "palabra clave": fieldKeyword,
	"consulta": fieldKeyword, "parola chiave": fieldKeyword, "palavra-chave": fieldKeyword, "anahtar kelime": fieldKeyword,

	"volume": fieldVolume, "search volume": fieldVolume, "monthly volume": fieldVolume, "monthly search volume": fieldVolume, "searches": fieldVolume,
	"avg. monthly searches": fieldVolume, "avg monthly searches": fieldVolume, "average monthly searches": fieldVolume, "monthly searches": fieldVolume,
	"vol": fieldVolume, "vol.": fieldVolume, "msv": fieldVolume, "sv": fieldVolume, "suchvolumen": fieldVolume, "volumen": fieldVolume,

	"difficulty": fieldDifficulty, "keyword difficulty": fieldDifficulty, "keyword difficulty index": fieldDifficulty, "kd": fieldDifficulty,
	"kd %": fieldDifficulty, "kd%": fieldDifficulty, "seo difficulty": fieldDifficulty, "keyword difficulty %": fieldDifficulty,

	"intent": fieldIntent, "intents": fieldIntent, "search intent": fieldIntent, "keyword intents": fieldIntent,
	"country": fieldCountry, "country code": fieldCountry, "database": fieldCountry, "location": fieldCountry, "land": fieldCountry,
}

// headerName tidies a header cell.
func headerName(cell string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(cell, "\uFEFF \t\"'*")), " "))
}

// layout is what was found out about a file.
type layout struct {
	tool    string
	comma   byte
	header  int            // line of the header; 0 for a plain list
	heads   []string       // header cells as they stand
	columns map[string]int // our field: place of its cell
	monthly []int          // places of the planner's cells for single months
}

var delimiters = []byte{',', ';', '\t', '|'}

// findLayout looks for the header in the first lines and leaves the reader behind it.
// Invalid when there are several columns and none is named as a keyword's.
func findLayout(l *lines) (layout, error) {
	var first []line
	for len(first) < headRows {
		x, ok, err := l.next()
		if err != nil {
			return layout{}, err
		}
		if !ok {
			break
		}
		first = append(first, x)
	}
	best, at := layout{}, -1
	for _, comma := range delimiters {
		for i, x := range first {
			cells, _, _ := split(x.text, comma)
			found := columnsOf(cells)
			if _, ok := found[fieldKeyword]; !ok {
				continue
			}
			// More columns that we know win, then more columns, then the earlier line.
			if at < 0 || len(found) > len(best.columns) || len(found) == len(best.columns) && len(cells) > len(best.heads) {
				best, at = layout{comma: comma, header: x.number, heads: cells, columns: found}, i
			}
			break
		}
	}
	if at >= 0 {
		l.giveBack(first[at+1:])
		best.finish()
		return best, nil
	}
	l.giveBack(first)
	if comma, many := columnar(first); many {
		return layout{}, errs.New(errs.Invalid, "no_keyword_column",
			"no column is named Keyword: name the column of the keywords \"Keyword\" in the first line ("+first[0].short(comma)+")")
	}
	return layout{tool: "plain list", columns: map[string]int{fieldKeyword: 0}, heads: []string{""}}, nil
}

func (x line) short(comma byte) string {
	cells, _, _ := split(x.text, comma)
	text := []rune(strings.ToValidUTF8(strings.Join(cells, ", "), ""))
	if len(text) > 80 {
		text = append(text[:80], '…')
	}
	return "it has: " + string(text)
}

// columnsOf maps our fields to places; the first column of a name counts.
func columnsOf(cells []string) map[string]int {
	found := map[string]int{}
	for i, c := range cells {
		field := names[headerName(c)]
		if field == "" {
			continue
		}
		if _, ok := found[field]; !ok {
			found[field] = i
		}
	}
	return found
}

// columnar tells whether most lines have the same number of cells, and more than one.
func columnar(first []line) (byte, bool) {
	for _, comma := range delimiters {
		seen, total, most := map[int]int{}, 0, 0
		for _, x := range first {
			if strings.TrimSpace(x.text) == "" {
				continue
			}
			total++
			cells, _, _ := split(x.text, comma)
			if len(cells) > 1 {
				seen[len(cells)]++
				most = max(most, seen[len(cells)])
			}
		}
		if total > 0 && most*10 >= total*8 {
			return comma, true
		}
	}
	return 0, false
}

// finish names the tool by its columns.
func (y *layout) finish() {
	has := map[string]bool{}
	for i, h := range y.heads {
		name := headerName(h)
		has[name] = true
		if strings.HasPrefix(name, "searches: ") {
			y.monthly = append(y.monthly, i)
		}
	}
	switch {
	case has["avg. monthly searches"]:
		y.tool = "Google Keyword Planner"
	case has["impressions"] && has["clicks"]:
		y.tool = "Google Search Console"
	case has["parent keyword"] || has["traffic potential"] || has["parent topic"]:
		y.tool = "Ahrefs"
	case has["keyword difficulty index"] || has["competitive density"] || has["number of results"]:
		y.tool = "Semrush"
	case has["organic ctr"] || has["monthly volume"]:
		y.tool = "Moz"
	default:
		y.tool = "spreadsheet"
	}
	if y.tool == "Google Search Console" { // what is called volume there is not searches
		delete(y.columns, fieldVolume)
	}
}
