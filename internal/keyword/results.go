package keyword

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/igny8/igny8/internal/errs"
)

// Bounds of a file of search results.
const (
	MaxResultBytes = 400 << 20
	maxRank        = 1000
	maxAddress     = 2000 // characters
)

// Results is what a file of search results says: which pages a search engine answers each
// keyword with.
type Results struct {
	Pages  map[string][]string // by keyword as Fold writes it: addresses, the best rank first
	Report ResultsReport
}

// ResultsReport tells what was found in a file of search results. Every row with a sound
// keyword, rank and address is counted once: taken, behind, paid or again.
type ResultsReport struct {
	Name     string         `json:"name"`
	Encoding string         `json:"encoding"`
	Columns  map[string]int `json:"columns"` // our field: its column in the file, from 1
	Keywords int            `json:"keywords"`
	Taken    int            `json:"taken"`    // rows
	Behind   int            `json:"behind"`   // rows left out because their rank is behind those that count
	Paid     int            `json:"paid"`     // rows left out because they are advertisements
	Again    int            `json:"again"`    // rows left out because the keyword has that rank or address before
	ByOrder  bool           `json:"by_order"` // the file has no ranks: its order is taken for them
	Faults   []Fault        `json:"faults"`
	More     int            `json:"more_faults"` // beyond MaxFaults
}

// ReadResults reads a file of search results: a table (CSV in any of the usual forms, or
// XLSX) with a row for each result of a keyword and the columns keyword, rank and url, in any
// order and under the names that tools give them. Ranks behind top are left out. A row that
// can't be used is told and left out. Invalid when the file as a whole can't be used: a
// column is missing, or no row is sound. Unavailable when ctx ends.
func ReadResults(ctx context.Context, src Source, top int) (Results, error) {
	raw, err := readFile(src.Reader, MaxResultBytes)
	if err != nil {
		return Results{}, err
	}
	table, y, encoding, err := openTable(raw, wanted{results: true})
	if table != nil {
		defer table.close()
	}
	if err == nil {
		err = needed(&y)
	}
	if err != nil {
		return Results{}, err
	}
	r := &resultReader{parsed: parsed{layout: y}, top: top, at: map[string]int{}}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return Results{}, errs.New(errs.Unavailable, "stopped", "stopped before the file was read to its end").With(ctx.Err())
		}
		rec, ok, err := table.next()
		if err != nil {
			return Results{}, err
		}
		if !ok {
			return r.results(src.Name, encoding)
		}
		if err := r.take(rec); err != nil {
			return Results{}, err
		}
	}
}

// needed tells whether the columns are there that results need.
func needed(y *layout) error {
	if y.plain {
		return noResultColumn("Keyword", nil)
	}
	if at, ok := y.columns[fieldPage]; ok {
		if _, ok := y.columns[fieldURL]; !ok {
			y.columns[fieldURL] = at
		}
		delete(y.columns, fieldPage)
	}
	if _, ok := y.columns[fieldURL]; !ok {
		return noResultColumn("URL", y.heads)
	}
	return nil
}

func noResultColumn(name string, heads []string) error {
	why := fmt.Sprintf("no column is named %s: a file of search results has a row for each result, with the columns keyword, rank and url", name)
	if len(heads) > 1 || len(heads) == 1 && heads[0] != "" {
		why += " (" + itHas(heads) + ")"
	}
	return errs.New(errs.Invalid, "no_"+strings.ToLower(name)+"_column", why)
}

// resultReader takes the rows of a file of search results.
type resultReader struct {
	parsed
	top    int
	all    []answered
	at     map[string]int // by folded keyword: place in all
	cell   string         // the keyword's cell of the last row, and its place in all
	place  int
	report ResultsReport
}

// answered is a keyword with its results.
type answered struct {
	fold  string
	pages []rankedPage
}

type rankedPage struct {
	rank    int
	address string
}

// take reads a row, or tells why it can't be used.
func (r *resultReader) take(rec record) error {
	if rec.blank() {
		return nil
	}
	if rec.cut {
		r.fault(rec.line, 1, "the line is longer than 1 MB", "look whether line breaks or quotes are missing")
		return nil
	}
	k, ok, err := r.keyword(rec)
	if !ok || err != nil {
		return err
	}
	address, ok := r.address(rec)
	if !ok {
		return nil
	}
	rank, ok := r.rank(rec)
	if !ok {
		return nil
	}
	if kind, _, _ := r.parsed.cell(rec, fieldKind); paid(kind) {
		r.report.Paid++
		return nil
	}
	r.put(&r.all[k], rank, address)
	return nil
}

// put takes a result; rank 0: the next one.
func (r *resultReader) put(k *answered, rank int, address string) {
	again := slices.ContainsFunc(k.pages, func(p rankedPage) bool { return p.rank == rank || p.address == address })
	if rank == 0 {
		rank = len(k.pages) + 1
	}
	switch {
	case again:
		r.report.Again++
	case rank > r.top:
		r.report.Behind++
	default:
		r.report.Taken++
		k.pages = append(k.pages, rankedPage{rank, strings.Clone(address)}) // the row's text need not stay
	}
}

// keyword gives the place of the row's keyword. Files have a keyword's results one after the
// other, so the last one is looked at first.
func (r *resultReader) keyword(rec record) (int, bool, error) {
	cell, column, ok := r.parsed.cell(rec, fieldKeyword)
	if !ok {
		r.short(rec, column, fieldKeyword)
		return 0, false, nil
	}
	if len(r.all) > 0 && cell == r.cell {
		return r.place, true, nil
	}
	text, why, mend := readKeyword(cell)
	if why != "" {
		r.fault(rec.line, column, why, mend)
		return 0, false, nil
	}
	fold := Fold(text)
	i, ok := r.at[fold]
	if !ok {
		if i = len(r.all); i >= MaxRows {
			return 0, false, errs.New(errs.Invalid, "too_many_rows", fmt.Sprintf("there are results of more than %d keywords: split the file", MaxRows))
		}
		fold = strings.Clone(fold)
		r.at[fold], r.all = i, append(r.all, answered{fold: fold})
	}
	r.cell, r.place = cell, i
	return i, true, nil
}

func (r *resultReader) short(rec record, column int, field string) {
	r.fault(rec.line, column, fmt.Sprintf("the row has %d cells, the %s is in cell %d", len(rec.cells), field, column), "fill in the row or delete it")
}

// rank reads the row's rank, 0 in a file without any.
func (r *resultReader) rank(rec record) (int, bool) {
	if _, ok := r.layout.columns[fieldRank]; !ok {
		return 0, true
	}
	cell, column, ok := r.parsed.cell(rec, fieldRank)
	if !ok {
		r.short(rec, column, fieldRank)
		return 0, false
	}
	n, ok := readRank(cell)
	if !ok {
		r.fault(rec.line, column, "the rank can't be read: "+shorten(cell), fmt.Sprintf("write a whole number from 1 to %d", maxRank))
	}
	return n, ok
}

// readRank reads 3, 3., #3 and 3.0.
func readRank(cell string) (int, bool) {
	s := strings.TrimPrefix(strings.TrimSpace(norm.NFKC.String(cell)), "#")
	for _, end := range []string{".0", ",0", "."} {
		s = strings.TrimSuffix(s, end)
	}
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= maxRank
}

// address reads the row's page.
func (r *resultReader) address(rec record) (string, bool) {
	cell, column, ok := r.parsed.cell(rec, fieldURL)
	if !ok {
		r.short(rec, column, fieldURL)
		return "", false
	}
	cell = strings.TrimSpace(cell)
	if !isAddress(cell) {
		r.fault(rec.line, column, "the address of the page can't be read: "+shorten(cell), "write it as https://example.com/page")
		return "", false
	}
	return cell, true
}

// isAddress tells an address of the web, with or without its scheme, from other texts.
func isAddress(s string) bool {
	if scheme, rest, ok := strings.Cut(s, "://"); ok && !strings.ContainsAny(scheme, "./?#") {
		if !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
			return false
		}
		s = rest
	}
	host := s
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		host = s[:i]
	}
	inside := strings.Trim(host, ".")
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxAddress && strings.Contains(inside, ".") &&
		!strings.ContainsAny(host, ",;|\"<>()") && !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || unprintable(c) })
}

// paid tells whether a result's kind is an advertisement.
func paid(kind string) bool {
	words := strings.FieldsFunc(strings.ToLower(kind), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"paid", "ad", "ads", "sponsored", "shopping"}, w)
	})
}

// results puts each keyword's pages in the order of their ranks.
func (r *resultReader) results(name, encoding string) (Results, error) {
	out := Results{Pages: map[string][]string{}, Report: r.report}
	for _, k := range r.all {
		if len(k.pages) == 0 {
			continue
		}
		slices.SortStableFunc(k.pages, func(a, b rankedPage) int { return a.rank - b.rank })
		pages := make([]string, len(k.pages))
		for i, p := range k.pages {
			pages[i] = p.address
		}
		out.Pages[k.fold] = pages
	}
	rep := &out.Report
	rep.Name, rep.Encoding, rep.Keywords, rep.Columns = name, encoding, len(out.Pages), map[string]int{}
	for _, field := range []string{fieldKeyword, fieldRank, fieldURL, fieldKind} {
		if at, ok := r.layout.columns[field]; ok {
			rep.Columns[field] = at + 1
		}
	}
	_, ranked := r.layout.columns[fieldRank]
	rep.ByOrder, rep.Faults, rep.More = !ranked, append([]Fault{}, r.faults...), r.more
	if len(out.Pages) == 0 {
		return out, r.useless()
	}
	return out, nil
}

// useless tells why no row could be used.
func (r *resultReader) useless() error {
	if len(r.faults) > 0 {
		f := r.faults[0]
		return errs.New(errs.Invalid, "no_rows", fmt.Sprintf("no row holds a result that can be used; the first fault: line %d, column %d: %s: %s", f.Line, f.Column, f.Reason, f.Mend))
	}
	return errs.New(errs.Invalid, "no_rows", fmt.Sprintf("the file holds no results of rank 1 to %d: export it again, with a row for each result", r.top))
}
