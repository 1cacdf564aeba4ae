// Package workbook reads and writes the sheets of Excel workbooks (.xlsx) row by row: cells
// as text, in memory that is bounded whatever the file says of itself. Formats, formulas,
// pictures and macros are passed over; of a formula its stored result is read.
//
// A workbook is a ZIP archive of XML parts: xl/workbook.xml names the sheets, its relations
// say where they are, shared strings hold texts that cells name by number, styles tell which
// numbers are percentages.
package workbook

import (
	"archive/zip"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/errs"
)

// Bounds. What a file packs beyond them is refused before or while it is unpacked.
const (
	maxParts  = 10_000    // parts of the archive
	maxToken  = 1 << 20   // bytes of one XML token
	maxShared = 4_000_000 // shared strings
	maxCell   = 1 << 20   // bytes of a cell's text
	maxCells  = 1024      // cells of a row that are read; those behind are passed over
	maxSheets = 1000
	maxStyles = 100_000
)

// room is what may be unpacked, in bytes.
type room struct {
	part  int64 // of one part
	texts int   // of the shared strings' texts
}

var ample = room{part: 512 << 20, texts: 64 << 20}

// Book is an opened workbook. It is used by one goroutine at a time.
type Book struct {
	room    room
	parts   map[string]*zip.File
	sheets  []sheet
	shared  []string
	percent []bool // by style: the numbers in it are percentages
}

type sheet struct{ name, part string }

func damaged(err error) error {
	return errs.New(errs.Invalid, "file_damaged", "the workbook is damaged or cut off: save it again and import that").With(err)
}

func tooLarge(what string) error {
	return errs.New(errs.Invalid, "file_too_large", "the workbook is too large ("+what+"): split it, or save the sheet as CSV and import that")
}

// Open reads all of a workbook but its sheets. Invalid: no workbook (file_not_workbook),
// damaged (file_damaged), beyond the bounds (file_too_large).
func Open(r io.ReaderAt, size int64) (*Book, error) { return open(r, size, ample) }

func open(r io.ReaderAt, size int64, most room) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	if len(z.File) > maxParts {
		return nil, tooLarge("its archive has too many parts")
	}
	b := &Book{room: most, parts: map[string]*zip.File{}}
	for _, f := range z.File {
		// Some programs spell parts with capitals or backslashes.
		b.parts[partName(f.Name)] = f
	}
	if b.parts["xl/workbook.xml"] == nil {
		return nil, errs.New(errs.Invalid, "file_not_workbook", "this is a ZIP archive and no Excel workbook (.xlsx): unpack it and import the files in it")
	}
	if err := b.readSheets(); err != nil {
		return nil, err
	}
	if err := b.readStyles(); err != nil {
		return nil, err
	}
	return b, b.readShared()
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(s, `\`, "/")), "/"))
}

// Sheets names the sheets in their order.
func (b *Book) Sheets() []string {
	var out []string
	for _, s := range b.sheets {
		out = append(out, s.name)
	}
	return out
}

// readSheets finds names and parts of the sheets.
func (b *Book) readSheets() error {
	targets := map[string]string{}
	err := b.each("xl/_rels/workbook.xml.rels", func(t *tokens, e element) error {
		if e.name == "relationship" && len(targets) < maxParts {
			targets[e.attr("id")] = e.attr("target")
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = b.each("xl/workbook.xml", func(t *tokens, e element) error {
		if e.name != "sheet" {
			return nil
		}
		if len(b.sheets) >= maxSheets {
			return tooLarge("it has too many sheets")
		}
		to := targets[e.attr("id")]
		if !strings.HasPrefix(to, "/") {
			to = "xl/" + to
		}
		b.sheets = append(b.sheets, sheet{name: e.attr("name"), part: partName(to)})
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		return errs.New(errs.Invalid, "file_empty", "the workbook has no sheet")
	}
	return err
}

// readStyles finds out which styles show numbers as percentages.
func (b *Book) readStyles() error {
	formats, inCells := map[string]bool{"9": true, "10": true}, false
	if b.parts["xl/styles.xml"] == nil {
		return nil
	}
	return b.each("xl/styles.xml", func(t *tokens, e element) error {
		switch {
		case e.name == "numfmt" && len(formats) < maxStyles:
			formats[e.attr("numfmtid")] = strings.Contains(e.attr("formatcode"), "%")
		case e.name == "cellxfs":
			inCells = true
		case e.name == "cellstyles" || e.name == "dxfs":
			inCells = false
		case e.name == "xf" && inCells && len(b.percent) < maxStyles:
			b.percent = append(b.percent, formats[e.attr("numfmtid")])
		}
		return nil
	})
}

// readShared reads the texts that cells name by number.
func (b *Book) readShared() error {
	if b.parts["xl/sharedstrings.xml"] == nil {
		return nil
	}
	bytes := 0
	return b.each("xl/sharedstrings.xml", func(t *tokens, e element) error {
		if e.name != "si" {
			return nil
		}
		s, err := t.text("si")
		if err != nil {
			return err
		}
		if bytes += len(s); bytes > b.room.texts || len(b.shared) >= maxShared {
			return tooLarge("its texts take too much")
		}
		b.shared = append(b.shared, s)
		return nil
	})
}

// each calls f for every element of a part; Invalid when the part is absent or broken.
func (b *Book) each(part string, f func(*tokens, element) error) error {
	t, err := b.open(part)
	if err != nil {
		return err
	}
	defer t.close()
	for {
		e, err := t.next()
		if err == io.EOF { //nolint:errorlint // next gives it bare
			return t.whole()
		}
		if err != nil {
			return err
		}
		if e.opens {
			if err := f(t, e); err != nil {
				return err
			}
		}
	}
}

// column reads the letters of a cell's reference: A1 is 0, AB7 is 27; false for none.
func column(ref string) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, i > 0
}

// number writes a stored number as a person would: no exponent, no tail of a binary
// fraction, and not with three decimals, which would look like thousands.
func number(v string, percent bool) string {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f > 1e15 || f < -1e15 || f != f {
		return v
	}
	tail := ""
	if percent {
		f, tail = f*100, "%"
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if _, decimals, _ := strings.Cut(s, "."); len(decimals) > 9 {
		s = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 9, 64), "0"), ".")
	}
	if _, decimals, _ := strings.Cut(s, "."); len(decimals) == 3 {
		s += "0"
	}
	return s + tail
}
