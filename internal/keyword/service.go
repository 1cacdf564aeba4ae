package keyword

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/table"
)

// Service imports and lists keywords. It is safe for concurrent use.
type Service struct {
	table table.Table
	rows  *rowset.Store
	clock clock.Clock
}

// New makes a Service on the site's row sets, and the table for the keys of requests.
func New(t table.Table, rows *rowset.Store, c clock.Clock) *Service { return &Service{t, rows, c} }

// Source is a file to import.
type Source struct {
	Name   string // as the person knows it
	Reader io.Reader
}

// Options of an import.
type Options struct {
	Sector string // id of the sector that the keywords go to; required unless DryRun
	DryRun bool   // tell what would happen, write nothing
	Once   string // names the import: a second one with the same name changes nothing
}

// Report tells what an import found and did.
type Report struct {
	Name       string            `json:"name"`
	Tool       string            `json:"tool"`
	Encoding   string            `json:"encoding"`
	Rows       int               `json:"rows"` // good rows, each keyword once: new and already there
	New        int               `json:"new"`
	Already    int               `json:"already"`
	Duplicates int               `json:"duplicates"` // rows left out because the file has them before
	VolumeSum  int64             `json:"volume_sum"` // of the rows whose volume is known exactly
	Columns    map[string]string `json:"columns"`    // our field: the file's header
	Faults     []Fault           `json:"faults"`
}

// Import reads a file of keywords (CSV, TSV, a plain list; UTF-8, UTF-16, Windows-1252; at
// most 50 MB and 500,000 keywords) and adds those that the sector does not have. Good rows
// are kept whatever is wrong with others; each fault is in the Report, which is given beside
// an error too, as far as it goes. Keywords that are there already stay as they are.
//
// Invalid: empty, no text, no keyword column, no rows, too large; NotFound for a site that
// the Scope does not see. Safe to repeat: the same file again adds nothing.
func (s *Service) Import(ctx context.Context, scope account.Scope, site string, src Source, o Options) (Report, error) {
	if o.Sector == "" && !o.DryRun {
		return Report{}, errs.Field("sector_id", "say which sector the keywords belong to")
	}
	p, err := parse(src.Reader)
	r := p.report(src.Name)
	if err != nil {
		return r, errs.Wrap("keyword.Import", err)
	}
	if o.DryRun {
		set, err := s.rows.Load(ctx, scope, site, table.Consistent)
		if err != nil {
			return r, errs.Wrap("keyword.Import", err)
		}
		known := map[string]bool{}
		for row := range set.Rows(rowset.Keywords) {
			note(known, row, o.Sector)
		}
		r.count(p.missing(known))
		return r, nil
	}
	now := s.clock.Now()
	var add []parsedRow
	done, err := s.rows.Apply(ctx, scope, site, func(d *rowset.Draft) error {
		known := map[string]bool{}
		for row := range d.Rows(rowset.Keywords) {
			note(known, row, o.Sector)
		}
		add = p.missing(known)
		for _, row := range add {
			d.Add(rowset.Keywords, row.fields(o.Sector, r.Tool, now))
		}
		return nil
	}, rowset.Options{Once: o.Once})
	if err != nil {
		return r, errs.Wrap("keyword.Import", err)
	}
	if done.Repeated {
		add = nil
	}
	r.count(add)
	return r, nil
}

// Check reads a file as Import does and tells what is in it, without a site to compare with
// and without writing anything. Errors as of Import.
func Check(src Source) (Report, error) {
	p, err := parse(src.Reader)
	r := p.report(src.Name)
	if err != nil {
		return r, errs.Wrap("keyword.Check", err)
	}
	r.count(p.missing(map[string]bool{}))
	return r, nil
}

// note remembers a keyword that is there. A dry run without a sector looks at all.
func note(known map[string]bool, row rowset.Row, sector string) {
	if sector == "" || row.Text(rowset.ColSector) == sector {
		known[row.Text(colFold)] = true
	}
}

// missing gives the rows that are not known yet.
func (p *parsed) missing(known map[string]bool) []parsedRow {
	var out []parsedRow
	for _, row := range p.rows {
		if !known[row.fold] {
			out = append(out, row)
		}
	}
	return out
}

func (r *Report) count(add []parsedRow) { r.New, r.Already = len(add), r.Rows-len(add) }

func (p *parsed) report(name string) Report {
	r := Report{Name: name, Tool: p.layout.tool, Encoding: p.encoding, Rows: len(p.rows), Duplicates: p.duplicates,
		Columns: map[string]string{}, Faults: []Fault{}}
	r.Faults = append(r.Faults, p.faults...)
	if p.more > 0 {
		r.Faults = append(r.Faults, Fault{Reason: fmt.Sprintf("%d more faults are not listed", p.more), Mend: "mend these first and import the file again"})
	}
	for field, at := range p.layout.columns {
		r.Columns[field] = strings.Trim(p.layout.heads[at], "\uFEFF \t\"")
	}
	for _, row := range p.rows {
		if row.volume.known {
			r.VolumeSum += row.volume.n
		}
	}
	return r
}
