package keyword

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/igny8/igny8/internal/errs"
)

// Fault is what is wrong with one row or cell of a file.
type Fault struct {
	Line   int    `json:"line"`   // of the file, from 1; the row of a sheet
	Column int    `json:"column"` // the cell's place in its row, from 1
	Reason string `json:"reason"`
	Mend   string `json:"mend"`
}

// MaxFaults is how many faults of a file are named one by one; a last one counts the others.
const MaxFaults = 1000

// batch is what the files of one import hold: each keyword once, with the figures and tags
// of all files that have it.
type batch struct {
	rows     []parsedRow
	at       map[string]int32 // key: place in rows
	keyOf    func(fold string) string
	mapping  wanted
	now      time.Time
	progress func(rows int)
	read     int
}

func newBatch(o Options, files int, now time.Time) *batch {
	b := &batch{at: map[string]int32{}, keyOf: func(fold string) string { return fold }, mapping: wanted{Mapping: o.Mapping, strict: files == 1}, now: now, progress: o.Progress}
	if o.AnyOrder {
		b.keyOf = sortedWords
	}
	return b
}

// sortedWords is the form in which keywords of the same words in another order are one.
func sortedWords(fold string) string {
	words := strings.Fields(fold)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// parsed is a file as read: what it is, how many good rows, and what was wrong.
type parsed struct {
	name       string
	encoding   string
	layout     layout
	number     int16 // of the file in its batch
	rows       int   // good rows, each keyword once
	duplicates int   // rows that this file has before
	elsewhere  int   // rows that an earlier file has
	volumeSum  int64
	faults     []Fault
	more       int // faults beyond MaxFaults
	err        error
	fileDate   string
	sample     []Sample
	batch      *batch
}

// parsedRow is a good row; several when files share a keyword.
type parsedRow struct {
	fold, text string
	line       int32
	file       int16 // that had it first
	last       int16 // that had it last
	country    string
	source     string // for a row without figures
	figures    []datedFigure
	tags       []string
}

// datedFigure is a figure, and whether the file itself gave its date.
type datedFigure struct {
	Figure
	dated bool
}

// add reads a file into the batch. What makes the whole file useless is in parsed.err;
// Canceled stops in its midst.
func (b *batch) add(ctx context.Context, src Source, number int) *parsed {
	p := &parsed{name: src.Name, number: int16(number), batch: b} //nolint:gosec // MaxFiles is small
	p.err = p.readAll(ctx, src)
	return p
}

func (p *parsed) readAll(ctx context.Context, src Source) error {
	raw, err := readFile(src.Reader, MaxBytes)
	if err != nil {
		return err
	}
	var table rows
	table, p.layout, p.encoding, err = openTable(raw, p.batch.mapping)
	if table != nil {
		defer table.close()
	}
	if err != nil {
		return err
	}
	if p.fileDate = p.layout.date; p.fileDate == "" {
		p.fileDate = dayIn(src.Name)
	}
	if day, ok := readDay(p.fileDate, p.batch.now); !ok || day == "" {
		p.fileDate = ""
	}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return errs.New(errs.Unavailable, "stopped", "stopped before the file was read to its end").With(ctx.Err())
		}
		rec, ok, err := table.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := p.take(rec); err != nil {
			return err
		}
	}
	switch {
	case p.rows > 0 || p.duplicates > 0 || len(p.faults) > 0:
	case p.layout.plain:
		return errs.New(errs.Invalid, "file_empty", "the file is empty: put one keyword on each line")
	default:
		return errs.New(errs.Invalid, "no_rows", "the file has a header and no keywords below it: export it again, with rows")
	}
	return nil
}

// take reads a row and puts it into the batch, or tells why not.
func (p *parsed) take(rec record) error {
	if rec.blank() {
		return nil
	}
	row, ok := p.row(rec)
	if !ok {
		return nil
	}
	b := p.batch
	if b.read++; b.progress != nil && b.read%10_000 == 0 {
		b.progress(b.read)
	}
	key := b.keyOf(row.fold)
	i, there := b.at[key]
	if there && b.rows[i].last == p.number {
		p.duplicates++
		return nil
	}
	if p.rows++; len(p.sample) < sampleRows {
		p.sample = append(p.sample, row.sample())
	}
	for _, f := range row.figures[:min(1, len(row.figures))] {
		if f.Volume != nil {
			p.volumeSum += *f.Volume
		}
	}
	if there {
		p.elsewhere++
		b.rows[i].join(row)
		b.rows[i].last = p.number
		return nil
	}
	if len(b.rows) >= MaxRows {
		return errs.New(errs.Invalid, "too_many_rows", fmt.Sprintf("there are more than %d keywords: split the file and import the parts", MaxRows))
	}
	row.file, row.last = p.number, p.number
	b.at[key] = int32(len(b.rows)) //nolint:gosec // MaxRows
	b.rows = append(b.rows, row)
	return nil
}

// join takes over what another file says of the same keyword.
func (r *parsedRow) join(other parsedRow) {
	r.figures = append(r.figures, other.figures...)
	r.tags = joinTags(r.tags, other.tags)
	if r.country == "" {
		r.country = other.country
	}
}

func (p *parsed) fault(line, column int, reason, mend string) {
	if len(p.faults) >= MaxFaults {
		p.more++
		return
	}
	p.faults = append(p.faults, Fault{Line: line, Column: column, Reason: reason, Mend: mend})
}

// cell gives a field's cell, its column from 1, and whether the row has it. What an export
// put before a cell so that no program takes it for a formula is taken off.
func (p *parsed) cell(rec record, field string) (string, int, bool) {
	at, ok := p.layout.columns[field]
	if !ok || at >= len(rec.cells) {
		return "", at + 1, false
	}
	if p.layout.plain {
		return rec.cells[at], at + 1, true
	}
	return armed(rec.cells[at]), at + 1, true
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
	row := parsedRow{fold: Fold(text), text: text, line: int32(min(rec.line, 1<<30)), source: p.layout.tool} //nolint:gosec // bounded
	p.figures(rec, &row)
	return row, true
}

// reader reads the cells of one row, field by field.
type reader struct {
	p   *parsed
	rec record
}

// read reads a field that the row has; what can't be read is told.
func (r reader) read(field, mend string, read func(cell string) bool) {
	cell, column, ok := r.p.cell(r.rec, field)
	if ok && !read(cell) {
		r.p.fault(r.rec.line, column, field+" can't be read: "+shorten(cell), mend+"; the keyword was taken without it")
	}
}

func (p *parsed) figures(rec record, row *parsedRow) {
	r, f := reader{p, rec}, datedFigure{Figure: Figure{Source: p.layout.tool, Date: p.fileDate}, dated: p.fileDate != ""}
	var volume, difficulty figure
	r.read(fieldVolume, "write a number such as 1200, 1.2K or 1K – 10K", func(cell string) (ok bool) {
		volume, ok = readCount(cell)
		volume = p.bucket(rec, volume)
		return ok
	})
	r.read(fieldDifficulty, "write a number from 0 to 100", func(cell string) (ok bool) {
		difficulty, ok = readDifficulty(cell)
		return ok
	})
	r.read(fieldIntent, "write informational, navigational, commercial, transactional or local", func(cell string) (ok bool) {
		f.Intent, ok = readIntent(cell)
		return ok
	})
	r.read(fieldCountry, "write a code of two letters such as US", func(cell string) bool {
		country, ok := readCountry(cell)
		if ok {
			row.country = country
		}
		return ok
	})
	r.read(fieldTags, "write at most 20 tags of at most 50 characters, divided by commas", func(cell string) (ok bool) {
		row.tags, ok = splitTags(cell)
		return ok
	})
	r.read(fieldDate, "write a day such as 2026-05-31", func(cell string) bool {
		day, ok := readDay(cell, p.batch.now)
		if ok && day != "" {
			f.Date, f.dated = day, true
		}
		return ok
	})
	r.read(fieldSource, "write the name of a tool, at most 60 characters", func(cell string) bool {
		source, ok := readSource(cell)
		if ok && source != "" {
			f.Source, row.source = source, source
		}
		return ok
	})
	f.set(volume, difficulty)
	if f.Date == "" {
		f.Date = p.batch.now.UTC().Format(time.DateOnly)
	}
	if !f.empty() {
		row.figures = []datedFigure{f}
	}
	r.read(fieldFigures, "leave this column as it was exported", func(cell string) bool {
		all, ok := readFigures(cell, p.batch.now)
		if ok && len(all) > 0 {
			row.figures = all
		}
		return ok
	})
}

// set takes what was read of the metrics; unknown stays unknown.
func (f *datedFigure) set(volume, difficulty figure) {
	if volume.known {
		f.Volume = whole(volume.n)
	}
	if volume.isRange {
		f.VolumeLow, f.VolumeHigh = whole(volume.low), whole(volume.high)
	}
	if difficulty.known {
		f.Difficulty = whole(difficulty.n)
	}
}

func whole(n int64) *int64 { return &n }

// buckets are the planner's numbers for accounts without spend: each stands for a range.
var buckets = map[int64][2]int64{50: {10, 100}, 500: {100, 1000}, 5000: {1000, 10_000}, 50_000: {10_000, 100_000}, 500_000: {100_000, 1_000_000}}

// bucket turns such a number into its range. Its sign is that every month's cell is empty.
func (p *parsed) bucket(rec record, volume figure) figure {
	b, ok := buckets[volume.n]
	if !ok || !volume.known || len(p.layout.monthly) == 0 || p.layout.tool != toolPlanner {
		return volume
	}
	for _, at := range p.layout.monthly {
		if at < len(rec.cells) && strings.TrimSpace(rec.cells[at]) != "" {
			return volume
		}
	}
	return figure{isRange: true, low: b[0], high: b[1]}
}

func shorten(cell string) string {
	r := []rune(strings.ToValidUTF8(strings.TrimSpace(cell), "?"))
	if len(r) > 40 {
		r = append(r[:40], '…')
	}
	return string(r)
}
