package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/igny8/igny8/internal/ai"
	"github.com/igny8/igny8/internal/app/api"
	"github.com/igny8/igny8/internal/app/auth"
	"github.com/igny8/igny8/internal/app/parts"
	"github.com/igny8/igny8/internal/app/pipeline"
	"github.com/igny8/igny8/internal/app/product"
	"github.com/igny8/igny8/internal/app/providers"
	"github.com/igny8/igny8/internal/app/providers/pictures"
	"github.com/igny8/igny8/internal/app/publishing"
	blobs "github.com/igny8/igny8/internal/blob/embedded"
	"github.com/igny8/igny8/internal/credit"
	"github.com/igny8/igny8/internal/httpapi/apitest"
	"github.com/igny8/igny8/internal/httpapi/idem"
	"github.com/igny8/igny8/internal/identity"
	"github.com/igny8/igny8/internal/identity/keyfile"
	"github.com/igny8/igny8/internal/queue"
	queues "github.com/igny8/igny8/internal/queue/embedded"
	seals "github.com/igny8/igny8/internal/seal/embedded"
	"github.com/igny8/igny8/internal/site"
	"github.com/igny8/igny8/internal/table"
	"github.com/igny8/igny8/internal/view"
)

// shop is the whole product on embedded drivers with the demo's writer and painter, whose
// queues are worked on when a test says so.
type shop struct {
	apitest.Caller
	*apitest.Kit
	*product.Product
	queue *queues.Queue
	site  site.Site
}

func newShop(t *testing.T, credits int64) *shop {
	t.Helper()
	k, dir := apitest.NewKit(t), t.TempDir()
	w := &shop{Kit: k}
	blob := need[*blobs.Store](t)(blobs.Open(filepath.Join(dir, "blob"), "http://files.example/files", []byte("0123456789abcdef0123456789abcdef"), k.Clock))
	w.queue = need[*queues.Queue](t)(queues.Open(filepath.Join(dir, "queue.db"), k.Clock, queues.Options{}))
	t.Cleanup(func() { _ = w.queue.Close() })
	private, err := keyfile.Load(filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key := identity.NewSigningKey(private)
	p := parts.Ports{Table: k.Table, Blob: blob, Queue: w.queue, Seal: need[*seals.Sealer](t)(seals.Open(filepath.Join(dir, "seal.key"))),
		Clock: k.Clock, IDs: k.IDs, Log: slog.New(slog.DiscardHandler)}
	o := product.Settings{Auth: auth.Options{Key: key.Source(), Public: key.Public(), NewSites: parts.NewSites{TextModel: ai.DemoTextModel, ImageModel: ai.DemoImageModel}},
		Publishing: publishing.Options{PreviewBase: "http://preview.example"}, Working: parts.Working{Holder: "test", SoleUser: true}}
	w.Product = product.New(p, pipeline.Makers{Texts: providers.Texts(providers.Options{}), Images: pictures.Images(providers.Options{})}, http.DefaultClient, o)
	w.Caller = apitest.Caller{T: t, H: k.Handler(t, api.Operations(api.Deps{People: w.People, Planner: w.Planner, Writer: w.Writer,
		Connections: w.Connections, Engine: w.Engine, Views: view.New(k.Table, k.Clock, k.IDs), Clock: k.Clock}))}
	if err := w.Credits.Grant(t.Context(), ann.Scope(), credit.Whole(credits), false, "test"); err != nil {
		t.Fatal(err)
	}
	w.site = need[site.Site](t)(w.Sites.Create(t.Context(), ann.Scope(), site.Draft{Name: "Coffee", Industry: w.Sites.Industries()[0].ID}, idem.Key{}))
	return w
}

// work does all that is on the queues.
func (w *shop) work() {
	w.T.Helper()
	for busy := true; busy; {
		busy = false
		for _, q := range queue.Names() {
			got, err := w.queue.Receive(w.T.Context(), q, 10, time.Minute, 0)
			if err != nil {
				w.T.Fatal(err)
			}
			if failed := w.Engine.HandleJobs(w.T.Context(), got); len(failed) > 0 {
				w.T.Fatalf("%d jobs failed", len(failed))
			}
			for _, d := range got {
				busy = true
				if err := w.queue.Done(w.T.Context(), q, d.Receipt); err != nil {
					w.T.Fatal(err)
				}
			}
		}
	}
}

// ids gives the ids of a list, oldest first.
func (w *shop) ids(path, filter string) (out []string) {
	w.T.Helper()
	res := apitest.Do(w.H, ann, http.MethodGet, "/v1/"+path+"?site_id="+w.site.ID+"&page_size=100&ordering=created_at"+filter, "", nil)
	var body struct{ Results []struct{ ID any } }
	if err := json.Unmarshal(res.Body.Bytes(), &body); err != nil || res.Code != 200 {
		w.T.Fatalf("%s: %d %v", path, res.Code, err)
	}
	for _, x := range body.Results {
		out = append(out, fmt.Sprint(x.ID))
	}
	return out
}

// some is a body that names records.
func (w *shop) some(ids []string, more string) string {
	list, _ := json.Marshal(ids)
	return `{"site_id":"` + w.site.ID + `","ids":` + string(list) + more + `}`
}

// jobs asks for work and gives the jobs' ids and states.
func (w *shop) jobs(path, body, key string) (ids []string, states map[string]int) {
	w.T.Helper()
	res := apitest.Do(w.H, ann, http.MethodPost, "/v1/"+path, body, map[string]string{"Idempotency-Key": key})
	var got struct{ Data []struct{ ID, Status string } }
	if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil || res.Code != 202 {
		w.T.Fatalf("%s: %d %s", path, res.Code, res.Body)
	}
	states = map[string]int{}
	for _, j := range got.Data {
		ids = append(ids, j.ID)
		states[j.Status]++
	}
	return ids, states
}

func (w *shop) balance() credit.Amount {
	b, err := w.Credits.Balance(w.T.Context(), ann.Scope())
	if err != nil {
		w.T.Fatal(err)
	}
	return b.Total()
}

// TestByHand walks from keywords to a published article, step by step, as a person does who
// starts no run; each step is asked for twice and paid for once.
func TestByHand(t *testing.T) {
	t.Parallel()
	w := newShop(t, 10_000)
	say := func(path, body string, status int, says ...string) {
		t.Helper()
		w.Call(ann, http.MethodPost, "/v1/"+path, body, status, says)
	}
	for _, k := range []string{"cold brew coffee", "cold brew ratio", "cold brew recipe", "how to make cold brew", "cold brew at home", "cold brew filter"} {
		say("planner/keywords/", `{"site_id":"`+w.site.ID+`","keyword":"`+k+`"}`, 201)
	}
	// twice asks for work under one key, under another one while it is open, and when it is done.
	twice := func(path, body string, want int) {
		t.Helper()
		first, _ := w.jobs(path, body, path+"1")
		if len(first) != want {
			t.Fatalf("%s: %d jobs, want %d", path, len(first), want)
		}
		held := w.balance()
		for _, key := range []string{path + "1", path + "2"} {
			if again, _ := w.jobs(path, body, key); strings.Join(again, " ") != strings.Join(first, " ") {
				t.Errorf("%s: asked for again, other jobs: %v, %v", path, first, again)
			}
		}
		if w.balance() != held {
			t.Errorf("%s: the repeat held credits", path)
		}
		w.work()
		paid := w.balance()
		again, states := w.jobs(path, body, path+"1")
		if w.work(); len(again) != want || states["done"] != want || w.balance() != paid {
			t.Errorf("%s: when it is done: %v, %v, %s of %s", path, again, states, w.balance(), paid)
		}
	}
	twice("planner/keywords/auto_cluster/", `{"site_id":"`+w.site.ID+`"}`, 1)
	say("planner/keywords/auto_cluster/", `{"site_id":"`+w.site.ID+`"}`, 409, "nothing_to_do")
	clusters := w.ids("planner/clusters/", "")
	if len(clusters) == 0 {
		t.Fatal("no clusters")
	}
	twice("planner/clusters/auto_generate_ideas/", w.some(clusters, ""), len(clusters))
	say("planner/clusters/auto_generate_ideas/", w.some(append(clusters, "clu_x"), ""), 409, "not_new", "clu_x", clusters[0])
	w.Call(ann, http.MethodPatch, "/v1/planner/clusters/"+clusters[0]+"/", `{"status":"new"}`, 409, []string{"has_ideas"})
	ideas := w.ids("planner/ideas/", "")
	say("planner/ideas/bulk_queue_to_writer/", w.some(append(ideas, "ide_x"), ""), 404, "ide_x")
	if n := len(w.ids("writer/tasks/", "")); n != 0 {
		t.Fatalf("%d tasks of a request that was refused", n)
	}
	queue := func(key string) string {
		res := apitest.Do(w.H, ann, http.MethodPost, "/v1/planner/ideas/bulk_queue_to_writer/", w.some(ideas, ""), map[string]string{"Idempotency-Key": key})
		body, _, _ := strings.Cut(res.Body.String(), `"request_id"`)
		return fmt.Sprint(res.Code) + body
	}
	if first := queue("q"); queue("q") != first || !strings.HasPrefix(first, "200") || !strings.HasPrefix(queue("r"), "409") {
		t.Errorf("queued twice: %.200s / %.200s", first, queue("r"))
	}
	tasks := w.ids("writer/tasks/", "")
	if len(tasks) != len(ideas) {
		t.Fatalf("%d tasks of %d ideas", len(tasks), len(ideas))
	}
	twice("writer/tasks/auto_generate_content/", w.some(tasks, ""), len(tasks))
	say("writer/tasks/auto_generate_content/", w.some(tasks[:1], ""), 409, "task_completed", tasks[0])
	contents := w.ids("writer/content/", "&status=draft")
	twice("writer/content/generate_image_prompts/", w.some(contents, ""), len(contents))
	images := w.ids("writer/images/", "&status=pending")
	w.Call(ann, http.MethodDelete, "/v1/writer/images/"+images[0]+"/", "", 200, nil) // its content does without
	twice("writer/images/generate_images/", w.some(images[1:], ""), len(images)-1)
	say("writer/images/generate_images/", w.some(images[:2], ""), 404, images[0])
	if ready := w.ids("writer/content/", "&status=review"); len(ready) != len(contents) {
		t.Fatalf("%d of %d contents are in review", len(ready), len(contents))
	}

	one := "/v1/writer/content/" + contents[0] + "/"
	w.Call(ann, http.MethodPost, one+"reject/", `{"reason":"too dry"}`, 200, []string{`"status":"draft"`, "too dry"})
	say("writer/content/bulk_approve/", w.some(contents, ""), 409, "not_in_review", contents[0], "nothing was done")
	say("writer/content/bulk_publish/", w.some(contents, ""), 409, "not_reviewed", contents[0])
	if n := len(w.ids("writer/content/", "&status=approved")); n != 0 {
		t.Errorf("%d were approved by a request that was refused", n)
	}
	w.Call(ann, http.MethodPost, one+"to_review/", "", 200, []string{`"status":"review"`})
	say("writer/content/bulk_approve/", w.some(contents, ""), 200, fmt.Sprintf(`"changed":%d`, len(contents)))
	say("writer/content/bulk_approve/", w.some(contents, ""), 200, `"changed":0`)
	twice("writer/content/bulk_publish/", w.some(contents, ""), len(contents))
	say("writer/content/bulk_publish/", w.some(contents[:1], ""), 409, "already_published", "http://preview.example")

	got := w.Call(ann, http.MethodPatch, one, `{"title":"Better"}`, 200, []string{`"changed_since_publish":true`, `"title":"Better"`, `"site_status":"published"`})
	w.Call(ann, http.MethodPatch, one, `{"slug":"elsewhere"}`, 409, []string{"slug_published"})
	w.Call(ann, http.MethodDelete, one, "", 200, []string{got["external_url"].(string), "delete it on the site itself"})
	w.Call(ann, http.MethodGet, one, "", 404, nil)
	w.Call(ann, http.MethodPost, one+"restore/", "", 200, []string{`"title":"Better"`})
}

// TestNothingIsPulledAway: what a job waits for or works on is not deleted, and what is
// deleted in the moment between loses no answer that was paid for.
func TestNothingIsPulledAway(t *testing.T) {
	t.Parallel()
	w := newShop(t, 1000)
	ctx, s := t.Context(), ann.Scope()
	made := w.Call(ann, http.MethodPost, "/v1/writer/tasks/", `{"site_id":"`+w.site.ID+`","title":"Cold brew","word_count":300}`, 201, nil)
	task := made["id"].(string)
	w.jobs("writer/tasks/auto_generate_content/", w.some([]string{task}, ""), "k")
	busy := func(method, path, body, code string) {
		t.Helper()
		w.Call(ann, method, "/v1/"+path, body, 409, []string{code})
	}
	busy(http.MethodDelete, "writer/tasks/"+task+"/", "", "in_work")
	w.oldMarkers()
	busy(http.MethodDelete, "writer/tasks/"+task+"/", "", "in_work")
	busy(http.MethodPost, "writer/tasks/bulk_delete/", w.some([]string{task}, ""), "in_work")
	busy(http.MethodDelete, "auth/sites/"+w.site.ID+"/", "", "site_busy")
	w.work()
	w.Call(ann, http.MethodDelete, "/v1/writer/tasks/"+task+"/", "", 200, []string{"con_"})

	content := w.ids("writer/content/", "")[0]
	w.jobs("writer/content/generate_image_prompts/", w.some([]string{content}, ""), "k")
	busy(http.MethodDelete, "writer/content/"+content+"/", "", "in_work")
	busy(http.MethodPost, "writer/content/bulk_delete/", w.some([]string{content}, ""), "in_work")
	busy(http.MethodPost, "writer/content/"+content+"/to_review/", "", "in_work")
	w.work()
	images := w.ids("writer/images/", "")
	w.jobs("writer/images/generate_images/", w.some(images[:1], ""), "k")
	busy(http.MethodDelete, "writer/images/"+images[0]+"/", "", "in_work")
	busy(http.MethodPatch, "writer/images/"+images[0]+"/", `{"prompt":"other"}`, "in_work")
	busy(http.MethodDelete, "writer/content/"+content+"/", "", "in_work") // for its picture
	w.Call(ann, http.MethodPatch, "/v1/writer/images/"+images[1]+"/", `{"prompt":"other"}`, 200, []string{`"prompt":"other"`})
	w.work()
	w.Call(ann, http.MethodPatch, "/v1/writer/images/"+images[0]+"/", `{"prompt":"other"}`, 409, []string{"image_generated"})

	integration := w.Call(ann, http.MethodPost, "/v1/integration/integrations/", `{"site_id":"`+w.site.ID+`","site_url":"https://blog.example","username":"ann","app_password":"abcd efgh ijkl"}`, 201, nil)
	at := "/v1/integration/integrations/" + integration["id"].(string) + "/"
	w.Call(ann, http.MethodPost, "/v1/writer/content/"+content+"/to_review/", "", 200, nil)
	w.jobs("writer/content/bulk_publish/", w.some([]string{content}, ""), "k")
	for _, body := range []string{`{"site_url":"https://other.example"}`, `{"username":"eve"}`, `{"is_active":false}`} {
		w.Call(ann, http.MethodPatch, at, body, 409, []string{"in_work"})
	}
	w.Call(ann, http.MethodPatch, at, `{"app_password":"mnop qrst uvwx","site_url":"https://blog.example/"}`, 200, []string{`"sync_status":"pending"`})
	w.Call(ann, http.MethodDelete, at, "", 409, []string{"in_work"})
	busy(http.MethodDelete, "writer/content/"+content+"/", "", "in_work")
	w.work()

	// A site that goes takes its connections and their passwords along.
	w.Call(ann, http.MethodDelete, "/v1/auth/sites/"+w.site.ID+"/", "", 200, nil)
	w.Call(ann, http.MethodGet, at, "", 404, nil)
	w.Call(ann, http.MethodGet, "/v1/writer/content/?site_id="+w.site.ID, "", 404, nil)
	if _, err := w.Integrations.Credentials(ctx, s, w.site.ID); err == nil {
		t.Error("the password is still there")
	}
}

// oldMarkers makes the site's markers what they were before they named their items.
func (w *shop) oldMarkers() {
	w.T.Helper()
	n := 0
	for it, err := range table.All(w.T.Context(), w.Table, table.Query{Partition: table.OfSite(ann.Scope(), w.site.ID), Prefix: "OPEN#"}) {
		if err == nil {
			n++
			err = w.Table.Write(w.T.Context(), table.Change(it.Key, table.Changes{Remove: []string{"item", "stage"}}, table.Exists()))
		}
		if err != nil {
			w.T.Fatal(err)
		}
	}
	if n == 0 {
		w.T.Fatal("no markers")
	}
}

// TestDeletedTaskFreesItsIdea: the idea can be queued again, and there is one task then.
func TestDeletedTaskFreesItsIdea(t *testing.T) {
	t.Parallel()
	w := newShop(t, 1000)
	idea := w.Call(ann, http.MethodPost, "/v1/planner/ideas/", `{"site_id":"`+w.site.ID+`","idea_title":"Cold brew"}`, 201, nil)["id"].(string)
	for n := range 3 {
		w.Call(ann, http.MethodPost, "/v1/planner/ideas/bulk_queue_to_writer/", w.some([]string{idea}, ""), 200, []string{"Cold brew"})
		tasks := w.ids("writer/tasks/", "")
		if len(tasks) != 1 {
			t.Fatalf("round %d: tasks %v", n, tasks)
		}
		w.Call(ann, http.MethodGet, "/v1/planner/ideas/"+idea+"/", "", 200, []string{`"status":"queued"`, tasks[0]})
		w.Call(ann, http.MethodDelete, "/v1/writer/tasks/"+tasks[0]+"/", "", 200, nil)
		w.Call(ann, http.MethodGet, "/v1/planner/ideas/"+idea+"/", "", 200, []string{`"status":"new"`})
	}
}

// TestTooDear: when the credits do not cover all, none is begun.
func TestTooDear(t *testing.T) {
	t.Parallel()
	w := newShop(t, 50) // for some of the texts
	var ids []string
	for n := range 60 { // more than one request by hand used to take
		ids = append(ids, w.Call(ann, http.MethodPost, "/v1/writer/tasks/", fmt.Sprintf(`{"site_id":"%s","title":"Text %d","word_count":300}`, w.site.ID, n), 201, nil)["id"].(string))
	}
	before := w.balance()
	w.Call(ann, http.MethodPost, "/v1/writer/tasks/auto_generate_content/", w.some(ids, ""), 402, []string{"credits"})
	if w.work(); w.balance() != before || len(w.ids("writer/content/", "")) != 0 {
		t.Errorf("%s of %s are left, contents: %v", w.balance(), before, w.ids("writer/content/", ""))
	}
	if err := w.Credits.Grant(t.Context(), ann.Scope(), credit.Whole(5000), false, "more"); err != nil {
		t.Fatal(err)
	}
	jobs, _ := w.jobs("writer/tasks/auto_generate_content/", w.some(ids, ""), "k")
	if w.work(); len(jobs) != 60 || len(w.ids("writer/content/", "")) != 60 {
		t.Errorf("%d jobs, %d contents", len(jobs), len(w.ids("writer/content/", "")))
	}
}
