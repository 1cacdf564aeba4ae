package keyword

import (
	"io"
	"strings"
)

// Sheet is a keyword file as it stands, every column of it.
type Sheet struct {
	Heads []string // of the columns; a list without a header has one, "keyword"
	Rows  []SheetRow
}

// SheetRow is a row of a Sheet that holds anything.
type SheetRow struct {
	Line    int // in the file, from 1
	Cells   []string
	Keyword string // with its spaces made single; empty when the row has none
	Volume  int64  // 0 when it is unknown
	Cut     bool   // the line was too long and is not whole
}

// ReadSheet reads a file that Check and Import would read, and keeps all of its columns.
// Invalid as theirs: empty, too large, no text, no column of keywords.
func ReadSheet(r io.Reader) (Sheet, error) {
	raw, err := readFile(r, MaxBytes)
	if err != nil {
		return Sheet{}, err
	}
	in, y, _, err := openTable(raw, wanted{})
	if err != nil {
		return Sheet{}, err
	}
	defer in.close()
	out := Sheet{Heads: y.heads}
	if len(y.heads) == 1 && y.heads[0] == "" {
		out.Heads = []string{fieldKeyword}
	}
	volume, counted := y.columns[fieldVolume]
	for {
		rec, ok, err := in.next()
		if err != nil || !ok {
			return out, err
		}
		if rec.blank() {
			continue
		}
		row := SheetRow{Line: rec.line, Cells: rec.cells, Cut: rec.cut}
		if at := y.columns[fieldKeyword]; at < len(rec.cells) {
			row.Keyword = strings.Join(strings.Fields(rec.cells[at]), " ")
		}
		if counted && volume < len(rec.cells) {
			if f, ok := readCount(rec.cells[volume]); ok {
				row.Volume = max(f.n, f.low)
			}
		}
		out.Rows = append(out.Rows, row)
	}
}
