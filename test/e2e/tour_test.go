package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	lab "github.com/igny8/igny8/internal/lab/ai"
	cloud "github.com/igny8/igny8/internal/lab/aws"
	"github.com/igny8/igny8/internal/lab/aws/proxy"
	"github.com/igny8/igny8/internal/lab/wordpress"
	"github.com/igny8/igny8/test/stack"
)

// amazon is what the AWS runtime stands on.
type amazon struct {
	at       cloud.Lab
	d        stack.Deployment
	services *proxy.Proxy
}

// tour goes the ways of the deployed stack that a plain run does not: what a person does by
// hand, what is refused and tried again, what tick has to mend. It is there for the rights that
// only these ways use, and holds that each comes to its end.
type tour struct {
	*testing.T
	amazon
	c        *stack.Client
	wp       *wordpress.Site
	provider *lab.Lab
	site     stack.Site
	written  string // a job that wrote a text
}

func takeTour(t *testing.T, r runtime, o outcome) {
	g := &tour{T: t, amazon: *r.cloud, c: o.client, wp: r.wp, provider: r.provider, site: o.Reviewed.Site}
	g.people()
	g.plan()
	draft := g.write()
	g.publish(draft)
	g.runs()
	g.refusedFiles()
	g.mended()
}

// do asks, with the site in the body when there is one.
func (g *tour) do(method, path string, body map[string]any, want int) json.RawMessage {
	g.Helper()
	if body != nil {
		body["site_id"] = g.site.ID
	}
	a, _ := g.c.Do(method, path, body, want)
	return a.Data
}

// one is a record that an answer gives.
func (g *tour) id(method, path string, body map[string]any, want int) string {
	g.Helper()
	return stack.Decode[struct{ ID string }](g.c, path, g.do(method, path, body, want)).ID
}

func (g *tour) q(path string) string {
	and := "?"
	if strings.Contains(path, "?") {
		and = "&"
	}
	return path + and + "site_id=" + g.site.ID
}

// ask asks for jobs, of these records when there are some.
func (g *tour) ask(path string, ids ...string) (jobs []string) {
	g.Helper()
	body := map[string]any{}
	if len(ids) > 0 {
		body["ids"] = ids
	}
	for _, j := range stack.Decode[[]stack.Job](g.c, path, g.do(http.MethodPost, path, body, http.StatusAccepted)) {
		jobs = append(jobs, j.ID)
	}
	return jobs
}

const waits = 5 * time.Minute

// done waits for jobs to end well.
func (g *tour) done(jobs ...string) {
	g.Helper()
	for _, j := range jobs {
		g.c.Follow(j, waits)
	}
}

// fails waits until a job has failed.
func (g *tour) fails(job string) {
	g.Helper()
	for end := time.Now().Add(waits); stack.Call[stack.Job](g.c, http.MethodGet, "/v1/jobs/"+job+"/", nil, http.StatusOK).Status != "failed"; time.Sleep(300 * time.Millisecond) {
		if time.Now().After(end) {
			g.Fatalf("job %s has not failed", job)
		}
	}
}

// again waits until a job has failed, has it retried, and waits for that.
func (g *tour) again(job string, mend func()) {
	g.Helper()
	g.fails(job)
	mend()
	g.done(stack.Call[stack.Job](g.c, http.MethodPost, "/v1/jobs/"+job+"/retry/", nil, http.StatusAccepted).ID)
}

// fetch reads an address that the API gave away.
func (g *tour) fetch(url string) {
	g.Helper()
	res, err := http.Get(url)
	if err != nil {
		g.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		g.Errorf("a given address answers %d", res.StatusCode)
	}
}

func (g *tour) people() {
	s := stack.Call[stack.Site](g.c, http.MethodPost, "/v1/auth/sites/", map[string]any{"name": "Aside", "industry": "food-and-beverage", "destination": "wordpress"}, http.StatusCreated)
	g.c.Do(http.MethodGet, "/v1/auth/sites/", nil, http.StatusOK)
	g.c.Do(http.MethodPatch, "/v1/auth/sites/"+s.ID+"/", map[string]any{"name": "Put aside"}, http.StatusOK)
	g.c.Do(http.MethodPut, "/v1/auth/sites/"+s.ID+"/sectors/", map[string]any{"sectors": []string{"coffee-and-tea"}}, http.StatusOK)
	g.c.Do(http.MethodDelete, "/v1/auth/sites/"+s.ID+"/", nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/system/prompts/", nil, http.StatusOK)
	const prompt = "Write for people who brew coffee at home with simple tools. Give every amount in grams, and say what to change when a cup is sour or bitter."
	g.c.Do(http.MethodPut, "/v1/system/prompts/by_type/content_generation/", map[string]any{"prompt": prompt}, http.StatusOK)
	g.c.Do(http.MethodPost, "/v1/system/prompts/reset/", map[string]any{"type": "content_generation"}, http.StatusOK)
	g.c.Do(http.MethodPatch, "/v1/system/settings/ai/", map[string]any{"image_quality": "low"}, http.StatusOK)
	view := g.id(http.MethodPost, "/v1/system/views/", map[string]any{"list": "keywords", "name": "Easy", "query": "difficulty_max=30"}, http.StatusCreated)
	g.do(http.MethodGet, g.q("/v1/system/views/?list=keywords"), nil, http.StatusOK)
	g.do(http.MethodDelete, g.q("/v1/system/views/"+view+"/"), nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/events/", nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/billing/credits/balance/", nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/billing/credits/transactions/", nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/billing/credits/usage/summary/", nil, http.StatusOK)
	g.do(http.MethodGet, g.q("/v1/account/overview/"), nil, http.StatusOK)
}

const rows = "aeropress recipe\nbest aeropress recipe\naeropress recipes for beginners\naeropress coffee recipe\naeropress espresso recipe\ninverted aeropress recipe"

// paste imports keywords, and gives the job.
func (g *tour) paste(text string) string {
	g.Helper()
	return g.id(http.MethodPost, "/v1/planner/keywords/import_keywords/", map[string]any{"text": text}, http.StatusAccepted)
}

func (g *tour) plan() {
	g.done(g.paste(rows))
	g.do(http.MethodPost, "/v1/planner/keywords/bulk_update/", map[string]any{"filter": "status=new", "set": map[string]any{"add_tags": []string{"tour"}}}, http.StatusOK)
	file := g.c.Follow(g.id(http.MethodPost, "/v1/planner/keywords/export/", map[string]any{"format": "csv"}, http.StatusAccepted), waits)
	g.fetch(file.Result.URL)
	g.done(g.ask("/v1/planner/keywords/auto_cluster/")...)
	g.c.Do(http.MethodPatch, "/v1/system/settings/ai/", map[string]any{"compare_by": "openai"}, http.StatusOK)
	g.do(http.MethodGet, g.q("/v1/planner/clusters/vectors/"), nil, http.StatusOK)
	g.regroup()
	g.done(g.paste("aeropress filter\naeropress coffee"))
	g.regroup() // the vectors of two more are added to those that are there
	g.c.Do(http.MethodPatch, "/v1/system/settings/ai/", map[string]any{"compare_by": ""}, http.StatusOK)
	own := g.id(http.MethodPost, "/v1/planner/clusters/", map[string]any{"name": "accessories"}, http.StatusCreated)
	g.do(http.MethodDelete, g.q("/v1/planner/clusters/"+own+"/"), nil, http.StatusOK)
	for _, c := range stack.List[stack.Cluster](g.c, g.q("/v1/planner/clusters/?status=new")) {
		g.done(g.ask("/v1/planner/clusters/auto_generate_ideas/", c.ID)...)
	}
	idea := g.id(http.MethodPost, "/v1/planner/ideas/", map[string]any{"idea_title": "Aeropress or pour over", "content_structure": "comparison", "estimated_word_count": 900}, http.StatusCreated)
	g.do(http.MethodDelete, g.q("/v1/planner/ideas/"+idea+"/"), nil, http.StatusOK)
	g.do(http.MethodPost, g.q("/v1/planner/ideas/"+idea+"/restore/"), nil, http.StatusOK)
}

// regroup looks at what the clusters would be, makes it so, and takes it back.
func (g *tour) regroup() {
	type told struct {
		Job, Result *struct{ ID string }
	}
	const ask = "/v1/planner/clusters/recluster/"
	t := stack.Decode[told](g.c, ask, g.do(http.MethodPost, ask, map[string]any{"strictness": "tight"}, http.StatusOK))
	if t.Job != nil {
		g.done(t.Job.ID)
		t = stack.Decode[told](g.c, ask, g.do(http.MethodPost, ask, map[string]any{"strictness": "tight"}, http.StatusOK))
	}
	if t.Result == nil {
		g.Fatal("what a job computed is not found")
	}
	of := "/v1/planner/reclusterings/" + t.Result.ID
	g.do(http.MethodGet, g.q(of+"/changes/?strictness=0.75"), nil, http.StatusOK)
	g.do(http.MethodGet, g.q("/v1/planner/clusters/map/"), nil, http.StatusOK)
	done := stack.Decode[struct {
		Version int64 `json:"undo_version"`
	}](g.c, of, g.do(http.MethodPost, of+"/apply/", map[string]any{"strictness": 0.75}, http.StatusOK))
	if done.Version > 0 {
		g.do(http.MethodPost, "/v1/planner/keywords/undo/", map[string]any{"version": done.Version}, http.StatusOK)
	}
}

// write brings two tasks to pictures, one of them by way of refusals: the provider asks for
// patience, then does not take our key.
func (g *tour) write() (content string) {
	task := func(title string) string {
		return g.id(http.MethodPost, "/v1/writer/tasks/", map[string]any{"title": title, "word_count": 700}, http.StatusCreated)
	}
	g.do(http.MethodDelete, g.q("/v1/writer/tasks/"+task("Not this one")+"/"), nil, http.StatusOK)
	g.provider.Fault(lab.Fault{Kind: "429", Times: 1, RetryAfter: 1})
	g.written = g.ask("/v1/writer/tasks/auto_generate_content/", task("How to clean an aeropress"))[0]
	g.done(g.written)
	g.provider.Fault(lab.Fault{Kind: "401"})
	g.again(g.ask("/v1/writer/tasks/auto_generate_content/", task("Aeropress filters compared"))[0], g.provider.ClearFaults)
	// Providers whose keys this stack does not have: the workers look for them.
	other := func(field, model string) {
		g.c.Do(http.MethodPatch, "/v1/system/settings/ai/", map[string]any{field: model}, http.StatusOK)
	}
	other("text_model", "claude-sonnet-4-6")
	g.fails(g.ask("/v1/writer/tasks/auto_generate_content/", task("By another writer"))[0])
	other("text_model", "")
	drafts := stack.List[stack.Content](g.c, g.q("/v1/writer/content/?status=draft"))
	if len(drafts) == 0 {
		g.Fatal("no draft was written")
	}
	content = drafts[0].ID
	g.c.Do(http.MethodPatch, g.q("/v1/writer/content/"+content+"/"), map[string]any{"content_html": "<h2>By hand</h2><p>Rinse it at once.</p>"}, http.StatusOK)
	g.done(g.ask("/v1/writer/content/generate_image_prompts/", content)...)
	pending := stack.List[stack.Image](g.c, g.q("/v1/writer/images/?status=pending&content_id="+content))
	other("image_model", "stable-image-core")
	g.fails(g.ask("/v1/writer/images/generate_images/", pending[0].ID)[0])
	other("image_model", "")
	for n, i := range pending[1:] {
		g.provider.Fault(map[bool]lab.Fault{true: {Kind: "429", Times: 1, RetryAfter: 1}, false: {Kind: "401"}}[n == 0])
		j := g.ask("/v1/writer/images/generate_images/", i.ID)
		if n == 0 {
			g.done(j...)
		} else {
			g.again(j[0], g.provider.ClearFaults)
		}
		g.provider.ClearFaults()
		g.fetch(stack.Decode[struct{ URL string }](g.c, "file", g.do(http.MethodGet, g.q("/v1/writer/images/"+i.ID+"/file/"), nil, http.StatusOK)).URL)
	}
	g.done(g.ask("/v1/writer/images/generate_images/", pending[0].ID)...)
	return content
}

// publish sends a content out by way of a site that is busy, and then broken.
func (g *tour) publish(content string) {
	one := g.q("/v1/writer/content/" + content + "/approve/")
	g.do(http.MethodPost, one, nil, http.StatusOK)
	g.wp.MustUse("broken", `add_filter( 'rest_pre_dispatch', function ( $r, $s, $q ) {
	if ( $q->get_method() !== 'POST' ) { return $r; }
	$n = (int) get_option( 'igny8_broken' );
	update_option( 'igny8_broken', $n + 1 );
	return new WP_Error( 'rest_cannot_create', 'broken', array( 'status' => $n === 0 ? 503 : 401 ) );
}, 10, 3 );`)
	g.again(g.ask("/v1/writer/content/bulk_publish/", content)[0], func() { g.wp.MustUse("broken", "") })
	g.do(http.MethodGet, g.q("/v1/writer/content/"+content+"/receipt/"), nil, http.StatusOK)
	g.do(http.MethodGet, "/v1/jobs/"+g.written+"/answers/", nil, http.StatusOK)
	i := stack.List[struct{ ID string }](g.c, g.q("/v1/integration/integrations/"))[0]
	g.c.Do(http.MethodPatch, "/v1/integration/integrations/"+i.ID+"/", map[string]any{"username": g.wp.User, "app_password": g.wp.Password}, http.StatusOK)
}

// runs is a run that is paused and resumed; first its start is lost, and tick makes it.
func (g *tour) runs() {
	g.done(g.paste(strings.ReplaceAll(rows, "aeropress", "moka pot")))
	lost := g.services.Add(proxy.Rule{Kind: proxy.Drop, Action: "StartExecution", Function: "ApiAutomation", Times: 3})
	a, _ := g.c.Do(http.MethodPost, g.q("/v1/automation/run_now/"), nil, http.StatusAccepted)
	lost.Remove()
	run := stack.Decode[stack.Run](g.c, "run", a.Data).ID
	g.do(http.MethodGet, g.q("/v1/automation/estimate/"), nil, http.StatusOK)
	g.tick()
	g.until("the run's stage has its token", func() bool {
		return g.services.Calls()["AmazonSQS SendMessageBatch"] > 0 && g.now().Stage > 0
	})
	at := "&run_id=" + run
	g.do(http.MethodPost, g.q("/v1/automation/pause/")+at, nil, http.StatusOK)
	g.until("the run is paused", func() bool { return g.now().Status == "paused" })
	unheard := g.services.Add(proxy.Rule{Kind: proxy.Lose, Action: "StartExecution", Function: "ApiAutomation", Times: 3})
	g.do(http.MethodPost, g.q("/v1/automation/resume/")+at, nil, http.StatusOK)
	unheard.Remove()
	g.until("the run is over", func() bool { return g.now().ID == "" })
}

func (g *tour) now() (r stack.Run) {
	a, _ := g.c.Do(http.MethodGet, g.q("/v1/automation/current_run/"), nil, http.StatusOK)
	if p := stack.Decode[*stack.Run](g.c, "run", a.Data); p != nil {
		return *p
	}
	return stack.Run{}
}

func (g *tour) until(what string, ok func() bool) {
	g.Helper()
	for end := time.Now().Add(waits); !ok(); time.Sleep(300 * time.Millisecond) {
		if time.Now().After(end) {
			g.Fatalf("still not: %s", what)
		}
	}
}

// refusedFiles has the workers that read files refused by the bucket for a while: they send their
// jobs to themselves again, later.
func (g *tour) refusedFiles() {
	up := stack.Import(g.c, g.site, []byte("keyword,volume\nchemex filters,100\nchemex recipe,90\nchemex ratio,80\nchemex grind,70\nchemex vs v60,60\nchemex cleaning,50\n"))
	g.done(up)
	bad := g.services.Add(proxy.Rule{Kind: proxy.Drop, Service: http.MethodPut, Function: "WorkerCluster", Times: 12})
	g.done(g.ask("/v1/planner/keywords/auto_cluster/")...)
	bad.Remove()
	bad = g.services.Add(proxy.Rule{Kind: proxy.Drop, Service: http.MethodPut, Function: "WorkerBulk", Times: 4})
	g.done(g.id(http.MethodPost, "/v1/planner/keywords/export/", map[string]any{"format": "csv"}, http.StatusAccepted))
	bad.Remove()
	// A file without keywords; it is tried again in vain.
	up = stack.Import(g.c, g.site, []byte("a,b\n1,2\n"))
	g.fails(up)
	g.fails(stack.Call[stack.Job](g.c, http.MethodPost, "/v1/jobs/"+up+"/retry/", nil, http.StatusAccepted).ID)
}

// mended is what tick does: jobs whose messages are lost are sent again, and dead letters are
// written down and cleared away, of each queue.
func (g *tour) mended() {
	queues := sqs.NewFromConfig(g.at.Config())
	for _, name := range []string{"Ai", "Image", "Publish", "Cluster", "Bulk"} {
		_, err := queues.SendMessage(g.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(g.d.Outputs["DeadQueue"+name]), MessageBody: aws.String("{}")})
		if err != nil {
			g.Fatal(err)
		}
	}
	// What a person asks for is sent into nothing; some seconds later tick sends it again.
	g.done(g.paste(strings.ReplaceAll(rows, "aeropress", "siphon")))
	task := g.id(http.MethodPost, "/v1/writer/tasks/", map[string]any{"title": "How long to brew", "word_count": 700}, http.StatusCreated)
	g.done(g.ask("/v1/writer/tasks/auto_generate_content/", g.id(http.MethodPost, "/v1/writer/tasks/", map[string]any{"title": "Which kettle", "word_count": 700}, http.StatusCreated))...)
	draft := stack.List[stack.Content](g.c, g.q("/v1/writer/content/?status=draft"))[0].ID
	g.done(g.ask("/v1/writer/content/generate_image_prompts/", draft)...)
	undrawn := stack.List[stack.Image](g.c, g.q("/v1/writer/images/?status=pending&content_id="+draft))[0].ID
	gone := g.services.Add(proxy.Rule{Kind: proxy.Drop, Action: "SendMessageBatch", Function: "Api"})
	jobs := append(g.ask("/v1/writer/tasks/auto_generate_content/", task), g.paste("moka pot size"))
	jobs = append(jobs, g.ask("/v1/planner/keywords/auto_cluster/")...)
	jobs = append(jobs, g.ask("/v1/writer/images/generate_images/", undrawn)...)
	for _, c := range stack.List[stack.Content](g.c, g.q("/v1/writer/content/?status=review&page_size=1"))[:1] {
		jobs = append(jobs, g.id(http.MethodPost, "/v1/writer/content/"+c.ID+"/publish/", nil, http.StatusAccepted))
	}
	gone.Remove()
	for _, j := range jobs {
		g.until("tick has sent the job again", func() bool {
			g.tick()
			return stack.Call[stack.Job](g.c, http.MethodGet, "/v1/jobs/"+j+"/", nil, http.StatusOK).Status == "done"
		})
	}
}

// tick calls the function once.
func (g *tour) tick() {
	g.Helper()
	c := g.at.Config()
	c.HTTPClient = nil // a call takes as long as the function
	out, err := lambda.NewFromConfig(c).Invoke(g.Context(), &lambda.InvokeInput{FunctionName: aws.String(g.d.Outputs["TickFunction"])})
	if err != nil || out.FunctionError != nil {
		g.Errorf("tick: %v %+v", err, out)
	}
}
