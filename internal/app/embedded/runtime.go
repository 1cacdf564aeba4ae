// Package embedded runs the whole product in one program: durable table, queues, workflow
// and blobs in a data folder, the same handlers, workers and stages as on AWS. It survives
// being killed at any instant: whoever opens the folder next goes on where it stopped.
package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/meaning"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/product"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/app/providers/vectors"
	"github.com/igny8/igny8/internal/app/publishing"
	"github.com/igny8/igny8/internal/automation"
	blobdriver "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/clock"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/guard"
	"github.com/igny8/igny8/internal/id"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/queue"
	queuedriver "github.com/igny8/igny8/internal/queue/embedded"
	sealdriver "github.com/igny8/igny8/internal/seal/embedded"
	tabledriver "github.com/igny8/igny8/internal/table/embedded"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	workflowdriver "github.com/igny8/igny8/internal/workflow/embedded"
	"github.com/igny8/igny8/statemachines"
)

// Options are what an operator chooses.
type Options struct {
	Data         string            // folder, made when absent
	Providers    providers.Options // those without a key are left out; AllowHosts is ours
	AllowHosts   []string          // private hosts that outgoing requests may reach
	BaseURL      string            // origin of the API, for upload and download addresses
	PreviewBase  string            // origin of the preview site
	Log          *slog.Logger
	Failed       func(error)   // called, perhaps often, when the data folder can\'t be written any more; may be nil
	Tick         time.Duration // how often the repairs run; default 5 s
	Looks        [2]time.Duration
	Limits       automation.Limits
	StartCredits credit.Amount // of a new account; default 100,000
}

// Runtime is the opened program.
type Runtime struct {
	*product.Product
	Blobs *blobdriver.Store

	options Options
	clock   *clock.Steady
	ids     *id.Source
	log     *slog.Logger
	table   *tabledriver.Table
	queue   *queuedriver.Queue
	flow    *workflowdriver.Engine
	events  *event.Feed
	keys    identity.SigningKey
	texts   string
	images  string
	closers []io.Closer

	stop    context.CancelFunc
	working sync.WaitGroup
}

// Open opens the data folder. Conflict (code in_use) when another program has it, Invalid
// when it can't be used, or was in use long after what this machine's clock says (clock_back). Nothing runs until Start.
func Open(o Options) (r *Runtime, err error) {
	if o.Tick == 0 {
		o.Tick = 5 * time.Second
	}
	if o.StartCredits == 0 {
		o.StartCredits = credit.Whole(100_000)
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, errs.New(errs.Invalid, "data_folder", "the data folder "+o.Data+" can't be made: choose another with --data").With(err)
	}
	now, err := openClock(filepath.Join(o.Data, clockFile))
	if err != nil {
		return nil, err
	}
	r = &Runtime{options: o, clock: now, log: o.Log}
	r.ids = id.NewSource(r.clock, nil)
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	if err := r.openStores(); err != nil {
		return r, err
	}
	ports, err := r.ports()
	if err != nil {
		return r, err
	}
	r.events = r.Feed(0)
	makers := r.makers()
	sites := guard.New(guard.Options{AllowHosts: r.options.AllowHosts, Timeout: integration.CallTimeout})
	r.Product = product.New(ports, makers, sites, r.settings())
	meaning.Give(r.Planner)
	r.Regroups.AtOnce()
	return r, nil
}

// clockFile keeps the instant until which the folder was in use.
const clockFile = "clock"

func openClock(file string) (*clock.Steady, error) {
	now, err := clock.OpenSteady(file, clock.This())
	var behind *clock.Behind
	if errors.As(err, &behind) {
		return nil, errs.New(errs.Invalid, "clock_back", fmt.Sprintf("this machine's clock says %s, but the data folder was in use at %s: set the clock right, or delete %s if it was wrong then",
			behind.Machine.Format(time.DateTime), behind.Kept.Format(time.DateTime), file))
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "data_folder", "the data folder can't be read: "+file).With(err)
	}
	return now, nil
}

// keepTime notes the present; a full disk keeps nobody from working.
func (r *Runtime) keepTime() {
	if err := r.clock.Keep(r.file(clockFile)); err != nil {
		r.log.Warn("clock", "err", err)
	}
}

func (r *Runtime) file(name string) string { return filepath.Join(r.options.Data, name) }

// openStores opens the files; the table's lock comes first and stands for the folder.
func (r *Runtime) openStores() (err error) {
	if r.table, err = tabledriver.Open(r.file("table.db"), r.clock); err != nil {
		return err
	}
	r.closers = append(r.closers, r.table)
	// A message is given up by the job's own count of tries; a program that is stopped
	// often must not turn a message into a dead letter.
	if r.queue, err = queuedriver.Open(r.file("queue.db"), r.clock, queuedriver.Options{MaxReceives: 100}); err != nil {
		return err
	}
	r.closers = append(r.closers, r.queue)
	key, err := secret(r.file("blob.key"))
	if err != nil {
		return err
	}
	if r.Blobs, err = blobdriver.Open(r.file("blobs"), r.options.BaseURL+"/files", key, r.clock); err != nil {
		return err
	}
	machine, err := asl.Parse(statemachines.Pipeline, map[string]string{"StageFunction": "stage"})
	if err != nil {
		return err
	}
	fns := map[string]workflow.Function{"stage": func(ctx context.Context, in []byte) ([]byte, error) { return r.Engine.HandleStage(ctx, in) }}
	if r.flow, err = workflowdriver.Open(r.file("workflow.db"), machine, fns, r.clock, workflowdriver.Options{}); err != nil {
		return err
	}
	r.closers = append(r.closers, r.flow)
	private, err := keyfile.Load(r.file("tokens.key"))
	r.keys = identity.NewSigningKey(private)
	return err
}

func (r *Runtime) ports() (parts.Ports, error) {
	sealer, err := sealdriver.Open(r.file("seal.key"))
	seen := disk{r.options.Failed}
	return parts.Ports{
		Table: seenTable{r.table, seen}, Blob: seenBlobs{r.Blobs, seen}, Queue: r.queue, Dead: r.queue, Workflow: r.flow, Seal: sealer,
		Clock: r.clock, IDs: r.ids, Log: r.log,
	}, err
}

// makers are those of all providers, and the demo ones. New sites have the models of the
// first provider for which there is a key.
func (r *Runtime) makers() pipeline.Makers {
	o := r.options.Providers
	o.AllowHosts = r.options.AllowHosts
	r.texts = r.firstUsable(ai.DefaultTextModel, ai.AnthropicTextModel, ai.DemoTextModel)
	r.images = r.firstUsable(ai.DefaultImageModel, ai.StabilityModel, ai.DemoImageModel)
	return pipeline.Makers{Texts: providers.Texts(o), Images: pictures.Images(o), Vectors: vectors.Embed(o)}
}

func (r *Runtime) firstUsable(models ...string) string {
	for _, m := range models[:len(models)-1] {
		if r.Usable(m) {
			return m
		}
	}
	return models[len(models)-1]
}

// Usable tells whether a model can be used here: there is a key for its provider. The demo's
// models can't where a provider's can.
func (r *Runtime) Usable(model string) bool {
	m, _, err := ai.Find(model)
	switch {
	case err != nil:
		return false
	case m.Provider == ai.ProviderDemo:
		return m.ID == r.texts || m.ID == r.images
	}
	return r.options.Providers.Of(m.Provider).Key != nil
}

func (r *Runtime) settings() product.Settings {
	return product.Settings{
		Auth: auth.Options{Key: r.keys.Source(), Public: r.keys.Public(), StartCredits: r.options.StartCredits,
			NewSites: parts.NewSites{TextModel: r.texts, ImageModel: r.images}},
		Publishing: publishing.Options{PreviewBase: r.options.PreviewBase, Looks: r.options.Looks},
		Working:    parts.Working{Holder: r.ids.New("own"), SoleUser: true, Limits: r.options.Limits},
	}
}

// Demo tells that the demo writer stands in for a provider.
func (r *Runtime) Demo() bool { return r.texts == ai.DemoTextModel }

// DemoPictures tells that the demo's picture maker stands in for a provider.
func (r *Runtime) DemoPictures() bool { return r.images == ai.DemoImageModel }

// TextModel and ImageModel are the models of new sites here.
func (r *Runtime) TextModel() string { return r.texts }

// ImageModel is the picture model of new sites here.
func (r *Runtime) ImageModel() string { return r.images }

// workers are the pollers: handler calls side by side for each queue. A WordPress of one
// small machine takes few requests at a time.
var workers = map[queue.Name]int{queue.AI: 16, queue.Image: 6, queue.Publish: 3, queue.Cluster: 1, queue.Bulk: 1}

// Workers is how many jobs of a queue are done side by side.
func Workers(q queue.Name) int { return workers[q] }

// Start goes on with what is unfinished and works until ctx ends or Close is called.
func (r *Runtime) Start(ctx context.Context) error {
	ctx, r.stop = context.WithCancel(ctx)
	if err := r.Engine.Recover(ctx); err != nil {
		r.log.Error("recover", "err", err)
	}
	report := func(err error) { r.log.Error("worker", "err", err) }
	// No Grace: a call under way is paid for, and one that is broken off is bought again.
	for _, q := range queue.Names() {
		opts := queue.PollOptions{Workers: workers[q], Batch: 1, Visibility: 11 * time.Minute, HandlerTimeout: 10 * time.Minute, Wait: 10 * time.Second, Report: report}
		r.background(func() error { return queue.Poll(ctx, r.queue, q, r.Engine.HandleJobs, opts) })
	}
	r.background(func() error { return r.flow.Run(ctx) })
	r.background(func() error { return r.repairs(ctx) })
	context.AfterFunc(ctx, r.events.Close)
	return nil
}

func (r *Runtime) background(f func() error) {
	r.working.Go(func() {
		if err := f(); err != nil {
			r.log.Error("stopped", "err", err)
		}
	})
}

// repairs ticks until ctx ends, and sweeps expired items now and then.
func (r *Runtime) repairs(ctx context.Context) error {
	t := time.NewTicker(r.options.Tick)
	defer t.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if err := r.Engine.Tick(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("tick", "err", err)
		}
		r.keepTime()
		if n%100 == 0 {
			if _, err := r.table.Sweep(ctx); err != nil && ctx.Err() == nil {
				r.log.Error("sweep", "err", err)
			}
			if err := r.Blobs.Sweep(); err != nil {
				r.log.Error("sweep", "err", err)
			}
		}
	}
}

// Close stops the work, lets calls in flight end, and gives the folder free.
func (r *Runtime) Close() error {
	if r.stop != nil {
		r.stop()
		r.working.Wait()
	}
	var faults []error
	if len(r.closers) > 0 {
		r.keepTime()
	}
	for _, c := range r.closers {
		faults = append(faults, c.Close())
	}
	r.closers = nil
	return errors.Join(faults...)
}

// Feed makes a reader of events that looks into the table once in fresh; 0 is event.Fresh.
func (r *Runtime) Feed(fresh time.Duration) *event.Feed {
	return event.NewFeed(r.table, r.clock, fresh)
}

// Files serves the upload and download addresses of the blob store, below /files/.
func (r *Runtime) Files() http.Handler { return r.Blobs.Handler() }

// secret reads 32 random bytes, made on first use, readable by the owner alone.
func secret(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 32 {
		return key, nil
	}
	if err != nil && !os.IsNotExist(err) {
		return nil, errs.New(errs.Invalid, "key_file", path+" can't be read").With(err)
	}
	key = make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, key, 0o600); err != nil {
		return nil, errs.New(errs.Unavailable, "key_file", path+" can't be written: is the disk full?").With(err)
	}
	return key, os.Rename(tmp, path)
}

// Folder is the data folder.
func (r *Runtime) Folder() string { return r.options.Data }
