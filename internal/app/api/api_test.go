package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/igny8/igny8/internal/account"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/billing"
	connections "github.com/igny8/igny8/internal/app/integration"
	"github.com/igny8/igny8/internal/app/overview"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/planner"
	"github.com/igny8/igny8/internal/app/system"
	"github.com/igny8/igny8/internal/app/writer"
	"github.com/igny8/igny8/internal/automation"
	"github.com/igny8/igny8/internal/blob"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/content"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/event"
	"github.com/igny8/igny8/internal/httpapi"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/httpapi/reference/page"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/imagery"
	"github.com/igny8/igny8/internal/integration"
	"github.com/igny8/igny8/internal/keyword"
	"github.com/igny8/igny8/internal/prompt"
	"github.com/igny8/igny8/internal/queue"
	queues "github.com/igny8/igny8/internal/queue/embedded"
	seals "github.com/igny8/igny8/internal/seal/embedded"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/upload"
	"github.com/igny8/igny8/internal/view"
	"github.com/igny8/igny8/internal/workflow"
	"github.com/igny8/igny8/internal/workflow/asl"
	flows "github.com/igny8/igny8/internal/workflow/embedded"
)

const ann, eve = apitest.As("owner@acc_ann"), apitest.As("owner@acc_eve")

var update = flag.Bool("update", false, "write docs/openapi.json")

// world is all services on the embedded drivers, with a site of each account.
type world struct {
	*apitest.Kit
	t        *testing.T
	deps     api.Deps
	ops      []httpapi.Operation
	h        http.Handler
	blob     *blobs.Store
	queue    *queues.Queue
	site     site.Site
	content  string
	image    string
	evesSite string
}

type tester struct{}

func (tester) Test(context.Context, integration.Connection) (integration.Report, error) {
	return integration.Report{Site: "Blog"}, nil
}

// plain stands for the pipeline's stages: their work is tested beside them. Each plan is of
// another input, so that only an idempotency key gives the same job again.
type plain struct {
	n     int
	plans *atomic.Int64
}

func (p plain) Number() int { return p.n }
func (p plain) Plan(_ context.Context, _ account.Scope, in automation.PlanInput) (automation.Selection, error) {
	var sel automation.Selection
	for _, i := range in.Items {
		sel.Jobs = append(sel.Jobs, automation.JobSpec{Item: i, Title: "one", Input: fmt.Sprint(p.plans.Add(1)), Queue: queue.Publish})
	}
	return sel, nil
}
func (plain) Do(context.Context, account.Scope, *automation.Work) (automation.Outcome, error) {
	return automation.Outcome{Result: json.RawMessage(`{"external_url":"http://blog.example/one"}`)}, nil
}
func (plain) Fold(context.Context, account.Scope, automation.FoldInput) (automation.Counts, error) {
	return automation.Counts{}, nil
}

func need[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	k, dir := apitest.NewKit(t), t.TempDir()
	w := &world{Kit: k, t: t}
	w.blob = need[*blobs.Store](t)(blobs.Open(filepath.Join(dir, "blob"), "http://files.example/files", []byte("0123456789abcdef0123456789abcdef"), k.Clock))
	w.queue = need[*queues.Queue](t)(queues.Open(filepath.Join(dir, "queue.db"), k.Clock, queues.Options{}))
	m := need[*asl.Machine](t)(asl.Parse(need[[]byte](t)(os.ReadFile("../../../statemachines/pipeline.asl.json")), map[string]string{"StageFunction": "stage"}))
	flow := need[*flows.Engine](t)(flows.Open(filepath.Join(dir, "flow.db"), m, map[string]workflow.Function{
		"stage": func(context.Context, []byte) ([]byte, error) { return []byte("{}"), nil },
	}, k.Clock, flows.Options{}))
	t.Cleanup(func() { _, _ = w.queue.Close(), flow.Close() })
	key, err := keyfile.Load(filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	signing := identity.NewSigningKey(key)
	ports := parts.Ports{Table: k.Table, Blob: w.blob, Queue: w.queue, Workflow: flow, Clock: k.Clock, IDs: k.IDs, Log: slog.New(slog.DiscardHandler)}
	ports.Seal = need[*seals.Sealer](t)(seals.Open(filepath.Join(dir, "seal.key")))
	d := api.Deps{People: auth.New(ports, auth.Options{Key: signing.Source(), Public: signing.Public()}), Planner: planner.New(ports), Writer: writer.New(ports),
		Connections: connections.New(ports, http.DefaultClient), Views: view.New(k.Table, k.Clock, k.IDs), Events: event.NewFeed(k.Table, k.Clock, 0), Credits: parts.Credits(ports), Prompts: prompt.New(k.Table, k.Clock), Clock: k.Clock}
	d.Identity = identity.New(identity.Options{Table: k.Table, Clock: k.Clock, IDs: k.IDs, Key: signing.Source(), Public: signing.Public(),
		Passwords: identity.NewPasswords(&argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16})})
	d.Sites = site.New(site.Options{Table: k.Table, Clock: k.Clock, IDs: k.IDs})
	d.Integrations = integration.New(k.Table, ports.Seal, tester{}, k.Clock, k.IDs)
	stages := d.Files()
	for n := range automation.Last {
		stages = append(stages, plain{n + 1, new(atomic.Int64)})
	}
	d.Engine = parts.Engine(ports, parts.Working{Holder: "test"}, nil, stages...)
	w.deps, w.ops = d, api.Operations(d)
	w.h = k.Handler(t, w.ops)
	w.seed()
	return w
}

// seed makes a site of each account and one entity of each kind at ann's.
func (w *world) seed() {
	t, ctx, s := w.t, w.t.Context(), ann.Scope()
	industry := w.deps.Sites.Industries()[0]
	w.site = need[site.Site](t)(w.deps.Sites.Create(ctx, s, site.Draft{Name: "Socks", Industry: industry.ID}, idem.Key{}))
	w.evesSite = need[site.Site](t)(w.deps.Sites.Create(ctx, eve.Scope(), site.Draft{Name: "Hats", Industry: industry.ID}, idem.Key{})).ID
	c := content.Content{ID: "cnt_1", Site: w.site.ID, Sector: w.site.Sectors[0].ID, Title: "Wool socks", Slug: "wool-socks", Status: content.Review,
		SiteStatus: content.NotPublished, ContentType: "post", ContentStructure: "article", ImagesExpected: 1}
	w.content = c.ID
	if err := w.deps.Contents.Store(ctx, s, &c, "<h2>Wool</h2><p>Warm feet all winter long.</p>"); err != nil {
		t.Fatal(err)
	}
	w.image = imagery.ID(c.ID, imagery.Featured, 0)
	img := imagery.Image{ID: w.image, Site: w.site.ID, Content: c.ID, ImageType: imagery.Featured, Prompt: "socks on a line", AltText: "socks", Status: imagery.Pending}
	f := need[imagery.File](t)(w.deps.Images.StoreFile(ctx, s, w.site.ID, "job_1", "image/png", 4, 4, []byte("picture")))
	contentOp := need[table.Op](t)(content.NewOp(s, c))
	imageOp := need[table.Op](t)(imagery.NewOp(s, img))
	if err := w.Table.Transact(ctx, contentOp, imageOp); err != nil {
		t.Fatal(err)
	}
	if err := w.Table.Transact(ctx, imagery.GeneratedOp(s, img, "job_1", f)); err != nil {
		t.Fatal(err)
	}
}

// work does all messages of a queue.
func (w *world) work(q queue.Name) {
	w.t.Helper()
	for range 10 {
		got, err := w.queue.Receive(w.t.Context(), q, 10, time.Minute, 0)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(got) == 0 {
			return
		}
		if failed := w.deps.Engine.HandleJobs(w.t.Context(), got); len(failed) > 0 {
			w.t.Fatalf("%d jobs failed", len(failed))
		}
		for _, d := range got {
			if err := w.queue.Done(w.t.Context(), q, d.Receipt); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// data sends a request and decodes its data.
func data[T any](w *world, as apitest.As, method, path, body string, status int, header map[string]string) T {
	w.t.Helper()
	var out struct{ Data T }
	raw := apitest.Scenario{Name: path, As: as, Method: method, Path: path, Body: body, Header: header, Status: status}.Run(w.t, w.h)
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		w.t.Fatal(err)
	}
	return out.Data
}

func (w *world) upload(text string) string {
	f := need[upload.Ticket](w.t)(w.deps.Uploads.Start(w.t.Context(), ann.Scope(), upload.Request{Filename: "k.csv", Size: int64(len(text))}))
	if err := w.blob.Put(w.t.Context(), blob.Of(ann.Scope(), "uploads", f.ID), "text/csv", []byte(text)); err != nil {
		w.t.Fatal(err)
	}
	return f.ID
}

func TestDocument(t *testing.T) {
	t.Parallel()
	doc := need[[]byte](t)(api.Document())
	for name, made := range map[string][]byte{"openapi.json": doc, "reference.html": need[[]byte](t)(page.Page(doc))} {
		at := filepath.Join("..", "..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(at, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(at); err != nil || !bytes.Equal(kept, made) {
			t.Errorf("docs/%s is stale (%v): make docs", name, err)
		}
	}
}

// TestPrefixes: each group is served by a function of its own, to which the gateway sends
// what is below the group's prefixes; a route elsewhere would reach another function.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	d := newWorld(t).deps
	sites := parts.SiteFinder{Sites: d.Sites}
	for _, g := range []struct {
		ops      []httpapi.Operation
		prefixes []string
	}{
		{d.People.Operations(), []string{"/v1/auth/"}},
		{d.Planner.Operations(sites, d.Engine), []string{"/v1/planner/"}},
		{d.Writer.Operations(sites, d.Engine), []string{"/v1/writer/"}},
		{append(d.Engine.Routes(sites), overview.New(sites, d.Planner, d.Writer, d.Engine, d.Integrations).Routes()...), []string{"/v1/automation/", "/v1/jobs/", "/v1/account/"}},
		{d.Connections.Operations(sites), []string{"/v1/integration/"}},
		{system.Operations(d.Uploads, d.Sites, d.Views, d.Prompts, d.Clock), []string{"/v1/system/"}},
		{d.Events.Routes(true), []string{"/v1/events/"}},
		{billing.Operations(d.Credits), []string{"/v1/billing/"}},
	} {
		for _, op := range g.ops {
			if !slices.ContainsFunc(g.prefixes, func(p string) bool { return strings.HasPrefix(op.Spec.Path, p) }) {
				t.Errorf("%s %s is not below %v", op.Spec.Method, op.Spec.Path, g.prefixes)
			}
		}
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := httpapi.CheckRoutes(w.ops); err != nil {
		t.Error(err)
	}
	apitest.Walk(t, w.Kit, w.ops)
}

func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := w.upload("keyword,volume\nwool socks,100\nred socks,20\n,3\n")
	const path = "/v1/planner/keywords/import_keywords/"
	list := "/v1/planner/keywords/?site_id=" + w.site.ID
	ask := func(upload, more string) automation.JobView {
		return data[automation.JobView](w, ann, "POST", path, `{"site_id":"`+w.site.ID+`","upload_id":"`+upload+`"`+more+`}`, 202, nil)
	}
	done := func(j automation.JobView, has ...string) {
		t.Helper()
		w.work(queue.Bulk)
		apitest.Scenario{Name: "job", As: ann, Method: "GET", Path: "/v1/jobs/" + j.ID + "/", Status: 200, Has: has}.Run(t, w.h)
	}
	dry := ask(up, `,"dry_run":true`)
	done(dry, `"status":"done"`, `"new":2`, `"dry_run":true`, `"faults_count":1`, `"line":4`)
	apitest.Scenario{Name: "dry run wrote", As: ann, Method: "GET", Path: list, Status: 200, Has: []string{`"count":0`}}.Run(t, w.h)
	wet := ask(up, "")
	if wet.ID == dry.ID {
		t.Error("the import is the dry run's job")
	}
	done(wet, `"status":"done"`, `"new":2`, `"dry_run":false`)
	apitest.Scenario{Name: "keywords", As: ann, Method: "GET", Path: list + "&volume_min=50", Status: 200, Has: []string{`"count":1`, `"keyword":"wool socks"`}, Not: []string{"red"}}.Run(t, w.h)
	if again := ask(up, ""); again.ID != wet.ID || again.Status != "done" {
		t.Errorf("the same import again: %+v", again)
	}
	done(ask(w.upload("a,b\n1,2\n"), ""), `"status":"failed"`, `"cause":"input"`, `"reason":"`)
	long := "keyword,volume\nwarm socks,1\n" + strings.Repeat(",3\n", 30)
	done(ask(w.upload(long), ""), `"status":"done"`, `"faults_count":30`, `"report_url":"http`)
	apitest.Scenario{Name: "no such upload", As: ann, Method: "POST", Path: path, Body: `{"site_id":"` + w.site.ID + `","upload_id":"upl_x"}`, Status: 404}.Run(t, w.h)
	apitest.Scenario{Name: "sector", As: ann, Method: "POST", Path: path, Body: `{"site_id":"` + w.site.ID + `","upload_id":"` + up + `","sector_id":"sec_x"}`, Status: 400, Has: []string{"sector_id"}}.Run(t, w.h)
}

// Several uploads, a pasted text, a mapping and tags go through one job; the list goes out
// again by another.
func TestImportManyAndExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const at = "/v1/planner/keywords/"
	site := `{"site_id":"` + w.site.ID + `"`
	job := func(path, more string, has ...string) string {
		t.Helper()
		j := data[automation.JobView](w, ann, "POST", at+path+"/", site+more+"}", 202, nil)
		w.work(queue.Bulk)
		apitest.Scenario{Name: path, As: ann, Method: "GET", Path: "/v1/jobs/" + j.ID + "/", Status: 200, Has: append(has, `"status":"done"`)}.Run(t, w.h)
		return j.ID
	}
	one, two := w.upload("keyword,volume\nwool socks,100\nred socks,20\n"), w.upload("Phrase,Often\nWOOL socks,90\nnew socks,7\n")
	job("import_keywords", `,"upload_ids":["`+one+`"]`, `"new":2`, `"files":[]`)
	job("import_keywords", `,"upload_ids":["`+one+`","`+two+`"],"tags":["batch"],"mapping":{"keyword":"Phrase","volume":"Often"},"dry_run":true`, `"new":1`, `"already":2`, `"elsewhere":1`, `"volume_sum":217`)
	job("import_keywords", `,"text":"rain coat\nwool socks\n=1+1\n","tags":["Batch"]`, `"name":"pasted text"`, `"new":2`, `"already":1`, `"updated":1`)
	for _, x := range []apitest.Scenario{
		{Name: "tags", As: ann, Method: "GET", Path: at + "tags/?site_id=" + w.site.ID + "&search=BAT", Status: 200, Has: []string{`{"tag":"Batch","keywords_count":3}`}},
		{Name: "no tag", As: ann, Method: "GET", Path: at + "tags/?site_id=" + w.site.ID + "&search=x", Status: 200, Has: []string{`"tags":[]`}},
		{Name: "nothing", As: ann, Method: "POST", Path: at + "import_keywords/", Body: site + "}", Status: 400, Has: []string{"upload_id"}},
		{Name: "mapping", As: ann, Method: "POST", Path: at + "import_keywords/", Body: site + `,"text":"a","mapping":{"price":"x"}}`, Status: 400, Has: []string{"price"}},
		{Name: "tag", As: ann, Method: "POST", Path: at + "import_keywords/", Body: site + `,"text":"a","tags":["` + strings.Repeat("x", 51) + `"]}`, Status: 400, Has: []string{"tags"}},
		{Name: "long text", As: ann, Method: "POST", Path: at + "import_keywords/", Body: site + `,"text":"` + strings.Repeat("x ", 60_000) + `"}`, Status: 400, Has: []string{"100 KB"}},
		{Name: "format", As: ann, Method: "POST", Path: at + "export/", Body: site + `,"format":"pdf"}`, Status: 400},
		{Name: "foreign site", As: ann, Method: "POST", Path: at + "export/", Body: `{"site_id":"sit_x"}`, Status: 404},
	} {
		x.Run(t, w.h)
	}
	for _, format := range []string{"csv", "xlsx"} {
		id := job("export", `,"format":"`+format+`"`, `"rows":4`, `"filename":"keywords.`+format+`"`, `"url":"http`)
		raw, _, err := blob.Read(t.Context(), w.blob, blob.Passing(ann.Scope(), "exports", id, "keywords."+format), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		all, err := keyword.Check(t.Context(), []keyword.Source{{Name: "x", Reader: bytes.NewReader(raw)}}, keyword.Options{})
		if err != nil || all[0].Rows != 4 || all[0].Tool != "IGNY8" || all[0].VolumeSum != 120 {
			t.Errorf("%s: %+v, %v", format, all, err)
		}
	}
	job("export", `,"search":"wool"`, `"rows":1`)
}

func TestRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(name string) string { return "/v1/automation/" + name + "/?site_id=" + w.site.ID }
	apitest.Scenario{Name: "none", As: ann, Method: "GET", Path: at("current_run"), Status: 200, Has: []string{`"data":null`}}.Run(t, w.h)
	key := map[string]string{"Idempotency-Key": "one"}
	r := data[automation.Run](w, ann, "POST", at("run_now"), "", 202, key)
	if again := data[automation.Run](w, ann, "POST", at("run_now"), "", 202, key); again.ID != r.ID {
		t.Errorf("the same key began another run: %s, %s", r.ID, again.ID)
	}
	apitest.Scenario{Name: "second", As: ann, Method: "POST", Path: at("run_now"), Status: 409, Has: []string{`"code":"run_active"`, `"run_id":["` + r.ID + `"]`}}.Run(t, w.h)
	apitest.Scenario{Name: "current", As: ann, Method: "GET", Path: at("current_run"), Status: 200, Has: []string{r.ID, `"stage_1_result":`, `"stage_7_result":`}}.Run(t, w.h)
	apitest.Scenario{Name: "history", As: ann, Method: "GET", Path: at("history"), Status: 200, Has: []string{`"count":1`, r.ID}}.Run(t, w.h)
	run := "&run_id=" + r.ID
	for _, x := range []apitest.Scenario{
		{Name: "pause", Method: "POST", Path: at("pause") + run, Status: 200, Has: []string{`"calls_in_flight":0`}},
		{Name: "pause twice", Method: "POST", Path: at("pause") + run, Status: 409},
		{Name: "resume", Method: "POST", Path: at("resume") + run, Status: 200, Has: []string{`"status":"running"`}},
		{Name: "cancel", Method: "POST", Path: at("cancel") + run, Status: 200},
		{Name: "detail", Method: "GET", Path: at("run_detail") + run, Status: 200, Has: []string{`"status":"cancelled"`}},
		{Name: "logs", Method: "GET", Path: at("logs") + run + "&lines=2", Status: 200, Has: []string{"run_cancelled", "run_resumed"}, Not: []string{"run_started"}},
		{Name: "no site", Method: "POST", Path: "/v1/automation/run_now/?site_id=sit_x", Status: 404},
	} {
		x.As = ann
		x.Run(t, w.h)
	}
}

// TestOverview: what a dashboard shows, before, while and after a run stands still.
func TestOverview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	q := "?site_id=" + w.site.ID
	get := func(name, path string, has ...string) {
		t.Helper()
		apitest.Scenario{Name: name, As: ann, Method: "GET", Path: "/v1/" + path, Status: 200, Has: has}.Run(t, w.h)
	}
	get("no run", "automation/current_processing/"+q, `"data":null`)
	get("no run yet", "account/overview/"+q, `"run":null`, `"contents":{"review":1}`, `"images":{"generated":1}`, `"kind":"content_review","count":1`, `"kind":"low_credits"`)
	if err := w.deps.Credits.Grant(t.Context(), ann.Scope(), credit.Whole(500), false, "test"); err != nil {
		t.Fatal(err)
	}
	get("the grant is told", "events/", `"kind":"credits_changed"`, `"credits_left":500000`)
	apitest.Scenario{Name: "credits", As: ann, Method: "GET", Path: "/v1/account/overview/" + q, Status: 200, Has: []string{`"credits":500000`}, Not: []string{"low_credits"}}.Run(t, w.h)
	done(w, w.upload("keyword,volume\nwool socks,100\nred socks,20\n"))
	get("pipeline", "automation/pipeline_overview/"+q, `{"stage":1,"name":"clustering","of":"keywords","counts":{"new":2},"total":2,"pending":2}`,
		`{"stage":5,"name":"prompts","of":"contents","counts":{"review":1},"total":1,"pending":0}`, `{"stage":7,"name":"review","of":"contents","counts":{"review":1},"total":1,"pending":1}`)
	r := data[automation.Run](w, ann, "POST", "/v1/automation/run_now/"+q, "", 202, nil)
	get("running", "automation/current_processing/"+q, `"run_id":"`+r.ID+`"`, `"stage":1`, `"name":"clustering"`, `"now":[]`, `"next":[]`, `"total":0`)
	get("no items yet", "automation/run_items/"+q+"&run_id="+r.ID, `"count":0`)
	data[automation.InFlight](w, ann, "POST", "/v1/automation/pause/"+q+"&run_id="+r.ID, "", 200, nil)
	get("paused", "account/overview/"+q, `"kind":"run_paused","run_id":"`+r.ID+`","cause":"person"`)
	for _, path := range []string{"automation/current_processing", "automation/pipeline_overview", "account/overview"} {
		w.foreign("GET", "/v1/"+path+"/"+q, "/v1/"+path+"/?site_id=none_x")
	}
	w.foreign("GET", "/v1/automation/run_items/"+q+"&run_id="+r.ID, "/v1/automation/run_items/?site_id=none_x&run_id="+r.ID)
}

// done imports a file to its end.
func done(w *world, upload string) {
	w.t.Helper()
	data[automation.JobView](w, ann, "POST", "/v1/planner/keywords/import_keywords/", `{"site_id":"`+w.site.ID+`","upload_id":"`+upload+`"}`, 202, nil)
	w.work(queue.Bulk)
}

func TestWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, q := "/v1/writer/content/"+w.content+"/", "?site_id="+w.site.ID
	for _, x := range []apitest.Scenario{
		{Name: "contents", Method: "GET", Path: "/v1/writer/content/" + q, Status: 200, Has: []string{`"count":1`, "Wool socks"}},
		{Name: "content", Method: "GET", Path: one, Status: 200, Has: []string{"Warm feet", `"image_url":"http`, w.image}},
		{Name: "content at its site", Method: "GET", Path: one + q, Status: 200},
		{Name: "content at another site", Method: "GET", Path: one + "?site_id=sit_x", Status: 404},
		{Name: "approve", Method: "POST", Path: one + "approve/", Status: 200, Has: []string{`"status":"approved"`}},
		{Name: "images", Method: "GET", Path: "/v1/writer/images/" + q + "&content_id=" + w.content, Status: 200, Has: []string{`"count":1`}},
		{Name: "image", Method: "GET", Path: "/v1/writer/images/" + w.image + "/", Status: 200, Has: []string{`"alt_text":"socks"`}},
		{Name: "file", Method: "GET", Path: "/v1/writer/images/" + w.image + "/file/", Status: 200, Has: []string{`"url":"http`, "image/png"}},
		{Name: "tasks", Method: "GET", Path: "/v1/writer/tasks/" + q, Status: 200, Has: []string{`"count":0`}},
		{Name: "ideas", Method: "GET", Path: "/v1/planner/ideas/" + q, Status: 200, Has: []string{`"count":0`}},
		{Name: "clusters", Method: "GET", Path: "/v1/planner/clusters/" + q, Status: 200, Has: []string{`"count":0`}},
		{Name: "ping", Method: "GET", Path: "/v1/system/ping/", Status: 200},
	} {
		x.As = ann
		x.Run(t, w.h)
	}
	key := map[string]string{"Idempotency-Key": "p"}
	j := data[automation.JobView](w, ann, "POST", one+"publish/", "", 202, key)
	w.work(queue.Publish)
	if again := data[automation.JobView](w, ann, "POST", one+"publish/", "", 202, key); again.ID != j.ID || again.Status != "done" {
		t.Errorf("the same key: %+v, %+v", j, again)
	}
}

func TestIntegrations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/v1/integration/integrations/"
	i := data[integration.Integration](w, ann, "POST", path, `{"site_id":"`+w.site.ID+`","site_url":"https://blog.example","username":"ann","app_password":"abcd efgh ijkl mnop"}`, 201, nil)
	for _, x := range []apitest.Scenario{
		{Name: "list", Method: "GET", Path: path, Status: 200, Has: []string{`"count":1`}, Not: []string{"mnop"}},
		{Name: "one", Method: "GET", Path: path + i.ID + "/", Status: 200, Not: []string{"mnop"}},
		{Name: "test", Method: "POST", Path: path + i.ID + "/test_connection/", Status: 200, Has: []string{`"success":true`}},
	} {
		x.As = ann
		x.Run(t, w.h)
	}
	w.foreign("GET", path+i.ID+"/", path+"int_x/")
	w.foreign("POST", path+i.ID+"/test_connection/", path+"int_x/test_connection/")
}

// foreign holds that another account's record answers as an absent one does, byte by byte.
func (w *world) foreign(method, theirs, none string) {
	w.t.Helper()
	a, b := apitest.Do(w.h, eve, method, theirs, "", nil), apitest.Do(w.h, eve, method, none, "", nil)
	strip := func(s string) string { before, _, _ := strings.Cut(s, `,"request_id"`); return before }
	if a.Code != 404 || b.Code != 404 || strip(a.Body.String()) != strip(b.Body.String()) {
		w.t.Errorf("%s %s: %d %s, an absent one: %d %s", method, theirs, a.Code, a.Body, b.Code, b.Body)
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := need[automation.Run](t)(w.deps.Engine.Start(t.Context(), ann.Scope(), w.site.ID, automation.Manual))
	j := data[automation.JobView](w, ann, "POST", "/v1/writer/content/"+w.content+"/publish/", "", 202, nil)
	for _, x := range []struct{ id, path, method string }{
		{w.content, "/v1/writer/content/%/", "GET"},
		{w.content, "/v1/writer/content/%/?site_id=" + w.site.ID, "GET"},
		{w.content, "/v1/writer/content/%/approve/", "POST"},
		{w.content, "/v1/writer/content/%/publish/", "POST"},
		{w.image, "/v1/writer/images/%/", "GET"},
		{w.image, "/v1/writer/images/%/file/", "GET"},
		{j.ID, "/v1/jobs/%/", "GET"},
		{w.site.ID, "/v1/auth/sites/%/", "GET"},
		{r.ID, "/v1/automation/logs/?site_id=" + w.site.ID + "&run_id=%", "GET"},
		{r.ID, "/v1/automation/run_detail/?site_id=" + w.evesSite + "&run_id=%", "GET"},
		{r.ID, "/v1/automation/pause/?site_id=" + w.site.ID + "&run_id=%", "POST"},
		{r.ID, "/v1/automation/resume/?site_id=" + w.site.ID + "&run_id=%", "POST"},
		{r.ID, "/v1/automation/cancel/?site_id=" + w.site.ID + "&run_id=%", "POST"},
	} {
		w.foreign(x.method, strings.Replace(x.path, "%", x.id, 1), strings.Replace(x.path, "%", "none_x", 1))
	}
	for _, path := range []string{"planner/keywords", "planner/clusters", "planner/ideas", "writer/tasks", "writer/content", "writer/images",
		"automation/current_run", "automation/history", "integration/integrations"} {
		w.foreign("GET", "/v1/"+path+"/?site_id="+w.site.ID, "/v1/"+path+"/?site_id=none_x")
	}
	if v, err := w.deps.Engine.Current(t.Context(), ann.Scope(), w.site.ID); err != nil || v.Status != automation.StatusRunning {
		t.Errorf("the run was touched: %+v, %v", v.Status, err)
	}
	if c, err := w.deps.Contents.Get(t.Context(), ann.Scope(), w.site.ID, w.content); err != nil || c.Status != content.Review {
		t.Errorf("the content was touched: %+v, %v", c.Status, errs.Of(err))
	}
}
