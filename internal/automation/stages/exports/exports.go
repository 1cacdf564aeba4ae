// Package exports writes a site's keywords into a file that the person fetches from an
// address: answers of a function are cut at 6 MB, lists are longer. It is a stage that is
// asked for by people alone; it asks no provider and costs nothing.
package exports

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/imports"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/table"
)

// Number is the stage's number, after that of imports.
const Number = imports.Number + 1

// AddressLife is how long the address of an exported file is good.
const AddressLife = 24 * time.Hour

const requestLife = 30 * 24 * time.Hour

// Keywords writes exports.
type Keywords interface {
	Export(ctx context.Context, s account.Scope, site string, f keyword.Filter, format keyword.Format, out io.Writer) (int, error)
}

// Stage is the stage. It is safe for concurrent use.
type Stage struct {
	table    table.Table
	blob     blob.Store
	keywords Keywords
	clock    clock.Clock
	ids      *id.Source
}

var _ automation.Stage = (*Stage)(nil)

// New makes the stage.
func New(t table.Table, b blob.Store, keywords Keywords, c clock.Clock, ids *id.Source) *Stage {
	return &Stage{table: t, blob: b, keywords: keywords, clock: c, ids: ids}
}

// Number is after the pipeline's stages.
func (*Stage) Number() int { return Number }

// Request is what a person asks for.
type Request struct {
	Format keyword.Format `json:"format"`
	Filter keyword.Filter `json:"filter"`
}

func requestKey(s account.Scope, site, id string) table.Key {
	return table.Key{Partition: table.OfSite(s, site), Sort: "EXPORT#" + id}
}

// Keep stores a request and gives its id. Each call makes a new one: the list may have
// changed since the last export.
func (st *Stage) Keep(ctx context.Context, s account.Scope, site string, r Request) (string, error) {
	name := st.ids.New("exp")
	it := table.Item{Key: requestKey(s, site, name), Type: "export_request", Expires: st.clock.Now().Add(requestLife)}
	return name, errs.Wrap("exports.Keep", table.PutAs(ctx, st.table, it, r, table.Absent()))
}

func (st *Stage) request(ctx context.Context, s account.Scope, site, id string) (Request, error) {
	return table.GetAs(ctx, st.table, requestKey(s, site, id), table.As[Request])
}

// Plan gives a job for each request asked for, and none otherwise.
func (st *Stage) Plan(ctx context.Context, s account.Scope, in automation.PlanInput) (automation.Selection, error) {
	var sel automation.Selection
	for _, item := range in.Items {
		r, err := st.request(ctx, s, in.Site, item)
		if err != nil {
			return automation.Selection{}, errs.Wrap("exports.Plan", err)
		}
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: item, Title: "keywords." + string(r.Format), Input: item, Queue: queue.Bulk})
	}
	return sel, nil
}

// Result is what a job leaves.
type Result struct {
	Rows     int       `json:"rows"`
	Bytes    int       `json:"bytes"`
	Filename string    `json:"filename"`
	URL      string    `json:"url"`
	Expires  time.Time `json:"expires_at"` // of the address
}

// Do writes the file. A repeat writes it again, as the list is by then.
func (st *Stage) Do(ctx context.Context, s account.Scope, w *automation.Work) (automation.Outcome, error) {
	r, err := st.request(ctx, s, w.Site, w.Job.Item)
	if err != nil {
		return automation.Outcome{}, errs.Of(err).Because(errs.Input)
	}
	var file bytes.Buffer
	res := Result{Filename: "keywords." + string(r.Format), Expires: st.clock.Now().Add(AddressLife)}
	if res.Rows, err = st.keywords.Export(ctx, s, w.Site, r.Filter, r.Format, &file); err != nil {
		return automation.Outcome{}, errs.Wrap("exports.Do", err)
	}
	res.Bytes = file.Len()
	// It can be written again, and its address is good for less than the store keeps it.
	name := blob.Passing(s, "exports", w.Job.ID, res.Filename)
	if err := st.blob.Put(ctx, name, r.Format.ContentType(), file.Bytes()); err != nil {
		return automation.Outcome{}, errs.Wrap("exports.Do", err)
	}
	if res.URL, err = st.blob.DownloadURL(ctx, name, AddressLife); err != nil {
		return automation.Outcome{}, errs.Wrap("exports.Do", err)
	}
	raw, err := json.Marshal(res)
	return automation.Outcome{Result: raw}, err
}

// Fold has nothing to do: the file was stored by the job.
func (*Stage) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}
