package keyword

import (
	"fmt"
	"io"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Fault is what is wrong with one row or cell of a file.
type Fault struct {
	Line   int    `json:"line"`   // of the file, from 1
	Column int    `json:"column"` // the cell's place in its row, from 1
	Reason string `json:"reason"`
	Mend   string `json:"mend"`
}

// MaxFaults is how many faults are named one by one; a last one counts the others.
const MaxFaults = 1000

// parsed is a file as read: its good rows, once each, and what was wrong.
type parsed struct {
	encoding   string
	layout     layout
	rows       []parsedRow
	duplicates int
	faults     []Fault
	more       int // faults beyond MaxFaults
}

// parsedRow is a good row.
type parsedRow struct {
	fold, text      string
	volume          figure
	difficulty      figure
	intent, country string
}

// parse reads a file. Invalid when it can't be a list of keywords at all; the parsed value
// then says what is known.
func parse(r io.Reader) (*parsed, error) {
	p := &parsed{}
	text, encoding, err := readText(r)
	if err != nil {
		return p, err
	}
	p.encoding = encoding
	l := newLines(text)
	if p.layout, err = findLayout(l); err != nil {
		return p, err
	}
	seen := map[string]bool{}
	for {
		rec, ok, err := p.next(l)
		if err != nil {
			return p, err
		}
		if !ok {
			break
		}
		row, ok := p.row(rec)
		if !ok {
			continue
		}
		if seen[row.fold] {
			p.duplicates++
			continue
		}
		if seen[row.fold] = true; len(p.rows) >= MaxRows {
			return p, errs.New(errs.Invalid, "too_many_rows", fmt.Sprintf("the file has more than %d keywords: split it and import the parts", MaxRows))
		}
		p.rows = append(p.rows, row)
	}
	if len(p.rows) == 0 && p.layout.header > 0 && len(p.faults) == 0 {
		return p, errs.New(errs.Invalid, "no_rows", "the file has a header and no keywords below it")
	}
	return p, nil
}

// next gives the next row that holds anything.
func (p *parsed) next(l *lines) (record, bool, error) {
	for {
		var rec record
		var ok bool
		var err error
		if p.layout.header == 0 { // a plain list: a line is a keyword, commas and all
			var x line
			x, ok, err = l.next()
			rec = record{line: x.number, cells: []string{strings.Trim(strings.TrimSpace(x.text), `"`)}, cut: x.cut}
		} else {
			rec, ok, err = l.record(p.layout.comma)
		}
		if !ok || err != nil || !rec.blank() {
			return rec, ok, err
		}
	}
}

func (p *parsed) fault(line, column int, reason, mend string) {
	if len(p.faults) >= MaxFaults {
		p.more++
		return
	}
	p.faults = append(p.faults, Fault{Line: line, Column: column, Reason: reason, Mend: mend})
}

// cell gives a field's cell, its column from 1, and whether the row has it.
func (p *parsed) cell(rec record, field string) (string, int, bool) {
	at, ok := p.layout.columns[field]
	if !ok || at >= len(rec.cells) {
		return "", at + 1, false
	}
	return rec.cells[at], at + 1, true
}

// row reads a record. A row without a usable keyword is left out; a figure that can't be
// read is left unknown. Both are told.
func (p *parsed) row(rec record) (parsedRow, bool) {
	if rec.cut {
		p.fault(rec.line, 1, "the line is longer than 1 MB", "look whether line breaks or quotes are missing")
		return parsedRow{}, false
	}
	if rec.quotes > 0 {
		p.fault(rec.line, rec.quotes, "a quote is not closed, or text follows a closed one", "double the quotes inside the cell; the row was read as well as it could be")
	}
	cell, column, ok := p.cell(rec, fieldKeyword)
	if !ok {
		p.fault(rec.line, column, fmt.Sprintf("the row has %d cells, the keyword is in cell %d", len(rec.cells), column), "fill in the row or delete it")
		return parsedRow{}, false
	}
	text, why, mend := readKeyword(cell)
	if why != "" {
		p.fault(rec.line, column, why, mend)
		return parsedRow{}, false
	}
	row := parsedRow{fold: Fold(text), text: text}
	p.figures(rec, &row)
	return row, true
}

func (p *parsed) figures(rec record, row *parsedRow) {
	told := func(column int, field, cell, mend string) {
		p.fault(rec.line, column, field+" can't be read: "+shorten(cell), mend+"; the keyword was taken without it")
	}
	if cell, column, ok := p.cell(rec, fieldVolume); ok {
		if row.volume, ok = readCount(cell); !ok {
			told(column, fieldVolume, cell, "write a number such as 1200, 1.2K or 1K – 10K")
		}
		p.bucket(rec, row)
	}
	if cell, column, ok := p.cell(rec, fieldDifficulty); ok {
		if row.difficulty, ok = readDifficulty(cell); !ok {
			told(column, fieldDifficulty, cell, "write a number from 0 to 100")
		}
	}
	if cell, column, ok := p.cell(rec, fieldIntent); ok {
		if row.intent, ok = readIntent(cell); !ok {
			told(column, fieldIntent, cell, "write informational, navigational, commercial or transactional")
		}
	}
	if cell, column, ok := p.cell(rec, fieldCountry); ok {
		if row.country, ok = readCountry(cell); !ok {
			row.country = ""
			told(column, fieldCountry, cell, "write a code of two letters such as US")
		}
	}
}

// buckets are the planner's numbers for accounts without spend: each stands for a range.
var buckets = map[int64][2]int64{50: {10, 100}, 500: {100, 1000}, 5000: {1000, 10_000}, 50_000: {10_000, 100_000}, 500_000: {100_000, 1_000_000}}

// bucket turns such a number into its range. Its sign is that every month's cell is empty.
func (p *parsed) bucket(rec record, row *parsedRow) {
	b, ok := buckets[row.volume.n]
	if !ok || !row.volume.known || len(p.layout.monthly) == 0 {
		return
	}
	for _, at := range p.layout.monthly {
		if at < len(rec.cells) && strings.TrimSpace(rec.cells[at]) != "" {
			return
		}
	}
	row.volume = figure{isRange: true, low: b[0], high: b[1]}
}

func shorten(cell string) string {
	r := []rune(strings.ToValidUTF8(strings.TrimSpace(cell), "?"))
	if len(r) > 40 {
		r = append(r[:40], '…')
	}
	return string(r)
}
