package keyword

import (
	"bytes"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword/workbook"
)

// rows is a file below its header: a text, or a sheet of a workbook.
type rows interface {
	// next gives the next row; false at the end. Invalid when the file is damaged.
	next() (record, bool, error)
	close()
}

// openTable finds out how a file is laid out and gives its rows. encoding is what a report
// calls it.
func openTable(raw []byte, m wanted) (r rows, y layout, encoding string, err error) {
	if isArchive(raw) {
		r, y, err = openSheet(raw, m)
		return r, y, "xlsx", err
	}
	text, encoding, err := decoded(raw)
	if err != nil {
		return nil, layout{}, "", err
	}
	l := newLines(text)
	y, err = findLayout(l, m)
	return &textRows{lines: l, layout: y}, y, encoding, err
}

// textRows are the rows of a text.
type textRows struct {
	lines  *lines
	layout layout
}

func (t *textRows) next() (record, bool, error) {
	if !t.layout.plain {
		return t.lines.record(t.layout.comma)
	}
	x, ok, err := t.lines.next()
	return record{line: x.number, cells: []string{strings.Trim(strings.TrimSpace(x.text), `"`)}, cut: x.cut}, ok, err
}

func (t *textRows) close() {}

// sheetRows are the rows of a sheet; first was read to find the header.
type sheetRows struct {
	first []record
	rest  *workbook.Rows
}

func (t *sheetRows) next() (record, bool, error) {
	if len(t.first) > 0 {
		r := t.first[0]
		t.first = t.first[1:]
		return r, true, nil
	}
	cells, number, ok, err := t.rest.Next()
	return record{line: number, cells: cells}, ok, err
}

func (t *sheetRows) close() { t.rest.Close() }

// openSheet chooses the first sheet that has a column of keywords; a workbook whose first
// filled sheet has one column is a plain list.
func openSheet(raw []byte, m wanted) (rows, layout, error) {
	book, err := workbook.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, layout{}, err
	}
	var plain *sheetRows
	var heads []string
	for i := range book.Sheets() {
		t, err := head(book, i)
		if err != nil {
			return nil, layout{}, err
		}
		if y, at, ok := findColumns(t.first, m); ok {
			t.first = t.first[at+1:]
			return t, y, y.finish(m)
		}
		if plain == nil && len(t.first) > 0 {
			plain, heads = t, filledHeads(t.first)
			continue
		}
		t.close()
	}
	switch {
	case plain == nil:
		return nil, layout{}, errs.New(errs.Invalid, "file_empty", "the workbook is empty: export it again, or put one keyword into each row")
	case m.byNumber():
		return plain, layout{tool: toolSpreadsheet, columns: m.places()}, nil
	case m.named():
		return nil, layout{}, m.missing(heads)
	case oneColumn(plain.first):
		return plain, layout{tool: toolPlain, columns: map[string]int{fieldKeyword: 0}, heads: []string{""}}, nil
	}
	return nil, layout{}, m.none(heads)
}

// head opens a sheet and reads its first rows.
func head(book *workbook.Book, i int) (*sheetRows, error) {
	rest, err := book.Rows(i)
	if err != nil {
		return nil, err
	}
	t := &sheetRows{rest: rest}
	for len(t.first) < headRows {
		cells, number, ok, err := rest.Next()
		if err != nil {
			rest.Close()
			return nil, err
		}
		if !ok {
			break
		}
		if r := (record{line: number, cells: cells}); !r.blank() {
			t.first = append(t.first, r)
		}
	}
	return t, nil
}

func filledHeads(first []record) []string {
	for _, r := range first {
		if !r.blank() {
			return r.cells
		}
	}
	return nil
}

func oneColumn(first []record) bool {
	for _, r := range first {
		if len(r.cells) > 1 {
			return false
		}
	}
	return true
}
