package keyword

import (
	"context"
	"io"

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
	Sector   string   // id of the sector that the keywords go to; required unless DryRun
	DryRun   bool     // tell what would happen, write nothing
	Once     string   // names the import: a second one with the same name changes nothing
	Mapping  Mapping  // which column is which, over what their names say; of several files, for those that have it
	Tags     []string // for all keywords of the import, those already there too
	AnyOrder bool     // the same words in another order are the same keyword
	Progress func(rows int)
}

// MaxFiles is how many files one import takes.
const MaxFiles = 50

// Import reads one file: see ImportAll. Its error is the file's too; the Report is given
// beside it, as far as it goes.
func (s *Service) Import(ctx context.Context, scope account.Scope, site string, src Source, o Options) (Report, error) {
	all, err := s.ImportAll(ctx, scope, site, []Source{src}, o)
	if len(all) == 0 {
		return Report{}, err
	}
	if err == nil && all[0].Error != nil {
		err = errs.New(errs.Invalid, all[0].Error.Code, all[0].Error.Message)
	}
	return all[0], err
}

// ImportAll reads files of keywords (CSV, TSV, XLSX, plain lists; UTF-8, UTF-16,
// Windows-1252; at most 50 MB each and 500,000 keywords in all) and adds those that the
// sector does not have, each once whatever its case, spaces and Unicode form. Good rows are
// kept whatever is wrong with others; each fault is in its file's Report. A file that can't
// be used at all has its Error there, and the others are imported.
//
// Keywords that are there already get the figures of another source or day beside theirs,
// and the tags; nothing of theirs is lost but the last of more than 12 figures.
//
// Invalid: by field, for options that can't be used; NotFound for a site that the Scope does
// not see; Unavailable when ctx ended. On an error nothing is written: it is one swap of the
// row set. Safe to repeat: the same files again add nothing.
func (s *Service) ImportAll(ctx context.Context, scope account.Scope, site string, files []Source, o Options) ([]Report, error) {
	if o.Sector == "" && !o.DryRun {
		return nil, errs.Field("sector_id", "say which sector the keywords belong to")
	}
	im, err := s.parseAll(ctx, files, o)
	if err != nil {
		return nil, errs.Wrap("keyword.Import", err)
	}
	if o.DryRun {
		set, err := s.rows.Load(ctx, scope, site, table.Consistent)
		if err != nil {
			return nil, errs.Wrap("keyword.Import", err)
		}
		im.compare(set.Rows(rowset.Keywords), told)
		return im.reports(), nil
	}
	if len(im.batch.rows) == 0 {
		return im.reports(), nil
	}
	done, err := s.rows.Apply(ctx, scope, site, im.apply, rowset.Options{Once: o.Once})
	if err != nil {
		return nil, errs.Wrap("keyword.Import", err)
	}
	if done.Repeated {
		im.nothingNew()
	}
	return im.reports(), nil
}

// Check reads files as ImportAll does and tells what is in them, without a site to compare
// with and without writing anything. Errors as of ImportAll.
func Check(ctx context.Context, files []Source, o Options) ([]Report, error) {
	im, err := (&Service{clock: clock.Real{}}).parseAll(ctx, files, o)
	if err != nil {
		return nil, errs.Wrap("keyword.Check", err)
	}
	im.compare(func(func(rowset.Row) bool) {}, told)
	return im.reports(), nil
}

func (s *Service) parseAll(ctx context.Context, files []Source, o Options) (*importing, error) {
	if len(files) == 0 || len(files) > MaxFiles {
		return nil, errs.Field("files", "have to be 1 to 50")
	}
	if err := o.Mapping.Validate(); err != nil {
		return nil, err
	}
	tags, err := cleanTags(o.Tags)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	im := &importing{batch: newBatch(o, len(files), now), sector: o.Sector, tags: tags, now: now}
	for i, f := range files {
		p := im.batch.add(ctx, f, i)
		if errs.Is(p.err, errs.Unavailable) {
			return nil, p.err
		}
		im.files = append(im.files, p)
	}
	return im, nil
}
