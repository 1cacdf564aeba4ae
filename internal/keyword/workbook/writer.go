package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// Cell is a text, or a number when Number is set.
type Cell struct {
	Text   string
	Number *int64
}

// Writer writes a workbook of one sheet as it is given its rows; it keeps none of them. Its
// methods may be called after an error: Close gives the first one.
type Writer struct {
	zip  *zip.Writer
	out  *bufio.Writer
	row  int
	fail error
}

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// fixed are the parts that every such workbook has.
var fixed = []struct{ name, text string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

// NewWriter begins a workbook with a sheet of that name (at most 31 characters, none of \/?*[]:).
func NewWriter(w io.Writer, sheet string) *Writer {
	x := &Writer{zip: zip.NewWriter(w)}
	for _, p := range fixed {
		x.part(p.name, p.text)
	}
	x.part("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="`+escaped(sheet)+`" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	if out := x.create("xl/worksheets/sheet1.xml"); out != nil {
		x.out = bufio.NewWriterSize(out, 64<<10)
		x.write(head + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	}
	return x
}

func (w *Writer) create(name string) io.Writer {
	if w.fail != nil {
		return nil
	}
	out, err := w.zip.Create(name)
	w.fail = err
	return out
}

func (w *Writer) part(name, text string) {
	if out := w.create(name); w.fail == nil {
		_, w.fail = io.WriteString(out, head+text)
	}
}

func (w *Writer) write(s string) {
	if w.fail == nil {
		_, w.fail = w.out.WriteString(s)
	}
}

// Row adds a row. Texts are written as texts: no program takes one for a formula.
func (w *Writer) Row(cells []Cell) error {
	w.row++
	w.write(`<row r="` + strconv.Itoa(w.row) + `">`)
	for i, c := range cells {
		ref := letters(i) + strconv.Itoa(w.row)
		switch {
		case c.Number != nil:
			w.write(`<c r="` + ref + `"><v>` + strconv.FormatInt(*c.Number, 10) + `</v></c>`)
		case c.Text != "":
			w.write(`<c r="` + ref + `" t="inlineStr"><is><t xml:space="preserve">` + escaped(c.Text) + `</t></is></c>`)
		}
	}
	w.write(`</row>`)
	return w.fail
}

// Close ends the workbook; it gives the first error of all.
func (w *Writer) Close() error {
	w.write(`</sheetData></worksheet>`)
	if w.fail == nil {
		w.fail = w.out.Flush()
	}
	if err := w.zip.Close(); w.fail == nil {
		w.fail = err
	}
	return w.fail
}

func escaped(s string) string {
	var plain, b strings.Builder
	for i := range len(s) {
		plain.WriteByte(s[i])
		if s[i] == '_' && len(s) >= i+7 && escape.MatchString(s[i:i+7]) {
			plain.WriteString("x005F_")
		}
	}
	_ = xml.EscapeText(&b, []byte(plain.String())) // a Builder takes everything
	return b.String()
}

// letters names a column: 0 is A, 27 is AB.
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
