// Package product puts the features together: it takes ports, whatever drives them, and
// gives the services and the engine that every runtime shares.
package product

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/automation/stages/imports"
	"github.com/igny8/igny8/internal/blob"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/cluster"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/idea"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/publish"
	"github.com/igny8/igny8/internal/publish/preview"
	"github.com/igny8/igny8/internal/queue"
	"github.com/igny8/igny8/internal/rowset"
	"github.com/igny8/igny8/internal/seal"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/task"
	"github.com/igny8/igny8/internal/upload"
	"github.com/igny8/igny8/internal/workflow"
)

// Ports are what the product runs on.
type Ports struct {
	Table    table.Table
	Blob     blob.Store
	Queue    queue.Sender
	Dead     queue.Receiver
	Workflow workflow.Engine
	Seal     seal.Sealer
	Texts    ai.Text
	Images   ai.Image
	Sites    *http.Client // guarded: for addresses that customers name
	Clock    clock.Clock
	IDs      *id.Source
	Log      *slog.Logger
}

// Settings are the choices of a runtime.
type Settings struct {
	TextModel    string // of new sites
	ImageModel   string
	PreviewBase  string // origin of the preview site
	StartCredits credit.Amount
	SigningKey   identity.SigningKey
	Passwords    *identity.Passwords
	Holder       string // this process, part of each lease
	SoleUser     bool   // this process owns the data alone
	Limits       automation.Limits
	Looks        [2]time.Duration // after a publication attempt, for stray drafts
}

// Product is all services and the engine.
type Product struct {
	Identity     *identity.Service
	Sites        *site.Service
	Uploads      *upload.Service
	Keywords     *keyword.Service
	Clusters     *cluster.Service
	Ideas        *idea.Service
	Tasks        *task.Service
	Contents     *content.Service
	Images       *imagery.Service
	Integrations *integration.Service
	Publishing   *publish.Service
	Preview      preview.Store
	Credits      *credit.Service
	Imports      *imports.Stage
	Engine       *automation.Engine
}

// New puts everything together. It opens nothing and calls nobody.
func New(p Ports, o Settings) (*Product, error) {
	industries, err := site.LoadIndustries()
	if err != nil {
		return nil, err
	}
	rows := rowset.New(p.Table, p.Clock, p.IDs)
	d := &Product{
		Credits:  credit.New(p.Table, p.Clock),
		Sites:    site.New(site.Options{Table: p.Table, Clock: p.Clock, IDs: p.IDs, Industries: industries, Models: models{}, TextModel: o.TextModel, ImageModel: o.ImageModel, ImageQuality: "medium"}),
		Uploads:  upload.New(upload.Options{Blob: p.Blob, Table: p.Table, Clock: p.Clock, IDs: p.IDs}),
		Keywords: keyword.New(rows, p.Clock),
		Clusters: cluster.New(rows, p.Clock),
		Ideas:    idea.NewService(p.Table, p.Clock),
		Tasks:    task.NewService(p.Table, p.Clock),
		Contents: content.NewService(p.Table, p.Blob, p.Clock),
		Images:   imagery.NewService(p.Table, p.Blob),
		Preview:  preview.Store{Table: p.Table, Blobs: p.Blob, Clock: p.Clock, Base: o.PreviewBase},
	}
	d.Imports = imports.New(p.Table, p.Blob, d.Uploads, d.Keywords, p.Clock)
	d.Identity = identity.New(identity.Options{Table: p.Table, Clock: p.Clock, IDs: p.IDs, Key: o.SigningKey, Passwords: o.Passwords,
		Grants: func(s account.Scope) ([]table.Op, error) {
			return d.Credits.FirstGrant(s, o.StartCredits, "first credits")
		}})
	d.Integrations = integration.New(p.Table, p.Seal, tester{p.Sites}, p.Clock, p.IDs)
	to := &destinations{integrations: d.Integrations, preview: d.Preview, http: p.Sites}
	d.Publishing = publish.New(p.Table, to, p.Clock, p.IDs, publish.Options{Owner: o.Holder, SoleOwner: o.SoleUser, Looks: o.Looks})
	d.Engine = automation.New(automation.Config{
		Table: p.Table, Blob: p.Blob, Queue: p.Queue, Dead: p.Dead, Workflow: p.Workflow, Credits: d.Credits, Clock: p.Clock, IDs: p.IDs, Log: p.Log,
		Stages: d.stages(p), Sweepers: []automation.Sweeper{strayDrafts{d.Publishing}, oldPages{rows}}, Limits: o.Limits, Holder: o.Holder, SoleUser: o.SoleUser,
	})
	return d, nil
}

// models are those that a site may choose, the successors of shut-down ones included.
type models struct{}

func (models) TextModels() []string  { return ai.IDs(ai.KindText) }
func (models) ImageModels() []string { return ai.IDs(ai.KindImage) }
