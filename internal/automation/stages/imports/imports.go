// Package imports brings uploaded files of keywords into a site. It is a stage that is
// asked for by people alone: no run goes through it. A job reads the files of one import; it
// asks no provider and costs nothing.
package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
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

// shownFaults is about how many faults and near-duplicates a job's result names; the full
// report has all.
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
	ImportAll(ctx context.Context, s account.Scope, site string, files []keyword.Source, o keyword.Options) ([]keyword.Report, error)
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

// Request is what a person asks for: uploads, or a pasted text.
type Request struct {
	Upload   string          `json:"upload"` // of requests that were kept before there could be several
	Uploads  []string        `json:"uploads,omitempty"`
	Text     string          `json:"text,omitempty"`
	Sector   string          `json:"sector"`
	DryRun   bool            `json:"dry_run"`
	Mapping  keyword.Mapping `json:"mapping,omitempty"`
	Tags     []string        `json:"tags,omitempty"`
	AnyOrder bool            `json:"any_order,omitempty"`
}

// MaxText is the most bytes that a pasted text may have; longer ones are uploaded.
const MaxText = 100 << 10

// Pasted is the name of a pasted text among files.
const Pasted = "pasted text"

// ID names the request: the same files with the same options are the same request, a dry run
// and the import after it are two.
func (r Request) ID() string {
	raw, err := json.Marshal(r)
	if err != nil { // texts and flags
		panic("imports: a request that is no JSON: " + err.Error())
	}
	return id.Hash("imp", string(raw))
}

// files are the uploads asked for.
func (r Request) files() []string {
	if r.Upload != "" {
		return append([]string{r.Upload}, r.Uploads...)
	}
	return r.Uploads
}

func requestKey(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "IMPORT#" + id}
}

// Keep stores a request, so that its id can be asked for. Safe to repeat.
func (st *Stage) Keep(ctx context.Context, s account.Scope, site string, r Request) error {
	it := table.Item{Key: requestKey(s, site, r.ID()), Type: "import_request", Expires: st.clock.Now().Add(requestLife)}
	return errs.Wrap("imports.Keep", table.PutAs(ctx, st.table, it, r))
}

func (st *Stage) request(ctx context.Context, s account.Scope, site, id string) (Request, error) {
	return table.GetAs(ctx, st.table, requestKey(s, site, id), table.As[Request])
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
		files, err := st.open(ctx, s, r)
		if err != nil {
			return automation.Selection{}, errs.Wrap("imports.Plan", err)
		}
		files.close() // opened only to see that they are there
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: item, Title: files.title(), Input: item, Queue: queue.Bulk})
	}
	return sel, nil
}

// sources are the opened files of a request.
type sources struct {
	files  []keyword.Source
	closes []io.Closer
}

func (x *sources) close() {
	for _, c := range x.closes {
		c.Close()
	}
}

// title is what progress lists show.
func (x *sources) title() string {
	if len(x.files) == 1 {
		return x.files[0].Name
	}
	return fmt.Sprintf("%s and %d more", x.files[0].Name, len(x.files)-1)
}

// open opens all files of a request; NotFound or Invalid for the first that can't be.
func (st *Stage) open(ctx context.Context, s account.Scope, r Request) (*sources, error) {
	x := &sources{}
	for _, u := range r.files() {
		file, info, err := st.uploads.Open(ctx, s, u)
		if err != nil {
			x.close()
			return nil, err
		}
		x.files, x.closes = append(x.files, keyword.Source{Name: info.Filename, Reader: file}), append(x.closes, file)
	}
	if r.Text != "" {
		x.files = append(x.files, keyword.Source{Name: Pasted, Reader: strings.NewReader(r.Text)})
	}
	if len(x.files) == 0 {
		return nil, errs.New(errs.Invalid, "no_file", "name an upload or paste a text")
	}
	return x, nil
}

// Result is what a job leaves: the report of the first file, or the sums when there are
// several, with the first faults and near-duplicates of each file.
type Result struct {
	keyword.Report
	DryRun bool             `json:"dry_run"`
	Count  int              `json:"faults_count"`
	Files  []keyword.Report `json:"files"`
	URL    string           `json:"report_url,omitempty"` // of the full reports as JSON, for a day; when there is more to tell
}

// Do imports the files in one step, safe to repeat. A file that can't be imported fails the
// job with cause input when there is no other.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	r, err := st.request(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	files, err := st.open(ctx, s, r)
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	defer files.close()
	reports, err := st.keywords.ImportAll(ctx, s, w.Site, files.files,
		keyword.Options{Sector: r.Sector, DryRun: r.DryRun, Once: w.Job.ID, Mapping: r.Mapping, Tags: r.Tags, AnyOrder: r.AnyOrder})
	if err == nil && !slices.ContainsFunc(reports, func(f keyword.Report) bool { return f.Error == nil }) {
		err = errs.New(errs.Invalid, reports[0].Error.Code, reports[0].Error.Message)
	}
	if err != nil {
		return automation.Outcome{}, blame(err)
	}
	res, err := st.result(ctx, s, w.Job.ID, reports)
	if err != nil {
		return automation.Outcome{}, err
	}
	res.DryRun = r.DryRun
	raw, err := json.Marshal(res)
	return automation.Outcome{Result: raw}, err
}

// sum is one report of all files.
func sum(reports []keyword.Report) keyword.Report {
	if len(reports) == 1 {
		return reports[0]
	}
	out := keyword.Report{Columns: map[string]string{}, Headers: []string{}, Sample: []keyword.Sample{}, Faults: []keyword.Fault{}, Near: []keyword.Near{}}
	for i, r := range reports {
		if i > 0 {
			out.Name += ", "
		}
		out.Name += r.Name
		out.Rows, out.New, out.Already, out.Updated = out.Rows+r.Rows, out.New+r.New, out.Already+r.Already, out.Updated+r.Updated
		out.Duplicates, out.Elsewhere, out.VolumeSum = out.Duplicates+r.Duplicates, out.Elsewhere+r.Elsewhere, out.VolumeSum+r.VolumeSum
		out.NearCount += r.NearCount
	}
	return out
}

func (st *Stage) result(ctx context.Context, s account.Scope, job string, reports []keyword.Report) (Result, error) {
	res := Result{Report: sum(reports), Files: []keyword.Report{}}
	shown, more := shownFaults/len(reports)+1, false
	cut := func(r *keyword.Report) {
		more = more || len(r.Faults) > shown || r.NearCount > shown || len(r.Headers) > shown
		r.Faults, r.Near, r.Headers = r.Faults[:min(len(r.Faults), shown)], r.Near[:min(len(r.Near), shown)], r.Headers[:min(len(r.Headers), 4*shown)]
	}
	for _, r := range reports {
		res.Count += len(r.Faults)
		if cut(&r); len(reports) > 1 {
			res.Files = append(res.Files, r)
		}
	}
	cut(&res.Report)
	if !more {
		return res, nil
	}
	full, err := json.Marshal(map[string]any{"files": reports})
	if err != nil {
		return res, err
	}
	name := blob.Passing(s, "imports", job+".json")
	if err := st.blob.Put(ctx, name, "application/json", full); err != nil {
		return res, errs.Wrap("imports.Do", err)
	}
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
