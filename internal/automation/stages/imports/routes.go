package imports

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/keyword"
)

// Sites is what the route needs of sites.
type Sites interface {
	// Sector gives the site's sector of that id, its first one for an empty id. NotFound for
	// a site that the Scope does not see, Invalid for a sector that the site does not have.
	Sector(ctx context.Context, s account.Scope, site, sector string) (string, error)
}

// Engine asks for the job.
type Engine interface {
	AskOne(ctx context.Context, s account.Scope, site string, stage int, item string, key idem.Key) (automation.JobView, error)
}

type importInput struct {
	Body struct {
		Site     string            `json:"site_id" minLength:"1"`
		Upload   string            `json:"upload_id,omitempty" doc:"of an upload whose file was sent"`
		Uploads  []string          `json:"upload_ids,omitempty" maxItems:"50" doc:"of several uploads: merged, keywords of an earlier file are told as elsewhere"`
		Text     string            `json:"text,omitempty" doc:"pasted instead: one keyword a line, or CSV; at most 100 KB"`
		Sector   string            `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		DryRun   bool              `json:"dry_run,omitempty" doc:"tell what would happen in the job's result, write nothing"`
		Mapping  map[string]string `json:"mapping,omitempty" doc:"which column is which, over what the headers say: field to header, such as volume to Searches, or #2 for the second column; empty for none. Fields: keyword, volume, difficulty, intent, country, tags, date, source, figures"`
		Tags     []string          `json:"tags,omitempty" maxItems:"20" doc:"for all keywords of the import, those already there too"`
		AnyOrder bool              `json:"any_order,omitempty" doc:"the same words in another order are the same keyword"`
	}
}

func (in *importInput) request(sector string) (Request, error) {
	b := in.Body
	r := Request{Upload: b.Upload, Uploads: b.Uploads, Text: b.Text, Sector: sector, DryRun: b.DryRun, Mapping: b.Mapping, Tags: b.Tags, AnyOrder: b.AnyOrder}
	switch {
	case len(r.Text) > MaxText:
		return r, errs.Field("text", "has at most 100 KB: upload longer ones")
	case r.Text == "" && len(r.files()) == 0:
		return r, errs.Field("upload_id", "name an upload, or paste a text")
	}
	if err := r.Mapping.Validate(); err != nil {
		return r, err
	}
	return r, keyword.CheckTags(r.Tags)
}

// Routes are the operations of imports.
func (st *Stage) Routes(sites Sites, engine Engine) []httpapi.Operation {
	return []httpapi.Operation{httpapi.Route(httpapi.RouteSpec{
		ID: "import_keywords", Method: http.MethodPost, Path: "/v1/planner/keywords/import_keywords/", Permission: account.Editor,
		Throttle: httpapi.ThrottlePlanner, Idempotent: true, Status: http.StatusAccepted,
		Summary: "Import uploaded files of keywords, or a pasted text: a job", Tags: []string{"planner"},
	}, func(ctx context.Context, s account.Scope, in *importInput) (automation.JobView, error) {
		b := in.Body
		sector, err := sites.Sector(ctx, s, b.Site, b.Sector)
		if err != nil {
			return automation.JobView{}, err
		}
		r, err := in.request(sector)
		if err != nil {
			return automation.JobView{}, err
		}
		if err := st.Keep(ctx, s, b.Site, r); err != nil {
			return automation.JobView{}, err
		}
		return engine.AskOne(ctx, s, b.Site, Number, r.ID(), httpapi.IdempotencyKey(ctx))
	})}
}
