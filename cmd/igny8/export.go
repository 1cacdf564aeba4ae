package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/keyword"
)

// exportCommand is `igny8 export`.
type exportCommand struct {
	dataFlags `embed:""`
	Site      string `help:"Site, by its id, domain or name; not needed when there is one." placeholder:"SITE"`
	Format    string `help:"csv or xlsx." enum:"csv,xlsx" default:"csv"`
	Out       string `help:"File to write; standard output without." type:"path" placeholder:"FILE"`
}

// exporting is what is asked for; Out is a whole path.
type exporting struct {
	Site   string         `json:"site"`
	Format keyword.Format `json:"format"`
	Out    string         `json:"out"`
}

// Run writes the keywords of a site into a file. Where another igny8 works on the data
// folder, that one does it.
func (c *exportCommand) Run(a *app) error {
	x := exporting{Site: c.Site, Format: keyword.Format(c.Format), Out: c.Out}
	if x.Out == "" {
		dir, err := os.MkdirTemp("", "igny8-export")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		x.Out = filepath.Join(dir, "keywords")
	}
	said, err := c.do(a, x)
	if err != nil {
		return err
	}
	if c.Out != "" {
		fmt.Fprintln(a.err, said)
		return nil
	}
	f, err := os.Open(x.Out)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(a.out, f)
	return err
}

func (c *exportCommand) do(a *app, x exporting) (string, error) {
	if done, err := ask(a.ctx, c.Data, "/export", x); err == nil || errs.Of(err).Code != "holder" {
		return done.Said, err
	}
	if _, err := os.Stat(filepath.Join(c.Data, "table.db")); err != nil {
		return "", usage("%s is no data folder: name one with --data", c.Data)
	}
	w, err := c.open(a, "http://127.0.0.1", "http://127.0.0.1:8081")
	if err != nil {
		return "", err
	}
	defer w.close()
	return w.export(a.ctx, x)
}

// export writes beside the file and moves it over when it is whole.
func (w *workspace) export(ctx context.Context, x exporting) (said string, err error) {
	st, found, err := w.siteNamed(ctx, x.Site)
	if err != nil {
		return "", err
	}
	if !found {
		return "", usage("there is no site in this data folder, so there is nothing to export")
	}
	f, err := os.CreateTemp(filepath.Dir(x.Out), ".igny8-export")
	if err != nil {
		return "", usage("%s can't be written: %v", x.Out, err)
	}
	defer os.Remove(f.Name())
	n, err := w.Keywords.Export(ctx, w.scope, st.ID, keyword.Filter{Ordering: "created_at"}, x.Format, f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), x.Out)
	}
	return fmt.Sprintf("%d keywords of %s were written to %s", n, st.Name, x.Out), err
}
