package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/site"
)

// importCommand is `igny8 import`.
type importCommand struct {
	dataFlags `embed:""`
	Files     []string `arg:"" help:"Keyword files: CSV, TSV, XLSX, one keyword a line, or - for what is piped in." placeholder:"FILE"`
	Site      string   `help:"Site, by its id, domain or name; not needed when there is one." placeholder:"SITE"`
	Sector    string   `help:"Sector of the site, by its id or name; its first one without." placeholder:"SECTOR"`
	DryRun    bool     `help:"Tell what would happen; write nothing. Works without a data folder."`
	JSON      bool     `name:"json" help:"Print one JSON object for programs on standard output."`
	Map       []string `help:"Which column is which, over what the headers say: volume=Searches, keyword=#2." placeholder:"FIELD=HEADER" sep:"none"`
	Tag       []string `help:"Tag for all keywords of the import." placeholder:"TAG"`
	AnyOrder  bool     `help:"The same words in another order are the same keyword."`
}

// importing is what is asked for; paths are whole ones.
type importing struct {
	Files    []string        `json:"files"`
	Site     string          `json:"site"`
	Sector   string          `json:"sector"`
	DryRun   bool            `json:"dry_run"`
	Mapping  keyword.Mapping `json:"mapping"`
	Tags     []string        `json:"tags"`
	AnyOrder bool            `json:"any_order"`
}

// imported is what came of it.
type imported struct {
	Site   string       `json:"site_id"` // empty: compared with no site
	DryRun bool         `json:"dry_run"`
	Files  []fileReport `json:"files"`
}

// fileReport is a file's report, with where the file is.
type fileReport struct {
	keyword.Report
	Path string `json:"path"`
}

func (i importing) options(sector string, progress func(int)) keyword.Options {
	return keyword.Options{Sector: sector, DryRun: i.DryRun, Mapping: i.Mapping, Tags: i.Tags, AnyOrder: i.AnyOrder, Progress: progress}
}

// Run imports. Where another igny8 works on the data folder, that one does it.
func (c *importCommand) Run(a *app) error {
	in, err := c.request()
	if err != nil {
		return err
	}
	out, err := c.do(a, in)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		if err := e.Encode(out); err != nil {
			return err
		}
	} else {
		out.tell(a.out)
	}
	return out.failure(a.err)
}

func (c *importCommand) request() (importing, error) {
	m, err := keyword.ParseMapping(c.Map)
	if err != nil {
		return importing{}, usageError{err}
	}
	in := importing{Site: c.Site, Sector: c.Sector, DryRun: c.DryRun, Mapping: m, Tags: c.Tag, AnyOrder: c.AnyOrder}
	for _, f := range c.Files {
		if info, err := os.Stat(f); f != "-" && (err != nil || info.IsDir()) {
			return in, usage("%s: there is no such file", f)
		}
		if f != "-" {
			if f, err = filepath.Abs(f); err != nil {
				return in, err
			}
		}
		in.Files = append(in.Files, f)
	}
	return in, nil
}

func (c *importCommand) do(a *app, in importing) (imported, error) {
	if _, err := os.Stat(filepath.Join(c.Data, "table.db")); err != nil && c.DryRun {
		return in.check(a)
	}
	if done, err := ask(a.ctx, c.Data, "/import", in); err == nil && done.Imported != nil {
		return *done.Imported, nil
	} else if errs.Of(err).Code != "holder" {
		return imported{}, err
	}
	w, err := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if err != nil {
		return imported{}, err
	}
	defer w.close()
	return w.importAll(a.ctx, in, counter(a.err))
}

// counter draws how many rows were read, where somebody looks.
func counter(out io.Writer) func(int) {
	if !isTerminal(out) {
		return nil
	}
	return func(rows int) { fmt.Fprintf(out, "\r\x1b[K  %d rows read\r", rows) }
}

// check tells what is in the files, without a site to compare with.
func (i importing) check(a *app) (imported, error) {
	return i.with(func(files []keyword.Source) ([]keyword.Report, error) {
		return keyword.Check(a.ctx, files, i.options("", counter(a.err)))
	})
}

// with opens the files for do and puts its reports beside their paths.
func (i importing) with(do func([]keyword.Source) ([]keyword.Report, error)) (imported, error) {
	out := imported{DryRun: i.DryRun, Files: []fileReport{}}
	var sources []keyword.Source
	for _, path := range i.Files {
		if path == "-" {
			sources = append(sources, keyword.Source{Name: "standard input", Reader: os.Stdin})
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return out, usage("%s can't be read: %v", path, err)
		}
		defer f.Close()
		sources = append(sources, keyword.Source{Name: filepath.Base(path), Reader: f})
	}
	all, err := do(sources)
	for n, r := range all {
		out.Files = append(out.Files, fileReport{r, i.Files[n]})
	}
	if errs.Is(err, errs.Invalid) && len(errs.Of(err).Fields) > 0 {
		err = usageError{err}
	}
	return out, err
}

// importAll imports into a site of the data folder. A dry run in a folder without a site
// compares with nothing.
func (w *workspace) importAll(ctx context.Context, in importing, progress func(int)) (imported, error) {
	st, found, err := w.siteNamed(ctx, in.Site)
	if err != nil {
		return imported{}, err
	}
	if !found && in.DryRun {
		return in.with(func(files []keyword.Source) ([]keyword.Report, error) {
			return keyword.Check(ctx, files, in.options("", progress))
		})
	}
	if !found { // as igny8 run --preview makes it
		if st, err = w.site(ctx, targetFlags{Preview: true, Industry: "digital-marketing"}, nil); err != nil {
			return imported{}, err
		}
	}
	sector, err := sectorNamed(st, in.Sector)
	if err != nil {
		return imported{}, err
	}
	if !in.DryRun {
		if err := w.Engine.Watch(ctx, w.scope, st.ID); err != nil {
			return imported{}, err
		}
	}
	out, err := in.with(func(files []keyword.Source) ([]keyword.Report, error) {
		return w.Keywords.ImportAll(ctx, w.scope, st.ID, files, in.options(sector, progress))
	})
	out.Site = st.ID
	return out, err
}

// siteNamed finds a site by its id, domain or name; without a name the only one. false: there
// is none at all.
func (w *workspace) siteNamed(ctx context.Context, name string) (site.Site, bool, error) {
	all, err := w.Sites.List(ctx, w.scope)
	if err != nil {
		return site.Site{}, false, err
	}
	for _, st := range all {
		if name != "" && (st.ID == name || strings.EqualFold(st.Domain, name) || strings.EqualFold(st.Name, name)) || name == "" && len(all) == 1 {
			return st, true, nil
		}
	}
	switch {
	case name != "":
		return site.Site{}, false, usage("there is no site %s in this data folder: name one by its domain", name)
	case len(all) > 1:
		return site.Site{}, false, usage("there are %d sites: name one with --site", len(all))
	}
	return site.Site{}, false, nil
}

func sectorNamed(st site.Site, name string) (string, error) {
	for _, s := range st.Sectors {
		if name == "" || s.ID == name || strings.EqualFold(s.Name, name) {
			return s.ID, nil
		}
	}
	return "", usage("%s has no sector %s", st.Name, name)
}

// failure is why the import as a whole did not work: a dry run has when no file can be
// used, an import when one can't.
func (i imported) failure(errOut io.Writer) error {
	var bad []string
	for _, f := range i.Files {
		switch {
		case f.Error != nil:
			bad = append(bad, f.Name+": "+f.Error.Message)
		case f.Rows == 0:
			bad = append(bad, f.Name+": no row can be used: mend the faults named above, then try again")
		}
	}
	if len(bad) == 0 {
		return nil
	}
	if i.DryRun && len(bad) < len(i.Files) {
		fmt.Fprintln(errOut, "igny8: not all files can be used: "+strings.Join(bad, "; "))
		return nil
	}
	return errs.New(errs.Invalid, "no_rows", strings.Join(bad, "; "))
}

// shownNear is how many near-duplicates of a file are printed.
const shownNear = 5

func (i imported) tell(out io.Writer) {
	for _, f := range i.Files {
		tellImport(out, f.Report)
		if f.Updated > 0 || f.Elsewhere > 0 {
			fmt.Fprintf(out, "    %d of those there got figures or tags; %d are in an earlier file too\n", f.Updated, f.Elsewhere)
		}
		for n, d := range f.Near {
			if n == shownNear {
				fmt.Fprintf(out, "    … and %d more near-duplicates (--json lists them)\n", f.NearCount-n)
				break
			}
			fmt.Fprintf(out, "    line %d: %s is much like %s (%s); both are kept\n", d.Line, d.Keyword, d.Like, d.Kind)
		}
	}
	if i.DryRun {
		fmt.Fprintln(out, "  dry run: nothing was written")
	}
}
