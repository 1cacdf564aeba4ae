package imports

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
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
		Site   string `json:"site_id" minLength:"1"`
		Upload string `json:"upload_id" minLength:"1" doc:"of an upload whose file was sent"`
		Sector string `json:"sector_id,omitempty" doc:"the site's first one when absent"`
		DryRun bool   `json:"dry_run,omitempty" doc:"tell what would happen in the job's result, write nothing"`
	}
}

// Routes are the operations of imports.
func (st *Stage) Routes(sites Sites, engine Engine) []httpapi.Operation {
	return []httpapi.Operation{httpapi.Route(httpapi.RouteSpec{
		ID: "import_keywords", Method: http.MethodPost, Path: "/v1/planner/keywords/import_keywords/", Permission: account.Editor,
		Throttle: httpapi.ThrottlePlanner, Idempotent: true, Status: http.StatusAccepted,
		Summary: "Import an uploaded file of keywords: a job", Tags: []string{"planner"},
	}, func(ctx context.Context, s account.Scope, in *importInput) (automation.JobView, error) {
		b := in.Body
		sector, err := sites.Sector(ctx, s, b.Site, b.Sector)
		if err != nil {
			return automation.JobView{}, err
		}
		r := Request{Upload: b.Upload, Sector: sector, DryRun: b.DryRun}
		if err := st.Keep(ctx, s, b.Site, r); err != nil {
			return automation.JobView{}, err
		}
		return engine.AskOne(ctx, s, b.Site, Number, r.ID(), httpapi.IdempotencyKey(ctx))
	})}
}
