package keyword

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Bounds of a record.
const (
	maxLine  = 1 << 20 // bytes of a line; more is cut off with a fault
	maxFold  = 20      // lines that one quoted cell may span
	headRows = 25      // lines in which the header is looked for
)

// line is one physical line of the file.
type line struct {
	number int
	text   string
	cut    bool // it was longer than maxLine
}

// lines reads physical lines: LF, CRLF or CR ends them.
type lines struct {
	r      *bufio.Reader
	number int
	back   []line // lines given back, next first
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next gives one line; false at the end. Unavailable when the file can't be decoded.
func (l *lines) next() (line, bool, error) {
	if n := len(l.back); n > 0 {
		x := l.back[0]
		l.back = l.back[1:]
		return x, true, nil
	}
	var b strings.Builder
	cut, any := false, false
	for {
		c, err := l.r.ReadByte()
		if errors.Is(err, io.EOF) {
			if !any {
				return line{}, false, nil
			}
			break
		}
		if err != nil {
			return line{}, false, errs.New(errs.Invalid, "file_not_text", "the file's text can't be decoded: save it as UTF-8 CSV").With(err)
		}
		any = true
		if c == '\n' {
			break
		}
		if c == '\r' {
			if p, err := l.r.Peek(1); err == nil && p[0] == '\n' {
				_, _ = l.r.Discard(1)
			}
			break
		}
		if b.Len() >= maxLine {
			cut = true
			continue
		}
		b.WriteByte(c)
	}
	l.number++
	return line{number: l.number, text: b.String(), cut: cut}, true, nil
}

// giveBack puts lines in front of what comes next.
func (l *lines) giveBack(x []line) { l.back = append(append([]line{}, x...), l.back...) }

// record is a row of cells.
type record struct {
	line   int
	cells  []string
	quotes int  // column of the first malformed quote, from 1; 0: none
	cut    bool // the line was longer than maxLine
}

// blank tells whether no cell holds anything.
func (r record) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// filled counts the cells that hold anything.
func (r record) filled() int {
	n := 0
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// record reads one row. A quoted cell may span lines; when its quote is never closed, the
// first line is read by itself with the quote as a plain sign, so that one bad quote costs
// one row and not the rest of the file.
func (l *lines) record(comma byte) (record, bool, error) {
	first, ok, err := l.next()
	if !ok || err != nil {
		return record{}, ok, err
	}
	text, more := first.text, []line{}
	for {
		cells, bad, open := split(text, comma)
		if !open && (bad == 0 || len(more) == 0) {
			return record{line: first.number, cells: cells, quotes: bad, cut: first.cut}, true, nil
		}
		if !open || len(more) > maxFold || len(text) > maxLine {
			return l.alone(first, more, comma), true, nil
		}
		next, ok, err := l.next()
		if err != nil {
			return record{}, false, err
		}
		if !ok {
			return l.alone(first, more, comma), true, nil
		}
		more = append(more, next)
		text += "\n" + next.text
	}
}

// alone reads a line whose quote is never closed, or closed in the midst of another row's
// text, by itself; the lines that were taken for its rest are read again.
func (l *lines) alone(first line, more []line, comma byte) record {
	l.giveBack(more)
	_, at, _ := split(first.text, comma)
	cells := strings.Split(first.text, string(comma))
	for i := range cells {
		cells[i] = strings.Trim(cells[i], `"`)
	}
	return record{line: first.number, cells: cells, quotes: max(at, 1), cut: first.cut}
}

// split cuts a row into cells. bad is the column of the first malformed quote (text after a
// closing quote, or the cell whose quote is open), open tells that the row's last cell
// lacks its closing quote.
func split(text string, comma byte) (cells []string, bad int, open bool) {
	if !strings.Contains(text, `"`) {
		return strings.Split(text, string(comma)), 0, false
	}
	for {
		lead := len(text) - len(strings.TrimLeft(text, " "))
		if lead < len(text) && text[lead] == '"' {
			cell, rest, sound, ended := quoted(text[lead+1:], comma)
			cells = append(cells, cell)
			if (!sound || !ended) && bad == 0 {
				bad = len(cells)
			}
			if !ended {
				return cells, bad, true
			}
			if rest == nil {
				return cells, bad, false
			}
			text = *rest
			continue
		}
		// A quote inside a plain cell (5" pipe) is a sign like any other.
		cell, rest, found := strings.Cut(text, string(comma))
		cells = append(cells, cell)
		if !found {
			return cells, bad, false
		}
		text = rest
	}
}

// quoted reads a cell behind its opening quote. rest is nil at the row's end.
func quoted(text string, comma byte) (cell string, rest *string, sound, ended bool) {
	var b strings.Builder
	sound = true
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		tail := text[i+1:]
		after, more, found := strings.Cut(tail, string(comma))
		if strings.TrimSpace(after) != "" { // "big" shoes: the quote is part of the text
			sound = false
			b.WriteByte('"')
			continue
		}
		if found {
			return b.String(), &more, sound, true
		}
		return b.String(), nil, sound, true
	}
	return b.String(), nil, sound, false
}
