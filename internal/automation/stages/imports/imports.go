// Package imports brings uploaded files of keywords into a site. It is a stage that is
// asked for by people alone: no run goes through it. A job reads one file; it asks no
// provider and costs nothing.
package imports

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/upload"
)

// Number is the stage's number, after those of the pipeline.
const Number = automation.Last + 1

// shownFaults is how many faults a job's result names; the full report has all.
const shownFaults = 20

// ReportLife is how long the address of a full report is good.
const ReportLife = 24 * time.Hour

const requestLife = 30 * 24 * time.Hour

// Uploads opens uploaded files.
type Uploads interface {
	Open(ctx context.Context, s account.Scope, id string) (io.ReadCloser, upload.File, error)
}

// Keywords imports files.
type Keywords interface {
	Import(ctx context.Context, s account.Scope, site string, src keyword.Source, o keyword.Options) (keyword.Report, error)
}

// Stage is the stage. It is safe for concurrent use.
type Stage struct {
	table    table.Table
	blob     blob.Store
	uploads  Uploads
	keywords Keywords
	clock    clock.Clock
}

var _ automation.Stage = (*Stage)(nil)

// New makes the stage.
func New(t table.Table, b blob.Store, uploads Uploads, keywords Keywords, c clock.Clock) *Stage {
	return &Stage{table: t, blob: b, uploads: uploads, keywords: keywords, clock: c}
}

// Number is after the pipeline's stages.
func (*Stage) Number() int { return Number }

// Request is what a person asks for.
type Request struct {
	Upload string `json:"upload"`
	Sector string `json:"sector"`
	DryRun bool   `json:"dry_run"`
}

// ID names the request: the same file with the same options is the same request, a dry run
// and the import after it are two.
func (r Request) ID() string { return id.Hash("imp", r.Upload, r.Sector, strconv.FormatBool(r.DryRun)) }

func requestKey(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "IMPORT#" + id}
}

// Keep stores a request, so that its id can be asked for. Safe to repeat.
func (st *Stage) Keep(ctx context.Context, s account.Scope, site string, r Request) error {
	attrs, err := table.Encode(r)
	if err != nil {
		return errs.Wrap("imports.Keep", err)
	}
	it := table.Item{Key: requestKey(s, site, r.ID()), Type: "import_request", Expires: st.clock.Now().Add(requestLife), Attrs: attrs}
	return errs.Wrap("imports.Keep", st.table.Write(ctx, table.Put(it)))
}

func (st *Stage) request(ctx context.Context, s account.Scope, site, id string) (Request, error) {
	it, err := st.table.Get(ctx, requestKey(s, site, id), table.Consistent)
	if err != nil {
		return Request{}, err
	}
	var r Request
	return r, table.Decode(it.Attrs, &r)
}

// Plan gives a job for each request asked for, and none otherwise. NotFound for an upload
// that the account does not have; Invalid when its file was not sent yet.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	var sel automation.Selection
	for _, item := range in.Items {
		r, err := st.request(ctx, s, in.Site, item)
		if err != nil {
			return automation.Selection{}, errs.Wrap("imports.Plan", err)
		}
		file, info, err := st.uploads.Open(ctx, s, r.Upload)
		if err != nil {
			return automation.Selection{}, errs.Wrap("imports.Plan", err)
		}
		_ = file.Close() // opened only to see that it is there
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: item, Title: info.Filename, Input: item, Queue: queue.Bulk})
	}
	return sel, nil
}

// Result is what a job leaves: the report with its first faults.
type Result struct {
	keyword.Report
	DryRun bool   `json:"dry_run"`
	Count  int    `json:"faults_count"`
	URL    string `json:"report_url,omitempty"` // of the full report as JSON, for a day; when there are more faults
}

// Do imports the file. A file that can't be imported fails the job with cause input.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	r, err := st.request(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	file, info, err := st.uploads.Open(ctx, s, r.Upload)
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	defer file.Close()
	rep, err := st.keywords.Import(ctx, s, w.Site, keyword.Source{Name: info.Filename, Reader: file},
		keyword.Options{Sector: r.Sector, DryRun: r.DryRun, Once: w.Job.ID})
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	res, err := st.result(ctx, s, w.Job.ID, rep)
	if err != nil {
		return automation.Outcome{}, err
	}
	res.DryRun = r.DryRun
	raw, err := json.Marshal(res)
	return automation.Outcome{Result: raw}, err
}

func (st *Stage) result(ctx context.Context, s account.Scope, job string, rep keyword.Report) (Result, error) {
	res := Result{Report: rep, Count: len(rep.Faults)}
	if res.Faults == nil {
		res.Faults = []keyword.Fault{}
	}
	if len(rep.Faults) <= shownFaults {
		return res, nil
	}
	full, err := json.Marshal(rep)
	if err != nil {
		return res, err
	}
	name := blob.Of(s, "imports", job+".json")
	if err := st.blob.Put(ctx, name, "application/json", full); err != nil {
		return res, errs.Wrap("imports.Do", err)
	}
	res.Faults = rep.Faults[:shownFaults]
	res.URL, err = st.blob.DownloadURL(ctx, name, ReportLife)
	return res, errs.Wrap("imports.Do", err)
}

// blame says whose fault an error is: a file that is no good is the person's.
func blame(err error) error {
	e := errs.Of(err)
	if e.Kind == errs.Invalid || e.Kind == errs.NotFound {
		return e.Because(errs.Input)
	}
	return err
}

// Fold has nothing to do: the rows were stored by the job.
func (*Stage) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}
