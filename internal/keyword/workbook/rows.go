package workbook

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// Rows reads one sheet from its top.
type Rows struct {
	b      *Book
	t      *tokens
	number int
	ended  bool
}

// Rows opens the sheet of that place in Sheets. The caller closes it.
func (b *Book) Rows(i int) (*Rows, error) {
	if i < 0 || i >= len(b.sheets) {
		return nil, damaged(errors.New("no such sheet"))
	}
	t, err := b.open(b.sheets[i].part)
	if err != nil {
		return nil, err
	}
	return &Rows{b: b, t: t}, nil
}

// Close ends the reading.
func (r *Rows) Close() { r.t.close() }

// Next gives the next row that the sheet holds, with its number from 1; rows that the file
// leaves out are empty ones. False at the end. Invalid when the sheet is damaged.
func (r *Rows) Next() (cells []string, number int, ok bool, err error) {
	for !r.ended {
		e, err := r.t.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			r.ended = true
			return nil, 0, false, r.t.whole()
		}
		if err != nil {
			return nil, 0, false, err
		}
		if e.name != "row" || !e.opens {
			continue
		}
		r.number++
		if n, err := strconv.Atoi(e.attr("r")); err == nil && n > r.number && n < 1<<24 {
			r.number = n
		}
		cells, err := r.row()
		return cells, r.number, err == nil, err
	}
	return nil, 0, false, nil
}

// row reads the cells until the row closes.
func (r *Rows) row() ([]string, error) {
	var cells []string
	at := -1
	for {
		e, err := r.t.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			return nil, damaged(errors.New("a row without an end"))
		}
		if err != nil {
			return nil, err
		}
		if e.name == "row" && !e.opens {
			return cells, nil
		}
		if e.name != "c" || !e.opens {
			continue
		}
		at++
		if n, ok := column(e.attr("r")); ok {
			at = n
		}
		text, err := r.cell(e)
		if err != nil {
			return nil, err
		}
		if at >= maxCells || text == "" {
			continue
		}
		for len(cells) <= at {
			cells = append(cells, "")
		}
		cells[at] = text
	}
}

// cell reads a cell until it closes.
func (r *Rows) cell(c element) (string, error) {
	value, inline := "", ""
	for {
		e, err := r.t.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			return "", damaged(errors.New("a cell without an end"))
		}
		if err != nil {
			return "", err
		}
		switch {
		case e.name == "v" && !e.opens:
			value = string(r.t.pending)
		case e.name == "is" && e.opens:
			if inline, err = r.t.text("is"); err != nil {
				return "", err
			}
		case e.name == "c" && !e.opens:
			return r.value(c, value, inline)
		}
	}
}

func (r *Rows) value(c element, v, inline string) (string, error) {
	switch kind := c.attr("t"); kind {
	case "inlineStr":
		return inline, nil
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if v == "" {
			return "", nil
		}
		if err != nil || n < 0 || n >= len(r.b.shared) {
			return "", damaged(errors.New("a cell names a text that is not there"))
		}
		return r.b.shared[n], nil
	case "e": // #N/A and the like: no value
		return "", nil
	case "str", "d":
		return v, nil
	case "b":
		return map[string]string{"1": "true", "0": "false"}[strings.TrimSpace(v)], nil
	default:
		style, err := strconv.Atoi(c.attr("s"))
		percent := err == nil && style >= 0 && style < len(r.b.percent) && r.b.percent[style]
		return number(strings.TrimSpace(v), percent), nil
	}
}
