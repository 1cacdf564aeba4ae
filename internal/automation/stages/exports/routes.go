package exports

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/keyword"
)

// Sites is what the route needs of sites.
type Sites interface {
	// Check gives NotFound when the account has no such site, or the Scope does not see it.
	Check(ctx context.Context, s account.Scope, site string) error
}

// Engine asks for the job.
type Engine interface {
	AskOne(ctx context.Context, s account.Scope, site string, stage int, item string, key idem.Key) (automation.JobView, error)
}

type exportInput struct {
	Body struct {
		Site     string `json:"site_id" minLength:"1"`
		Format   string `json:"format,omitempty" enum:"csv,xlsx" doc:"csv when absent"`
		Filter   string `json:"filter,omitempty" doc:"those that match the query of the list, such as status=new&volume_min=100; instead of the filters beside it"`
		Search   string `json:"search,omitempty" doc:"part of the keyword"`
		Sector   string `json:"sector_id,omitempty"`
		Status   string `json:"status,omitempty" enum:"new,mapped"`
		Cluster  string `json:"cluster_id,omitempty"`
		Intent   string `json:"intent,omitempty"`
		Country  string `json:"country,omitempty"`
		Ordering string `json:"ordering,omitempty" enum:"created_at,-created_at,volume,-volume,difficulty,-difficulty,keyword,-keyword" doc:"created_at when absent"`
	}
}

// request is what is asked for. Invalid for a filter that the list would not take.
func (in *exportInput) request() (Request, error) {
	b := in.Body
	r := Request{Format: keyword.Format(b.Format), Filter: keyword.Filter{Search: b.Search, Sector: b.Sector, Status: b.Status, Cluster: b.Cluster,
		Intent: b.Intent, Country: b.Country, Ordering: b.Ordering}}
	if b.Filter != "" {
		f, err := keyword.ParseFilter(b.Filter)
		if err != nil {
			return Request{}, err
		}
		f.Ordering = b.Ordering
		r.Filter = f
	}
	if r.Format == "" {
		r.Format = keyword.CSV
	}
	if r.Filter.Ordering == "" {
		r.Filter.Ordering = "created_at"
	}
	return r, nil
}

// Routes are the operations of exports.
func (st *Stage) Routes(sites Sites, engine Engine) []httpapi.Operation {
	return []httpapi.Operation{httpapi.Route(httpapi.RouteSpec{
		ID: "export_keywords", Method: http.MethodPost, Path: "/v1/planner/keywords/export/", Permission: account.Viewer,
		Throttle: httpapi.ThrottlePlanner, Idempotent: true, Status: http.StatusAccepted,
		Summary: "Write the keywords that match into a file: a job, whose result has its address", Tags: []string{"planner"},
	}, func(ctx context.Context, s account.Scope, in *exportInput) (automation.JobView, error) {
		if err := sites.Check(ctx, s, in.Body.Site); err != nil {
			return automation.JobView{}, err
		}
		r, err := in.request()
		if err != nil {
			return automation.JobView{}, err
		}
		item, err := st.Keep(ctx, s, in.Body.Site, r)
		if err != nil {
			return automation.JobView{}, err
		}
		return engine.AskOne(ctx, s, in.Body.Site, Number, item, httpapi.IdempotencyKey(ctx))
	})}
}
