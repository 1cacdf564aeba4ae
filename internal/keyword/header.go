package keyword

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// layout is what was found out about a file.
type layout struct {
	tool    string
	comma   byte
	header  int            // line of the header; 0 when there is none
	plain   bool           // a list: a line is a keyword, commas and all
	heads   []string       // header cells as they stand
	columns map[string]int // our field: place of its cell
	monthly []int          // places of the planner's cells for single months
	date    string         // that the lines above the header name
}

var delimiters = []byte{',', ';', '\t', '|'}

// findLayout looks for the header in the first lines and leaves the reader behind it.
// Invalid when there are several columns and none is named as a keyword's, or when the
// mapping names a column that is not there.
func findLayout(l *lines, m wanted) (layout, error) {
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
			found := m.columns(cells)
			// One word alone is a header at the top only: further down it is a keyword.
			if _, ok := found[fieldKeyword]; !ok || len(cells) == 1 && !blank(first[:i]) {
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
		for _, x := range first[:at] {
			best.note(x.text)
		}
		l.giveBack(first[at+1:])
		return best, best.finish(m)
	}
	l.giveBack(first)
	comma, many := columnar(first)
	switch {
	case m.byNumber():
		return layout{tool: toolSpreadsheet, comma: cmp.Or(comma, ','), columns: m.places()}, nil
	case m.named():
		return layout{}, m.missing(headsOf(first, comma))
	case many:
		return layout{}, m.none(headsOf(first, comma))
	}
	return layout{tool: toolPlain, plain: true, columns: map[string]int{fieldKeyword: 0}, heads: []string{""}}, nil
}

func blank(first []line) bool {
	return !slices.ContainsFunc(first, func(x line) bool { return strings.TrimSpace(x.text) != "" })
}

// headsOf are the cells of the first line that holds any.
func headsOf(first []line, comma byte) []string {
	for _, x := range first {
		if strings.TrimSpace(x.text) == "" {
			continue
		}
		if comma == 0 {
			return []string{x.text}
		}
		cells, _, _ := split(x.text, comma)
		return cells
	}
	return nil
}

func noKeywordColumn(heads []string) error {
	return errs.New(errs.Invalid, "no_keyword_column",
		"no column is named Keyword: name the column of the keywords \"Keyword\" in the first line, or say which it is by a mapping such as keyword=Phrase ("+itHas(heads)+")")
}

func itHas(heads []string) string {
	text := []rune(strings.ToValidUTF8(strings.Join(heads, ", "), ""))
	if len(text) > 80 {
		text = append(text[:80], '…')
	}
	return "it has: " + string(text)
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

// findColumns is findLayout for a sheet of a workbook, whose cells are known: the header
// among its first rows, or false.
func findColumns(first []record, m wanted) (layout, int, bool) {
	best, at := layout{}, -1
	for i, r := range first {
		found := m.columns(r.cells)
		if r.filled() == 1 && slices.ContainsFunc(first[:i], func(x record) bool { return !x.blank() }) {
			continue
		}
		if _, ok := found[fieldKeyword]; ok && (at < 0 || len(found) > len(best.columns)) {
			best, at = layout{header: r.line, heads: r.cells, columns: found}, i
		}
	}
	if at < 0 {
		return layout{}, 0, false
	}
	for _, r := range first[:at] {
		best.note(strings.Join(r.cells, " "))
	}
	return best, at, true
}

var isoDay = regexp.MustCompile(`(?:^|[^0-9])(20\d\d)[-_.](0[1-9]|1[0-2])[-_.](0[1-9]|[12]\d|3[01])(?:[^0-9]|$)`)

// dayIn finds a day in a line or a file's name; empty for none.
func dayIn(text string) string {
	if m := isoDay.FindStringSubmatch(text); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	return ""
}

// note takes the date of a line above the header.
func (y *layout) note(text string) {
	if y.date == "" {
		y.date = dayIn(text)
	}
}

// monthly columns of the planner: "Searches: May 2025", in any language.
var monthName = regexp.MustCompile(`[:：].*(?:19|20)\d\d`)

// finish names the tool by its columns and drops what is no figure there.
func (y *layout) finish(m wanted) error {
	has := map[string]bool{}
	for i, h := range y.heads {
		for _, mark := range nameOf(h).marks {
			has[mark] = true
		}
		if monthName.MatchString(h) {
			y.monthly = append(y.monthly, i)
		}
	}
	_, own := y.columns[fieldFigures]
	switch {
	case own:
		y.tool = toolOwn
	case has[markPlanner]:
		y.tool = toolPlanner
	case has[markImpressions] && has[markClicks]:
		y.tool = toolConsole
	case has[markAhrefs]:
		y.tool = toolAhrefs
	case has[markSemrush]:
		y.tool = toolSemrush
	case has[markMoz]:
		y.tool = toolMoz
	default:
		y.tool = toolSpreadsheet
	}
	drop := func(field string) {
		if !m.names(field) {
			delete(y.columns, field)
		}
	}
	if y.tool == toolConsole { // what is called volume there is not searches
		drop(fieldVolume)
	}
	if y.tool != toolOwn { // Source and the like mean other things elsewhere
		drop(fieldSource)
	}
	if !m.strict {
		return nil
	}
	return m.check(y.heads)
}

// wanted is a mapping for one file (strict: it has to have all columns that are named), or
// for several of different kinds, where a file without a named column goes by its names.
type wanted struct {
	Mapping
	strict  bool
	results bool // the file is one of search results
}

// nameOf finds what a header stands for.
func (m wanted) nameOf(cell string) columnName {
	if m.results {
		return nameOfResult(cell)
	}
	return nameOf(cell)
}

// none tells that no column is the keyword's.
func (m wanted) none(heads []string) error {
	if m.results {
		return noResultColumn("Keyword", heads)
	}
	return noKeywordColumn(heads)
}

// Mapping says which column is which, over what the names of the columns say: our field,
// then the header as the file has it, or its number as #3. An empty header: none.
type Mapping map[string]string

// ParseMapping reads field=header pairs, as the command line has them. Invalid by field.
func ParseMapping(pairs []string) (Mapping, error) {
	m := Mapping{}
	for _, p := range pairs {
		field, head, ok := strings.Cut(p, "=")
		if !ok {
			return nil, errs.Field("mapping", p+" is no mapping: write it as volume=Searches")
		}
		m[strings.TrimSpace(field)] = head
	}
	return m, m.Validate()
}

// Validate tells whether all fields are known; Invalid otherwise.
func (m Mapping) Validate() error {
	for field, head := range m {
		if !slices.Contains(Fields(), field) {
			return errs.Field("mapping", field+" is no field of a keyword: "+strings.Join(Fields(), ", "))
		}
		if len(head) > 500 {
			return errs.Field("mapping", "the header for "+field+" is too long")
		}
	}
	if head, ok := m[fieldKeyword]; ok && strings.TrimSpace(head) == "" {
		return errs.Field("mapping", "the keyword's column can't be left out")
	}
	return nil
}

func (m Mapping) names(field string) bool { return strings.TrimSpace(m[field]) != "" }

func place(head string) (int, bool) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(head), "#")
	n, err := strconv.Atoi(digits)
	return n - 1, ok && err == nil && n > 0 && n <= 10_000
}

// columns maps our fields to places; the first column of a name counts.
func (m wanted) columns(cells []string) map[string]int {
	found := map[string]int{}
	taken := map[int]bool{}
	for field, head := range m.Mapping {
		for i, c := range cells {
			if n, ok := place(head); m.names(field) && (ok && n == i || headerName(c) == headerName(head)) {
				found[field], taken[i] = i, true
				break
			}
		}
	}
	named := false
	for i, c := range cells {
		field := m.nameOf(c).field
		if field == "" {
			continue
		}
		named = true
		_, ok := found[field]
		if _, mapped := m.Mapping[field]; !ok && (!mapped || m.names(field)) && !taken[i] {
			found[field] = i
		}
	}
	if n, ok := place(m.Mapping[fieldKeyword]); ok && !named && found[fieldKeyword] == n {
		return nil // a number alone tells no header from a row
	}
	return found
}

// check tells whether the header has every column that was named.
func (m Mapping) check(heads []string) error {
	for field, head := range m {
		if !m.names(field) {
			continue
		}
		if n, ok := place(head); ok && n < len(heads) {
			continue
		}
		if !slices.ContainsFunc(heads, func(h string) bool { return headerName(h) == headerName(head) }) {
			return errs.Field("mapping", fmt.Sprintf("no column is named %s, which is to be the %s (%s)", strings.TrimSpace(head), field, itHas(heads)))
		}
	}
	return nil
}

// named tells whether a column of keywords was named that no line has.
func (m Mapping) named() bool { return m.names(fieldKeyword) }

func (m Mapping) missing(heads []string) error {
	if err := m.check(heads); err != nil {
		return err
	}
	return noKeywordColumn(heads)
}

// byNumber tells whether the keyword's column is named by its number: a file may then be
// without a header.
func (m Mapping) byNumber() bool {
	_, ok := place(m[fieldKeyword])
	return ok
}

func (m Mapping) places() map[string]int {
	out := map[string]int{}
	for field, head := range m {
		if n, ok := place(head); ok {
			out[field] = n
		}
	}
	return out
}
