package product

import (
	"context"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/clustering"
	"github.com/igny8/igny8/internal/automation/stages/contents"
	"github.com/igny8/igny8/internal/automation/stages/ideas"
	"github.com/igny8/igny8/internal/automation/stages/images"
	"github.com/igny8/igny8/internal/automation/stages/prompts"
	"github.com/igny8/igny8/internal/automation/stages/review"
	"github.com/igny8/igny8/internal/automation/stages/tasks"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/site"
)

// stages is the registry: the seven of the pipeline, and what only people ask for.
func (d *Product) stages(p Ports) []automation.Stage {
	return []automation.Stage{
		clustering.New(d.Clusters, clustering.BlobAnswers{Blobs: p.Blob}),
		ideas.New(clusters{d.Clusters}, d.Ideas, d.Sites, p.Texts),
		tasks.New(p.Table, d.Ideas, d.Tasks),
		contents.New(d.Tasks, d.Ideas, d.Contents, d.Sites, p.Texts),
		prompts.New(d.Contents, d.Sites, p.Texts),
		images.New(p.Table, d.Images, d.Contents, d.Sites, p.Images),
		review.New(d.Contents, d.Images, d.Sites, publisher{d.Sites, d.Publishing}, p.Clock),
		d.Imports,
	}
}

// publisher sends an article to the destination that its site has chosen.
type publisher struct {
	sites      *site.Service
	publishing *publish.Service
}

// Publish brings the article out once.
func (p publisher) Publish(ctx context.Context, s account.Scope, siteID string, a publish.Article, _ automation.Job) (publish.Published, error) {
	st, err := p.sites.Get(ctx, s, siteID)
	if err != nil {
		return publish.Published{}, err
	}
	return p.publishing.Publish(ctx, s, siteID, publish.Request{Destination: st.Settings.Destination, Article: a, Status: "publish"})
}
