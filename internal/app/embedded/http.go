package embedded

import (
	"context"
	"net/http"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/publish/preview"
)

// Handler serves the API below /v1/ and /api/v1/, and the blob store's addresses below
// /files/. throttle multiplies the limits: a program on one machine has one operator.
func (r *Runtime) Handler(throttle int) (http.Handler, error) {
	doc, err := api.Document()
	if err != nil {
		return nil, err
	}
	h, err := httpapi.New(httpapi.Options{
		Operations:    append(api.Operations(r.deps()), httpapi.Document(doc)),
		Authenticator: identity.NewAuthenticator(r.table, r.clock, r.keys.Public()),
		Clock:         r.clock, IDs: r.ids, Log: r.log, ThrottleFactor: throttle, Eager: true,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/files/", r.Files())
	mux.Handle("/", h)
	return mux, nil
}

func (r *Runtime) deps() api.Deps {
	return api.Deps{
		Identity: r.Identity, Sites: r.Sites, Uploads: r.Uploads, Keywords: r.Keywords, Clusters: r.Clusters, Ideas: r.Ideas, Tasks: r.Tasks,
		Contents: r.Contents, Images: r.Images, Integrations: r.Integrations, Engine: r.Engine, Imports: r.Imports, Clock: r.clock, Version: r.options.Version,
	}
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
