package keyword

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword/workbook"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Format is a kind of file that keywords are exported to.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is the media type of a format's files.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Validate tells whether the format is known; Invalid by field otherwise.
func (f Format) Validate() error {
	if f != CSV && f != XLSX {
		return errs.Field("format", "has to be csv or xlsx")
	}
	return nil
}

// exportColumns are the headers of an export, in order; the import knows them all.
var exportColumns = []string{"Keyword", "Volume", "Difficulty", "Intent", "Country", "Tags", "Source", "Date", "All figures"}

// Export writes the keywords that match f to out, in the order that f asks for, and tells
// how many. Pages are left aside. What is written can be imported again and gives the same
// keywords, figures and tags; cells that look like formulas are disarmed. Nothing of the
// text is kept in memory. Invalid: by field, for an unknown format or ordering; NotFound for
// a site that the Scope does not see; an error of out as it is.
func (s *Service) Export(ctx context.Context, scope account.Scope, site string, f Filter, format Format, out io.Writer) (int, error) {
	if err := format.Validate(); err != nil {
		return 0, err
	}
	f.Page, f.PageSize = 1, MaxPageSize
	q, err := f.query()
	if err != nil {
		return 0, err
	}
	set, err := s.rows.Load(ctx, scope, site, table.Consistent)
	if err != nil {
		return 0, errs.Wrap("keyword.Export", err)
	}
	q.Limit, q.Sums = set.Len(rowset.Keywords), nil
	found := set.Find(rowset.Keywords, q).Rows
	return len(found), writeKeywords(ctx, out, format, func(yield func(Keyword) bool) {
		for _, r := range found {
			if !yield(fromRow(site, r)) {
				return
			}
		}
	})
}

// sheet takes rows of cells.
type sheet interface {
	Row(cells []workbook.Cell) error
	Close() error
}

func writeKeywords(ctx context.Context, out io.Writer, format Format, all iter.Seq[Keyword]) error {
	w := sheet(newCSV(out))
	if format == XLSX {
		w = workbook.NewWriter(out, "Keywords")
	}
	cells := make([]workbook.Cell, len(exportColumns))
	for i, h := range exportColumns {
		cells[i] = workbook.Cell{Text: h}
	}
	if err := w.Row(cells); err != nil {
		return err
	}
	n := 0
	for k := range all {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return errs.New(errs.Unavailable, "stopped", "stopped before all was written").With(ctx.Err())
		}
		if err := w.Row(k.cells()); err != nil {
			return err
		}
	}
	return w.Close()
}

// cells are a keyword's, as exportColumns names them.
func (k Keyword) cells() []workbook.Cell {
	text := func(s string) workbook.Cell { return workbook.Cell{Text: disarmed(s)} }
	volume := workbook.Cell{Number: k.Volume}
	if k.Volume == nil && k.VolumeLow != nil && k.VolumeHigh != nil {
		volume.Text = span(Figure{VolumeLow: k.VolumeLow, VolumeHigh: k.VolumeHigh})
	}
	return []workbook.Cell{
		text(k.Keyword), volume, {Number: k.Difficulty}, text(k.writtenIntent()), text(k.Country), text(strings.Join(k.Tags, ", ")),
		text(k.Source), text(k.SourceDate), text(writeFigures(k.Figures)),
	}
}

// writtenIntent is the intent, marked when no source told it.
func (k Keyword) writtenIntent() string {
	if k.IntentRule != "" {
		return k.Intent + byRule
	}
	return k.Intent
}

// csvSheet writes CSV as spreadsheets read it: UTF-8 with a byte order mark, CRLF.
type csvSheet struct {
	buf *bufio.Writer
	csv *csv.Writer
	row []string
}

const bom = "\uFEFF"

func newCSV(out io.Writer) *csvSheet {
	b := bufio.NewWriterSize(out, 64<<10)
	_, _ = b.WriteString(bom) // its error comes again with what follows
	w := csv.NewWriter(b)
	w.UseCRLF = true
	return &csvSheet{buf: b, csv: w}
}

// Row writes one row.
func (c *csvSheet) Row(cells []workbook.Cell) error {
	c.row = c.row[:0]
	for _, x := range cells {
		s := x.Text
		if x.Number != nil {
			s = strconv.FormatInt(*x.Number, 10)
		}
		c.row = append(c.row, s)
	}
	return c.csv.Write(c.row)
}

// Close writes what is left.
func (c *csvSheet) Close() error {
	c.csv.Flush()
	return cmp.Or(c.csv.Error(), c.buf.Flush())
}
