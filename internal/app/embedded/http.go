package embedded

import (
	"context"
	"net/http"
	"strings"

	"github.com/igny8/igny8/docs"
	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/app/front"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/reference"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/publish/preview"
	"github.com/igny8/igny8/internal/view"
	"github.com/igny8/igny8/internal/webapp"
)

// Site is how the program is reached.
type Site struct {
	Throttle int            // multiplies the throttles' limits: a program on one machine has one operator
	App      webapp.Options // of the web app
	Once     *OneTimeLink   // that signs the operator in; nil is none
}

// Handler serves the API below /v1/ and /api/v1/, the blob store's addresses below /files/,
// and the web app at all others.
func (r *Runtime) Handler(s Site) (http.Handler, error) {
	p := parts.Ports{Table: r.table, Clock: r.clock, IDs: r.ids, Log: r.log}
	ops := append(api.Operations(r.deps()), httpapi.Document(docs.OpenAPI), reference.Operation(docs.Reference))
	h, err := front.Handler(p, front.API{Public: r.keys.Public(), ThrottleFactor: s.Throttle, Eager: true}, nil, ops)
	if err != nil {
		return nil, err
	}
	app, err := webapp.Handler(h, s.App)
	if err != nil {
		return nil, err
	}
	files := r.Files()
	// Not http.ServeMux, which answers odd paths itself and without the envelope.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/files/"):
			files.ServeHTTP(w, r)
		case s.Once != nil && r.Method == http.MethodPost && r.URL.Path == OneTimePath:
			s.Once.ServeHTTP(w, r)
		default:
			app.ServeHTTP(w, r)
		}
	}), nil
}

func (r *Runtime) deps() api.Deps {
	return api.Deps{People: r.People, Planner: r.Planner, Writer: r.Writer, Connections: r.Connections, Engine: r.Engine, Events: r.events, Credits: r.Engine.Credits, Views: view.New(r.table, r.clock, r.ids), Prompts: prompt.New(r.table, r.clock), Clock: r.clock}
}

// PreviewHandler serves the preview sites, on an origin of their own.
func (r *Runtime) PreviewHandler() http.Handler {
	return preview.Handler(r.Preview, previewSites{r})
}

// previewSites finds the account of a previewed site. The preview listens on loopback and
// site ids can't be guessed; what it shows was published to be seen.
type previewSites struct{ r *Runtime }

// Preview gives a Scope that sees just this site, and its name.
func (p previewSites) Preview(ctx context.Context, siteID string) (account.Scope, string, error) {
	return p.r.Sites.Public(ctx, siteID)
}
